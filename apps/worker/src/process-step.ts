import {
  CallbackTokenInUseError,
  describeError,
  knownFrom,
  stepEvent,
  runClaimedStep,
  type ClaimedStep,
  type ClaimResult,
  type Dispatched,
  type JsonValue,
  type NewId,
  type PayloadLimits,
  type RunAhead,
  type RunServices,
  type ScheduledExecution,
  type StepEvent,
  type StepOutcome,
  type WorkerId,
  type WorkflowStore,
} from "@drover/engine";
import { isRefusal } from "@drover/db";
import type { JobVerdict } from "@drover/queue";
import { performCommands, type CommandServices } from "./commands.ts";
import type { OwnWork } from "./own-work.ts";
import type { Places } from "./places.ts";
import { InlineBudget } from "./inline-budget.ts";
import type { KnownBacklog } from "./known-backlog.ts";
import type { KnownDefinitions } from "./known-definitions.ts";
import { nextStep, stepBeforeTimer } from "./next-step.ts";
import type { SlowSteps } from "./slow-steps.ts";
import { StepsAhead, type Ran } from "./steps-ahead.ts";

/** What the processing of jobs needs. */
export interface StepServices extends CommandServices {
  readonly workerId: WorkerId;
  readonly store: WorkflowStore;
  readonly definitions: KnownDefinitions;
  readonly newId: NewId;
  readonly places: Places;
  readonly backlog: Pick<KnownBacklog, "isAny">;
  readonly slowSteps: SlowSteps;
  readonly ownWork: Pick<OwnWork, "keep" | "noteRun" | "isBrisk">;
  readonly checkInput: RunServices["checkInput"];
  /** How often a step's worker may be lost before the step fails; endless where not given. */
  readonly maxLostAttempts?: number;
  /** How large results and contexts may be; the engine's defaults where not given. */
  readonly limits?: PayloadLimits;
  /** True once the worker has to go: branches go back to the queue. */
  readonly isDraining: () => boolean;
}

/**
 * A worker without the code passes the job on, soon at first and more slowly the more often it
 * was passed on: it may be that nobody has the code. Milliseconds.
 */
const FIRST_OFFER = 50;
const SLOWEST_OFFER = 1_000;

/** A step whose worker was lost so often in a row may be the reason: it runs without neighbours. */
const SUSPECT_FROM = 2;

/** A step that was taken up: what is to become of its job, and when its branch is over here. */
interface TakenUp {
  readonly verdict: JobVerdict;
  readonly over: Promise<void>;
}

const OVER = Promise.resolve();

/**
 * The worker's loop over one branch: claim → run → commit → go on with the next step of the same
 * branch, until the branch forks, waits, ends or has used up its time. A step that its workers do
 * not seem to survive gets this one for itself.
 * @param timesOffered how often the job has come up, this time included
 * @returns once the step is claimed: from then on Postgres knows who has it, and the branch goes on
 *   without its job
 */
export async function takeUpStep(
  services: StepServices,
  execution: ScheduledExecution,
  timesOffered: number,
): Promise<TakenUp> {
  const { running, isDraining } = services;
  const forOthers = { offerAgainIn: Math.min(FIRST_OFFER * timesOffered, SLOWEST_OFFER) };
  if (running.isReserved) return { verdict: forOthers, over: OVER };
  const { claim, over } = await begin(services, execution, SUSPECT_FROM);
  if (claim === "unknown-definition") return { verdict: forOthers, over };
  if (claim !== "suspect") return { verdict: "done", over };
  const ran = await running.alone(services.ports.timers, async () => {
    if (!isDraining()) await (await begin(services, execution, Number.POSITIVE_INFINITY)).over;
  });
  return { verdict: ran && !isDraining() ? "done" : forOthers, over };
}

/** The same for whoever waits until the branch is over. */
export async function processStep(
  services: StepServices,
  execution: ScheduledExecution,
): Promise<JobVerdict> {
  const { verdict, over } = await takeUpStep(services, execution, 1);
  await over;
  return verdict;
}

/** Claims the step and sets out to carry its branch on. */
async function begin(
  services: StepServices,
  { executionId, attempt, isFirst }: ScheduledExecution,
  lostLessThan: number,
): Promise<{ readonly claim: ClaimResult["kind"]; readonly over: Promise<void> }> {
  const { store, workerId, definitions, running } = services;
  const leave = running.enter();
  try {
    const claim = await store.claim({
      executionId,
      attempt,
      workerId,
      definitionIds: definitions.ids,
      ...(isFirst === true ? { isFirst } : {}),
      ...(Number.isFinite(lostLessThan) ? { lostLessThan } : {}),
    });
    if (claim.kind === "claimed") {
      return { claim: claim.kind, over: carryOnFrom(services, claim.step).finally(leave) };
    }
    leave();
    return { claim: claim.kind, over: OVER };
  } catch (error) {
    leave();
    throw error;
  }
}

/** Carries on a branch from a step that this worker has claimed. */
export async function carryOnFrom(services: StepServices, first: ClaimedStep): Promise<void> {
  const budget = new InlineBudget(services.ports.monotonic);
  let step: ClaimedStep | null = first;
  while (step !== null) step = await runAndCommit(services, step, budget);
}

