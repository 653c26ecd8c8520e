import { countingIds, tickingClock } from "../testing/builders.ts";
import { storeContract } from "../testing/store-contract/index.ts";
import { MemoryStore } from "./memory-store.ts";

storeContract("the store in memory", async () => {
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
});
