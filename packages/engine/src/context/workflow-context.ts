import { ReservedKeyError } from "../errors.ts";
import { deepFreeze, setOwn, toJson, type JsonObject, type JsonValue } from "../json.ts";
import { demandSize, LARGEST_HEARTBEAT_DETAILS } from "../payload-limits.ts";
import type { StepStatus } from "../status.ts";
import type { StepSignal } from "./step-signal.ts";

/** One ended step execution as later steps see it. */
export interface StepRecord {
  readonly id: string;
  readonly stepName: string;
  readonly status: StepStatus;
  readonly result: JsonValue;
  readonly error: string | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
}

/** What a context is made of. Everything is optional, so a step can be tested by itself. */
export interface ContextInit<Data extends object = JsonObject> {
  readonly data?: Partial<Data>;
  readonly metadata?: JsonObject;
  readonly instanceId?: string;
  readonly workflowName?: string;
  readonly workflowVersion?: string;
  readonly currentStep?: string;
  readonly executionId?: string;
  readonly attempt?: number;
  readonly stepHistory?: readonly StepRecord[];
  readonly previousResult?: JsonValue;
  readonly submission?: JsonValue;
  readonly item?: JsonValue;
  readonly itemIndex?: number;
  readonly startedAt?: string | null;
  readonly userId?: string | null;
  readonly tenantId?: string | null;
  readonly signal?: StepSignal;
  /** Which try of the code this is, from 1. */
  readonly tryNumber?: number;
  /** What the try before left with its last heartbeat. */
  readonly heartbeatDetails?: JsonValue;
  /** Told of each heartbeat, with the details that a next try would find. */
  readonly onHeartbeat?: (details: JsonValue) => void;
}

/** Keys that can be read with `get` and are never stored. */
interface ReservedData {
  _previous_result: JsonValue;
  _current_step: string;
  _workflow_name: string;
  _instance_id: string;
}
const RESERVED_KEYS: ReadonlySet<string> = new Set<keyof ReservedData>([
  "_previous_result",
  "_current_step",
  "_workflow_name",
  "_instance_id",
]);

/** A signal that never fires, for contexts made by hand. */
function neverAborted(): StepSignal {
  const signal: unknown = Object.freeze({
    aborted: false,
    reason: undefined,
    throwIfAborted() {},
    addEventListener() {},
    removeEventListener() {},
  });
  // Has what code asks of a signal; whoever runs steps for real passes a real one.
  return signal as StepSignal;
}

/**
 * What a step sees of its instance, and where it leaves what it wants kept.
 *
 * A step reads the data committed when it started; what it `set`s is merged into the instance's
 * data by the commit that ends the step. Values that `get` hands out are frozen: change a copy and
 * `set` it, so that no change gets lost unseen.
 */
export class WorkflowContext<Data extends object = JsonObject> {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly workflowVersion: string;
  readonly currentStep: string;
  /** Stable over all attempts of this step execution: pass it on as an idempotency key. */
  readonly idempotencyKey: string;
  /**
   * The fencing number: 1 at first, it grows whenever the execution changes hands (a wait that is
   * over, a lost worker, a retry). How often the code was tried is `tryNumber`.
   */
  readonly attempt: number;
  /** 1 for the first try of the code; grows with each retry and with nothing else. */
  readonly tryNumber: number;
  /** What the try before this one left with its last heartbeat; null if it left nothing. */
  readonly heartbeatDetails: JsonValue;
  /** Given at the start, the same for the whole life of the instance. */
  readonly metadata: Readonly<JsonObject>;
  /**
   * Step executions that had ended when this one started, oldest first: the last 200, and before
   * those the last success of each step.
   */
  readonly stepHistory: readonly StepRecord[];
  /**
   * What woke a step that waited: the form's data, the payload of a callback or a signal, the other
   * workflow's output, or what the members of a group came to.
   */
  readonly submission: JsonValue;
  /** Inside of a map: the item at hand, and its place in the list. */
  readonly item: JsonValue | undefined;
  readonly itemIndex: number | undefined;
  /** ISO 8601, when the instance started. */
  readonly startedAt: string | null;
  readonly userId: string | null;
  readonly tenantId: string | null;
  /**
   * Aborted when the instance is canceled, the step is taken over, the worker has to go or the
   * step's `timeout` or `heartbeatTimeout` is over.
   */
  readonly signal: StepSignal;

  readonly #init: ContextInit<Data>;
  readonly #base: JsonObject;
  #changes: JsonObject = {};
  #latestHeartbeat: JsonValue;

