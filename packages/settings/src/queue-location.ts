import { SettingsError } from "./read-settings.ts";

interface QueueSettings {
  readonly QUEUE_BACKEND: "redis" | "postgres";
  readonly REDIS_URL?: string | undefined;
  readonly DATABASE_URL: string;
}

/** Where the queue of the API and the workers is. */
export interface QueueLocation {
  readonly backend: "redis" | "postgres";
  readonly url: string;
}

/** @throws SettingsError when the queue should be on Redis and no Redis is named */
export function queueLocation(settings: QueueSettings): QueueLocation {
  const { QUEUE_BACKEND: backend, REDIS_URL: redis, DATABASE_URL: database } = settings;
  if (backend === "postgres") return { backend, url: database };
  if (redis !== undefined) return { backend, url: redis };
  throw new SettingsError("REDIS_URL is not set: give it, or QUEUE_BACKEND=postgres to do without");
}
