import type { InstanceId } from "@drover/engine";

/** How far it has come. */
export interface BulkProgress {
  /** Instances that fit, those beyond the limit included. */
  readonly matched: number;
  readonly processed: number;
  readonly succeeded: number;
  readonly failed: number;
}

export interface BulkFailure {
  readonly instanceId: InstanceId;
  readonly error: unknown;
}

/** Failures that are told. */
const MOST_FAILURES = 20;

/** Instances between two reports. */
const REPORT_EVERY = 50;

/** Counts what becomes of many instances, and tells it after every 50 of them. */
export class BulkTally {
  readonly #matched: number;
  readonly #onProgress: (progress: BulkProgress) => void;
  readonly #failures = new Map<number, BulkFailure>();
  #succeeded = 0;
  #failed = 0;

  constructor(matched: number, onProgress: (progress: BulkProgress) => void) {
    this.#matched = matched;
    this.#onProgress = onProgress;
  }

  get progress(): BulkProgress {
    const [succeeded, failed] = [this.#succeeded, this.#failed];
    return { matched: this.#matched, processed: succeeded + failed, succeeded, failed };
  }

  /** The first of those that failed, in the order of the instances. */
  get failures(): BulkFailure[] {
    const inOrder = [...this.#failures].toSorted(([a], [b]) => a - b);
    return inOrder.slice(0, MOST_FAILURES).map(([, failure]) => failure);
  }

  succeeded(): void {
    this.#succeeded += 1;
    this.#tell();
  }

  /** @param index place of the instance among all of them */
  failed(index: number, failure: BulkFailure): void {
    this.#failed += 1;
    this.#failures.set(index, failure);
    this.#tell();
  }

  #tell(): void {
    const { progress } = this;
    if (progress.processed % REPORT_EVERY === 0) this.#onProgress(progress);
  }
}
