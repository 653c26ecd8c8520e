import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { HonoAdapter } from "@bull-board/hono";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { WorkflowsError } from "@drover/engine";
import { requirePassword } from "../access/guards.ts";
import type { Dependencies } from "../dependencies.ts";
import { pagePolicy } from "./page-policy.ts";
import { withoutSlash } from "./without-slash.ts";

/** Where bull-board is. */
const BOARD_PATH = "/admin/queues";

/**
 * bull-board, to look at and not to touch: a job that is retried or removed there would go past
 * Postgres.
 */
export function boardRoutes({ queue, apiKeys }: Dependencies): Hono {
  const routes = new Hono();
  if (queue.bullQueue === null) return routes;
  const adapter = new HonoAdapter(serveStatic).setBasePath(BOARD_PATH);
  createBullBoard({
    queues: [new BullMQAdapter(queue.bullQueue, { readOnlyMode: true })],
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: "Drover queues" } },
  });
  routes.use(
    `${BOARD_PATH}/*`,
    requirePassword(apiKeys),
    readingOnly,
    pagePolicy,
    withoutForeignLinks,
  );
  routes.get(`${BOARD_PATH}/`, withoutSlash);
  routes.route(BOARD_PATH, adapter.registerPlugin());
  return routes;
}

/** Its read-only mode refuses this too; two locks, as what is behind them cannot be taken back. */
const readingOnly = createMiddleware(async (context, next) => {
  if (context.req.method !== "GET" && context.req.method !== "HEAD") {
    throw new WorkflowsError("METHOD_NOT_ALLOWED", "The queues are here to look at, not to change");
  }
  await next();
});

/** Its page asks a server on the internet for fonts; the fonts of this machine will do. */
const withoutForeignLinks = createMiddleware(async (context, next) => {
  await next();
  if (context.res.headers.get("content-type")?.startsWith("text/html") !== true) return;
  const page = await context.res.text();
  context.res = context.html(page.replaceAll(/<link[^>]+href="https?:[^>]*>/g, ""));
});
