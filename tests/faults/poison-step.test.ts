import { afterEach, expect, test } from "vitest";
import { type Drover, testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import type { Program } from "@drover/local-servers";

const MAX_LOST_ATTEMPTS = 4;

/** Losses that a step may share with others; from then on it runs alone. */
const SHARED_LOSSES = 2;

/** Every loss takes the time in which silence is noticed, and a worker that starts. Milliseconds. */
const PATIENCE = 180_000;

const drover = useDrover({
  workers: 0,
  workflows: [testWorkflows("poison-work")],
  concurrency: 16,
  lostAfterSeconds: 4,
  maxLostAttempts: MAX_LOST_ATTEMPTS,
});

/** Workers as somebody keeps them who starts another one for each that ends. */
class Supervisor {
  restarts = 0;
  #stopped = false;
  readonly #drover: Drover;

  constructor(supervised: Drover) {
    this.#drover = supervised;
  }

  async keep(workers: number): Promise<void> {
    const started = Array.from({ length: workers }, () => this.#drover.addWorker());
    for (const worker of await Promise.all(started)) void this.#replace(worker);
  }

  stop(): void {
    this.#stopped = true;
  }

  async #replace(first: Program): Promise<void> {
    let worker: Program | null = first;
    for (;;) {
      await worker?.exited;
      if (this.#stopped) return;
      this.restarts += 1;
      // One that dies before it has said that it is there is replaced as well.
      worker = await this.#drover.addWorker().catch(() => null);
    }
  }
}

let supervisor: Supervisor | undefined;
afterEach(async () => {
  supervisor?.stop();
  await Promise.all(drover().workers.map((worker) => worker.kill()));
});

test(
  "given a step that kills its workers among others, then it fails with the reason and the others complete",
  async () => {
    const { api } = drover();
    supervisor = new Supervisor(drover());
    await supervisor.keep(2);
    const [poison] = await api.startMany("poison", [{}]);
    const innocents = await api.startMany(
      "innocent",
      Array.from({ length: 15 }, () => ({})),
    );

    const failed = await api.untilStatus(poison?.id ?? "", "failed", PATIENCE);
    expect(failed.error).toContain(
      `The worker was lost ${MAX_LOST_ATTEMPTS} times in a row while it ran step 'poison'`,
    );
    expect(failed.step_history).toMatchObject([
      {
        status: "failed",
        attempt: MAX_LOST_ATTEMPTS + 1,
        lost_attempts: MAX_LOST_ATTEMPTS,
        error_details: { type: "StepLostTooOftenError" },
      },
    ]);
    const losses: number[] = [];
    for (const { id } of innocents) {
      const { step_history: history } = await api.untilStatus(id, "completed", PATIENCE);
      losses.push(history[0]?.lost_attempts ?? Number.NaN);
    }
    expect(Math.max(...losses)).toBeLessThanOrEqual(SHARED_LOSSES);
    process.stdout.write(
      `poison: ${supervisor.restarts} workers killed, losses of the 15 others: ${losses.join(" ")}\n`,
    );

    // Retried, it gets all its chances again.
    expect((await api.act(failed.id, "retry", {})).status).toBe(200);
    await eventually(
      "the step has killed a worker once more",
      async () =>
        (await api.get(failed.id)).step_history.some(
          (step) => step.status !== "failed" && step.lost_attempts === 1,
        ),
      PATIENCE,
    );
    await api.cancel(failed.id, "enough");
  },
  2 * PATIENCE,
);

test(
  "given a step that blocks its worker for too long, then that is a loss, too",
  async () => {
    const { api } = drover();
    await Promise.all([drover().addWorker(), drover().addWorker()]);
    using journal = new Journal();
    const { id } = await api.start("blocking", { directory: journal.directory });
    const failed = await api.untilStatus(id, "failed", PATIENCE);
    expect(failed.error).toContain("The worker was lost while it ran step 'blocking'");
    // Whoever was blocked comes back, and what it has come to counts for nothing.
    journal.openGate();
    await eventually("the blocked worker beats again", async () => {
      const { workers } = await api.queues();
      const heard = workers.filter(
        (worker) => Date.now() - Date.parse(worker.last_heartbeat_at) < 3_000,
      );
      return heard.length === 2;
    });
    expect((await api.get(id)).step_history).toMatchObject([{ status: "failed", attempt: 2 }]);
  },
  2 * PATIENCE,
);

test(
  "given a step that takes all the memory of its worker, then that is a loss, too",
  async () => {
    const { api } = drover();
    const environment = { NODE_OPTIONS: "--max-old-space-size=200" };
    const workers = [
      await drover().addWorker({ environment }),
      await drover().addWorker({ environment }),
    ];
    const { id } = await api.start("hungry", {});
    const failed = await api.untilStatus(id, "failed", PATIENCE);
    expect(failed.error).toContain("The worker was lost while it ran step 'hungry'");
    // It is silent before it ends: where memory is short, cleaning it up takes all the time there is.
    await eventually(
      "the worker without memory has ended",
      () => workers.filter((worker) => worker.isRunning).length === 1,
      PATIENCE,
    );
  },
  2 * PATIENCE,
);
