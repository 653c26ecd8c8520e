import { processPorts } from "@drover/platform";
import type { Sql } from "postgres";
import { newId } from "../new-id.ts";
import { postgresStatements, type OwnConnections } from "./postgres-statements.ts";
import { StatementStore } from "./statement-store.ts";

/** Facts in Postgres, by this machine's time. */
export class PostgresStore extends StatementStore {
  /**
   * @param patience milliseconds for which statements are tried while Postgres is away
   */
  constructor(sql: Sql, patience: number, own: OwnConnections = {}) {
    super(postgresStatements(sql, own), { ...processPorts, newId, patience });
  }
}
