import type { InstanceId } from "@drover/engine";

/** Who wants to know that an instance has changed. */
export class Watchers {
  readonly #byInstance = new Map<InstanceId, Set<() => void>>();

  /** @returns ends it */
  watch(id: InstanceId, look: () => void): () => void {
    const looks = this.#byInstance.get(id) ?? new Set();
    looks.add(look);
    this.#byInstance.set(id, looks);
    return () => {
      looks.delete(look);
      if (looks.size === 0) this.#byInstance.delete(id);
    };
  }

  tell(id: InstanceId): void {
    for (const look of this.#byInstance.get(id) ?? []) look();
  }

  tellAll(): void {
    for (const id of this.#byInstance.keys()) this.tell(id);
  }
}
