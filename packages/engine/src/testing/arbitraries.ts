import fc from "fast-check";
import type { EdgeStructure, StepStructure, WorkflowStructure } from "../definition/structure.ts";
import { groups, groupSteps, type RandomGroup } from "./arbitrary-groups.ts";

/** A block of a well-built workflow: one way in, one way out. */
type Block =
  | { readonly kind: "step" }
  | { readonly kind: "group"; readonly group: RandomGroup }
  | { readonly kind: "sequence"; readonly blocks: readonly Block[] }
  | { readonly kind: "choice" | "fork"; readonly blocks: readonly Block[] }
  | { readonly kind: "loop"; readonly body: Block };

/** How a step goes on: with one of its edges, with all of them, or once more round a loop. */
type Way = "one" | "all" | "again";

/** A workflow together with what its steps do when they end. */
export interface Flow {
  readonly structure: WorkflowStructure;
  readonly ways: ReadonlyMap<string, Way>;
}

/** Blocks within blocks, the innermost of them drawn from what is given. */
function blocksOf(innermost: fc.Arbitrary<Block>): fc.Arbitrary<Block> {
  const { block } = fc.letrec<{ block: Block }>((tie) => {
    const several = fc.array(tie("block"), { minLength: 2, maxLength: 3 });
    return {
      block: fc.oneof(
        { maxDepth: 4, depthSize: "small" },
        innermost,
        several.map((inner): Block => ({ kind: "sequence", blocks: inner })),
        several.map((inner): Block => ({ kind: "choice", blocks: inner })),
        several.map((inner): Block => ({ kind: "fork", blocks: inner })),
        tie("block").map((body): Block => ({ kind: "loop", body })),
      ),
    };
  });
  return block;
}

const aStep = fc.constant<Block>({ kind: "step" });
const aGroup = groups.map((group): Block => ({ kind: "group", group }));

/** Random workflows of sequences, exclusive choices, forks with joins, and loops, nested. */
export const flows: fc.Arbitrary<Flow> = blocksOf(aStep).map(flowOf);

/** As `flows`, with groups of all kinds, nested, among the steps. Members have no ways. */
export const groupedFlows: fc.Arbitrary<Flow> = blocksOf(fc.oneof(aStep, aGroup)).map(flowOf);

function flowOf(block: Block): Flow {
  const builder = new FlowBuilder();
  const [initialStep] = builder.build(block);
  const { steps, edges, ways } = builder;
  const structure: WorkflowStructure = {
    name: "random",
    version: "1.0.0",
    description: "",
    steps,
    edges,
    initialStep,
    terminalSteps: [],
    onNoMatch: "complete",
  };
  return { structure, ways };
}

class FlowBuilder {
  readonly steps: StepStructure[] = [];
  readonly edges: EdgeStructure[] = [];
  readonly ways = new Map<string, Way>();
  #named = 0;

  /** @returns the first and the last step of what was built */
  build(block: Block): readonly [string, string] {
    switch (block.kind) {
      case "step": {
        const only = this.#step("all");
        return [only, only];
      }
      case "group": {
        const [outermost, ...members] = groupSteps(block.group, () => this.#newName());
        this.steps.push(outermost, ...members);
        this.ways.set(outermost.name, "all");
        return [outermost.name, outermost.name];
      }
      case "sequence": {
        const built = block.blocks.map((inner) => this.build(inner));
        for (const [index, [first]] of built.slice(1).entries()) {
          this.#edge(built[index]?.[1] ?? "", first);
        }
        return [built[0]?.[0] ?? "", built.at(-1)?.[1] ?? ""];
      }
      case "choice":
      case "fork": {
        const split = this.#step(block.kind === "fork" ? "all" : "one");
        const built = block.blocks.map((inner) => this.build(inner));
        const join = this.#step("all");
        for (const [first, last] of built) {
          this.#edge(split, first);
          this.#edge(last, join);
        }
        return [split, join];
      }
      case "loop": {
        const head = this.#step("all");
        const [first, last] = this.build(block.body);
        const tail = this.#step("again");
        const exit = this.#step("all");
        this.#edge(head, first);
        this.#edge(last, tail);
        this.#edge(tail, head);
        this.#edge(tail, exit);
        return [head, exit];
      }
    }
  }

  #step(way: Way): string {
    const name = this.#newName();
    this.steps.push({ name, type: "machine", description: "" });
    this.ways.set(name, way);
    return name;
  }

  #newName(): string {
    this.#named += 1;
    return `s${this.#named - 1}`;
  }

  #edge(source: string, target: string): void {
    this.edges.push({ source, target, condition: null });
  }
}
