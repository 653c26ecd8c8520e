import { InvariantError } from "../errors.ts";
import type { EdgeStructure, StepStructure, WorkflowStructure } from "../definition/structure.ts";

/** Position of an edge in its structure's list. */
export type EdgeIndex = number;

/**
 * A structure prepared for the questions that the core asks while a workflow flows.
 *
 * A **back edge** is one whose target lies on the path on which a depth-first walk from the
 * initial step, in declared order, meets it: a loop. **Forward** leaves the back edges out; what
 * is left has no cycles, so nothing can wait in a circle.
 */
export class FlowGraph {
  readonly structure: WorkflowStructure;
  /** Names of the steps that can be undone. */
  readonly compensatingSteps: readonly string[];
  readonly #steps: ReadonlyMap<string, StepStructure>;
  readonly #outgoing: ReadonlyMap<string, readonly EdgeIndex[]>;
  readonly #backEdges: ReadonlySet<EdgeIndex>;
  readonly #forwardIncoming: ReadonlyMap<string, readonly EdgeIndex[]>;
  readonly #forwardReach = new Map<string, ReadonlySet<EdgeIndex>>();
  readonly #reach = new Map<string, ReadonlySet<string>>();

  constructor(structure: WorkflowStructure) {
    this.structure = structure;
    this.compensatingSteps = structure.steps
      .filter((step) => step.compensates === true)
      .map((step) => step.name);
    this.#steps = new Map(structure.steps.map((step) => [step.name, step]));
    // Edges that leave a listed terminal step are never taken: for the flow they are not there.
    const ends = new Set(structure.terminalSteps);
    const taken = (edge: EdgeStructure) => !ends.has(edge.source);
    this.#outgoing = edgesBy(structure, taken, (edge) => edge.source);
    this.#backEdges = findBackEdges(structure, this.#outgoing);
    const incoming = edgesBy(structure, taken, (edge) => edge.target);
    this.#forwardIncoming = new Map(
      [...incoming].map(([step, edges]) => [step, edges.filter((e) => !this.isBackEdge(e))]),
    );
  }

  /** Whether some step can be undone when the instance fails. */
  get hasCompensations(): boolean {
    return this.compensatingSteps.length > 0;
  }

  step(name: string): StepStructure {
    const step = this.#steps.get(name);
    if (step === undefined) {
      throw new InvariantError(`step '${name}' is not part of '${this.structure.name}'`);
    }
    return step;
  }

  edge(index: EdgeIndex): EdgeStructure {
    const edge = this.structure.edges[index];
    if (edge === undefined) {
      throw new InvariantError(`'${this.structure.name}' has no edge ${index}`);
    }
    return edge;
  }

  /** The edges that a token can take, in the order of declaration; none at a listed terminal step. */
  outgoing(step: string): readonly EdgeIndex[] {
    return this.#outgoing.get(step) ?? [];
  }

  /** Incoming edges in the order of declaration, loops left out. */
  forwardIncoming(step: string): readonly EdgeIndex[] {
    return this.#forwardIncoming.get(step) ?? [];
  }

  /** Whether nothing else leaves its source or enters its target: who takes it starts the target. */
  isOnlyWay(edge: EdgeIndex): boolean {
    const { source, target } = this.edge(edge);
    const [incoming, ...others] = this.forwardIncoming(target);
    return this.outgoing(source).length === 1 && incoming === edge && others.length === 0;
  }

  isBackEdge(edge: EdgeIndex): boolean {
    return this.#backEdges.has(edge);
  }

  /** A terminal step ends its branch: it is listed, or nothing leads on from it. */
  isTerminal(step: string): boolean {
    return this.isListedTerminal(step) || this.outgoing(step).length === 0;
  }

  isListedTerminal(step: string): boolean {
    return this.structure.terminalSteps.includes(step);
  }

  /** All edges that a token at this step may still take, going forward only. */
  forwardReach(step: string): ReadonlySet<EdgeIndex> {
    const known = this.#forwardReach.get(step);
    if (known !== undefined) return known;
    const found = new Set<EdgeIndex>();
    for (const reached of this.#walk(step, (edge) => !this.isBackEdge(edge))) {
      for (const edge of this.outgoing(reached)) if (!this.isBackEdge(edge)) found.add(edge);
    }
    this.#forwardReach.set(step, found);
    return found;
  }

  /** All steps that a token at this step may still run, itself included, loops and all. */
  reachableSteps(step: string): ReadonlySet<string> {
    const known = this.#reach.get(step);
    if (known !== undefined) return known;
    const found = this.#walk(step, () => true);
    this.#reach.set(step, found);
    return found;
  }

  #walk(from: string, follow: (edge: EdgeIndex) => boolean): Set<string> {
    const seen = new Set([from]);
    for (const step of seen) {
      for (const edge of this.outgoing(step)) if (follow(edge)) seen.add(this.edge(edge).target);
    }
    return seen;
  }
}

const graphs = new WeakMap<WorkflowStructure, FlowGraph>();

/** The graph of a structure, prepared once for as long as the structure lives. */
export function flowGraph(structure: WorkflowStructure): FlowGraph {
  const known = graphs.get(structure);
  if (known !== undefined) return known;
  const graph = new FlowGraph(structure);
  graphs.set(structure, graph);
  return graph;
}

function edgesBy(
  structure: WorkflowStructure,
  counts: (edge: EdgeStructure) => boolean,
  key: (edge: EdgeStructure) => string,
): Map<string, EdgeIndex[]> {
  const result = new Map<string, EdgeIndex[]>();
  for (const [index, edge] of structure.edges.entries()) {
    if (!counts(edge)) continue;
    const list = result.get(key(edge)) ?? [];
    list.push(index);
    result.set(key(edge), list);
  }
  return result;
}

/** Depth-first with a stack of its own: a long chain must not overflow the call stack. */
function findBackEdges(
  structure: WorkflowStructure,
  outgoing: ReadonlyMap<string, readonly EdgeIndex[]>,
): Set<EdgeIndex> {
  const backEdges = new Set<EdgeIndex>();
  const onPath = new Set<string>([structure.initialStep]);
  const finished = new Set<string>();
  const path: { step: string; next: number }[] = [{ step: structure.initialStep, next: 0 }];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const edge = outgoing.get(top.step)?.[top.next];
    const target = edge === undefined ? undefined : structure.edges[edge]?.target;
    if (edge === undefined || target === undefined) {
      path.pop();
      onPath.delete(top.step);
      finished.add(top.step);
      continue;
    }
    top.next += 1;
    if (onPath.has(target)) backEdges.add(edge);
    else if (!finished.has(target)) {
      onPath.add(target);
      path.push({ step: target, next: 0 });
    }
  }
  return backEdges;
}
