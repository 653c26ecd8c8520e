import type { WorkflowStructure } from "../definition/structure.ts";
import type { EdgeIndex } from "../graph/flow-graph.ts";
import { asId, type InstanceId, type SignalId, type WorkerId } from "../ids.ts";
import type { StepError, WaitRequest, WorkflowEvent } from "../state/events.ts";
import type { RunningToken, Token, WaitingToken } from "../state/instance-state.ts";
import { isTerminal } from "../status.ts";
import type { Flow } from "./arbitraries.ts";
import { aNewInstance, aStructure } from "./builders.ts";
import { Walk } from "./walk.ts";

const WORKER = asId<WorkerId>("00000000-0000-7000-8000-00000000ffff");
const error: StepError = { type: "Error", message: "broken", stack: null, cause: null };

/** Draws one of some things by lot, the same on every run of the same seed. */
type Draw = <Item>(items: readonly Item[]) => Item;

/**
 * Leads an instance through whatever can happen to it, event by event: steps end, fail, are tried
 * again and wait; what they wait for comes; people pause, skip, cancel and retry.
 * @param watch sees the walk before it begins
 * @param most how many events happen at the most
 */
export function wander(flow: Flow, seed: number, watch: (walk: Walk) => void, most = 60): void {
  const draw = drawer(seed);
  const walk = new Walk(eventful(flow.structure, draw));
  watch(walk);
  for (let count = 0; count < most; count += 1) {
    if (isTerminal(walk.state.status)) {
      if (walk.state.status !== "failed" || draw([true, false])) return;
      // Where steps were undone, a retry has to name one.
      const { initialStep } = flow.structure;
      const undone = walk.state.memory.failure?.undone ?? [];
      const fromStep = anOuterStep(walk, draw) ?? (undone.length > 0 ? initialStep : null);
      walk.happen({ type: "instance.retried", fromStep, contextPatch: {} });
    } else {
      walk.happen(anEvent(walk, draw));
    }
  }
}

/** The structure with what makes more happen: joins that count, listed ends, steps to undo. */
function eventful(structure: WorkflowStructure, draw: Draw): WorkflowStructure {
  const outer = structure.steps.filter((step) => step.memberOf === undefined);
  const ends = outer.filter(({ name }) => structure.edges.every(({ source }) => source !== name));
  const isJoin = (name: string) => structure.edges.filter((e) => e.target === name).length > 1;
  return {
    ...structure,
    steps: structure.steps.map((step) => ({
      ...step,
      ...(draw([true, false]) && step.group === undefined ? { compensates: true as const } : {}),
      ...(isJoin(step.name) && draw([true, false])
        ? { join: { count: draw([1, 2]), cancelOthers: draw([true, false]) } }
        : {}),
    })),
    terminalSteps: draw([true, false]) ? ends.map(({ name }) => name) : [],
    onNoMatch: draw(["complete", "fail"] as const),
  };
}

function anEvent(walk: Walk, draw: Draw): WorkflowEvent {
  const { tokens } = walk.state;
  const steered = draw([...Array.from({ length: 12 }, () => false), true]);
  // Several run at once: what happens to one of them meets the others in every state.
  for (const token of tokens)
    if (token.status === "scheduled" && draw([true, false, false])) walk.claimToken(token);
  const acting = walk.state.tokens.filter(({ status }) => status !== "pending");
  if (steered || acting.length === 0) return steering(walk, draw);
  const token = draw(acting);
  switch (token.status) {
    case "scheduled":
      return endOrWait(walk, walk.claimToken(token), draw);
    case "running":
      return endOrWait(walk, token, draw);
    case "waiting":
      return whatComes(walk, token, draw);
    case "pending":
      return steering(walk, draw);
  }
}

function endOrWait(walk: Walk, token: RunningToken, draw: Draw): WorkflowEvent {
  const { executionId, attempt, stepName, membership, undoes } = token;
  const base = { executionId, attempt, contextChanges: {} };
  const isInner = membership !== null || undoes !== null;
  const outgoing = isInner ? [] : walk.graph.outgoing(stepName);
  const edges = draw([outgoing, outgoing, outgoing.slice(0, 1), []]);
  const branch = { ...base, edges, continueAs: draw([WORKER, null]) };
  const { group } = walk.graph.step(stepName);
  if (group !== undefined && draw([true, true, true, false])) {
    const chosen = group.kind === "conditional" ? draw(group.members.map((_, at) => at)) : null;
    const items = group.kind === "map" ? draw([[], [1], [1, 2, 3]]) : null;
    return { ...base, type: "step.waiting", wait: { kind: "group", chosen, items } };
  }
  const { now } = walk;
  const retryAt = draw([now, new Date(now.getTime() + 60_000)]);
  const succeeded = { ...branch, type: "step.succeeded", result: null } as const;
  return draw<WorkflowEvent>([
    succeeded,
    succeeded,
    succeeded,
    { ...branch, type: "step.skipped" },
    { ...branch, type: "step.failed", error, handled: true },
    { ...branch, type: "step.failed", error, handled: false, edges: [] },
    { ...base, type: "step.retrying", error, retryAt, heartbeatDetails: null, waitsAnew: false },
    { ...base, type: "step.waiting", wait: draw(requests(walk, token)) },
  ]);
}

