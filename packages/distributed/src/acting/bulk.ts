import { type InstanceFilter, listInstanceIds, type Page, type Queries } from "@drover/db";
import {
  type InstanceId,
  type SteeringEvent,
  TERMINAL_WORKFLOW_STATUSES,
  type WorkflowStatus,
} from "@drover/engine";
import { act, type ActServices } from "./act.ts";
import { type BulkFailure, type BulkProgress, BulkTally } from "./bulk-tally.ts";
import { deleteMany } from "./delete-many.ts";
import { eachAtMost } from "./each-at-most.ts";

/** Instances that an order means. */
export type Targets = Page<InstanceId>;

export const BULK_ACTIONS = ["cancel", "retry", "pause", "resume", "delete"] as const;
type BulkAction = (typeof BULK_ACTIONS)[number];

export interface BulkServices extends ActServices {
  readonly queries: Queries;
}

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

export interface BulkResult extends BulkProgress {
  /** The first of those that failed, and why. */
  readonly failures: readonly BulkFailure[];
  /** Those that were, or with a dry run would be, acted on. */
  readonly instanceIds: readonly InstanceId[];
}

/** Where an action makes sense. */
const STATUSES: Readonly<Record<BulkAction, readonly WorkflowStatus[]>> = {
  cancel: ["pending", "running", "paused", "waiting"],
  retry: ["failed"],
  pause: ["pending", "running", "waiting"],
  resume: ["paused"],
  delete: TERMINAL_WORKFLOW_STATUSES,
};

/** Instances that are acted on at the same time. */
const AT_ONCE = 8;

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
  services: BulkServices,
  order: BulkOrder,
  targets: Targets,
  onProgress: (progress: BulkProgress) => void = () => {},
): Promise<BulkResult> {
  const tally = new BulkTally(targets.total, onProgress);
  const ids = order.dryRun ? [] : targets.items;
  if (order.action === "delete") await deleteMany(services.queries, ids, tally);
  else await steerMany(services, ids, eventOf(order.action, order), tally);
  return { ...tally.progress, failures: tally.failures, instanceIds: targets.items };
}

function steerMany(
  services: ActServices,
  ids: readonly InstanceId[],
  event: SteeringEvent,
  tally: BulkTally,
): Promise<void> {
  return eachAtMost(ids, AT_ONCE, async (instanceId, index) => {
    try {
      await act(services, instanceId, event);
      tally.succeeded();
    } catch (error) {
      tally.failed(index, { instanceId, error });
    }
  });
}

function eventOf(
  action: Exclude<BulkAction, "delete">,
  { reason, fromStep }: BulkOrder,
): SteeringEvent {
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
