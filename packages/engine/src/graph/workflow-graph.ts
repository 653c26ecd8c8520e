import type { WorkflowContext } from "../context/workflow-context.ts";
import type { WorkflowDefinition } from "../definition/workflow-definition.ts";
import type { JsonObject } from "../json.ts";

/** Questions about the shape of a workflow, for people and tools. */
export class WorkflowGraph<Data extends object = JsonObject> {
  readonly definition: WorkflowDefinition<Data>;

  constructor(definition: WorkflowDefinition<Data>) {
    this.definition = definition;
  }

  static fromDefinition<Data extends object>(
    definition: WorkflowDefinition<Data>,
  ): WorkflowGraph<Data> {
    return new WorkflowGraph(definition);
  }

  getNextSteps(current: string, context: WorkflowContext<Data>): string[] {
    return this.definition.getNextSteps(current, context);
  }

  getPreviousSteps(step: string): string[] {
    const { edges } = this.definition.structure;
    return [...new Set(edges.filter((edge) => edge.target === step).map((edge) => edge.source))];
  }

  /** Listed as terminal, or without outgoing edges. */
  isTerminal(step: string): boolean {
    return this.definition.terminalSteps.has(step) || this.#targets(step).length === 0;
  }

  /** What is wrong with the shape, in words; stricter than what registering asks for. */
  validate(): string[] {
    const { steps, initialStep, structure } = this.definition;
    const problems: string[] = [];
    if (!steps.has(initialStep)) problems.push(`Initial step '${initialStep}' not found in steps`);
    for (const edge of structure.edges) {
      if (!steps.has(edge.source)) problems.push(`Edge source '${edge.source}' not found in steps`);
      if (!steps.has(edge.target)) problems.push(`Edge target '${edge.target}' not found in steps`);
    }
    for (const step of steps.keys()) {
      if (this.getStepDepth(step) === -1) {
        problems.push(`Step '${step}' is unreachable from initial step`);
      }
      if (this.#targets(step).length === 0 && !this.definition.terminalSteps.has(step)) {
        problems.push(`Step '${step}' has no outgoing edges but is not marked as terminal`);
      }
    }
    return problems;
  }

  /** Ways from one step to another that visit no step twice, at the most `maxPaths` of them. */
  getAllPaths(start: string, end: string, maxPaths = 100): string[][] {
    const found: string[][] = [];
    const open: string[][] = [[start]];
    for (let path = open.pop(); path !== undefined && found.length < maxPaths; path = open.pop()) {
      const last = path.at(-1);
      if (last === end) {
        found.push(path);
        continue;
      }
      const ahead = this.#targets(last ?? "").filter((target) => !path?.includes(target));
      for (const target of ahead.toReversed()) open.push([...path, target]);
    }
    return found;
  }

  /** The least number of edges from the initial step; 0 for itself, -1 where no way leads. */
  getStepDepth(step: string): number {
    const depths = new Map([[this.definition.initialStep, 0]]);
    // A Map can be extended while it is walked: the loop ends when nothing new is found.
    for (const [name, depth] of depths) {
      for (const target of this.#targets(name)) {
        if (!depths.has(target)) depths.set(target, depth + 1);
      }
    }
    return depths.get(step) ?? -1;
  }

  #targets(step: string): string[] {
    const { edges } = this.definition.structure;
    return [...new Set(edges.filter((edge) => edge.source === step).map((edge) => edge.target))];
  }
}
