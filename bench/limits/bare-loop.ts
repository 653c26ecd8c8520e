/**
 * What the batched statement alone comes to: the transitions of chains, decided on beforehand and
 * written by a loop, with as many in a statement and as many statements under way as the store has
 * at the most. Nothing is claimed, run or decided meanwhile, and nobody is told.
 */
import { newId, openDatabase } from "@drover/db";
import { GROUPS, isMove, postgresStatements, type Transition } from "@drover/db/store";
import {
  apply,
  asId,
  type ClaimedStep,
  type DefinitionId,
  flowGraph,
  type NewInstance,
  startInstance,
  type WorkerId,
  type WorkflowEvent,
} from "@drover/engine";
import { chain } from "../workflows/index.ts";
import { CHAIN_STEPS } from "../workflows/names.ts";
import { tellResult } from "./result.ts";

const SECONDS = Number(process.env["SECONDS"]);

/** Groups of chains that are made ready at once: enough for a while, and not too many for the memory. */
const GROUPS_AT_ONCE = 24;

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

/** @returns a batch for each step of a whole group of chains */
async function readyGroup(definition: DefinitionId): Promise<Transition[][]> {
  const instances = Array.from({ length: GROUPS.largest }, () => newInstance(definition));
  await statements.startInstances([instances]);
  const claims = await statements.claimExecutions(
    instances.map(({ firstExecution }) => ({
      executionId: firstExecution.executionId,
      attempt: 1,
      workerId,
      definitionIds: [definition],
    })),
  );
  const chains = claims.map((claim) => {
    if (claim.kind !== "claimed") throw new Error(`a first step is ${claim.kind}`);
    return transitionsOf(claim.step);
  });
  return Array.from({ length: CHAIN_STEPS }, (_, step) =>
    chains.flatMap((transitions) => transitions[step] ?? []),
  );
}

/** @returns the transitions that were written */
async function writeAll(groups: Transition[][][]): Promise<number> {
  let written = 0;
  const lane = async () => {
    for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
      for (const batch of group) {
        // As the store does it.
        const won = batch.every(isMove)
          ? await statements.moveOn(batch)
          : await statements.commitTransitions(batch);
        if (!won.every(Boolean)) throw new Error("a transition was not written");
        written += won.length;
      }
    }
  };
  await Promise.all(Array.from({ length: GROUPS.concurrency }, lane));
  return written;
}

async function measure(definition: DefinitionId, groupCount: number) {
  const groups: Transition[][][] = [];
  while (groups.length < groupCount) groups.push(await readyGroup(definition));
  const begun = performance.now();
  const steps = await writeAll(groups);
  return { steps, milliseconds: performance.now() - begun };
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
