import { StatementStore } from "@drover/db/store";
import { countingIds, storeContract, tickingClock } from "@drover/engine/testing";
import { processPorts } from "@drover/platform";
import { SimulatedDatabase } from "./simulated-database.ts";
import { atOnce } from "./synchronous.ts";

/** What the stores in memory and on Postgres keep, the simulated database keeps, too. */
storeContract("the store on the simulated database", async () => {
  const newId = countingIds();
  const now = tickingClock();
  const unwatched = { before: () => {}, after: () => {}, claimed: () => {}, offerTaken: () => {} };
  const database = new SimulatedDatabase({ now, newId, planted: null, watch: unwatched });
  const { rows } = database;
  return {
    store: new StatementStore(atOnce(database), { ...processPorts, now, newId, patience: 0 }),
    newId,
    instance: async (id) => {
      const { status, currentStep, liveTokens, context, error } = rows.instance(id);
      return { status, currentStep, liveTokens, context, error };
    },
    executions: async (id) =>
      rows.executionsOf(id).map((row) => ({ ...row, error: row.error?.message ?? null })),
    task: async (id) => {
      const task = rows.tasks.get(id);
      if (task === undefined) throw new Error(`no task ${id}`);
      return task;
    },
    close: async () => {},
  };
});
