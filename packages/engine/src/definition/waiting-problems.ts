import semver from "semver";
import { NotJsonError } from "../errors.ts";
import { toJson } from "../json.ts";
import { LONGEST_NAME, WORKFLOW_NAME } from "./names.ts";
import { said } from "./said.ts";
import { SignalStep } from "./signal-step.ts";
import type { Step } from "./step.ts";
import { SubWorkflowStep } from "./sub-workflow-step.ts";

/**
 * What is wrong with the signal that a step waits for, or with the workflow that it starts.
 * @param targets names of the steps that its edges lead to
 */
export function waitingProblems<Data extends object>(
  name: string,
  step: Step<Data>,
  targets: readonly string[],
): string[] {
  if (step instanceof SignalStep) return signalProblems(name, step, targets);
  return step instanceof SubWorkflowStep ? workflowProblems(name, step) : [];
}

function signalProblems<Data extends object>(
  name: string,
  step: SignalStep<Data>,
  targets: readonly string[],
): string[] {
  const problems: string[] = [];
  const signal = step.signal ?? name;
  if (!canBeSent(signal)) {
    problems.push(
      `signal must be 1 to ${LONGEST_NAME} characters that a URL can name, and not '.' or '..'; got '${said(signal)}'`,
    );
  }
  if (step.onTimeout !== null) {
    if (!targets.includes(step.onTimeout)) {
      problems.push(`there is no edge to its onTimeout '${said(step.onTimeout)}'`);
    }
    if (step.timeout === null) problems.push("onTimeout needs a timeout");
  }
  return problems.map((problem) => `Signal step '${name}': ${problem}`);
}

/** Signals are sent to `…/signals/{name}`: what no path can say, nobody could send. */
function canBeSent(signal: unknown): boolean {
  if (typeof signal !== "string" || signal === "" || signal.length > LONGEST_NAME) return false;
  // URLs are made shorter by these, also when they are escaped.
  if (signal === "." || signal === "..") return false;
  try {
    toJson(signal, "signal");
    return true;
  } catch (error) {
    if (error instanceof NotJsonError) return false;
    throw error;
  }
}

function workflowProblems<Data extends object>(
  name: string,
  { workflow, version, wait }: SubWorkflowStep<Data>,
): string[] {
  const problems: string[] = [];
  // JavaScript gives what it likes.
  const [named, waits]: unknown[] = [workflow, wait];
  if (named === "" || typeof named !== "string") {
    problems.push("needs the name of a workflow");
  } else if (!WORKFLOW_NAME.test(named) || named.length > LONGEST_NAME) {
    problems.push(`no workflow can have the name '${named}'`);
  }
  if (version !== null && semver.valid(version) === null) {
    problems.push(`version '${said(version)}' is not a semantic version like 1.0.0`);
  }
  if (typeof waits !== "boolean") problems.push(`wait must be true or false, got ${said(waits)}`);
  return problems.map((problem) => `Step '${name}': ${problem}`);
}
