import {
  asId,
  type ClaimedStep,
  type DefinitionId,
  type JsonObject,
  type WorkerId,
} from "@drover/engine";
import { aNewInstance, aStructure, there } from "@drover/engine/testing";
import { processPorts } from "@drover/platform";
import type { Sql } from "postgres";
import { afterEach, beforeAll, expect } from "vitest";
import { SEAT_LOCK } from "../advisory-locks.ts";
import { newId } from "../new-id.ts";
import { StartOffers } from "../store/start-offers.ts";
import { useTestStore } from "./use-test-store.ts";

/** A worker as far as it offers to take first steps. */
interface OfferingWorker {
  readonly workerId: WorkerId;
  readonly offers: StartOffers;
  /** What it was given. */
  readonly taken: ClaimedStep[];
}

interface Circumstances {
  /** Over which it tries whether it hears. */
  readonly others?: Sql;
  /** How much faster its clock goes. */
  readonly clock?: number;
  /** How much sooner its alarms go off. */
  readonly alarms?: number;
}

type Started = Awaited<ReturnType<Offering["start"]>>;

/** Workers that offer to take first steps, and starts that may take what they offer. */
class Offering {
  readonly ground: ReturnType<typeof useTestStore>;
  readonly structure = aStructure(["a -> b"], { name: "offered" });
  definitionId: DefinitionId = asId(newId());
  #workers: OfferingWorker[] = [];

  constructor(ground: ReturnType<typeof useTestStore>) {
    this.ground = ground;
  }

  /** @param knows the definitions whose code it has */
  readonly aWorker = (
    knows: readonly DefinitionId[] = [this.definitionId],
    { others = this.ground.database.maintenance, clock = 1, alarms = 1 }: Circumstances = {},
  ): OfferingWorker => {
    const { timers, monotonic } = processPorts;
    const taken: ClaimedStep[] = [];
    const workerId = asId<WorkerId>(newId());
    const offers = new StartOffers(
      { openListener: (hear) => this.ground.database.openListener(hear), maintenance: others },
      {
        monotonic: () => monotonic() * clock,
        timers: {
          after: (milliseconds, callback) => timers.after(milliseconds / alarms, callback),
        },
        workerId,
        definitionIds: knows,
        take: (step) => void taken.push(step),
        onTrouble: (error) => {
          throw error;
        },
      },
    );
    const worker = { workerId, offers, taken };
    this.#workers.push(worker);
    return worker;
  };

  /** How many seats are taken. */
  readonly seats = async () => {
    const [row] = await this.ground.database.statements<{ taken: number }[]>`
      select count(*)::int as taken from pg_locks
      where locktype = 'advisory' and classid = ${SEAT_LOCK}::oid and granted
        and database = (select oid from pg_database where datname = current_database())`;
    return row?.taken;
  };

  readonly start = async (
    order: { readonly input?: JsonObject; readonly idempotencyKey?: string } = {},
  ) => {
    const instance = aNewInstance(this.structure, this.definitionId, newId, {
      ...order,
      input: order.input ?? {},
    });
    const [result] = await this.ground.store.startInstances([instance]);
    return { instance, result: there(result) };
  };

  readonly firstStep = async ({ instance }: Started) => {
    const [row] = await this.ground.database.statements<
      {
        status: string;
        worker_id: string | null;
        attempt: number;
        context_sequence: number | null;
        is_begun: boolean;
      }[]
    >`
      select status, worker_id, attempt, context_sequence, started_at is not null as is_begun
      from workflow_step_executions where instance_id = ${instance.instanceId}`;
    return row;
  };

  /** Starts an instance, whose first step nobody may be given. */
  readonly nobody = async () => {
    const started = await this.start();
    expect(started.result.isTaken).toBe(false);
    expect(await this.firstStep(started)).toEqual({
      status: "scheduled",
      worker_id: null,
      attempt: 1,
      context_sequence: null,
      is_begun: false,
    });
  };

  async register(): Promise<void> {
    this.definitionId = there((await this.ground.store.registerDefinitions([this.structure]))[0]);
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map(({ offers }) => offers.close()));
    this.#workers = [];
    await this.ground.database.statements`delete from workflow_start_offers`;
  }
}

/** The same on a database of a test file's own; none of the workers outlives its test. */
export function useOffers(applicationName: string): Offering {
  const offering = new Offering(useTestStore(applicationName));
  beforeAll(() => offering.register());
  afterEach(() => offering.end());
  return offering;
}
