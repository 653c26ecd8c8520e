import {
  ExclusiveGateway,
  MachineStep,
  WorkflowDefinition,
  type WorkflowContext,
} from "@drover/engine";

export interface RetryGatewayData {
  /** What goes wrong at each try, so that it can be seen what follows. */
  errors: string[];
  last_error: string | null;
  retry_count: number;
  status: "succeeded" | "failed";
}

type RetryContext = WorkflowContext<RetryGatewayData>;

const MAX_RETRIES = 3;
const RETRYABLE = ["timeout", "connection", "rate limit"];

/** Fails without failing the workflow: `onFailure` keeps the reason and returns, the flow goes on. */
class Operation extends MachineStep<RetryGatewayData> {
  override readonly name = "retry_operation";
  override readonly description = "What may go wrong";

  override execute(context: RetryContext): void {
    const error = context.get("errors", [])[context.get("retry_count", 0)];
    if (error !== undefined) throw new Error(error);
    context.set("last_error", null);
  }

  override onFailure(context: RetryContext, error: unknown): void {
    context.set("last_error", error instanceof Error ? error.message : String(error));
  }
}

export class RetryGateway extends ExclusiveGateway<RetryGatewayData> {
  override readonly name = "retry_gateway";
  override readonly description = "Determine whether to retry a failed operation";

  override evaluate(context: RetryContext): string {
    const error = context.get("last_error")?.toLowerCase();
    if (error === undefined) return "next_step";
    const retries = context.get("retry_count", 0);
    const mayPass = RETRYABLE.some((pattern) => error.includes(pattern));
    if (!mayPass || retries >= MAX_RETRIES) return "handle_failure";
    context.set("retry_count", retries + 1);
    return "retry_operation";
  }
}

const nextStep = new MachineStep<RetryGatewayData>({
  name: "next_step",
  execute: (context) => context.set("status", "succeeded"),
});

const handleFailure = new MachineStep<RetryGatewayData>({
  name: "handle_failure",
  execute: (context) => context.set("status", "failed"),
});

/** Retries drawn as a loop: for flows that do something else between the tries. */
export const retryWithGateway = new WorkflowDefinition<RetryGatewayData>({
  name: "retry_with_gateway",
  version: "1.0.0",
  description: "Try again as long as the error may pass",
  steps: [new Operation(), new RetryGateway(), nextStep, handleFailure],
  edges: [
    { source: Operation, target: RetryGateway },
    { source: RetryGateway, target: Operation },
    { source: RetryGateway, target: nextStep },
    { source: RetryGateway, target: handleFailure },
  ],
  initialStep: "retry_operation",
  terminalSteps: ["next_step", "handle_failure"],
});
