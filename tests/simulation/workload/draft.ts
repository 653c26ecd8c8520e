import type { Edge, EdgeInit, Step } from "@drover/engine";

/** What a workflow is made of, while it is being made. */
export class Draft {
  readonly steps: Record<string, Step> = {};
  readonly edges: (Edge | EdgeInit)[] = [];
  readonly signals: string[] = [];
  isFreeOfConflicts = true;
  #named = 0;

  newName(kind: string): string {
    this.#named += 1;
    return `${kind}_${this.#named}`;
  }

  add(name: string, step: Step): string {
    this.steps[name] = step;
    return name;
  }

  connect(source: string, target: string, condition?: EdgeInit["condition"]): void {
    this.edges.push({ source, target, condition: condition ?? null });
  }
}
