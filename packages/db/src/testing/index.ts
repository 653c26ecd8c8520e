export { seedHistory, type History } from "./seed-history.ts";
export { writeLiveInstances, writeTimerWaits } from "./seed-live.ts";
export { seededRows } from "./seeded-rows.ts";
export { createTestDatabase, type TestDatabase } from "./test-database.ts";
