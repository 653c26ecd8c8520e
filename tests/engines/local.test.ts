import { LocalExecutionEngine } from "@drover/local";
import { engineScenarios } from "./scenarios.ts";

engineScenarios("the engine in one process", async (definitions) => {
  const engine = new LocalExecutionEngine({ definitions });
  return {
    engine,
    receiveCallback: (token, payload) => engine.receiveCallback(token, payload),
    close: async () => engine.close(),
  };
});