/** @returns the next step of the branch where this worker goes on with it itself */
async function runAndCommit(
  services: StepServices,
  step: ClaimedStep,
  budget: InlineBudget,
): Promise<ClaimedStep | null> {
  const { running, lifecycle, logger, ports, ownWork } = services;
  const signal = running.begin(step);
  const begunAt = ports.now();
  const begun = ports.monotonic();
  let said = step.heartbeatDetails;
  const onHeartbeat = (details: JsonValue) => {
    said = details;
    running.note({ ...step, details });
  };
  try {
    lifecycle.begun({ step, begunAt });
    const outcome = await run(services, step, signal, onHeartbeat);
    ownWork.noteRun(ports.monotonic() - begun);
    if (signal.aborted && (outcome.type === "failed" || outcome.type === "retrying")) {
      // The code did as it was told and stopped: that is no failure of the step. If it is still
      // this worker's, the next heartbeat or the drain gives it back.
      return null;
    }
    if (outcome.type === "failed" || outcome.type === "retrying") {
      const { instanceId, stepName, attempt } = step;
      logger.warn({ instanceId, stepName, attempt, error: outcome.error.message }, "step failed");
    }
    const ran = { step, outcome };
    const { dispatched, last } = await commit(services, ran, budget);
    lifecycle.committed(dispatched, { step, begunAt });
    if (dispatched.kind === "stale") {
      const { executionId, attempt } = step;
      logger.info({ executionId, attempt }, "a stale commit changed nothing");
      return null;
    }
    const { state, commands } = dispatched;
    // None after most commits: the branch goes on with this worker.
    if (commands.length > 0) {
      const before = stepBeforeTimer(step, outcome, dispatched, said);
      await performCommands(services, commands, { state, step: before });
    }
    return nextStep(last.step, last.outcome, dispatched);
  } catch (error) {
    // Not even that it failed: once Postgres is back, the heartbeat gives the step to whoever
    // runs it again.
    logger.error({ err: error, executionId: step.executionId }, "the step's end was not written");
    return null;
  } finally {
    running.end(step);
  }
}

function run(
  { definitions, store, checkInput, ports, newId, maxLostAttempts, limits }: StepServices,
  step: ClaimedStep,
  signal: AbortSignal,
  onHeartbeat: (details: JsonValue) => void,
): Promise<StepOutcome> {
  return runClaimedStep(
    {
      store,
      ports,
      newId,
      checkInput,
      ...(maxLostAttempts === undefined ? {} : { maxLostAttempts }),
      ...(limits === undefined ? {} : { limits }),
    },
    step,
    definitions.get(step.definitionId),
    signal,
    onHeartbeat,
  );
}

/** @returns what was written, and the step that has run last of those whose ends were */
async function commit(
  services: StepServices,
  ran: Ran,
  budget: InlineBudget,
): Promise<{ readonly dispatched: Dispatched; readonly last: Ran }> {
  const endOf = ({ step, outcome }: Ran) =>
    stepEvent(step, outcome, goesOn(services, step, budget) ? services.workerId : null);
  const end = endOf(ran);
  const ahead = stepsAhead(services, ran, end, endOf);
  let refusal: unknown;
  // What is refused may be the fault of a step that ran ahead: then this one is written by itself.
  for (const runAhead of ahead.mayRun ? [ahead.run, undefined] : [undefined]) {
    try {
      const dispatched = await dispatch(services, ran.step, end, runAhead);
      return { dispatched, last: ahead.lastOf(dispatched) ?? ran };
    } catch (error) {
      // What Postgres will never take fails the step with the reason; anything else may pass.
      const isRefused = isRefusal(error) || error instanceof CallbackTokenInUseError;
      if (!isRefused) throw error;
      refusal = error;
    }
  }
  const failed: StepOutcome = {
    type: "failed",
    error: describeError(refusal),
    handled: false,
    edges: [],
    contextChanges: {},
  };
  const dispatched = await dispatch(services, ran.step, stepEvent(ran.step, failed, null));
  return { dispatched, last: ran };
}

function stepsAhead(
  services: StepServices,
  ran: Ran,
  end: StepEvent,
  endOf: (ran: Ran) => StepEvent,
): StepsAhead {
  const { definitions, ports, slowSteps } = services;
  // What it says of itself is for its next try, which would be the first that anybody knows of.
  const unheard = () => {};
  return new StepsAhead(
    {
      definitions,
      ports,
      slowSteps,
      endOf,
      run: (step, signal) => run(services, step, signal, unheard),
    },
    ran,
    end,
  );
}

/** Whether this worker goes on with the branch where a single step follows. */
function goesOn(services: StepServices, step: ClaimedStep, budget: InlineBudget): boolean {
  // Only where no other token lives can nobody have changed the context meanwhile.
  const mayGoOn = !services.isDraining() && !services.running.isReserved;
  return step.state !== null && mayGoOn && budget.take();
}

function dispatch(
  { store }: StepServices,
  step: ClaimedStep,
  event: StepEvent,
  runAhead?: RunAhead,
): Promise<Dispatched> {
  return store.dispatch(step.instanceId, event, knownFrom(step), runAhead);
}
