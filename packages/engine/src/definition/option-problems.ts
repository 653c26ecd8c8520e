import {
  ExclusiveGateway,
  type ExclusiveGatewayOptions,
  Gateway,
  type GatewayOptions,
  ParallelGateway,
  type ParallelGatewayOptions,
} from "./gateway.ts";
import {
  ConditionalGroup,
  type ConditionalGroupOptions,
  MapGroup,
  type MapGroupOptions,
  ParallelGroup,
  type ParallelGroupOptions,
  RaceGroup,
  type RaceGroupOptions,
  SequentialGroup,
  type SequentialGroupOptions,
} from "./groups.ts";
import { HumanStep, type HumanStepOptions } from "./human-step.ts";
import { MachineStep } from "./machine-step.ts";
import { said } from "./said.ts";
import { SignalStep, type SignalStepOptions } from "./signal-step.ts";
import { FanOutGroup } from "./step-group.ts";
import { Step, type StepOptions } from "./step.ts";
import { SubWorkflowStep, type SubWorkflowStepOptions } from "./sub-workflow-step.ts";
import { TimerStep, type TimerStepOptions } from "./timer-step.ts";
import { unknownOptions } from "./unknown-options.ts";
import { WebhookStep, type WebhookStepOptions } from "./webhook-step.ts";

/** Functions are called by the engine, text goes into columns; other values are checked elsewhere. */
type Kind = "function" | "text" | "value";

/** What each option of a type is; the compiler asks for every one of them. */
type Table<Options, Base = StepOptions> = Readonly<
  Record<Exclude<keyof Options, keyof Base>, Kind>
>;

const STEP: Table<StepOptions, object> = {
  name: "text",
  description: "text",
  retry: "value",
  timeout: "value",
  heartbeatTimeout: "value",
  maxLostAttempts: "value",
  join: "value",
  pure: "value",
  canExecute: "function",
  execute: "function",
  onSuccess: "function",
  onFailure: "function",
  compensate: "function",
};
const HUMAN: Table<HumanStepOptions> = {
  title: "text",
  formSchema: "value",
  assigneeKey: "text",
  getAssignee: "function",
  getAssigneeGroup: "function",
  getTitle: "function",
  getDescription: "function",
  getDueDate: "function",
  getReminderDate: "function",
};
const WEBHOOK: Table<WebhookStepOptions> = { callbackKey: "text", getCallbackToken: "function" };
const TIMER: Table<TimerStepOptions> = { duration: "value", until: "value" };
const SIGNAL: Table<SignalStepOptions> = { signal: "value", contextKey: "text", onTimeout: "text" };
const SUB_WORKFLOW: Table<SubWorkflowStepOptions> = {
  workflow: "value",
  version: "value",
  input: "function",
  wait: "value",
};
const GATEWAY: Table<GatewayOptions> = { evaluate: "function" };
const EXCLUSIVE: Table<ExclusiveGatewayOptions, GatewayOptions> = { condition: "function" };
const PARALLEL: Table<ParallelGatewayOptions, GatewayOptions> = { branches: "value" };
const SEQUENCE: Table<SequentialGroupOptions> = { steps: "value" };
const RACE: Table<RaceGroupOptions> = { steps: "value" };
const CONDITIONAL: Table<ConditionalGroupOptions> = { condition: "function", branches: "value" };
const ALL_AT_ONCE: Table<ParallelGroupOptions> = { steps: "value", callback: "value" };
const MAP: Table<MapGroupOptions> = {
  items: "function",
  step: "value",
  concurrency: "value",
  callback: "value",
};

/** Any class of steps, abstract ones too; what it is made of is of no interest here. */
type StepClass = abstract new (options: never) => Step;

const OPTIONS: ReadonlyMap<StepClass, Readonly<Record<string, Kind>>> = new Map<
  StepClass,
  Readonly<Record<string, Kind>>
>([
  [Step, STEP],
  [MachineStep, {}],
  [HumanStep, HUMAN],
  [WebhookStep, WEBHOOK],
  [TimerStep, TIMER],
  [SignalStep, SIGNAL],
  [SubWorkflowStep, SUB_WORKFLOW],
  [Gateway, GATEWAY],
  [ExclusiveGateway, EXCLUSIVE],
  [ParallelGateway, PARALLEL],
  [SequentialGroup, SEQUENCE],
  [RaceGroup, RACE],
  [ConditionalGroup, CONDITIONAL],
  [ParallelGroup, ALL_AT_ONCE],
  [MapGroup, MAP],
]);

/** Options and hooks of a step that are not what they should be, in words that name both. */
export function optionProblems<Data extends object>(name: string, step: Step<Data>): string[] {
  const options = Step.optionsOf(step);
  const tables = [...OPTIONS].filter(([stepClass]) => step instanceof stepClass);
  const problems = tables.flatMap(([stepClass, table]) =>
    Object.entries(table).flatMap(([option, kind]) => [
      ...valueProblem(option, kind, Reflect.get(options, option)),
      ...(kind === "function" ? overrideProblem(option, step, stepClass) : []),
    ]),
  );
  const known = tables.flatMap(([, table]) => Object.keys(table));
  // A class of its own may take options of its own.
  const isOurs = tables.some(([stepClass]) => step.constructor === stepClass);
  return [
    ...new Set([
      ...problems,
      ...(isOurs ? unknownOptions(options, known) : []),
      ...missingHooks(step, options),
    ]),
  ].map((problem) => `Step '${name}': ${problem}`);
}

function valueProblem(option: string, kind: Kind, value: unknown): string[] {
  if (value === undefined || kind === "value") return [];
  if (kind === "function") {
    return typeof value === "function" ? [] : [`${option} must be a function, got ${said(value)}`];
  }
  return typeof value === "string" ? [] : [`${option} must be text, got ${said(value)}`];
}

/** Hooks are methods too: a subclass may have put something else in their place. */
function overrideProblem(option: string, step: object, stepClass: StepClass): string[] {
  const isMethod = typeof Reflect.get(stepClass.prototype, option) === "function";
  return isMethod ? valueProblem(option, "function", Reflect.get(step, option) ?? null) : [];
}

/** What a group cannot run without. */
function missingHooks<Data extends object>(step: Step<Data>, options: object): string[] {
  const lacks = (hook: string, base: object) =>
    Reflect.get(step, hook) === Reflect.get(base, hook) && Reflect.get(options, hook) === undefined
      ? [`needs ${hook}: as an option or as a method`]
      : [];
  return [
    ...(step instanceof MapGroup ? lacks("items", MapGroup.prototype) : []),
    ...(step instanceof ConditionalGroup ? lacks("condition", ConditionalGroup.prototype) : []),
    ...(step instanceof FanOutGroup && !["fail-fast", "collect"].includes(step.failureRule)
      ? [`onFailure must be "fail-fast", "collect" or a function, got ${said(step.failureRule)}`]
      : []),
  ];
}
