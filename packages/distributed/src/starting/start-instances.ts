import {
  findIdempotencyKeys,
  findInstances,
  type InstanceSummary,
  type KeyUse,
  type Queries,
} from "@drover/db";
import {
  type Command,
  flowGraph,
  IdempotencyConflictError,
  type InstanceId,
  InvariantError,
  type NewId,
  startInstance,
  type NewInstance,
  type WorkflowStore,
} from "@drover/engine";
import type { DefinitionCatalog } from "../definition-catalog.ts";
import { StartRefusedError } from "../errors.ts";
import type { QueueFeeder } from "../acting/queue-feeder.ts";
import type { FormValidator } from "@drover/forms";
import { checkInputs } from "./check-inputs.ts";
import { pickDefinitions } from "./pick-definitions.ts";
import type { StartOrder } from "./start-order.ts";

/** What starting takes. */
export interface Starter {
  readonly store: WorkflowStore;
  readonly queries: Queries;
  readonly catalog: DefinitionCatalog;
  readonly feeder: QueueFeeder;
  /** Checks inputs as it checks forms. */
  readonly forms: FormValidator;
  readonly now: () => Date;
  readonly newId: NewId;
}

/** An instance that an order has led to, now or when its key was used first. */
export interface Started {
  readonly instance: InstanceSummary;
  readonly created: boolean;
}

/**
 * Starts instances, all or none.
 * @returns in the order of the orders
 * @throws StartRefusedError, IdempotencyConflictError
 */
export async function startInstances(
  starter: Starter,
  orders: readonly StartOrder[],
): Promise<Started[]> {
  // Of a batch nothing may be written when a single key is refused; one alone simply tries.
  if (orders.length > 1) return start(starter, orders, await knownKeys(starter.queries, orders));
  try {
    return await start(starter, orders, new Map());
  } catch (error) {
    if (!(error instanceof StartRefusedError)) throw error;
    // An answer that is given again does not depend on whether it could still be started.
    const known = await knownKeys(starter.queries, orders);
    if (known.size === 0) throw error;
    return start(starter, orders, known);
  }
}

async function start(
  starter: Starter,
  orders: readonly StartOrder[],
  known: ReadonlyMap<string, KeyUse>,
): Promise<Started[]> {
  const fresh = orders.filter((order) => !known.has(order.idempotency?.key ?? ""));
  const prepared = await prepare(starter, fresh);
  const results = await starter.store.startInstances(prepared.map((each) => each.instance));
  const started = new Map<StartOrder, NewInstance | InstanceId>();
  const commands: Command[] = [];
  for (const [index, { order, instance, command }] of prepared.entries()) {
    const result = results[index];
    if (result === undefined) throw new InvariantError("the store gave no answer for an instance");
    if (!result.created) checkSameRequest(order, result.requestHash);
    started.set(order, result.created ? instance : result.instanceId);
    if (result.created && !result.isTaken) commands.push(command);
  }
  starter.feeder.give(commands);
  for (const order of orders) {
    const use = known.get(order.idempotency?.key ?? "");
    if (use !== undefined) started.set(order, use.instanceId);
  }
  return represent(starter.queries, orders, started);
}

/** Those of the orders' keys that were used before, for the same requests. */
async function knownKeys(
  queries: Queries,
  orders: readonly StartOrder[],
): Promise<ReadonlyMap<string, KeyUse>> {
  const keys = orders.flatMap((order) => order.idempotency?.key ?? []);
  const uses = await findIdempotencyKeys(queries, keys);
  const known = new Map(uses.map((use) => [use.key, use]));
  for (const order of orders) {
    const use = known.get(order.idempotency?.key ?? "");
    if (use !== undefined) checkSameRequest(order, use.requestHash);
  }
  return known;
}

function checkSameRequest({ idempotency, place }: StartOrder, requestHash: string | null): void {
  if (idempotency === null || idempotency.requestHash === requestHash) return;
  const conflict = new IdempotencyConflictError(idempotency.key);
  if (place === "") throw conflict;
  const fault = { path: `${place}idempotency_key`, message: conflict.message };
  throw new StartRefusedError(conflict, [fault]);
}

async function prepare(starter: Starter, orders: readonly StartOrder[]) {
  if (orders.length === 0) return [];
  const picked = await pickDefinitions(starter.catalog, orders);
  const ids = new Set([...picked.values()].map((definition) => definition.id));
  const structures = await starter.catalog.structures([...ids]);
  const placed = [...picked].map(([order, { id }]) => {
    const structure = structures.get(id);
    if (structure === undefined) throw new InvariantError(`definition ${id} has gone`);
    return { order, structure, definitionId: id };
  });
  checkInputs(starter.forms, placed);
  const now = starter.now();
  return placed.map(({ order, structure, definitionId }) => {
    const { input, correlationId, createdBy, tenantId, idempotency } = order;
    const metadata = {
      ...order.metadata,
      workflow_name: structure.name,
      workflow_version: structure.version,
    };
    const started = startInstance(
      flowGraph(structure),
      {
        definitionId,
        input,
        metadata,
        correlationId,
        createdBy,
        tenantId,
        idempotency,
      },
      { now, newId: starter.newId },
    );
    return { order, ...started };
  });
}

async function represent(
  queries: Queries,
  orders: readonly StartOrder[],
  started: ReadonlyMap<StartOrder, NewInstance | InstanceId>,
): Promise<Started[]> {
  const earlier = [...started.values()].filter((each) => typeof each === "string");
  const summaries = await findInstances(queries, earlier);
  const byId = new Map(summaries.map((summary) => [summary.id, summary]));
  return orders.map((order) => {
    const each = started.get(order);
    if (each === undefined) throw new InvariantError("an order was forgotten");
    if (typeof each !== "string") return { instance: summaryOf(each), created: true };
    const summary = byId.get(each);
    if (summary === undefined) throw new InvariantError(`instance ${each} has gone`);
    return { instance: summary, created: false };
  });
}

/** An instance as it was written; reading it back would tell the same and take its time. */
function summaryOf(instance: NewInstance): InstanceSummary {
  return {
    id: instance.instanceId,
    definitionId: instance.definitionId,
    workflowName: instance.workflowName,
    workflowVersion: instance.workflowVersion,
    status: "running",
    currentStep: instance.firstExecution.stepName,
    startedAt: instance.startedAt,
    completedAt: null,
    createdBy: instance.createdBy,
    tenantId: instance.tenantId,
    correlationId: instance.correlationId,
  };
}
