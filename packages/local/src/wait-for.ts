import {
  isTerminal,
  type InstanceId,
  type InstanceView,
  type WorkflowStatus,
} from "@drover/engine";
import { EngineClosedError, InstanceEndedError } from "./errors.ts";
import type { Machinery } from "./machinery.ts";
import { instanceView } from "./views.ts";

/** What somebody waits for: a status, or whatever can be seen of an instance. */
export type Expected = WorkflowStatus | ((instance: InstanceView) => boolean);

/**
 * Resolves when the instance is as expected.
 * @throws InstanceEndedError when it is over and is not, EngineClosedError
 */
export function waitFor(
  machinery: Machinery,
  id: InstanceId,
  expected: Expected,
): Promise<InstanceView> {
  const { promise, resolve, reject } = Promise.withResolvers<InstanceView>();
  let isLooking = false;
  const look = () => {
    isLooking = false;
    try {
      const seen = seenAs(machinery, id, expected);
      if (seen === null) return;
      stop();
      resolve(seen);
    } catch (error) {
      stop();
      reject(error);
    }
  };
  // Thousands of steps may end in one turn; one look at what they have led to is enough.
  const stop = machinery.watchers.watch(id, () => {
    if (isLooking) return;
    isLooking = true;
    setImmediate(look);
  });
  look();
  return promise;
}

function seenAs(machinery: Machinery, id: InstanceId, expected: Expected): InstanceView | null {
  const { rows } = machinery.store;
  const { status, error } = rows.instance(id);
  if (typeof expected === "function" ? expected(instanceView(rows, id)) : status === expected) {
    return instanceView(rows, id);
  }
  if (isTerminal(status)) throw new InstanceEndedError(id, status, error);
  if (machinery.isClosed) throw new EngineClosedError();
  return null;
}
