import type { WorkflowContext } from "../context/workflow-context.ts";
import type { JsonObject } from "../json.ts";
import { Step, type StepOptions } from "./step.ts";

type Awaitable<T> = T | Promise<T>;

/** Names of the steps to go to; `undefined` leaves it to the conditions of the edges. */
export type GatewayDecision = string | readonly string[] | undefined;

/** How many ways a gateway may take: just one, or any number. */
export type GatewayKind = "exclusive" | "parallel" | "inclusive";

/** How a gateway decides. */
export interface GatewayOptions<Data extends object = JsonObject> extends StepOptions<Data> {
  evaluate?(context: WorkflowContext<Data>): Awaitable<GatewayDecision>;
}

/**
 * Chooses among its outgoing edges. A name that `evaluate` returns is final: the conditions of the
 * edges are not asked. Without a decision the edges whose conditions hold are taken.
 */
export class Gateway<Data extends object = JsonObject> extends Step<Data> {
  readonly stepType = "gateway";
  readonly gatewayKind: GatewayKind = "inclusive";
  readonly #options: GatewayOptions<Data>;

  constructor(options: GatewayOptions<Data> = {}) {
    super(options);
    this.#options = options;
  }

  evaluate(context: WorkflowContext<Data>): Awaitable<GatewayDecision> {
    return this.#options.evaluate?.(context);
  }

  protected executeByDefault(context: WorkflowContext<Data>): Awaitable<GatewayDecision> {
    return this.evaluate(context);
  }
}

/** How a gateway decides on one way. */
export interface ExclusiveGatewayOptions<
  Data extends object = JsonObject,
> extends GatewayOptions<Data> {
  /** Returns the name of the step to go to. */
  condition?(context: WorkflowContext<Data>): Awaitable<string>;
}

/** Takes one way: the name its condition returns, else the first edge whose condition holds. */
export class ExclusiveGateway<Data extends object = JsonObject> extends Gateway<Data> {
  override readonly gatewayKind = "exclusive";
  readonly #exclusiveOptions: ExclusiveGatewayOptions<Data>;

  constructor(options: ExclusiveGatewayOptions<Data> = {}) {
    super(options);
    this.#exclusiveOptions = options;
  }

  override evaluate(context: WorkflowContext<Data>): Awaitable<GatewayDecision> {
    return this.#exclusiveOptions.condition?.(context) ?? super.evaluate(context);
  }
}

/** Which ways a gateway takes at once. */
export interface ParallelGatewayOptions<
  Data extends object = JsonObject,
> extends GatewayOptions<Data> {
  /** Names of the steps to fork to; all edges unless given. */
  readonly branches?: readonly string[];
}

/** Takes all its ways at once; a step where they meet again waits for all of them. */
export class ParallelGateway<Data extends object = JsonObject> extends Gateway<Data> {
  override readonly gatewayKind = "parallel";
  readonly branches: readonly string[] | null = null;

  constructor(options: ParallelGatewayOptions<Data> = {}) {
    super(options);
    if (options.branches !== undefined) this.branches = options.branches;
  }

  override evaluate(context: WorkflowContext<Data>): Awaitable<GatewayDecision> {
    return this.branches ?? super.evaluate(context);
  }
}
