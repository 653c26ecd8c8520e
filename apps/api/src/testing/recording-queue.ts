import type { ScheduledExecution } from "@drover/engine";
import type { QueuePort } from "../dependencies.ts";

/** Notes down what it is told; fails when told to. */
export class RecordingQueue implements QueuePort {
  readonly name = "test-steps";
  readonly bullQueue = null;
  readonly enqueued: ScheduledExecution[] = [];
  /** Whether it is away, as Redis may be. */
  away = false;

  async enqueue(executions: readonly ScheduledExecution[]): Promise<void> {
    this.#answer();
    this.enqueued.push(...executions);
  }

  async counts(): Promise<Record<string, number>> {
    this.#answer();
    return { waiting: this.enqueued.length, active: 0 };
  }

  async isReady(): Promise<boolean> {
    return !this.away;
  }

  #answer(): void {
    if (this.away) throw new Error("the queue is away");
  }
}
