import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startTestPostgres, type EmbeddedPostgres } from "@drover/local-servers";
import postgres from "postgres";
import { afterAll, beforeAll } from "vitest";

export interface OwnPostgresOptions {
  /** Where the data goes; a folder of the test's own, which goes away with it, unless given. */
  readonly directory?: string;
  /** Settings of the server. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A Postgres server for one test file alone: what is done to it disturbs no other. */
export class OwnPostgres {
  readonly url: string;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #directory: string;
  readonly #removes: boolean;
  #server: EmbeddedPostgres;

  private constructor(server: EmbeddedPostgres, directory: string, options: OwnPostgresOptions) {
    this.url = server.url;
    this.#server = server;
    this.#directory = directory;
    this.#settings = options.settings ?? {};
    this.#removes = options.directory === undefined;
  }

  static async start(options: OwnPostgresOptions = {}): Promise<OwnPostgres> {
    const own = options.directory ?? mkdtempSync(path.join(tmpdir(), "drover-postgres-"));
    // Postgres does not run as root; the user that it runs as has to reach the folder.
    chmodSync(own, 0o755);
    return new OwnPostgres(await startTestPostgres(own, options.settings), own, options);
  }

  /** Says something to the server that changes how it runs. */
  async tell(...statements: readonly string[]): Promise<void> {
    const sql = postgres(this.url, { max: 1, onnotice: () => {} });
    try {
      // Whatever the server was told before, this session may write.
      await sql.unsafe("set default_transaction_read_only = off");
      for (const statement of statements) await sql.unsafe(statement);
    } finally {
      await sql.end({ timeout: 5 });
    }
  }

  /** Keeps everybody else from writing to a table, until it is let go. */
  async holdLock(table: string, databaseUrl: string): Promise<{ release(): Promise<void> }> {
    const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
    const held = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const transaction = sql.begin(async (inside) => {
      await inside.unsafe(`lock table ${table} in exclusive mode`);
      held.resolve();
      await released.promise;
    });
    transaction.catch(held.reject);
    await held.promise;
    const release = async () => {
      released.resolve();
      await transaction;
      await sql.end({ timeout: 5 });
    };
    return { release };
  }

  /** Whether it is there; it ends by itself when it cannot write its log. */
  get isRunning(): boolean {
    return existsSync(this.#lockFile) && this.#processes().length > 1;
  }

  /** Starts it again at the same place where it has ended by itself. */
  async startAgain(): Promise<void> {
    const port = Number(new URL(this.url).port);
    this.#server = await startTestPostgres(this.#directory, this.#settings, port);
  }

  /** Ends, and comes back at the same place as a standby that follows nobody: it can be read. */
  async restartAsStandby(): Promise<void> {
    await this.#server.stop();
    writeFileSync(path.join(this.#directory, "postgres/standby.signal"), "");
    await this.startAgain();
  }

  /** Makes the standby the one that takes writes. */
  async promote(): Promise<void> {
    await this.tell("select pg_promote(true, 60)");
  }

  /** All of it stands still, as on a machine that is suspended: connections are taken, nothing is answered. */
  freeze(): void {
    // The first one makes all others: once it stands still, there are no new ones.
    const [first] = this.#processes();
    if (first !== undefined) process.kill(first, "SIGSTOP");
    for (const pid of this.#processes()) process.kill(pid, "SIGSTOP");
  }

  thaw(): void {
    for (const pid of this.#processes().toReversed()) process.kill(pid, "SIGCONT");
  }

  /** Ends the server, whatever state it is in, and removes its data. */
  async stop(): Promise<void> {
    if (this.isRunning) this.thaw();
    await this.#server.kill().catch(() => {
      // It has ended already; whether it may, the test has looked at.
    });
    if (this.#removes) rmSync(this.#directory, { recursive: true, force: true, maxRetries: 5 });
  }

  get #lockFile(): string {
    return path.join(this.#directory, "postgres/postmaster.pid");
  }

  /** The server's processes, the one that started the others first. */
  #processes(): number[] {
    const first = Number(readFileSync(this.#lockFile, "utf8").split("\n")[0]);
    const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
    const children = stdout
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number))
      .flatMap(([pid, parent]) => (parent === first && pid !== undefined ? [pid] : []));
    return [first, ...children];
  }
}

/** Registers itself before what is registered after it, so call it before `useDrover`. */
export function useOwnPostgres(options: OwnPostgresOptions = {}): () => OwnPostgres {
  let server: OwnPostgres | undefined;
  beforeAll(async () => {
    server = await OwnPostgres.start(options);
  });
  afterAll(async () => {
    await server?.stop();
  });
  return () => {
    if (server === undefined) throw new Error("Postgres runs only inside of tests");
    return server;
  };
}
