import type { InstanceId, NewInstance, StartResult } from "@drover/engine";
import type { Sql } from "postgres";
import { instanceRow } from "./instance-columns.ts";
import { startAlone } from "./start-alone.ts";
import { KEYED_STARTS, PLAIN_STARTS, START_KEYED, START_PLAIN } from "./start-statement.ts";

/** Instances that start together or not at all. */
type Request = readonly NewInstance[];

interface StartRow {
  readonly n: number;
  readonly id: InstanceId;
  /** Null where nothing was written and nothing was there: another item kept the request out. */
  readonly created: boolean | null;
  readonly request_hash: string | null;
}

/**
 * @param requests no key twice
 * @returns for each request what became of its instances, in their order
 */
export async function startInstances(
  sql: Sql,
  requests: readonly Request[],
): Promise<StartResult[][]> {
  const [instance, ...others] = requests.flat();
  if (instance !== undefined && others.length === 0) {
    const started = await startAlone(sql, instance);
    if (started !== null) return requests.map((request) => request.map(() => started));
  }
  return startTogether(sql, requests);
}

async function startTogether(sql: Sql, requests: readonly Request[]): Promise<StartResult[][]> {
  const results: StartResult[][] = requests.map(() => []);
  const start = async (positions: readonly number[], write: typeof startKeyed) => {
    if (positions.length === 0) return;
    const written = await write(
      sql,
      positions.map((position) => requests[position] ?? []),
    );
    for (const [index, position] of positions.entries()) results[position] = written[index] ?? [];
  };
  const { plain = [], keyed = [] } = Object.groupBy(requests.keys(), (position) =>
    hasKey(requests[position] ?? []) ? "keyed" : "plain",
  );
  await Promise.all([start(plain, startPlain), start(keyed, startKeyed)]);
  return results;
}

function hasKey(request: Request): boolean {
  return request.some(({ idempotency }) => idempotency !== null);
}

async function startPlain(sql: Sql, requests: readonly Request[]): Promise<StartResult[][]> {
  const parameters = PLAIN_STARTS.parameters(requests.flat().map(instanceRow));
  await sql.unsafe(START_PLAIN, parameters, { prepare: true });
  const started = { created: true, requestHash: null, isTaken: false } as const;
  return requests.map((request) => request.map(({ instanceId }) => ({ instanceId, ...started })));
}

async function startKeyed(sql: Sql, requests: readonly Request[]): Promise<StartResult[][]> {
  const wanted = requests.flatMap((instances, request) =>
    instances.map((instance) => ({ request, instance })),
  );
  const parameters = KEYED_STARTS.parameters(
    wanted.map(({ request, instance }, n) => ({ n, request, ...instanceRow(instance) })),
  );
  const rows = await sql.unsafe<StartRow[]>(START_KEYED, parameters, { prepare: true });
  const found = new Map(rows.map((row) => [row.n, row]));
  const results: StartResult[][] = requests.map(() => []);
  for (const [n, { request, instance }] of wanted.entries()) {
    const row = found.get(n);
    results[request]?.push({
      instanceId: row?.id ?? instance.instanceId,
      created: row?.created === true,
      requestHash: row?.request_hash ?? null,
      isTaken: false,
    });
  }
  return results;
}
