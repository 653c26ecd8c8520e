import type { JsonObject, WorkflowDefinition } from "@drover/engine";
import type { StepStub } from "./stubs.ts";
import { TestBench } from "./test-bench.ts";
import { TestRun } from "./test-run.ts";

/** When virtual time begins unless told otherwise: a Monday morning. */
const START = "2026-01-05T09:00:00Z";

export interface TestOptions {
  readonly input?: object;
  /** What stands for the code of steps, by their names; members of groups and of workflows inside too. */
  readonly steps?: Readonly<Record<string, StepStub>>;
  /** Other workflows, which steps may start. */
  readonly workflows?: readonly WorkflowDefinition<never>[];
  readonly userId?: string;
  readonly metadata?: JsonObject;
  /** When virtual time begins; Monday 5 January 2026, 9:00 UTC unless given. */
  readonly startAt?: Date | string;
  /** How long code may run for real before the test gives up, in milliseconds; 10 s unless given. */
  readonly patience?: number;
}

/**
 * Starts a workflow in virtual time and runs it to where it waits.
 * @throws InputInvalidError, WorkflowValidationError, and where a stub is for no step
 */
export async function testWorkflow<Data extends object>(
  definition: WorkflowDefinition<Data>,
  options: TestOptions = {},
): Promise<TestRun> {
  const { input = {}, steps = {}, workflows = [], userId, metadata, patience } = options;
  // Definitions of any data: each workflow's own types hold inside its steps.
  const definitions = [definition, ...workflows] as unknown as WorkflowDefinition[];
  const bench = new TestBench(definitions, {
    steps,
    startAt: new Date(options.startAt ?? START),
    ...(patience === undefined ? {} : { patience }),
  });
  const { id } = await bench.engine.start(definition.name, input, {
    version: definition.version,
    ...(userId === undefined ? {} : { userId }),
    ...(metadata === undefined ? {} : { metadata }),
  });
  await bench.settle();
  return new TestRun(bench, id);
}
