import { statSync } from "node:fs";
import { runToEnd, type SystemUser } from "../processes/run-to-end.ts";
import { hasCode, StartError } from "../start-error.ts";

/**
 * As whom Postgres has to run: it refuses to run as root. Undefined means as we are.
 *
 * Data that is already there belongs to whoever ran it before; only that user can go on with it.
 *
 * @param dataDirectory the cluster's own folder, which need not exist yet
 * @throws StartError `embedded_postgres` when root finds no user to step down to, or the data is someone else's.
 */
export async function unprivilegedUser(dataDirectory: string): Promise<SystemUser | undefined> {
  const ownUid = process.getuid?.();
  const owner = ownerOf(dataDirectory);
  if (ownUid !== 0) {
    if (owner === undefined || owner.uid === ownUid) return undefined;
    throw new StartError(
      "embedded_postgres",
      `${dataDirectory} belongs to another user (uid ${owner.uid}): start as that user, remove it, or set DATA_DIR`,
    );
  }
  if (owner !== undefined && owner.uid !== 0) return owner;
  for (const name of ["postgres", "_postgres", "nobody"]) {
    const uid = await runToEnd("id", ["-u", name]);
    const gid = await runToEnd("id", ["-g", name]);
    if (uid.code === 0 && gid.code === 0)
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new StartError(
    "embedded_postgres",
    "Postgres does not run as root and there is no user postgres or nobody: start as another user or set DATABASE_URL",
  );
}

function ownerOf(directory: string): SystemUser | undefined {
  try {
    const { uid, gid } = statSync(directory);
    return { uid, gid };
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
