export { type ApiKey, secretHash } from "./api-keys.ts";
export * as fields from "./fields.ts";
export { queueLocation, type QueueLocation } from "./queue-location.ts";
export { secretsOf } from "./secrets-of.ts";
export { readSettings, SettingsError, type Environment } from "./read-settings.ts";