  constructor(init: ContextInit<Data> = {}) {
    this.#init = init;
    // Data is the workflow's own description of its JSON; what is stored is JSON.
    this.#base = (init.data ?? {}) as JsonObject;
    this.instanceId = init.instanceId ?? "";
    this.workflowName = init.workflowName ?? "";
    this.workflowVersion = init.workflowVersion ?? "";
    this.currentStep = init.currentStep ?? "";
    this.idempotencyKey = init.executionId ?? "";
    this.attempt = init.attempt ?? 1;
    this.metadata = deepFreeze(init.metadata ?? {});
    this.stepHistory = init.stepHistory ?? [];
    this.submission = deepFreeze(init.submission ?? null);
    this.item = deepFreeze(init.item);
    this.itemIndex = init.itemIndex;
    this.startedAt = init.startedAt ?? null;
    this.userId = init.userId ?? null;
    this.tenantId = init.tenantId ?? null;
    this.signal = init.signal ?? neverAborted();
    this.tryNumber = init.tryNumber ?? 1;
    this.heartbeatDetails = deepFreeze(init.heartbeatDetails ?? null);
    this.#latestHeartbeat = this.heartbeatDetails;
  }

  /** The value of a key, or the default (`undefined` without one) where it is missing. */
  get<Key extends keyof ReservedData>(key: Key): ReservedData[Key];
  get<Key extends keyof Data & string>(key: Key): Data[Key] | undefined;
  get<Key extends keyof Data & string>(
    key: Key,
    defaultValue: NonNullable<Data[Key]>,
  ): NonNullable<Data[Key]>;
  get(key: string, defaultValue?: unknown): unknown {
    if (RESERVED_KEYS.has(key)) return this.#reserved(key);
    const source = Object.hasOwn(this.#changes, key) ? this.#changes : this.#base;
    const value = Object.hasOwn(source, key) ? deepFreeze(source[key]) : undefined;
    return value ?? defaultValue ?? value;
  }

  /**
   * Keeps a value under a key. It is copied: later changes to the object do not count.
   * @throws NotJsonError when the value cannot be stored, ReservedKeyError for the engine's own keys
   */
  set<Key extends keyof Data & string>(key: Key, value: Data[Key]): void {
    if (RESERVED_KEYS.has(key)) throw new ReservedKeyError(key);
    toJson(key, "a context key");
    setOwn(this.#changes, key, toJson(value, `context value '${key}'`));
  }

  /** All data as this step sees it now, its own changes included. A frozen copy. */
  get data(): Readonly<Partial<Data>> {
    // See the constructor: Data describes this JSON.
    return deepFreeze({ ...this.#base, ...this.#changes }) as Readonly<Partial<Data>>;
  }

  /** The keys this step has set so far. */
  get changes(): JsonObject {
    return { ...this.#changes };
  }

  /** The result of the last successful execution of a step, or `undefined` if it has none. */
  result(stepName: string): JsonValue | undefined {
    const record = this.stepHistory.findLast(
      (entry) => entry.stepName === stepName && entry.status === "succeeded",
    );
    return record === undefined ? undefined : deepFreeze(record.result);
  }

  /** The last ended execution, of one step or of all. */
  getLastExecution(stepName?: string): StepRecord | undefined {
    return this.stepHistory.findLast(
      (entry) => stepName === undefined || entry.stepName === stepName,
    );
  }

  hasStepExecuted(stepName: string): boolean {
    return this.stepHistory.some((entry) => entry.stepName === stepName);
  }

  /**
   * Says that the code is alive and gets on; a step with a `heartbeatTimeout` must say so more often
   * than that.
   * @param details how far it got, for `heartbeatDetails` of the next try; those from before stay
   *   when it is left out
   * @throws NotJsonError when the details cannot be stored, PayloadTooLargeError
   */
  heartbeat(details?: unknown): void {
    if (details !== undefined) {
      const said = toJson(details, "heartbeat details");
      demandSize(said, "heartbeat details", LARGEST_HEARTBEAT_DETAILS);
      this.#latestHeartbeat = deepFreeze(said);
    }
    this.#init.onHeartbeat?.(this.#latestHeartbeat);
  }

  /** The details of the last heartbeat, of this try or of one before: what a next try finds. */
  get latestHeartbeat(): JsonValue {
    return this.#latestHeartbeat;
  }

  /**
   * The same context under another signal, with what was set so far. From here on the two share
   * nothing: for code that has to be told apart from code that may still run.
   */
  detached(signal: StepSignal, onHeartbeat: (details: JsonValue) => void): WorkflowContext<Data> {
    const copy = new WorkflowContext<Data>({ ...this.#init, signal, onHeartbeat });
    for (const [key, value] of Object.entries(this.#changes)) setOwn(copy.#changes, key, value);
    copy.#latestHeartbeat = this.#latestHeartbeat;
    return copy;
  }

  /** The same context after a step that came to this. What is set in one of them is set in both. */
  after(previousResult: JsonValue): WorkflowContext<Data> {
    const next = new WorkflowContext<Data>({ ...this.#init, previousResult });
    next.#changes = this.#changes;
    return next;
  }

  /** The same context standing at another step; nothing that was set is carried back. */
  withStep(stepName: string): WorkflowContext<Data> {
    return new WorkflowContext<Data>({
      ...this.#init,
      data: this.data,
      currentStep: stepName,
    });
  }

  #reserved(key: string): JsonValue {
    switch (key) {
      case "_previous_result":
        return deepFreeze(this.#init.previousResult ?? null);
      case "_current_step":
        return this.currentStep;
      case "_workflow_name":
        return this.workflowName;
      default:
        return this.instanceId;
    }
  }
}
