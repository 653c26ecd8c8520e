import { isIPv4 } from "node:net";
import type { Config } from "../config.ts";

/** Whether everybody who reaches this machine over the network may do everything. */
export function isOpenToStrangers({ host, apiKeys }: Pick<Config, "host" | "apiKeys">): boolean {
  return apiKeys.length === 0 && !isLoopback(host);
}

function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith("127.");
  return host === "::1" || host.toLowerCase() === "localhost";
}
