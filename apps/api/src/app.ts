import { DefinitionCatalog, QueueFeeder } from "@drover/distributed";
import { FormValidator } from "@drover/forms";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { OverloadedError } from "@drover/db";
import { Admission, type AdmissionLimits } from "./admission/admission.ts";
import { admit } from "./admission/admit.ts";
import { requireKey } from "./access/guards.ts";
import { createMiddleware } from "hono/factory";
import { requestId } from "hono/request-id";
import type { Dependencies } from "./dependencies.ts";
import { RouteNotFoundError } from "./errors.ts";
import { problemResponse } from "./problem.ts";
import { checkJsonBody } from "./requests/json-body.ts";
import { limitBodyTo } from "./requests/limit-body.ts";
import { toldPath } from "./requests/told-path.ts";
import { boardRoutes } from "./routes/board.ts";
import { bulkRoutes } from "./routes/bulk.ts";
import { definitionRoutes } from "./routes/definitions.ts";
import { docsRoutes } from "./routes/docs.ts";
import { type AppEnvironment, newRoutes, type Services } from "./routes/environment.ts";
import { healthRoutes } from "./routes/health.ts";
import { instanceRoutes } from "./routes/instances.ts";
import { queueRoutes } from "./routes/queues.ts";
import { signalRoutes } from "./routes/signals.ts";
import { startRoutes } from "./routes/start.ts";
import { steeringRoutes } from "./routes/steering.ts";
import { stepRoutes } from "./routes/steps.ts";
import { taskRoutes } from "./routes/tasks.ts";
import { webhookRoutes } from "./routes/webhooks.ts";

const OPENAPI = {
  openapi: "3.1.0",
  info: {
    title: "Drover",
    version: "0.1.0",
    description:
      "Starts workflows, shows what they do, and takes what people and other systems answer.",
    license: { name: "MIT", identifier: "MIT" },
  },
};

/** For programs that bound by themselves what they ask for. */
const UNLIMITED: AdmissionLimits = { requests: Infinity, bodyBytes: Infinity };

/** Its name in the OpenAPI document. */
const KEY_SCHEME = "key";

/**
 * The whole API as a function from requests to responses.
 * @param feeder tells the queue about new work; given where somebody wants to wait for it
 */
export function createApp(
  dependencies: Dependencies,
  feeder = new QueueFeeder(dependencies.queue, dependencies.logger),
): OpenAPIHono<AppEnvironment> {
  const { apiPrefix, logger, queries } = dependencies;
  const limitBody = limitBodyTo(dependencies.largestBody);
  const services: Services = {
    ...dependencies,
    feeder,
    catalog: new DefinitionCatalog(queries),
    forms: new FormValidator(),
  };
  const app = newRoutes();
  app.use(requestId({ generator: dependencies.newId }), logRequests(logger));
  // Before anything is read of a request: who is sent away costs next to nothing.
  const { admission: limits = UNLIMITED } = dependencies;
  app.use(`${apiPrefix}/*`, admit(new Admission(limits), logger));
  // Before the guard, as their token is the key: what no webhook answers goes on to the guard.
  app.use(`${apiPrefix}/webhooks/:token`, limitBody);
  app.post(`${apiPrefix}/webhooks/:token`, checkJsonBody);
  app.route(apiPrefix, webhookRoutes(services));
  app.use(`${apiPrefix}/*`, requireKey(dependencies.apiKeys), limitBody);
  app.post(`${apiPrefix}/*`, checkJsonBody);
  app.route(apiPrefix, definitionRoutes(services));
  app.route(apiPrefix, startRoutes(services));
  app.route(apiPrefix, instanceRoutes(services));
  app.route(apiPrefix, bulkRoutes(services));
  app.route(apiPrefix, steeringRoutes(services));
  app.route(apiPrefix, stepRoutes(services));
  app.route(apiPrefix, signalRoutes(services));
  app.route(apiPrefix, taskRoutes(services));
  app.route(apiPrefix, queueRoutes(services));
  app.route("/", healthRoutes(services));
  app.route("/", docsRoutes());
  app.route("/", boardRoutes(dependencies));
  const document = describeKeys(app, dependencies.apiKeys.length > 0);
  app.get("/openapi.json", (context) => context.json(document));
  app.notFound((context) =>
    problemResponse(new RouteNotFoundError(toldPath(context.req.path)), context),
  );
  app.onError((error, context) => {
    const response = problemResponse(error, context);
    // Of those who are sent away the log has one line now and then.
    if (response.status >= 500 && !(error instanceof OverloadedError)) {
      const { method, path } = context.req;
      const request = { requestId: context.get("requestId"), method, path: toldPath(path) };
      logger.error({ err: error, ...request }, "failed");
    }
    return response;
  });
  return app;
}

/** The whole API in words, with the way to give a key. @param needed whether one has to be given */
function describeKeys(app: OpenAPIHono<AppEnvironment>, needed: boolean) {
  app.openAPIRegistry.registerComponent("securitySchemes", KEY_SCHEME, {
    type: "http",
    scheme: "bearer",
    description: "One of the secrets of `API_KEYS`. Where that is not set the API is open.",
  });
  const withKey = { [KEY_SCHEME]: [] };
  return app.getOpenAPI31Document({ ...OPENAPI, security: needed ? [withKey] : [{}, withKey] });
}

function logRequests(logger: Dependencies["logger"]) {
  return createMiddleware<AppEnvironment>(async (context, next) => {
    if (!logger.isLevelEnabled("debug")) return next();
    const start = performance.now();
    await next();
    const { method } = context.req;
    const path = toldPath(context.req.path);
    const milliseconds = Math.round(performance.now() - start);
    const { status } = context.res;
    logger.debug({ requestId: context.get("requestId"), method, path, status, milliseconds }, "ok");
  });
}
