import { toldError, withoutSecrets } from "@drover/platform/process";
import { secretsOf } from "@drover/settings";
import { migrate } from "./migrate.ts";

const url = process.env["DATABASE_URL"];
if (url === undefined || url === "") {
  process.stderr.write("DATABASE_URL is not set: give the address of the Postgres to migrate\n");
  process.exit(1);
}
try {
  await migrate(url);
} catch (error) {
  const said = `migration failed: ${toldError(error).message}\n`;
  process.stderr.write(withoutSecrets(secretsOf(process.env))(said));
  process.exit(1);
}
