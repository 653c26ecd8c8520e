import { isUuid, toMilliseconds } from "@drover/engine";
import { LONGEST_DELAY } from "@drover/platform";
import { z } from "@hono/zod-openapi";
import { limitedObject, limitedValue } from "./json.ts";
import { LONGEST_NAME, LONGEST_REASON, moment, text } from "./request-values.ts";

export const DEFAULT_REASON = "User canceled";

export const reason = text(LONGEST_REASON);

export const fromStep = text(LONGEST_NAME)
  .nullish()
  .openapi({
    description:
      "Everything where the instance stands is left and this step starts; a step of the workflow " +
      "itself, not inside a group. Unless given, the instance goes on where it stood.",
  });

export const cancelSchema = z
  .strictObject({ reason: reason.default(DEFAULT_REASON) })
  .openapi("CancelInstance");

export const resumeSchema = z.strictObject({ from_step: fromStep }).openapi("ResumeInstance");

export const retrySchema = z
  .strictObject({
    from_step: fromStep,
    context_patch: limitedObject()
      .nullish()
      .openapi({ description: "Merged into the context first, key by key." }),
  })
  .openapi("RetryInstance");

export const skipSchema = z
  .strictObject({
    execution_id: z
      .string()
      .refine(isUuid, "Expected `uuid`")
      .nullish()
      .openapi({ format: "uuid", description: "Which one, where several executions are live." }),
  })
  .openapi("SkipStep");

const delay = z
  .union([z.number().min(0), z.string()])
  .transform((duration, context) => {
    const milliseconds = readable(duration);
    if (typeof milliseconds === "number" && milliseconds <= LONGEST_DELAY) return milliseconds;
    const message = typeof milliseconds === "number" ? "Expected 100 years or less" : milliseconds;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  })
  .openapi({
    type: ["string", "number"],
    description: "ISO 8601, `PT1H30M`, or milliseconds.",
    example: "PT15M",
  });

/** @returns milliseconds, or why it is no duration */
function readable(duration: string | number): number | string {
  try {
    return toMilliseconds(duration);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

export const scheduleSchema = z
  .strictObject({
    delay: delay.nullish(),
    run_at: moment.nullish().openapi({ description: "Instead of a delay; in the past means now." }),
  })
  .refine((body) => (body.delay ?? null) === null || (body.run_at ?? null) === null, {
    path: ["run_at"],
    message: "Give either `delay` or `run_at`",
  })
  .openapi("ScheduleStep");

export const signalSchema = z
  .strictObject({
    payload: limitedValue.optional().openapi({ description: "Any JSON; none counts as null." }),
    id: text(LONGEST_NAME).nullish().openapi({
      description: "The sender's own id: the same one again is the same signal.",
    }),
  })
  .openapi("SendSignal");

export const signalAnswerSchema = z
  .object({
    status: z.enum(["accepted", "duplicate"]).openapi({
      description: "`duplicate`: this id was sent before, nothing has changed.",
    }),
  })
  .openapi("SignalAnswer");
