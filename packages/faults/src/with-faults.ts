import type { FaultPoint } from "./fault-points.ts";
import type { FaultSwitch } from "./fault-switch.ts";

/** The points around a call. */
export interface Around {
  readonly before: FaultPoint;
  readonly after: FaultPoint;
  /** The second is passed with no empty list: whoever took nothing over has nothing to lose. */
  readonly afterSome?: boolean;
}

/**
 * A port whose calls come past fault points on their way. It is put around the real one only in
 * processes that are to fail: in all others nothing of it is there, neither a branch nor a wait.
 * @param around which points lie around a call; null for none
 */
export function withFaults<Port extends object>(
  port: Port,
  faults: FaultSwitch,
  around: (method: string, args: readonly unknown[]) => Around | null,
): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function" || typeof name !== "string") return member;
      return (...args: unknown[]): unknown => {
        const points = around(name, args);
        const call = () => Reflect.apply(member, target, args) as unknown;
        return points === null ? call() : between(points, faults, call);
      };
    },
  });
}

async function between(
  { before, after, afterSome = false }: Around,
  faults: FaultSwitch,
  call: () => unknown,
): Promise<unknown> {
  faults.pass(before);
  const result = await call();
  if (!afterSome || !isEmpty(result)) faults.pass(after);
  return result;
}

export function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
