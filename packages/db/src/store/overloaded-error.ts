import { WorkflowsError } from "@drover/engine";

/** There is as much in hand as may be: the same may well be taken a moment later. */
export class OverloadedError extends WorkflowsError {
  constructor(message: string) {
    super("OVERLOADED", message);
  }
}
