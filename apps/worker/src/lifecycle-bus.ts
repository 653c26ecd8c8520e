import { EventBus, type LifecycleHandlers } from "@drover/engine";
import type { Logger } from "pino";

/** A bus with these handlers; at debug level the log has every event, too. */
export function lifecycleBus(handlers: readonly LifecycleHandlers[], logger: Logger): EventBus {
  const bus = new EventBus((error, { type, instanceId }) => {
    logger.error({ err: error, event: type, instanceId }, "a lifecycle handler failed");
  });
  for (const table of handlers) bus.onAll(table);
  if (logger.isLevelEnabled("debug")) {
    bus.on("*", (event) => logger.debug({ event: event.type, lifecycle: event }, event.type));
  }
  return bus;
}
