import type { WorkflowStore } from "@drover/engine";
import type { Database } from "./client.ts";
import { PostgresStore } from "./store/postgres-store.ts";

export { deleteExpired, type ExpiredPiece, type Expiry } from "./commands/delete-expired.ts";
export { deleteInstances } from "./commands/delete-instances.ts";
export { setDefinitionActive } from "./commands/set-definition-active.ts";
export { openDatabase, type Database, type DatabaseOptions, type Queries } from "./client.ts";
export { hashToken } from "@drover/platform";
export { migrate } from "./migrate.ts";
export { newId } from "./new-id.ts";
export * from "./queries/index.ts";
export { OverloadedError } from "./store/overloaded-error.ts";
export { StartOffers, type StartOffersOptions } from "./store/start-offers.ts";
export { databaseTrouble, isRefusal, type DatabaseTrouble } from "./store/connection-errors.ts";

/** Workers hold finished work in their hands and wait long for a Postgres to write it to. */
const PATIENCE = 30_000;

/**
 * The store of a process, on its database's connections.
 * @param patience milliseconds for which statements are tried while Postgres is away; 30 s unless
 *   given
 */
export function createStore(database: Database, patience = PATIENCE): WorkflowStore {
  return new PostgresStore(database.statements, patience, database);
}
