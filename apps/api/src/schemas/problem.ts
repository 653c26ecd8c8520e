import { z } from "@hono/zod-openapi";

/** An error as it goes over HTTP (RFC 9457). */
const problemSchema = z
  .object({
    type: z.string().openapi({ example: "urn:drover:problem:instance-not-found" }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().openapi({ description: "Path of the request." }),
    code: z.string().openapi({ example: "INSTANCE_NOT_FOUND" }),
    request_id: z.string(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: "What is wrong, place by place." }),
  })
  .openapi("Problem");

const DESCRIPTIONS = {
  400: "The request is malformed.",
  401: "No key was given that is known.",
  403: "Somebody else is to do this, or it takes another key.",
  404: "There is no such thing.",
  409: "That is not possible as things are.",
  413: "The body has more than 1 MiB.",
  415: "The body is not application/json.",
  422: "The data does not match its schema; `errors` names each field by its JSON Pointer.",
  503: "Postgres cannot be reached, is too busy or takes no writes, or the API has as much in hand as it can take; try again after `Retry-After` seconds.",
} as const;

/** Responses of a route that end in a problem. Every route may answer 503, and 401 where keys are set. */
export function problems<Status extends keyof typeof DESCRIPTIONS>(...statuses: Status[]) {
  return openProblems<Status | 401>(401, ...statuses);
}

/** The same for a route that asks for no key. */
export function openProblems<Status extends keyof typeof DESCRIPTIONS>(...statuses: Status[]) {
  const all = [...statuses, 503 as const];
  const entries = all.map((status) => [
    status,
    {
      description: DESCRIPTIONS[status],
      content: { "application/problem+json": { schema: problemSchema } },
    },
  ]);
  // Object.fromEntries forgets which keys there are.
  return Object.fromEntries(entries) as Record<Status | 503, ProblemResponse>;
}

interface ProblemResponse {
  readonly description: string;
  readonly content: {
    readonly "application/problem+json": { readonly schema: typeof problemSchema };
  };
}

/** What every route that takes a JSON body may answer. */
export const BODY_PROBLEMS = [400, 413, 415] as const;
