import type { WorkflowEvent } from "./events.ts";

/** What each event does, in one line. */
export const EVENT_MEANINGS: Readonly<Record<WorkflowEvent["type"], string>> = {
  "step.succeeded": "A step's code has returned: its result is kept and its edges are taken.",
  "step.skipped": "A step was left out: its edges are taken as after a success.",
  "step.failed": "A step has failed for good: handled, the flow goes on; else the instance fails.",
  "step.retrying": "A try has failed: the step waits for its next one.",
  "step.waiting": "A step waits for a person, a time, a call, a signal, a workflow or its members.",
  "task.completed": "A person has answered: the data is merged and the step goes on.",
  "task.reassigned": "A task has another assignee.",
  "timer.fired": "A time has come: the step goes on, is tried again, or gets no signal.",
  "timer.taken": "A time is about to come: the worker that has set it takes the step ahead of it.",
  "callback.received": "Another system has called back: the step goes on with what it sent.",
  "signal.received": "A signal has come: the step that has waited longest takes it, or it is kept.",
  "child.ended": "A workflow that a step has started is over: the step goes on.",
  "deadline.passed": "The instance has lived too long and fails.",
  "instance.canceled": "All that is live ends, and the instance with it.",
  "instance.paused": "Nothing new starts; what runs ends, and what comes is taken in.",
  "instance.resumed": "A paused instance goes on, where it stood or from a step.",
  "instance.retried": "A failed instance lives again, where it stood or from a step.",
  "step.skip-requested": "Somebody leaves a step out: it runs once more to choose the way.",
  "step.scheduled": "A step is to run besides what runs already, now or later.",
};
