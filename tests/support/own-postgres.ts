import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startTestPostgres, type EmbeddedPostgres } from "@drover/local-servers";
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
  readonly #server: EmbeddedPostgres;
  readonly #directory: string;
  readonly #removes: boolean;

  private constructor(server: EmbeddedPostgres, directory: string, removes: boolean) {
    this.url = server.url;
    this.#server = server;
    this.#directory = directory;
    this.#removes = removes;
  }

  static async start({ directory, settings = {} }: OwnPostgresOptions = {}): Promise<OwnPostgres> {
    const own = directory ?? mkdtempSync(path.join(tmpdir(), "drover-postgres-"));
    // Postgres does not run as root; the user that it runs as has to reach the folder.
    chmodSync(own, 0o755);
    const server = await startTestPostgres(own, settings);
    return new OwnPostgres(server, own, directory === undefined);
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
    this.thaw();
    await this.#server.kill().catch(() => {
      // It has ended already; whether it may, the test has looked at.
    });
    if (this.#removes) rmSync(this.#directory, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The server's processes, the one that started the others first. */
  #processes(): number[] {
    const lockFile = path.join(this.#directory, "postgres/postmaster.pid");
    const first = Number(readFileSync(lockFile, "utf8").split("\n")[0]);
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
