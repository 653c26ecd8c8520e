export { postgresStatements } from "./postgres-statements.ts";
export { GROUPS, StatementStore, type StatementStoreOptions } from "./statement-store.ts";
export type { Statements } from "./statements.ts";
export { isMove } from "./statements/move-on.ts";
export type { Transition } from "./statements/transition.ts";
