import type { StepServices } from "../process-step.ts";
import { performCommands } from "../commands.ts";
import type { Duty } from "./loop.ts";

const EVERY = 1_000;
const PIECE = 500;

/** Milliseconds that whoever wrote a message gets to deliver it. */
const UNDELIVERED_FOR = 1_000;

/** Delivers messages between instances whose sender died before it could. */
export function deliverMessagesDuty(services: StepServices): Duty {
  const run = async () => {
    const messages = await services.store.listMessages(UNDELIVERED_FOR, PIECE);
    if (messages.length === 0) return;
    await performCommands(
      services,
      messages.map((message) => ({ type: "deliver", ...message })),
    );
  };
  return { name: "deliver-messages", every: EVERY, run };
}
