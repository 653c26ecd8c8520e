export { registerDefinitions } from "./known-definitions.ts";
export type { WorkQueue } from "./commands.ts";
export { StepWorker, type OffersOptions, type WorkerOptions } from "./worker.ts";
export type { StartOffers } from "./standing-offer.ts";
