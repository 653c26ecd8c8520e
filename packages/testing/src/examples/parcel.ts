import {
  ExclusiveGateway,
  HumanStep,
  MachineStep,
  TimerStep,
  WorkflowDefinition,
  type WorkflowDefinitionInit,
} from "@drover/engine";

interface Parcel {
  weight: number;
  price: number;
  accepted: boolean;
}

const STEPS = {
  weigh: new MachineStep<Parcel>({
    execute: (context) => context.set("price", context.get("weight", 0) * 2),
  }),
  accept: new HumanStep<Parcel>({ title: "Accept the parcel" }),
  is_accepted: new ExclusiveGateway<Parcel>({
    condition: (context) => (context.get("accepted") ? "rest" : "give_back"),
  }),
  rest: new TimerStep<Parcel>({ duration: "P1D" }),
  send: new MachineStep<Parcel>({
    execute: (context) => ({ price: context.get("price", 0) }),
  }),
  give_back: new MachineStep<Parcel>({ execute: () => "given back" }),
};

const EDGES = [
  "weigh accept",
  "accept is_accepted",
  "is_accepted rest",
  "is_accepted give_back",
  "rest send",
];

/** A workflow to be recorded, as it is or with steps and edges of another version. */
export function aParcel(
  changes: { readonly steps?: typeof STEPS | object; readonly edges?: readonly string[] } = {},
): WorkflowDefinition<Parcel> {
  // Steps that are added are steps: what is made here is checked when it is registered.
  const steps = { ...STEPS, ...changes.steps } as WorkflowDefinitionInit<Parcel>["steps"];
  return new WorkflowDefinition<Parcel>({
    name: "parcel",
    version: "1.0.0",
    steps,
    edges: (changes.edges ?? EDGES).map((edge) => {
      const [source = "", target = ""] = edge.split(" ");
      return { source, target };
    }),
    initialStep: "weigh",
  });
}

export const parcel = aParcel();
