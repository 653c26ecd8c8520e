/**
 * What the same batches come to without an engine: chains are started, claimed and moved on by the
 * statements of the store, decided on beforehand and written by a loop, with as many in a statement and
 * as many statements under way as the store has at the most. Nothing is run or decided meanwhile, no
 * queue is asked, and nobody is told.
 */
import { newId, openDatabase } from "@drover/db";
import { GROUPS, isMove, postgresStatements, type Transition } from "@drover/db/store";
import {
  apply,
  asId,
  type ClaimedStep,
  type ClaimResult,
  type DefinitionId,
  flowGraph,
  type NewInstance,
  startInstance,
  type WorkerId,
  type WorkflowEvent,
} from "@drover/engine";
import { chain } from "../workflows/index.ts";
import { CHAIN_STEPS } from "../workflows/names.ts";
import { type LimitResult, tellResult } from "./result.ts";

const SECONDS = Number(process.env["SECONDS"]);

/** Groups of chains that are made ready at once: enough for a while, and not too many for the memory. */
const GROUPS_AT_ONCE = 24;

/** Instances of one statement that starts them, as in a batch over HTTP. */
const STARTS = 1_000;

const database = openDatabase(process.env["DATABASE_URL"] ?? "", { applicationName: "bare-loop" });
const statements = postgresStatements(database.statements);
const graph = flowGraph(chain.structure);
const environment = { now: new Date(), newId };
const workerId = asId<WorkerId>(newId());
const [definitionId] = await statements.registerDefinitions([chain.structure]);
if (definitionId === undefined) throw new Error("the definition was not registered");

function newInstance(definition: DefinitionId): NewInstance {
  const request = {
    definitionId: definition,
    input: {},
    metadata: {},
    correlationId: null,
    createdBy: null,
    tenantId: null,
    idempotency: null,
  };
  return startInstance(graph, request, environment).instance;
}

/** All that becomes of a chain whose first step is claimed, one transition for each of its steps. */
function transitionsOf({ executionId, state: claimed }: ClaimedStep): Transition[] {
  if (claimed === null) throw new Error("a chain has one token");
  const transitions: Transition[] = [];
  let state = claimed;
  let current = executionId;
  for (let step = 0; step < CHAIN_STEPS; step += 1) {
    const event: WorkflowEvent = {
      type: "step.succeeded",
      executionId: current,
      attempt: 1,
      contextChanges: {},
      result: null,
      // The edges are those from each step to the next one, in this order.
      edges: step + 1 < CHAIN_STEPS ? [step] : [],
      continueAs: workerId,
    };
    const applied = apply(graph, state, [event], environment);
    const [outcome] = applied.kind === "applied" ? applied.outcomes : [];
    if (applied.kind !== "applied" || applied.changes === null || outcome?.kind !== "applied") {
      throw new Error("a step of the chain changes nothing");
    }
    transitions.push({ id: newId(), changes: applied.changes });
    state = applied.state;
    current = outcome.inline?.executionId ?? current;
  }
  return transitions;
}

type Work = () => Promise<unknown>;

/** Does all of it, as much at once as the store has under way. @returns milliseconds */
async function timed(all: readonly Work[]): Promise<number> {
  const left = [...all];
  const lane = async () => {
    for (let work = left.shift(); work !== undefined; work = left.shift()) await work();
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: GROUPS.concurrency }, lane));
  return performance.now() - begun;
}

const pieces = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, place) =>
    all.slice(place * size, (place + 1) * size),
  );

async function claim(definition: DefinitionId, instances: readonly NewInstance[]) {
  return statements.claimExecutions(
    instances.map(({ firstExecution }) => ({
      executionId: firstExecution.executionId,
      attempt: 1,
      workerId,
      definitionIds: [definition],
    })),
  );
}

/** Writes each batch when the one before is written: the steps of the same chains. */
async function write(batches: readonly Transition[][]): Promise<void> {
  for (const batch of batches) {
    // As the store does it.
    const won = batch.every(isMove)
      ? await statements.moveOn(batch)
      : await statements.commitTransitions(batch);
    if (!won.every(Boolean)) throw new Error("a transition was not written");
  }
}

async function measure(definition: DefinitionId, groupCount: number): Promise<LimitResult> {
  const instances = Array.from({ length: groupCount * GROUPS.largest }, () =>
    newInstance(definition),
  );
  const starts = pieces(instances, STARTS).map((piece) => () => statements.startInstances([piece]));
  const starting = await timed(starts);
  const claims: ClaimResult[][] = [];
  const claiming = await timed(
    pieces(instances, GROUPS.largest).map(
      (piece) => async () => claims.push(await claim(definition, piece)),
    ),
  );
  const groups = claims.map((group) => {
    const chains = group.map((result) => {
      if (result.kind !== "claimed") throw new Error(`a first step is ${result.kind}`);
      return transitionsOf(result.step);
    });
    // A batch for each step.
    return Array.from({ length: CHAIN_STEPS }, (_, step) =>
      chains.flatMap((transitions) => transitions[step] ?? []),
    );
  });
  const moving = await timed(groups.map((batches) => () => write(batches)));
  return { steps: instances.length * CHAIN_STEPS, milliseconds: starting + claiming + moving };
}

await measure(definitionId, GROUPS.concurrency * 2);
const total = { steps: 0, milliseconds: 0 };
while (total.milliseconds < SECONDS * 1_000) {
  const { steps, milliseconds } = await measure(definitionId, GROUPS_AT_ONCE);
  total.steps += steps;
  total.milliseconds += milliseconds;
}
tellResult(total);
process.exit(0);
