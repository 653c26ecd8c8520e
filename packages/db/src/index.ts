import type { WorkflowStore } from "@drover/engine";
import type { Database } from "./client.ts";
import { PostgresStore } from "./store/postgres-store.ts";

export { openDatabase, type Database, type DatabaseOptions, type Queries } from "./client.ts";
export { hashToken } from "./hash-token.ts";
export { migrate } from "./migrate.ts";
export { newId } from "./new-id.ts";
export * from "./queries/index.ts";
export { isConnectionError } from "./store/connection-errors.ts";

/** The store of a process, on its database's connections. */
export function createStore(database: Database): WorkflowStore {
  return new PostgresStore(database.statements);
}
