import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { TestProject } from "vitest/node";
import { type HostMessage, hostMessage } from "./testing/host-message.ts";
import { StartError } from "./start-error.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A database of a real Postgres, as a superuser. Shared by all test files: make one of your own in it. */
    databaseUrl: string;
    /** A real Redis. Shared by all test files: use a key prefix of your own. */
    redisUrl: string;
  }
}

/** Starts Postgres and Redis once for all test files, and stops them when the run ends, however it ends. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const host = fork(new URL("./testing/test-servers-host.ts", import.meta.url), {
    detached: true,
  });
  const message = await firstMessage(host);
  if ("failed" in message) {
    if (host.connected) host.disconnect();
    throw new StartError("test_servers", message.failed);
  }
  project.provide("databaseUrl", message.databaseUrl);
  project.provide("redisUrl", message.redisUrl);
  console.log(message.described);
  return async () => {
    if (!host.connected) return;
    const gone = once(host, "exit");
    host.disconnect();
    await gone;
  };
}

async function firstMessage(host: ChildProcess): Promise<HostMessage> {
  const gone = new AbortController();
  host.once("exit", () => gone.abort());
  try {
    const [message] = await once(host, "message", { signal: gone.signal });
    return hostMessage.parse(message);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
    return { failed: "the process that starts Postgres and Redis for the tests ended early" };
  }
}
