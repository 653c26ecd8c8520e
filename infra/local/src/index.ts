export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from "./servers/embedded-postgres.ts";
export { type LocalRedis, type LocalRedisOptions, startRedis } from "./servers/redis.ts";
export { findRedisServer, type RedisProgram } from "./servers/redis-programs.ts";
export { freePort } from "./servers/ports.ts";
export { StartError, type StartErrorCode } from "./start-error.ts";
export { startTestPostgres } from "./testing/test-postgres.ts";
export { startTestServers, type TestServers } from "./testing/test-servers.ts";
export {
  type BreakablePostgres,
  type BreakableRedis,
  type BreakableServers,
  startBreakableServers,
} from "./testing/breakable-servers.ts";
export { type Exit, Program } from "./testing/program.ts";
export { forkCommand, type ForkedCommand } from "./testing/forked-command.ts";
