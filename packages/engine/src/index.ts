export { chooseLive } from "./choose-live.ts";
export { RECENT_STEPS, recentHistory } from "./context/recent-history.ts";
export { WorkflowContext, type ContextInit, type StepRecord } from "./context/workflow-context.ts";
export type { StepSignal } from "./context/step-signal.ts";
export { after, type Duration, type DurationParts, toMilliseconds } from "./definition/duration.ts";
export { Edge, type EdgeCondition, type EdgeInit, type StepReference } from "./definition/edge.ts";
export {
  ExclusiveGateway,
  Gateway,
  type GatewayDecision,
  type GatewayKind,
  ParallelGateway,
} from "./definition/gateway.ts";
export {
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
} from "./definition/groups.ts";
export { HumanStep, type HumanStepOptions } from "./definition/human-step.ts";
export type {
  InputData,
  InputSchema,
  SchemaBeside,
  StandardSchema,
} from "./definition/input-schema.ts";
export { toIsoDuration } from "./definition/iso-duration.ts";
export { MachineStep } from "./definition/machine-step.ts";
export { pickDefinition } from "./definition/pick-definition.ts";
export type { ErrorMatcher, RetryPolicy } from "./definition/retry-policy.ts";
export type { DefinedInput } from "./definition/read-input-schema.ts";
export { compareVersions, latestVersion, WorkflowRegistry } from "./definition/registry.ts";
export { SignalStep, type SignalStepOptions } from "./definition/signal-step.ts";
export { Step, type StepOptions } from "./definition/step.ts";
export { type GroupMember, type GroupSteps, StepGroup } from "./definition/step-group.ts";
export {
  type CountingJoin,
  type EdgeStructure,
  FUNCTION_CONDITION,
  type GroupFailureRule,
  type AwaitedSignal,
  type GroupStructure,
  type StartedWorkflow,
  type OnNoMatch,
  type StepStructure,
  type WorkflowStructure,
} from "./definition/structure.ts";
export { structureDifferences } from "./definition/structure-differences.ts";
export { SubWorkflowStep, type SubWorkflowStepOptions } from "./definition/sub-workflow-step.ts";
export { TimerStep, type TimerStepOptions } from "./definition/timer-step.ts";
export { WebhookStep, type WebhookStepOptions } from "./definition/webhook-step.ts";
export {
  WorkflowDefinition,
  type WorkflowDefinitionInit,
} from "./definition/workflow-definition.ts";
export * from "./errors.ts";
export * from "./wait-errors.ts";
export * from "./execution-engine.ts";
export { executeStep } from "./execution/execute-step.ts";
export { edgeBehindTimer } from "./execution/edge-behind-timer.ts";
export { claimedFirst, type FirstStep, firstStepOf } from "./execution/first-step.ts";
export { knownFrom } from "./execution/known.ts";
export { stepEvent } from "./execution/step-event.ts";
export { runClaimedStep, type RunServices } from "./execution/run-claimed.ts";
export { runStep } from "./execution/run-step.ts";
export type {
  Abortable,
  ChildOrder,
  RunPorts,
  StartChild,
  StepOutcome,
  StepRun,
  Timers,
} from "./execution/step-run.ts";
export { mayRetry, retryDelay } from "./execution/retry-policy.ts";
export { describeError } from "./execution/step-error.ts";
export { compileExpression, type Expression, ExpressionError } from "./expression/index.ts";
export { type EdgeIndex, FlowGraph, flowGraph } from "./graph/flow-graph.ts";
export { type GraphEdge, type GraphJson, type GraphNode, graphToJson } from "./graph/graph-json.ts";
export { type MermaidState, toMermaid, toMermaidWithState } from "./graph/mermaid.ts";
export { WorkflowGraph } from "./graph/workflow-graph.ts";
export {
  asId,
  type DefinitionId,
  type ExecutionId,
  type InstanceId,
  isUuid,
  type MessageId,
  type NewId,
  type SignalId,
  type TaskId,
  type TimerId,
  type WorkerId,
} from "./ids.ts";
export { valueAtPointer } from "./json-pointer.ts";
export { claimEvents } from "./lifecycle/claim-lifecycle.ts";
export {
  EventBus,
  type HandlerFaultLogger,
  type LifecycleHandler,
  type LifecycleHandlers,
} from "./lifecycle/event-bus.ts";
export * from "./lifecycle/lifecycle-event.ts";
export { type CommitFacts, lifecycleEvents } from "./lifecycle/lifecycle-events.ts";
export type { StepRunFacts } from "./lifecycle/step-lifecycle.ts";
export { deliverMessages } from "./messages.ts";
export {
  DEFAULT_LIMITS,
  demandSize,
  LARGEST_METADATA,
  LARGEST_PAYLOAD,
  type PayloadLimits,
} from "./payload-limits.ts";
export { jsonSize } from "./json-size.ts";
export { MemoryStore, type MemoryStoreOptions } from "./memory/memory-store.ts";
export {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  layered,
  toJson,
  toJsonObject,
} from "./json.ts";
export type { Piece } from "./piece.ts";
export * from "./state/changes.ts";
export { EVENT_MEANINGS } from "./state/event-meanings.ts";
export * from "./state/events.ts";
export * from "./state/instance-state.ts";
export { INSTANCE_TRANSITIONS, type InstanceTransition } from "./state/instance-transitions.ts";
export { STEP_TRANSITIONS, type StepMover, type StepTransition } from "./state/step-transitions.ts";
export * from "./status.ts";
export * from "./store.ts";
export { type Applied, apply, type EventOutcome } from "./transition/apply.ts";
export { asOne } from "./transition/as-one.ts";
export type { Environment } from "./transition/environment.ts";
export { stateNeeds, type StateNeeds } from "./transition/needs.ts";
export {
  type NewInstance,
  type Origin,
  startInstance,
  type StartRequest,
} from "./transition/start.ts";
