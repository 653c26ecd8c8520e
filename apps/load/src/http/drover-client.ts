import { Pool } from "undici";
import type { z } from "zod";
import { ServerRefusedError, UnreachableError } from "./errors.ts";
import * as shapes from "./shapes.ts";

export interface Target {
  readonly origin: string;
  /** The path before all routes. */
  readonly prefix: string;
  readonly apiKey: string | null;
  /** Connections at once. */
  readonly connections: number;
}

/** How a request ended: with an answer of any status, or with none and why. */
export type Outcome =
  | { readonly kind: "answer"; readonly status: number; readonly body: unknown }
  | { readonly kind: "none"; readonly code: string };

export interface StartOrder {
  readonly definition_name: string;
  readonly version: string;
  readonly input_data: shapes.JsonObject;
  readonly correlation_id: string;
}

type Method = "GET" | "POST";
type Query = Readonly<Record<string, string>>;

/**
 * Milliseconds that an answer may take, the wait for a connection among them. A server that needs
 * longer has given none, and whoever wants to end the load waits no longer than this.
 */
const LONGEST_ANSWER = 30_000;
const LONGEST_CONNECT = 10_000;

/** Drover over HTTP, on connections that are kept. */
export class DroverClient {
  readonly #pool: Pool;
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
    this.#pool = new Pool(target.origin, {
      connections: target.connections,
      connect: { timeout: LONGEST_CONNECT },
    });
  }

  /** Never throws: what happened to the request is what is to be measured. */
  async send(method: Method, path: string, body?: unknown): Promise<Outcome> {
    const { prefix, apiKey } = this.#target;
    try {
      const response = await this.#pool.request({
        method,
        path: `${prefix}${path}`,
        headers: {
          accept: "application/json",
          ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(LONGEST_ANSWER),
      });
      const text = await response.body.text();
      return { kind: "answer", status: response.statusCode, body: parsed(text) };
    } catch (error) {
      return { kind: "none", code: codeOf(error) };
    }
  }

  start(order: StartOrder): Promise<Outcome> {
    return this.send("POST", "/instances", order);
  }

  completeTask(task: shapes.Task, data: shapes.JsonObject): Promise<Outcome> {
    const body = { output_data: data, completed_by: task.assignee ?? "load test" };
    return this.send("POST", `/tasks/${task.id}/complete`, body);
  }

  definitions(): Promise<shapes.Definition[]> {
    return this.#read("/definitions", {}, shapes.definition.array());
  }

  /** @returns null when there is none of this name and version */
  async definition(name: string, version: string | null): Promise<shapes.Definition | null> {
    const query = version === null ? {} : { version };
    const path = `/definitions/${encodeURIComponent(name)}`;
    return await this.#read(path, query, shapes.definition).catch((error: unknown) => {
      if (error instanceof ServerRefusedError && error.status === 404) return null;
      throw error;
    });
  }

  /** The newest first. */
  instances(query: Query) {
    return this.#read("/instances", query, shapes.instancePage);
  }

  /** Why an instance has failed. */
  instanceError(id: string) {
    return this.#read(`/instances/${id}`, {}, shapes.instanceError);
  }

  /** The first 500 step executions of an instance. */
  history(id: string) {
    return this.#read(`/instances/${id}/history`, { limit: "500" }, shapes.historyPage);
  }

  pendingTasks(correlationId: string, limit: number): Promise<shapes.Task[]> {
    const query = { correlation_id: correlationId, limit: String(limit) };
    return this.#read("/tasks", query, shapes.tasks);
  }

  queues(): Promise<shapes.Queues> {
    return this.#read("/queues", {}, shapes.queues);
  }

  /** Acts on up to `limit` instances of a correlation id. */
  async bulk(action: "cancel" | "delete", correlationId: string, limit: number) {
    const filter = { correlation_id: correlationId };
    const outcome = await this.send("POST", "/instances/bulk", { action, filter, limit });
    return this.#understood("POST /instances/bulk", outcome, shapes.bulkResult);
  }

  /** Lets requests under way end; then the connections are closed. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  async #read<Shape extends z.ZodType>(
    path: string,
    query: Query,
    shape: Shape,
  ): Promise<z.output<Shape>> {
    const search = new URLSearchParams(query).toString();
    const outcome = await this.send("GET", search === "" ? path : `${path}?${search}`);
    return this.#understood(`GET ${path}`, outcome, shape);
  }

  #understood<Shape extends z.ZodType>(
    request: string,
    outcome: Outcome,
    shape: Shape,
  ): z.output<Shape> {
    const { origin, prefix } = this.#target;
    if (outcome.kind === "none") throw new UnreachableError(`${origin}${prefix}`, outcome.code);
    const { status, body } = outcome;
    if (status >= 300) {
      const told = shapes.problem.safeParse(body).data;
      throw new ServerRefusedError(request, status, told?.code ?? null, told?.detail ?? null);
    }
    const read = shape.safeParse(body);
    if (read.success) return read.data;
    throw new ServerRefusedError(request, status, null, "the answer is not that of a Drover");
  }
}

/** @returns undefined where it is no JSON */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `ECONNREFUSED`, `UND_ERR_SOCKET`, `TimeoutError` and the like. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
