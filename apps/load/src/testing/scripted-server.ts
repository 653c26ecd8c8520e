import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { DroverClient } from "../http/drover-client.ts";

export interface Asked {
  readonly path: string;
  readonly body: unknown;
}

/** What is answered: a status, and a body as JSON. */
export type Script = (asked: Asked) => Promise<readonly [status: number, body: unknown]>;

/** A client of a server that answers as the test says; both end with it. */
export async function scriptedClient(script: Script, connections = 4): Promise<DroverClient> {
  const server = createServer((request, response) => {
    void read(request)
      .then(script)
      .then(([status, body]) => response.writeHead(status).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it has no port");
  const origin = `http://127.0.0.1:${address.port}`;
  const client = new DroverClient({ origin, prefix: "", apiKey: null, connections });
  onTestFinished(async () => {
    await client.close();
    server.close();
  });
  return client;
}

async function read(request: IncomingMessage): Promise<Asked> {
  const body = await text(request);
  return { path: request.url ?? "", body: body === "" ? null : JSON.parse(body) };
}

/** An instance as Drover answers a start. */
export function startedInstance(id: string): object {
  return {
    id,
    definition_version: "1.0.0",
    status: "running",
    started_at: new Date().toISOString(),
    completed_at: null,
  };
}
