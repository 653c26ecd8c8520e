import { MachineStep, MapGroup, WorkflowDefinition } from "@drover/engine";

interface WideData {
  /** How many items the map has. */
  items: number;
  total: number;
}

/** Squares the numbers from 0 up, each in a step of its own, and adds them up. */
export const wideMap = new WorkflowDefinition<WideData>({
  name: "wide_map",
  version: "1.0.0",
  steps: {
    squares: new MapGroup<WideData>({
      items: (context) => Array.from({ length: context.get("items", 0) }, (_, item) => item),
      step: new MachineStep<WideData>({
        name: "square",
        execute: (context) => Number(context.item) ** 2,
      }),
      callback: new MachineStep<WideData>({
        name: "sum",
        execute: (context) => {
          const squares = context.get("_previous_result");
          if (!Array.isArray(squares)) throw new Error("the callback got no list");
          context.set(
            "total",
            squares.reduce<number>((sum, square) => sum + Number(square), 0),
          );
          return squares.length;
        },
      }),
    }),
  },
  edges: [],
  initialStep: "squares",
});
