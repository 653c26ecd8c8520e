import type { StepStructure, WorkflowStructure } from "../definition/structure.ts";

/** Words that Mermaid takes for its own where a node's name should be. */
const WORDS_OF_MERMAID =
  /^(?:graph|subgraph|end|style|click|class|classDef|linkStyle|call|href|interpolate|flowchart)(?![A-Za-z0-9_])/;

/**
 * Under which names Mermaid knows the steps of a workflow: their own, except for those that it
 * could not read. Names of our own hold a dot, as no step's name does.
 */
export class MermaidIds {
  readonly #ids: ReadonlyMap<string, string>;

  constructor({ steps }: WorkflowStructure) {
    this.#ids = new Map(steps.map((step) => [step.name, readable(step)]));
  }

  has(step: string): boolean {
    return this.#ids.has(step);
  }

  of(step: string): string {
    return this.#ids.get(step) ?? step;
  }

  /** The place inside of a group where it chooses among its members. */
  choiceOf(group: string): string {
    return `_.choice.${this.of(group)}`;
  }
}

function readable({ name, group }: StepStructure): string {
  if (/^end$/i.test(name)) return `${name}_`;
  // Two hyphens begin an arrow.
  const id = name.includes("--") ? name.replaceAll("-", ".") : name;
  const isTaken = WORDS_OF_MERMAID.test(id) || (group !== undefined && id === "default");
  return isTaken ? `_.${id}` : id;
}
