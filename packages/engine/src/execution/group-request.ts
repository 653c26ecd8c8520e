import type { WorkflowContext } from "../context/workflow-context.ts";
import { ConditionalGroup, MapGroup } from "../definition/groups.ts";
import { said } from "../definition/said.ts";
import type { StepGroup } from "../definition/step-group.ts";
import { StepContractError } from "../errors.ts";
import { toJson } from "../json.ts";
import { demandSize, LARGEST_ITEMS } from "../payload-limits.ts";
import type { GroupRequest } from "../state/events.ts";

/** Longer lists would not fit into one commit; a map over pages holds more. */
const MOST_ITEMS = 20_000;

/**
 * Which members of a group are to run, or null where none is: no branch has the key.
 * @throws StepContractError when `items` is no list or too long or a key is no string,
 *   PayloadTooLargeError, and whatever the hooks throw
 */
export async function groupRequest(
  stepName: string,
  group: StepGroup,
  context: WorkflowContext,
): Promise<GroupRequest | null> {
  if (group instanceof ConditionalGroup) {
    const key: unknown = await group.condition(context);
    if (typeof key !== "string") {
      throw new StepContractError(
        stepName,
        `must choose one of its branches by its key, a string; got ${said(key)}`,
      );
    }
    const chosen = Object.keys(group.branches).indexOf(key);
    return chosen === -1 ? null : { kind: "group", chosen, items: null };
  }
  if (!(group instanceof MapGroup)) return { kind: "group", chosen: null, items: null };
  const items: unknown = await group.items(context);
  if (!Array.isArray(items)) throw new StepContractError(stepName, "must map over a list");
  if (items.length > MOST_ITEMS) {
    throw new StepContractError(
      stepName,
      `maps over ${items.length} items, more than ${MOST_ITEMS}`,
    );
  }
  const copies = items.map((item: unknown, index) =>
    toJson(item ?? null, `item ${index} of step '${stepName}'`),
  );
  demandSize(copies, `list of items of step '${stepName}'`, LARGEST_ITEMS);
  return { kind: "group", chosen: null, items: copies };
}
