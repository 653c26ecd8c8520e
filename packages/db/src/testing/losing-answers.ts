import type { Sql } from "postgres";
import { PostgresStore } from "../store/postgres-store.ts";

/** A store that loses the first answer to a statement; meanwhile others do something. */
export function storeLosing(
  statements: Sql,
  statement: string,
  meanwhile = async () => {},
): PostgresStore {
  let lost = false;
  const sql = new Proxy(statements, {
    get(target, key: keyof Sql) {
      if (key !== "unsafe") return target[key];
      return async (...sent: Parameters<Sql["unsafe"]>) => {
        const answer = await target.unsafe(...sent);
        if (sent[0] !== statement || lost) return answer;
        lost = true;
        await meanwhile();
        throw Object.assign(new Error("cut"), { code: "CONNECTION_CLOSED" });
      };
    },
  });
  return new PostgresStore(sql, 10_000);
}
