import type { Transition } from "@drover/db/store";
import {
  isLive,
  isTerminal,
  type ExecutionId,
  type InstanceId,
  type ScheduledExecution,
} from "@drover/engine";
import type { ExecutionRow, MemoryRows } from "@drover/engine/memory";
import type { Story } from "./story.ts";
import type { DatabaseWatch } from "./database/simulated-database.ts";

/** What must never be, and was. */
export interface Violation {
  readonly kind: ViolationKind;
  readonly text: string;
  /** Milliseconds since the simulation began. */
  readonly at: number;
}

export type ViolationKind =
  | "attempt reused"
  | "effect done twice"
  | "effect not counted once"
  | "ended step changed"
  | "terminal instance changed"
  | "timer early"
  | "token counts wrong"
  | "job before its fact"
  | "acknowledged and lost"
  | "task completed by two"
  | "done and refused"
  | "effect of nothing"
  | "stuck"
  | "step ran too often"
  | "other end than in a quiet run"
  | "unhandled error";

/** What the witness looks at. */
export interface WitnessGround {
  readonly rows: () => MemoryRows;
  /** Milliseconds since the simulation began. */
  readonly elapsed: () => number;
  /** The database's clock. */
  readonly now: () => Date;
  readonly story: Story;
}

/** Sees everything that is written, claimed, handed over and done, while it happens. */
export class Witness implements DatabaseWatch {
  readonly violations: Violation[] = [];
  /** Effects by execution, attempt and what was done. */
  readonly effects = new Set<string>();
  /** First steps that were given to workers that had offered to take them. */
  given = 0;
  /** Steps that were taken ahead of their timers. */
  takenAhead = 0;
  /** Steps that were over before they were written. */
  ranAhead = 0;
  /** How often an execution was claimed beyond its first attempt. */
  repeatedAttempts = 0;
  readonly #claims = new Set<string>();
  /** Before when the code of steps must not run that were taken ahead of a timer. */
  readonly #notBefore = new Map<ExecutionId, Date>();
  readonly #ground: WitnessGround;

  constructor(ground: WitnessGround) {
    this.#ground = ground;
  }

  violated(kind: ViolationKind, text: string): void {
    this.violations.push({ kind, text, at: this.#ground.elapsed() });
  }

  readonly claimed = (executionId: ExecutionId, attempt: number): void => {
    const claim = keyOf({ executionId, attempt });
    if (this.#claims.has(claim)) this.violated("attempt reused", `${claim} was claimed twice`);
    this.#claims.add(claim);
    this.#ground.story.tell("database", `${short(executionId)}.${attempt} is claimed`);
    if (attempt > 1) this.repeatedAttempts += 1;
  };

  readonly offerTaken = (): void => {
    this.given += 1;
  };

  /** A job has come into the queue: the row that it names must be there by then. */
  readonly enqueued = (execution: ScheduledExecution): void => {
    const row = this.#ground.rows().executions.get(execution.executionId);
    if (row === undefined || row.attempt < execution.attempt) {
      this.violated("job before its fact", `the queue has got ${keyOf(execution)}`);
    }
  };

  /** The code of a step has done something in the world outside. */
  effect(execution: ScheduledExecution, what: string): void {
    const effect = effectOf(execution, what);
    if (this.effects.has(effect)) this.violated("effect done twice", effect);
    const row = this.#ground.rows().executions.get(execution.executionId);
    if (row === undefined || row.attempt < execution.attempt) {
      this.violated("effect of nothing", `${effect} is not on any row`);
    }
    this.effects.add(effect);
    this.#checkMoment(execution.executionId);
  }

  readonly before = ({ changes }: Transition): void => {
    const rows = this.#ground.rows();
    const instance = rows.instance(changes.instanceId);
    const executions = changes.executions.map((change) => rows.execution(change.executionId));
    if (isTerminal(instance.status) && changes.instance?.revived !== true) {
      this.violated("terminal instance changed", `${instance.id} was ${instance.status}`);
    }
    for (const row of executions) {
      if (!isLive(row.status)) {
        this.violated("ended step changed", `${row.stepName} ${row.id} was ${row.status}`);
      }
      this.#checkTimer(rows, row, changes.executions);
      this.#noteTaken(rows, row, changes);
    }
  };

  readonly after = ({ changes }: Transition): void => {
    const rows = this.#ground.rows();
    this.#tell(changes);
    for (const { executionId, status, attempt, end } of changes.newExecutions) {
      if (status === "running") this.claimed(executionId, attempt);
      if (end !== null) this.ranAhead += 1;
    }
    if (changes.instance !== null) this.#checkTokens(rows, changes.instanceId);
    for (const { executionId, status } of changes.executions) {
      if (status === "succeeded") this.#checkCounted(rows.execution(executionId));
    }
  };

  #tell({ instanceId, instance, executions, newExecutions }: Transition["changes"]): void {
    const changed = executions.map(({ executionId, from, status, attempt }) => {
      const { stepName } = this.#ground.rows().execution(executionId);
      return `${stepName} ${short(executionId)}.${attempt} ${from.status} -> ${status}`;
    });
    const made = newExecutions.map(
      ({ stepName, executionId, status, end }) =>
        `${stepName} ${short(executionId)}.1 new ${end?.status ?? status}`,
    );
    const what = [...changed, ...made, ...(instance === null ? [] : [instance.status])].join(", ");
    this.#ground.story.tell("database", `${short(instanceId)}: ${what}`);
  }

  /** A wait that ends because its time has come must have had its time. */
  #checkTimer(
    rows: MemoryRows,
    row: ExecutionRow,
    changes: Transition["changes"]["executions"],
  ): void {
    const { wait } = row;
    if (row.status !== "waiting" || wait === null || !("timerId" in wait)) return;
    const change = changes.find(({ executionId }) => executionId === row.id);
    const byTime =
      change?.status === "scheduled" &&
      (wait.kind === "delay"
        ? change.resumption?.kind !== "skip"
        : ["timer", "signal-timeout"].includes(change.resumption?.kind ?? ""));
    const timer = wait.timerId === null ? undefined : rows.timers.get(wait.timerId);
    if (!byTime || timer === undefined) return;
    const early = timer.fireAt.getTime() - this.#ground.now().getTime();
    if (early > 0) this.violated("timer early", `${row.stepName} ${row.id} by ${early} ms`);
  }

  /** What a worker takes ahead of a timer has to wait: the step itself, or the one behind it. */
  #noteTaken(rows: MemoryRows, row: ExecutionRow, changes: Transition["changes"]): void {
    const change = changes.executions.find(({ executionId }) => executionId === row.id);
    if (row.status !== "waiting" || row.wait?.kind !== "timer") return;
    const timer = rows.timers.get(row.wait.timerId);
    if (timer === undefined || change === undefined) return;
    const claimed = change.status === "running" ? [change] : changes.newExecutions;
    if (change.status !== "running" && change.status !== "succeeded") return;
    for (const { executionId } of claimed) this.#notBefore.set(executionId, timer.fireAt);
    this.takenAhead += 1;
  }

