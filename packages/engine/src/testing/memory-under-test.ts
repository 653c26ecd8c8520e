import { MemoryStore } from "../memory/memory-store.ts";
import { countingIds, tickingClock } from "./builders.ts";
import type { StoreUnderTest } from "./store-contract/scene.ts";

/** A fresh store in memory, with a clock and ids that are the same on every run. */
export function memoryUnderTest(): StoreUnderTest & { readonly store: MemoryStore } {
  const newId = countingIds();
  const store = new MemoryStore({ now: tickingClock(), newId });
  return {
    store,
    newId,
    instance: async (id) => {
      const { status, currentStep, liveTokens, context, error } = store.rows.instance(id);
      return { status, currentStep, liveTokens, context, error };
    },
    executions: async (id) =>
      store.rows.executionsOf(id).map((row) => ({ ...row, error: row.error?.message ?? null })),
    task: async (id) => {
      const task = store.rows.tasks.get(id);
      if (task === undefined) throw new Error(`no task ${id}`);
      return task;
    },
    close: async () => {},
  };
}
