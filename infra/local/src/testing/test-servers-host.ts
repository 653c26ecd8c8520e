/**
 * The process that holds the servers of a test run. It outlives whoever asked for them just long enough to stop them:
 * a test run that is killed, or ended by Ctrl-C, cannot do that itself.
 */
import type { HostMessage } from "./host-message.ts";
import { reasonOf } from "../start-error.ts";
import { startTestServers } from "./test-servers.ts";

const parentGone = new Promise<void>((resolve) => {
  process.once("disconnect", () => resolve());
});

try {
  const servers = await startTestServers();
  const { databaseUrl, redisUrl, described } = servers;
  tell({ databaseUrl, redisUrl, described });
  await parentGone;
  await servers.stop();
} catch (error) {
  tell({ failed: reasonOf(error) });
  await parentGone;
}
process.exit();

function tell(message: HostMessage): void {
  if (process.connected) process.send?.(message);
}
