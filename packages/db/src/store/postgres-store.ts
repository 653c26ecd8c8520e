import { processPorts } from "@drover/platform";
import type { Sql } from "postgres";
import { newId } from "../new-id.ts";
import { postgresStatements } from "./postgres-statements.ts";
import { StatementStore } from "./statement-store.ts";

/** Facts in Postgres, by this machine's time. */
export class PostgresStore extends StatementStore {
  /**
   * @param patience milliseconds for which statements are tried while Postgres is away
   * @param maintenance the connections for what no step waits for; the same unless given
   */
  constructor(sql: Sql, patience: number, maintenance = sql) {
    super(postgresStatements(sql, maintenance), { ...processPorts, newId, patience });
  }
}
