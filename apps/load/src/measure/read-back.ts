import type { DroverClient } from "../http/drover-client.ts";
import type { Execution, Instance } from "../http/shapes.ts";

/** Requests at once while figures are read: measuring is not to be a load of its own. */
const AT_ONCE = 4;
const PAGE = 100;
/** Pages further down take Postgres longer and longer: of very many only some are read. */
const MOST_PAGES = 1_000;
/** Failed instances that are asked for their reason. */
const MOST_REASONS = 50;

/** What Drover says of the instances of a load afterwards. */
export interface ReadBack {
  readonly instances: ReadonlyMap<string, Instance>;
  /** Which part of the instances was read, from 0 to 1. */
  readonly share: number;
  /** Steps of a sample of those that have ended. */
  readonly histories: readonly History[];
  /** Of some of those that have failed: why. */
  readonly reasons: readonly string[];
}

interface History {
  readonly instance: Instance;
  readonly executions: readonly Execution[];
}

/** @param sample instances whose steps are read, at the most */
export async function readBack(
  client: DroverClient,
  tag: string,
  workflow: string,
  sample: number,
): Promise<ReadBack> {
  const { instances, share } = await readInstances(client, tag, workflow);
  const all = [...instances.values()];
  const ended = all.filter((instance) => instance.completed_at !== null);
  const histories = await eachOf(spread(ended, sample), async (instance) => {
    const { items } = await client.history(instance.id);
    return { instance, executions: items };
  });
  const failed = all.filter(({ status }) => status === "failed");
  const reasons = await eachOf(spread(failed, MOST_REASONS), async ({ id }) => {
    return (await client.instanceError(id)).error ?? "no reason given";
  });
  return { instances, share, histories, reasons };
}

async function readInstances(client: DroverClient, tag: string, workflow: string) {
  const query = { correlation_id: tag, workflow_name: workflow, limit: String(PAGE) };
  const first = await client.instances(query);
  const pages = Array.from({ length: Math.ceil(first.total / PAGE) }, (_, page) => page);
  const further = await eachOf(spread(pages.slice(1), MOST_PAGES), async (page) => {
    return (await client.instances({ ...query, offset: String(page * PAGE) })).items;
  });
  const items = [first.items, ...further].flat();
  const instances = new Map(items.map((instance) => [instance.id, instance]));
  return { instances, share: first.total === 0 ? 1 : instances.size / first.total };
}

/** So many of them at the most, from all over the list. */
function spread<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, index) =>
    items.slice(Math.floor((index * items.length) / most)).slice(0, 1),
  ).flat();
}

async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const reader = async () => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  return results;
}
