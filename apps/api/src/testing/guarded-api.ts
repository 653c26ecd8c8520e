import { isJsonObject, type JsonObject, type JsonValue } from "@drover/engine";
import { aStructure } from "@drover/engine/testing";
import { fields } from "@drover/settings";
import type { QueuePort } from "../dependencies.ts";
import { listen } from "../server.ts";
import { type Answer, answer, createTestApi, type TestApi } from "./test-api.ts";

/** Secrets of the keys that are known; `acme` and `globex` are for the tenants of these names. */
export const SECRETS = {
  operator: "operator-0123456789",
  acme: "acme-0123456789abcdef",
  globex: "globex-0123456789abc",
} as const;

/** An API that asks for keys, over real HTTP, with the workflow `sample` of two human steps. */
export interface GuardedApi {
  readonly behind: TestApi;
  /** Before the API's prefix. */
  readonly url: string;
  /** Calls as somebody, or with no key; the path stands behind the API's prefix. */
  ask(who: Caller | null, request: string, body?: JsonObject, headers?: Headers): Promise<Answer>;
  /** Starts `sample` as somebody and takes it to where it waits for a person. */
  startTask(who: Caller): Promise<{ readonly instance: string; readonly task: string }>;
  close(): Promise<void>;
}

type Caller = keyof typeof SECRETS;
/** By their names. */
type Headers = Readonly<Record<string, string>>;

/** @param queue as of `createTestApi` */
export async function createGuardedApi(
  serverUrl: string,
  queue?: () => QueuePort,
): Promise<GuardedApi> {
  const { operator, acme, globex } = SECRETS;
  const keys = fields.apiKeys.parse(`${operator},${acme}@acme,${globex}@globex`);
  const behind = await createTestApi(serverUrl, queue, keys);
  await behind.worker.register(aStructure(["human_a -> human_b"], { name: "sample" }));
  const server = await listen(behind.fetch, { host: "127.0.0.1", port: 0 });

  const ask: GuardedApi["ask"] = async (who, request, body, headers) => {
    const [method = "", path = ""] = request.split(" ");
    const response = await fetch(`${server.url}/workflows${path}`, {
      method,
      headers: {
        ...(who === null ? {} : { authorization: `Bearer ${SECRETS[who]}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answer(response);
  };
  return {
    behind,
    url: server.url,
    ask,
    startTask: async (who) => {
      const { id: instance } = await ask(who, "POST /instances", { definition_name: "sample" });
      await behind.worker.askPerson(instance, "human_a");
      const tasks = await ask(who, `GET /tasks?instance_id=${instance}`);
      return { instance, task: idsIn(tasks.json)[0] ?? "" };
    },
    close: async () => {
      await server.drain(1_000);
      await behind.close();
    },
  };
}

/** The ids of the objects in a list. */
export function idsIn(list: JsonValue | undefined): string[] {
  if (!Array.isArray(list)) throw new Error(`expected a list: ${JSON.stringify(list)}`);
  return list.map((item) => {
    const id = isJsonObject(item) ? item["id"] : null;
    if (typeof id !== "string") throw new Error(`expected an id: ${JSON.stringify(item)}`);
    return id;
  });
}
