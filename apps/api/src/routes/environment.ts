import type { DefinitionCatalog, QueueFeeder } from "@drover/distributed";
import type { HttpBindings } from "@hono/node-server";
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
  /** Node's side of a request; empty where the app is asked without any server. */
  Bindings: Partial<HttpBindings>;
  Variables: RequestIdVariables & {
    /** What the caller may see and touch; behind every route that asks for a key. */
    scope: Scope;
    /** Work that goes on once the answer has begun keeps the request's place. */
    keepPlaceFor: (work: Promise<unknown>) => void;
  };
}

/** An empty set of routes that refuses requests which do not match their schemas. */
export function newRoutes(): OpenAPIHono<AppEnvironment> {
  return new OpenAPIHono<AppEnvironment>({ defaultHook: refuseInvalid });
}
