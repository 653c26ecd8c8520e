import type { ExecutionId } from "../ids.ts";
import type { JsonValue } from "../json.ts";
import type {
  Arrival,
  Membership,
  PendingReason,
  PendingToken,
  RunningToken,
  Token,
} from "../state/instance-state.ts";

/** A token to be put before a step. */
export interface Placement {
  readonly stepName: string;
  readonly arrivals: readonly Arrival[];
  /** Why it must not start yet; null when it may. */
  readonly pendingFor?: PendingReason | null;
  readonly membership?: Membership | null;
  readonly item?: JsonValue;
  readonly undoes?: ExecutionId | null;
}

/** What has an item is what all inside it work on. */
export function membershipOf(
  { membership, item }: Placement,
  itemId: ExecutionId,
): Membership | null {
  if (membership === undefined || membership === null) return null;
  return item === undefined ? membership : { ...membership, itemId };
}

/** A token whatever its status. */
export type Bare = Omit<RunningToken, "status">;

/** A token without what belongs to its status. */
export function bare(token: Token | Bare): Bare {
  const { executionId, stepName, attempt, arrivals, membership, undoes } = token;
  return { executionId, stepName, attempt, arrivals, membership, undoes };
}

export function pending(token: Token | Bare, pendingFor: PendingReason): PendingToken {
  return { ...bare(token), status: "pending", pendingFor };
}
