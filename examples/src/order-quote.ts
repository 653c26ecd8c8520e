import {
  ExclusiveGateway,
  HumanStep,
  type InputData,
  MachineStep,
  WorkflowDefinition,
} from "@drover/engine";
import { z } from "zod";

/** Money is in cents, and shares are in per cent. */
const quoteInput = z.object({
  customer: z.string().min(1),
  lines: z
    .array(z.object({ price: z.int().positive(), quantity: z.int().positive() }))
    .min(1)
    .max(1_000),
  tax: z.number().min(0).max(100),
});

/** What came in, and what the steps add to it. */
export interface QuoteData extends InputData<typeof quoteInput> {
  net: number;
  discount: number;
  total: number;
  quote_sent_to: string;
}

/** Cents from which on the order is cheaper, and by how much. */
const DISCOUNTS = [
  { from: 500_000, share: 10 },
  { from: 100_000, share: 5 },
] as const;

/** Cents from which on somebody looks at a quote before it is sent. */
const LOOKED_AT_FROM = 1_000_000;

const shareOf = (cents: number, share: number) => Math.round((cents * share) / 100);

// All that is worked out says that it is pure: a worker does it in one go, and writes it together. Nobody
// can tell from outside whether it was done once or, after a worker was lost, twice.

export const addLines = new MachineStep<QuoteData>({
  name: "add_lines",
  description: "Add up what was ordered",
  pure: true,
  execute: (context) => {
    const lines = context.get("lines", []);
    context.set(
      "net",
      lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0),
    );
  },
});

export const takeOffDiscount = new MachineStep<QuoteData>({
  name: "take_off_discount",
  description: "What is off for so large an order",
  pure: true,
  execute: (context) => {
    const net = context.get("net", 0);
    const share = DISCOUNTS.find(({ from }) => net >= from)?.share ?? 0;
    context.set("discount", shareOf(net, share));
  },
});

export const addTax = new MachineStep<QuoteData>({
  name: "add_tax",
  description: "Add the tax",
  pure: true,
  execute: (context) => {
    const taxed = context.get("net", 0) - context.get("discount", 0);
    context.set("total", taxed + shareOf(taxed, context.get("tax", 0)));
  },
});

export const bySize = new ExclusiveGateway<QuoteData>({
  name: "by_size",
  description: "Does somebody look at it first?",
  pure: true,
  condition: (context) =>
    context.get("total", 0) >= LOOKED_AT_FROM ? "look_at_quote" : "send_quote",
});

const lookAtQuote = new HumanStep<QuoteData>({
  name: "look_at_quote",
  title: "Large quote",
  getDescription: (context) =>
    `${context.get("customer", "")} asks for ${(context.get("total", 0) / 100).toFixed(2)}`,
  getAssigneeGroup: () => "sales",
});

/** Not pure: the customer knows of it. */
const sendQuote = new MachineStep<QuoteData>({
  name: "send_quote",
  description: "Send it to the customer",
  execute: (context) => {
    // A mail service would be given `context.idempotencyKey`, so that a second attempt sends nothing.
    context.set("quote_sent_to", context.get("customer", ""));
  },
});

/** Arithmetic in steps of its own, each of which can be read in the history, and one step that has an effect. */
export const orderQuote = new WorkflowDefinition<QuoteData>({
  name: "order_quote",
  version: "1.0.0",
  description: "Work out a quote and send it",
  input: quoteInput,
  steps: [addLines, takeOffDiscount, addTax, bySize, lookAtQuote, sendQuote],
  edges: [
    { source: addLines, target: takeOffDiscount },
    { source: takeOffDiscount, target: addTax },
    { source: addTax, target: bySize },
    { source: bySize, target: lookAtQuote },
    { source: bySize, target: sendQuote },
    { source: lookAtQuote, target: sendQuote },
  ],
  initialStep: "add_lines",
  terminalSteps: ["send_quote"],
});
