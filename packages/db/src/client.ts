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
  /** One connection for them that is asked before those, while it is free (`store/preferred-connection.ts`). */
  readonly preferred: Sql;
  /**
   * Those of them by which workers look after what others have left, and say that they live: what
   * waits for a lock holds up no heartbeat.
   */
  readonly maintenance: Sql;
  /**
   * Opens a session of its own, for who listens: whoever opens it closes it.
   * @param hear gets what is said on the channels to which it listens
   */
  openListener(hear: (message: string) => void): Sql;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** How processes show in pg_stat_activity. */
  readonly applicationName: string;
  /** Connections for the engine's statements, the preferred one among them; 4 unless given. */
  readonly statementConnections?: number;
  /** Connections for everyday queries; 4 unless given. */
  readonly queryConnections?: number;
  /** Seconds that Postgres gets for one statement; 15 unless given. */
  readonly statementSeconds?: number;
}

const STATEMENT_SECONDS = 15;

/** Where one waits for a lock, the next goes on. */
const MAINTENANCE_CONNECTIONS = 2;

/** Seconds that a statement may wait for a lock; no statement of ours holds one for long. */
const LOCK_SECONDS = 5;

/** Seconds for what the server says at its own limit to arrive here. */
const ON_THE_WAY = 2;

/** Milliseconds after which the server ends a transaction whose client says nothing more. */
const IDLE_IN_TRANSACTION = 10_000;

/** The server's own limits, in milliseconds: nothing may hold a connection or a lock for ever. */
function sessionLimits(statementSeconds: number) {
  return {
    statement_timeout: statementSeconds * 1_000,
    lock_timeout: Math.min(LOCK_SECONDS, statementSeconds) * 1_000,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION,
  };
}

/**
 * The engine's statements look rows up by id, a hundred at a time. A plan made while a table was
 * empty would scan it for ever after; without these the planner always takes the index.
 */
export const INDEX_PLANS = {
  enable_seqscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  plan_cache_mode: "force_generic_plan",
} as const;

/** A session that lasts: what it listens to ends with it. */
const LISTENS = { max: 1, idle_timeout: 0, max_lifetime: null } as const;

/** What it writes itself ends with it, too: that need not be on a disk before it is answered. */
const WRITES_NO_FACTS = { synchronous_commit: "off" } as const;

/**
 * The driver's own `listen` opens the session by itself, in which nothing else can then be asked, and listens no more
 * where it could not open it again. This is what that is made of; the driver's types do not name it.
 */
function hearing(hear: (message: string) => void): object {
  return { onnotify: (_channel: string, message: string) => hear(message) };
}

/**
 * Opens the connections lazily: nothing is sent before the first query.
 *
 * A statement that takes too long is ended by the server. A server that is frozen, or behind a
 * network that swallows everything, ends nothing: a connection that owes an answer for longer is cut
 * here, and what was asked may or may not have happened, as with any connection that breaks.
 */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const { statementSeconds = STATEMENT_SECONDS } = options;
  const session = sessionLimits(statementSeconds);
  const common = {
    connect_timeout: 5,
    answer_timeout: statementSeconds + ON_THE_WAY,
    idle_timeout: 60,
    max_lifetime: 1_800,
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 1),
    onnotice: () => {},
  };
  const planned = { application_name: options.applicationName, ...session, ...INDEX_PLANS };
  const forStatements = (max: number) => postgres(url, { ...common, max, connection: planned });
  const { statementConnections = 4 } = options;
  const statements = forStatements(Math.max(statementConnections - 1, 1));
  const preferred = statementConnections > 1 ? forStatements(1) : statements;
  const maintenance = forStatements(MAINTENANCE_CONNECTIONS);
  const everyday = postgres(url, {
    ...common,
    max: options.queryConnections ?? 4,
    connection: { application_name: options.applicationName, ...session },
  });
  return {
    queries: drizzle(everyday, { schema }),
    statements,
    preferred,
    maintenance,
    openListener: (hear) =>
      postgres(url, {
        ...common,
        ...LISTENS,
        connection: { ...planned, ...WRITES_NO_FACTS },
        ...hearing(hear),
      }),
    close: async () => {
      const clients = new Set([statements, preferred, maintenance, everyday]);
      await Promise.all([...clients].map((sql) => sql.end({ timeout: 5 })));
    },
  };
}
