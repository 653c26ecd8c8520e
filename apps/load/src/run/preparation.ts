import type { LoadOptions } from "../command/arguments.ts";
import type { DroverClient } from "../http/drover-client.ts";
import { ServerRefusedError } from "../http/errors.ts";
import type { Definition, JsonObject } from "../http/shapes.ts";
import { EXAMPLE_INPUTS } from "../samples/example-inputs.ts";
import { SampleError, sampleOf } from "../samples/from-schema.ts";

/** What is asked for is not there, or cannot be done without more being said. */
export class PreparationError extends Error {
  readonly code = "LOAD_PREPARATION";
}

/** Who does the work. */
interface Workers {
  readonly workers: number;
  /** Steps at once of each. */
  readonly concurrency: number;
  /** Whether the API has told it. */
  readonly isTold: boolean;
}

export interface Preparation {
  readonly definition: Definition;
  readonly input: JsonObject;
  /** In words, where the input comes from. */
  readonly inputFrom: string;
  readonly workers: Workers;
}

/** A worker's concurrency unless it is set. */
const USUAL_CONCURRENCY = 16;

/**
 * Looks at what is to be started before anything is.
 * @throws PreparationError, UnreachableError, ServerRefusedError
 */
export async function prepare(
  client: DroverClient,
  options: LoadOptions,
  tag: string,
): Promise<Preparation> {
  const definition = await existingDefinition(client, options);
  await demandUnused(client, tag);
  const workers = await workersOf(client, options);
  return { definition, workers, ...inputFor(definition, options) };
}

async function existingDefinition(
  client: DroverClient,
  { workflow, version }: LoadOptions,
): Promise<Definition> {
  const found = await client.definition(workflow, version);
  if (found !== null) return found;
  const names = [...new Set((await client.definitions()).map(({ name }) => name))];
  const there = names.length === 0 ? "there are none" : `there are ${names.join(", ")}`;
  const wanted = version === null ? `"${workflow}"` : `"${workflow}" in version ${version}`;
  throw new PreparationError(`--workflow: there is no active workflow ${wanted}; ${there}`);
}

/** Instances of another run would be counted as ones of this run. */
async function demandUnused(client: DroverClient, tag: string): Promise<void> {
  const { total } = await client.instances({ correlation_id: tag, limit: "1" });
  if (total === 0) return;
  throw new PreparationError(
    `--tag: ${total} instances have the tag "${tag}" already; --clean-up without --workflow deletes them`,
  );
}

function inputFor(
  { name, input_schema: schema }: Definition,
  { input }: LoadOptions,
): Pick<Preparation, "input" | "inputFrom"> {
  if (input !== null) return { input, inputFrom: "as given" };
  const known = EXAMPLE_INPUTS.get(name);
  if (schema === null && known !== undefined) return { input: known, inputFrom: "of the example" };
  if (schema === null) return { input: {}, inputFrom: "empty, as the workflow has no schema" };
  try {
    const sample: unknown = sampleOf(schema);
    if (typeof sample === "object" && sample !== null) {
      return { input: { ...sample }, inputFrom: "made from the workflow's schema" };
    }
    throw new SampleError("the schema is not one of objects");
  } catch (error) {
    if (!(error instanceof SampleError)) throw error;
    throw new PreparationError(`--input is needed: ${error.message}`, { cause: error });
  }
}

async function workersOf(
  client: DroverClient,
  { workers, concurrency }: LoadOptions,
): Promise<Workers> {
  if (workers !== null && concurrency !== null) return { workers, concurrency, isTold: false };
  const told = await toldWorkers(client);
  return {
    workers: workers ?? (told.length === 0 ? 1 : told.length),
    concurrency: concurrency ?? Math.round(mean(told) ?? USUAL_CONCURRENCY),
    isTold: told.length > 0,
  };
}

/** The concurrency of each worker; none where the key is not for looking at queues. */
async function toldWorkers(client: DroverClient): Promise<number[]> {
  try {
    const { workers } = await client.queues();
    return workers.filter(({ draining }) => !draining).map((worker) => worker.concurrency);
  } catch (error) {
    if (error instanceof ServerRefusedError && error.status === 403) return [];
    throw error;
  }
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
