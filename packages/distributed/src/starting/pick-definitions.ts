import type { DefinitionVersion } from "@drover/db";
import {
  type Fault,
  WorkflowInactiveError,
  WorkflowNotFoundError,
  WorkflowsError,
} from "@drover/engine";
import { type DefinitionCatalog, latestOf } from "../definition-catalog.ts";
import { StartRefusedError } from "../errors.ts";
import type { StartOrder } from "./start-order.ts";

/**
 * The version of its workflow that each order is for: the one it names, else the latest that is
 * active.
 * @throws StartRefusedError naming every order that is for none
 */
export async function pickDefinitions(
  catalog: DefinitionCatalog,
  orders: readonly StartOrder[],
): Promise<ReadonlyMap<StartOrder, DefinitionVersion>> {
  const names = [...new Set(orders.map((order) => order.definitionName))];
  const versions = new Map(
    await Promise.all(names.map(async (name) => [name, await catalog.versions(name)] as const)),
  );
  const picked = new Map<StartOrder, DefinitionVersion>();
  const refusals: { error: WorkflowsError; fault: Fault }[] = [];
  for (const order of orders) {
    const result = pick(order, versions.get(order.definitionName) ?? []);
    if (result instanceof WorkflowsError) refusals.push(refusal(order, result));
    else picked.set(order, result);
  }
  const [first] = refusals;
  if (first === undefined) return picked;
  throw new StartRefusedError(
    first.error,
    refusals.map((refused) => refused.fault),
  );
}

function pick(
  { definitionName: name, version }: StartOrder,
  versions: readonly DefinitionVersion[],
): DefinitionVersion | WorkflowsError {
  if (versions.length === 0) return new WorkflowNotFoundError(name);
  if (version === null) {
    const active = versions.filter((known) => known.isActive);
    return latestOf(active) ?? new WorkflowInactiveError(name);
  }
  const found = versions.find((known) => known.version === version);
  if (found === undefined) {
    return new WorkflowNotFoundError(
      name,
      version,
      versions.map((known) => known.version),
    );
  }
  return found.isActive ? found : new WorkflowInactiveError(name, version);
}

function refusal(order: StartOrder, error: WorkflowsError) {
  const member = order.version === null ? "definition_name" : "version";
  return { error, fault: { path: `${order.place}${member}`, message: error.message } };
}
