import { WorkflowContext } from "@drover/engine";
import { expect, test } from "vitest";
import { addLines, addTax, bySize, type QuoteData, takeOffDiscount } from "./order-quote.ts";

/** Works a quote out, as a worker would. */
async function workOut(input: Partial<QuoteData>) {
  let data = input;
  for (const step of [addLines, takeOffDiscount, addTax]) {
    const context = new WorkflowContext<QuoteData>({ data });
    await step.execute(context);
    data = context.data;
  }
  return { ...data, next: await bySize.evaluate(new WorkflowContext<QuoteData>({ data })) };
}

const quotes = [
  { price: 250, quantity: 3, net: 750, discount: 0, total: 893, next: "send_quote" },
  { price: 99_999, quantity: 1, net: 99_999, discount: 0, total: 118_999, next: "send_quote" },
  { price: 50_000, quantity: 2, net: 100_000, discount: 5_000, total: 113_050, next: "send_quote" },
  {
    price: 500_000,
    quantity: 2,
    net: 1_000_000,
    discount: 100_000,
    total: 1_071_000,
    next: "look_at_quote",
  },
];
test.each(quotes)(
  "given $quantity for $price cents each, then the quote is $total and $next follows",
  async ({ price, quantity, ...expected }) => {
    expect(await workOut({ lines: [{ price, quantity }], tax: 19 })).toMatchObject(expected);
  },
);
