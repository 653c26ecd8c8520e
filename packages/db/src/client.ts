import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres, { type Sql } from "postgres";
import * as schema from "./schema/index.ts";

/** Drizzle on a client of its own: it changes how its client sends JSON and dates. */
export type Queries = PostgresJsDatabase<typeof schema>;

/** The connections of one process to Postgres. */
export interface Database {
  /** Everyday queries. */
  readonly queries: Queries;
  /** The engine's own prepared statements. */
  readonly statements: Sql;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** How processes show in pg_stat_activity. */
  readonly applicationName: string;
  /** Connections for the engine's statements; 4 unless given. */
  readonly statementConnections?: number;
  /** Connections for everyday queries; 4 unless given. */
  readonly queryConnections?: number;
}

/** Server-side limits, in milliseconds: nothing may hold a connection or a lock for ever. */
const SESSION = {
  statement_timeout: 15_000,
  lock_timeout: 5_000,
  idle_in_transaction_session_timeout: 10_000,
} as const;

/**
 * The engine's statements look rows up by id, a hundred at a time. A plan made while a table was
 * empty would scan it for ever after; without these the planner always takes the index.
 */
const INDEX_PLANS = {
  enable_seqscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  plan_cache_mode: "force_generic_plan",
} as const;

/** Opens the connections lazily: nothing is sent before the first query. */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const common = {
    connect_timeout: 5,
    idle_timeout: 60,
    max_lifetime: 1_800,
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 1),
    onnotice: () => {},
  };
  const statements = postgres(url, {
    ...common,
    max: options.statementConnections ?? 4,
    connection: { application_name: options.applicationName, ...SESSION, ...INDEX_PLANS },
  });
  const everyday = postgres(url, {
    ...common,
    max: options.queryConnections ?? 4,
    connection: { application_name: options.applicationName, ...SESSION },
  });
  return {
    queries: drizzle(everyday, { schema }),
    statements,
    close: async () => {
      await Promise.all([statements.end({ timeout: 5 }), everyday.end({ timeout: 5 })]);
    },
  };
}