function requests(walk: Walk, token: Token): WaitRequest[] {
  const later = new Date(walk.now.getTime() + 60_000);
  const child = aNewInstance(aStructure(["a -> b"]), walk.state.definitionId, walk.newId);
  const { id: instanceId } = walk.state;
  const origin = { instanceId, executionId: token.executionId, depth: 1 };
  return [
    {
      kind: "task",
      title: "Look",
      description: null,
      formSchema: null,
      assigneeId: null,
      assigneeGroup: null,
      dueAt: null,
      reminderAt: null,
    },
    { kind: "timer", fireAt: later },
    { kind: "callback", tokenHash: "hash", callbackKey: "key" },
    { kind: "signal", name: "go", timeoutAt: later },
    { kind: "child", instance: { ...child, origin: { ...origin, waits: true } } },
    { kind: "child", instance: { ...child, origin: { ...origin, waits: false } } },
  ];
}

function whatComes(walk: Walk, token: WaitingToken, draw: Draw): WorkflowEvent {
  const { executionId, wait } = token;
  switch (wait.kind) {
    case "task": {
      const { taskId } = wait;
      return draw<WorkflowEvent>([
        {
          type: "task.completed",
          taskId,
          completedBy: wait.assigneeId ?? "ann",
          data: {},
          comment: null,
        },
        { type: "task.reassigned", taskId, assigneeId: "bob" },
      ]);
    }
    case "timer": {
      const { timerId } = wait;
      const { version, tokens, hidden, status } = walk.state;
      const edge = token.undoes === null ? draw([null, onlyWay(walk, token.stepName)]) : null;
      const claim = { workerId: WORKER, version, dueAt: walk.now, edge };
      const taken = { type: "timer.taken", timerId, ...claim } as const;
      const fired = { type: "timer.fired", timerId } as const;
      const isOnly = tokens.length + hidden.live === 1 && status === "waiting";
      return draw<WorkflowEvent>(isOnly ? [fired, taken] : [fired]);
    }
    case "delay":
      return { type: "timer.fired", timerId: wait.timerId };
    case "callback":
      return { type: "callback.received", executionId, callbackKey: "key", payload: 1 };
    case "signal":
      if (wait.timerId !== null && draw([true, false])) {
        return { type: "timer.fired", timerId: wait.timerId };
      }
      return {
        type: "signal.received",
        signalId: asId<SignalId>(walk.newId()),
        name: wait.name,
        payload: 1,
        deduplicationId: null,
      };
    case "child": {
      const instanceId: InstanceId = wait.instanceId;
      return { type: "child.ended", executionId, instanceId, status: "completed", error: null };
    }
    case "group":
      return steering(walk, draw);
  }
}

function onlyWay({ graph }: Walk, stepName: string): EdgeIndex | null {
  return graph.outgoing(stepName).find((edge) => graph.isOnlyWay(edge)) ?? null;
}

function steering(walk: Walk, draw: Draw): WorkflowEvent {
  const { tokens, status } = walk.state;
  const fromStep = anOuterStep(walk, draw);
  const runAt = draw([null, new Date(walk.now.getTime() + 60_000)]);
  const canBeSkipped = tokens.filter(
    (token) => token.status !== "pending" || token.pendingFor === "pause",
  );
  const skips = canBeSkipped.map(({ executionId }): WorkflowEvent => ({
    type: "step.skip-requested",
    executionId,
  }));
  // While an instance undoes its steps, nothing of it goes forward.
  const mayPass = walk.state.memory.compensation === null;
  const resumed: WorkflowEvent = { type: "instance.resumed", fromStep: mayPass ? fromStep : null };
  if (status === "paused" && draw([true, false])) return resumed;
  const stepName = fromStep ?? walk.graph.structure.initialStep;
  const scheduled: WorkflowEvent = { type: "step.scheduled", stepName, runAt };
  return draw<WorkflowEvent>([
    { type: "instance.paused" },
    { type: "instance.paused" },
    { type: "instance.canceled", reason: "enough" },
    ...skips,
    ...(mayPass ? [scheduled, { type: "deadline.passed" } as const] : []),
  ]);
}

function anOuterStep(walk: Walk, draw: Draw): string | null {
  const outer = walk.graph.structure.steps.filter((step) => step.memberOf === undefined);
  return draw([null, null, draw(outer).name]);
}

/** The mulberry32 generator: small, and the same everywhere. */
function drawer(seed: number): Draw {
  let state = seed >>> 0;
  return (items) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    const at = Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * items.length);
    const item = items[at];
    if (item === undefined) throw new Error("nothing to draw from");
    return item;
  };
}
