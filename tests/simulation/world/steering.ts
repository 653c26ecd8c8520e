import { isTerminal, type InstanceId, type SteeringEvent } from "@drover/engine";
import type { MemoryRows } from "@drover/engine/memory";
import type { StartOrder } from "./orders.ts";
import type { WorldGround } from "./world.ts";

/** What was done to an instance from outside, and what whoever did it was told at the first try. */
export interface Steered {
  readonly id: InstanceId;
  readonly event: SteeringEvent;
  readonly isRefused: boolean;
}

/** Those who run the system: they pause, cancel, skip and retry, by draw. */
export class Steering {
  /** Instances that somebody has led elsewhere than their steps would have. */
  readonly led = new Set<InstanceId>();
  /** What was answered at the first try: who asks again may well be answered otherwise. */
  readonly answered: Steered[] = [];
  readonly #ground: Omit<WorldGround, "isQuiet">;
  readonly #retries = new Set<InstanceId>();
  readonly #resuming = new Set<InstanceId>();
  #isCalm = false;

  constructor(ground: WorldGround) {
    this.#ground = ground;
  }

  /** Whether a failed instance is still to be retried. */
  get isUnderWay(): boolean {
    const rows = this.#ground.rows();
    return [...this.#retries].some((id) => rows.instance(id).status === "failed");
  }

  calmDown(): void {
    this.#isCalm = true;
  }

  /** What will be done to an instance. */
  plan(order: StartOrder, id: InstanceId): void {
    const { dice, clients } = this.#ground;
    if (dice.chance(0.2)) {
      const at = dice.between(0, 4_000);
      clients.after(at, () => void this.#steer(id, { type: "instance.paused" }));
      const later = at + dice.between(100, 4_000);
      const resumed = { type: "instance.resumed", fromStep: null } as const;
      clients.after(later, () => void this.#steer(id, resumed));
    }
    const leading = dice.next();
    const at = dice.between(200, 6_000);
    if (leading < 0.06) {
      this.#lead(at, id, () => ({ type: "instance.canceled", reason: "enough" }));
    } else if (leading < 0.14) {
      this.#lead(at, id, () => {
        const [live] = this.#ground.rows().live(id, dice.chance(0.5) ? "outer" : "members");
        return live === undefined ? null : { type: "step.skip-requested", executionId: live.id };
      });
    } else if (leading < 0.22) {
      const stepName = dice.pick(order.steps);
      this.#lead(at, id, () => ({ type: "step.scheduled", stepName, runAt: null }));
    } else if (leading < 0.32) {
      this.#retries.add(id);
    }
  }

  /** What is held up goes on once all is calm; what has failed may live again. */
  look(rows: MemoryRows): void {
    for (const { id, status } of rows.instances.values()) {
      if (this.#isCalm && status === "paused" && !this.#resuming.has(id)) {
        this.#resuming.add(id);
        void this.#steer(id, { type: "instance.resumed", fromStep: null }).then(() =>
          this.#resuming.delete(id),
        );
      }
    }
    for (const id of this.#retries) {
      if (rows.instance(id).status !== "failed") continue;
      this.#retries.delete(id);
      this.led.add(id);
      void this.#steer(id, { type: "instance.retried", fromStep: null, contextPatch: {} });
    }
  }

  #lead(at: number, id: InstanceId, event: () => SteeringEvent | null): void {
    this.#ground.clients.after(at, () => {
      const decided = event();
      if (decided === null || isTerminal(this.#ground.rows().instance(id).status)) return;
      this.led.add(id);
      void this.#steer(id, decided);
    });
  }

  async #steer(id: InstanceId, event: SteeringEvent): Promise<void> {
    const what = `${event.type} ${id}`;
    const { kind, tries } = await this.#ground.clients.ask(what, (api) => api.act(id, event));
    if (tries === 1) this.answered.push({ id, event, isRefused: kind === "refused" });
  }
}
