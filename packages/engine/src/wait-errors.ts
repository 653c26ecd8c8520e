import { WorkflowsError } from "./errors.ts";

/** Base of what can go wrong with a human task. */
export class HumanTaskError extends WorkflowsError {}

export class TaskNotFoundError extends HumanTaskError {
  constructor(taskId: string) {
    super("TASK_NOT_FOUND", `Task '${taskId}' not found`);
  }
}

export class TaskAlreadyCompletedError extends HumanTaskError {
  constructor(taskId: string, status = "completed") {
    super("TASK_ALREADY_COMPLETED", `Task '${taskId}' is already ${status}`);
  }
}

export class UnauthorizedTaskError extends HumanTaskError {
  constructor(taskId: string, userId: string) {
    super("TASK_UNAUTHORIZED", `User '${userId}' is not authorized to complete task '${taskId}'`);
  }
}

export class CallbackNotFoundError extends WorkflowsError {
  constructor() {
    super("CALLBACK_NOT_FOUND", "Webhook token not found");
  }
}

export class CallbackAlreadyUsedError extends WorkflowsError {
  constructor() {
    super("CALLBACK_ALREADY_USED", "Webhook token was already used or is no longer awaited");
  }
}

/** Two steps wait for a callback with the same token: nobody could tell which one is meant. */
export class CallbackTokenInUseError extends WorkflowsError {
  constructor() {
    super("CALLBACK_TOKEN_IN_USE", "Another step already waits for a callback with this token");
  }
}
