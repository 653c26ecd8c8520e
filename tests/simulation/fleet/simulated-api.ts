import { StatementStore } from "@drover/db/store";
import { act, QueueFeeder } from "@drover/distributed";
import {
  flowGraph,
  startInstance,
  type DefinitionId,
  type Dispatched,
  type InstanceId,
  type JsonObject,
  type OutsideEvent,
  type SteeringEvent,
} from "@drover/engine";
import { SimulatedProcess } from "../process.ts";
import { queueOver } from "../queue/queue-over-network.ts";
import { statementsOf, type Ground } from "./ground.ts";

/** Milliseconds for which the API tries while the database is away. */
const PATIENCE = 5_000;

/** What a client asks to be started. */
export interface StartRequest {
  readonly definitionId: DefinitionId;
  readonly input: JsonObject;
  readonly idempotencyKey: string;
}

/** An API's process: what it does when it acts on instances, without speaking HTTP. */
export class SimulatedApi {
  readonly process: SimulatedProcess;
  readonly #ground: Ground;
  readonly #store: StatementStore;
  readonly #feeder: QueueFeeder;
  readonly #logger: ReturnType<Ground["loggerOf"]>;

  constructor(ground: Ground, name: string, skew: number) {
    this.#ground = ground;
    const { network, queue, queueSite, newId } = ground;
    this.process = new SimulatedProcess(name, ground.timeline, ground.dice, skew);
    this.#logger = ground.loggerOf(this.process);
    this.#store = new StatementStore(statementsOf(ground, this.process), {
      ...this.process.ports,
      newId,
      patience: PATIENCE,
    });
    const taker = queueOver(network, this.process, { queue, site: queueSite });
    this.#feeder = new QueueFeeder(taker, this.#logger);
  }

  act(id: InstanceId, event: OutsideEvent | SteeringEvent): Promise<Dispatched["kind"]> {
    return act({ store: this.#store, feeder: this.#feeder, logger: this.#logger }, id, event);
  }

  /** Starts an instance, or finds the one that was started with the same key. */
  async start({ definitionId, input, idempotencyKey }: StartRequest): Promise<InstanceId> {
    const { newId, database } = this.#ground;
    const { instance, command } = startInstance(
      flowGraph(database.rows.structure(definitionId)),
      {
        definitionId,
        input,
        metadata: {},
        correlationId: null,
        createdBy: null,
        tenantId: null,
        idempotency: { key: idempotencyKey, requestHash: idempotencyKey },
      },
      { now: this.process.ports.now(), newId },
    );
    const [result] = await this.#store.startInstances([instance]);
    if (result?.created === true && !result.isTaken) this.#feeder.give([command]);
    return result?.instanceId ?? instance.instanceId;
  }
}
