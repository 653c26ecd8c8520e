import { Gateway } from "./gateway.ts";
import { HumanStep } from "./human-step.ts";
import { SignalStep } from "./signal-step.ts";
import { StepGroup } from "./step-group.ts";
import type { JoinRule, Step } from "./step.ts";
import type { CountingJoin, StepStructure } from "./structure.ts";
import { SubWorkflowStep } from "./sub-workflow-step.ts";

/** A step as data, without its code. */
export function stepStructure<Data extends object>(
  name: string,
  step: Step<Data>,
  memberOf: string | undefined,
): StepStructure {
  const join = countingJoin(step.join);
  const base: StepStructure = {
    name,
    type: step.stepType,
    description: step.description,
    ...(step.compensates ? { compensates: true } : {}),
    ...(join === null ? {} : { join }),
    ...(memberOf === undefined ? {} : { memberOf }),
  };
  if (step instanceof HumanStep) {
    const form = step.formSchema === null ? {} : { formSchema: step.formSchema };
    return { ...base, title: step.title, ...form };
  }
  if (step instanceof SignalStep) {
    return { ...base, signal: { name: step.signal ?? name, onTimeout: step.onTimeout } };
  }
  if (step instanceof SubWorkflowStep) {
    const { workflow, version, wait } = step;
    return { ...base, workflow: { name: workflow, version, wait } };
  }
  if (step instanceof StepGroup) return { ...base, group: step.groupStructure(name) };
  return step instanceof Gateway ? { ...base, gatewayKind: step.gatewayKind } : base;
}

function countingJoin(rule: JoinRule | null): CountingJoin | null {
  // Null comes from JavaScript; `validate` refuses it.
  if (rule === "all" || rule === null) return null;
  if (rule === "any") return { count: 1, cancelOthers: false };
  return { count: rule.count, cancelOthers: rule.cancelOthers ?? false };
}
