import type { DefinitionCatalog, QueueFeeder } from "@drover/distributed";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { FormValidator } from "@drover/forms";
import type { RequestIdVariables } from "hono/request-id";
import type { Scope } from "../access/scope.ts";
import type { Dependencies } from "../dependencies.ts";
import { refuseInvalid } from "../requests/faults.ts";

/** What the routes work with. */
export interface Services extends Dependencies {
  readonly catalog: DefinitionCatalog;
  readonly feeder: QueueFeeder;
  readonly forms: FormValidator;
}

/** What middleware leaves for the routes. */
export interface AppEnvironment {
  Variables: RequestIdVariables & {
    /** What the caller may see and touch; behind every route that asks for a key. */
    scope: Scope;
  };
}

/** An empty set of routes that refuses requests which do not match their schemas. */
export function newRoutes(): OpenAPIHono<AppEnvironment> {
  return new OpenAPIHono<AppEnvironment>({ defaultHook: refuseInvalid });
}
