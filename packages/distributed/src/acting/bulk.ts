import { type InstanceFilter, listInstanceIds, type Page, type Queries } from "@drover/db";
import type { InstanceId, SteeringEvent, WorkflowStatus } from "@drover/engine";
import { act, type ActServices } from "./act.ts";
import { eachAtMost } from "./each-at-most.ts";

/** Instances that an order means. */
export type Targets = Page<InstanceId>;

export const BULK_ACTIONS = ["cancel", "retry", "pause", "resume"] as const;
type BulkAction = (typeof BULK_ACTIONS)[number];

/** What is to be done with many instances. */
export interface BulkOrder {
  readonly action: BulkAction;
  readonly filter: InstanceFilter;
  /** Only say which instances it would be. */
  readonly dryRun: boolean;
  /** Instances that are acted on at the most; the oldest are the first. */
  readonly limit: number;
  /** Why, for `cancel`. */
  readonly reason: string;
  /** For `retry` and `resume`; null goes on where each stood. */
  readonly fromStep: string | null;
}

/** How far it has come. */
export interface BulkProgress {
  /** Instances that fit, those beyond the limit included. */
  readonly matched: number;
  readonly processed: number;
  readonly succeeded: number;
  readonly failed: number;
}

export interface BulkResult extends BulkProgress {
  /** The first of those that failed, and why. */
  readonly failures: readonly BulkFailure[];
  /** Those that were, or with a dry run would be, acted on. */
  readonly instanceIds: readonly InstanceId[];
}

interface BulkFailure {
  readonly instanceId: InstanceId;
  readonly error: unknown;
}

/** Where an action makes sense. */
const STATUSES: Readonly<Record<BulkAction, readonly WorkflowStatus[]>> = {
  cancel: ["pending", "running", "paused", "waiting"],
  retry: ["failed"],
  pause: ["pending", "running", "waiting"],
  resume: ["paused"],
};

/** Instances that are acted on at the same time. */
const AT_ONCE = 8;

/** Failures that are told. */
const MOST_FAILURES = 20;

/** Instances between two reports. */
const REPORT_EVERY = 50;

/** The instances that fit, the oldest first: as many as the limit lets, and how many there are. */
export function findTargets(queries: Queries, order: BulkOrder): Promise<Targets> {
  return listInstanceIds(queries, order.filter, STATUSES[order.action], order.limit);
}

/**
 * Acts on these instances. One that has changed meanwhile, or that cannot be acted on for whatever
 * reason, is counted as failed and keeps none of the others back; so this never rejects.
 * @param onProgress is told after every 50 instances
 */
export async function actOnMany(
  services: ActServices,
  order: BulkOrder,
  targets: Targets,
  onProgress: (progress: BulkProgress) => void = () => {},
): Promise<BulkResult> {
  const matched = targets.total;
  const count = { processed: 0, succeeded: 0, failed: 0 };
  const failures = new Map<number, BulkFailure>();
  const event = eventOf(order);
  await eachAtMost(order.dryRun ? [] : targets.items, AT_ONCE, async (instanceId, index) => {
    try {
      await act(services, instanceId, event);
      count.succeeded += 1;
    } catch (error) {
      count.failed += 1;
      failures.set(index, { instanceId, error });
    }
    count.processed += 1;
    if (count.processed % REPORT_EVERY === 0) onProgress({ matched, ...count });
  });
  const inOrder = [...failures].toSorted(([a], [b]) => a - b).slice(0, MOST_FAILURES);
  return {
    matched,
    ...count,
    failures: inOrder.map(([, failure]) => failure),
    instanceIds: targets.items,
  };
}

function eventOf({ action, reason, fromStep }: BulkOrder): SteeringEvent {
  switch (action) {
    case "cancel":
      return { type: "instance.canceled", reason };
    case "pause":
      return { type: "instance.paused" };
    case "resume":
      return { type: "instance.resumed", fromStep };
    case "retry":
      return { type: "instance.retried", fromStep, contextPatch: {} };
  }
}
