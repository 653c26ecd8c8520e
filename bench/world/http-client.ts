import { Pool } from "undici";

/** One server, asked over connections that stay open. */
export class HttpClient {
  readonly #pool: Pool;

  /** @param connections that are open at once, at the most; one request on each */
  constructor(origin: string, connections: number) {
    this.#pool = new Pool(origin, { connections, pipelining: 1, headersTimeout: 60_000 });
  }

  /**
   * @param Answer what the caller expects of this path
   * @throws Error for anything but success
   */
  async post<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#ask("POST", path, JSON.stringify(body));
  }

  /** As `post`. */
  async get<Answer>(path: string): Promise<Answer> {
    return this.#ask("GET", path, null);
  }

  /** Whether the server answers this with success; false where it cannot be reached, too. */
  async isOk(path: string): Promise<boolean> {
    try {
      await this.get(path);
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #ask<Answer>(method: "GET" | "POST", path: string, body: string | null): Promise<Answer> {
    const headers = body === null ? {} : { "content-type": "application/json" };
    const answer = await this.#pool.request({ method, path, headers, body });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) {
      throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 500)}`);
    }
    // What another shape would come to fails where it is read.
    return JSON.parse(text) as Answer;
  }
}
