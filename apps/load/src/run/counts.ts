import type { DroverClient } from "../http/drover-client.ts";
import type { Status } from "../http/shapes.ts";

/** Instances of the load by what has become of them. */
export interface Counts {
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly canceled: number;
  /** For people, timers, callbacks, signals or other instances; paused ones, too. */
  readonly waiting: number;
}

export const NOTHING: Counts = { total: 0, completed: 0, failed: 0, canceled: 0, waiting: 0 };

/** Those that are neither over nor waiting. */
export function busy({ total, completed, failed, canceled, waiting }: Counts): number {
  return Math.max(total - completed - failed - canceled - waiting, 0);
}

/** Asks Drover; pages of one instance, of which only the number counts. */
export async function countInstances(
  client: DroverClient,
  tag: string,
  workflow: string,
): Promise<Counts> {
  const count = async (status: Status | null) => {
    const query = { correlation_id: tag, workflow_name: workflow, limit: "1" };
    const page = await client.instances(status === null ? query : { ...query, status });
    return page.total;
  };
  const [total, completed, failed, canceled, waiting, paused] = await Promise.all([
    count(null),
    count("completed"),
    count("failed"),
    count("canceled"),
    count("waiting"),
    count("paused"),
  ]);
  return { total, completed, failed, canceled, waiting: waiting + paused };
}
