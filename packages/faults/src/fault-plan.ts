import { z } from "zod";
import { FAULT_POINTS, type FaultAction, type PlannedFault } from "./fault-points.ts";

/** `after-claim=crash`, `after-claim=freeze@3`, `before-commit=stall:5000@2`. */
const ENTRY = /^([a-z-]+)=(?:(crash|freeze)|stall:(\d{1,9}))(?:@([1-9]\d{0,8}))?$/;

/** The value of the variable that switches fault points on; nothing happens where it is not set. */
export const faultPlan = z
  .string()
  .transform((list, check): readonly PlannedFault[] => {
    const planned = list.split(",").map((entry) => plannedFault(entry.trim()));
    if (planned.every((fault) => fault !== null)) return planned;
    check.addIssue({ code: "custom", message: "is no list of faults" });
    return z.NEVER;
  })
  .describe(
    "faults separated by commas, such as after-claim=crash@3 (at the third pass), " +
      "before-claim=freeze (until SIGCONT) or before-commit=stall:5000 (milliseconds), " +
      `at any of ${FAULT_POINTS.join(", ")}`,
  );

function plannedFault(entry: string): PlannedFault | null {
  const [, name, action, milliseconds, pass] = ENTRY.exec(entry) ?? [];
  const point = FAULT_POINTS.find((known) => known === name);
  if (point === undefined) return null;
  return { point, action: faultAction(action, milliseconds), pass: Number(pass ?? 1) };
}

function faultAction(action: string | undefined, milliseconds: string | undefined): FaultAction {
  if (milliseconds !== undefined) return { kind: "stall", milliseconds: Number(milliseconds) };
  return { kind: action === "freeze" ? "freeze" : "crash" };
}