  #checkMoment(executionId: ExecutionId): void {
    const moment = this.#notBefore.get(executionId)?.getTime() ?? 0;
    const early = moment - this.#ground.now().getTime();
    if (early > 0) this.violated("timer early", `${executionId} ran ${early} ms before its time`);
  }

  #checkTokens(rows: MemoryRows, id: InstanceId): void {
    const { liveTokens, activeTokens, status } = rows.instance(id);
    const tokens = [...rows.live(id, "outer"), ...rows.live(id, "members")];
    const active = tokens.filter((token) => ["scheduled", "running"].includes(token.status));
    if (tokens.length !== liveTokens || active.length !== activeTokens) {
      const counted = `${tokens.length} live and ${active.length} active`;
      this.violated("token counts wrong", `${id} says ${liveTokens}, ${activeTokens}: ${counted}`);
    }
    if (isTerminal(status) && tokens.length > 0) {
      this.violated("token counts wrong", `${id} is ${status} with ${tokens.length} live tokens`);
    }
  }

  /** What a step says of its attempt must be the attempt on its row, and have had its effect. */
  #checkCounted({ id, stepName, attempt, result }: ExecutionRow): void {
    const said = saidBy(result);
    // Groups hand on what their members have said.
    if (said === null || said.of !== id) return;
    const effect = effectOf({ executionId: id, attempt: said.attempt }, said.effect);
    if (said.attempt !== attempt || !this.effects.has(effect)) {
      const counted = `counts ${effect} under attempt ${attempt}`;
      this.violated("effect not counted once", `${stepName} ${counted}`);
    }
  }
}

interface Said {
  readonly of: string;
  readonly attempt: number;
  readonly effect: string;
}

/** What the result of a step of the simulation says of the run that it came from. */
function saidBy(result: unknown): Said | null {
  if (typeof result !== "object" || result === null) return null;
  if (!("of" in result) || !("attempt" in result) || !("effect" in result)) return null;
  const { of, attempt, effect } = result;
  const isSaid = typeof of === "string" && typeof effect === "string";
  return isSaid && typeof attempt === "number" ? { of, attempt, effect } : null;
}

/** Ids of simulations differ in their last digits. */
function short(id: string): string {
  return id.slice(-4);
}

function keyOf({ executionId, attempt }: ScheduledExecution): string {
  return `${executionId}.${attempt}`;
}

function effectOf(execution: ScheduledExecution, what: string): string {
  return `${what} of ${keyOf(execution)}`;
}
