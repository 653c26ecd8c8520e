import { STEP_TYPES } from "@drover/engine";
import { z } from "@hono/zod-openapi";
import { jsonObject, moment } from "./json.ts";

const edge = z
  .object({
    source: z.string(),
    target: z.string(),
    condition: z.string().nullable().openapi({
      description: "The expression's text, `conditional` for a function, null for none.",
    }),
  })
  .openapi("Edge");

const stepDetail = z
  .object({
    name: z.string(),
    type: z.enum(STEP_TYPES),
    description: z.string(),
    title: z.string().optional(),
    form_schema: jsonObject.optional(),
    is_initial: z.boolean(),
    is_terminal: z.boolean(),
  })
  .openapi("StepDetail");

export const definitionSchema = z
  .object({
    name: z.string(),
    version: z.string(),
    description: z.string(),
    steps: z.array(z.string()).openapi({ description: "Names, in the order of declaration." }),
    edges: z.array(edge),
    initial_step: z.string(),
    terminal_steps: z.array(z.string()),
    step_details: z.array(stepDetail),
    input_schema: jsonObject.nullable().openapi({
      description:
        "JSON Schema (2020-12) that `input_data` must match; null where any object will do.",
    }),
    deadline: z.string().nullable().openapi({
      description: "ISO 8601 duration after which an instance fails if it has not ended.",
      example: "P7D",
    }),
    is_active: z.boolean(),
  })
  .openapi("WorkflowDefinition");
export type DefinitionDto = z.infer<typeof definitionSchema>;

export const versionSchema = z
  .object({
    name: z.string(),
    version: z.string(),
    description: z.string(),
    is_active: z.boolean(),
    created_at: moment,
  })
  .openapi("WorkflowVersion");
export type VersionDto = z.infer<typeof versionSchema>;

export const graphSchema = z
  .object({
    mermaid_source: z.string().openapi({ description: "Empty with `graph_format=json`." }),
    nodes: z.array(
      z.object({
        id: z.string(),
        label: z.string(),
        type: z.enum(STEP_TYPES),
        is_initial: z.boolean(),
        is_terminal: z.boolean(),
        parent: z.string().optional().openapi({
          description: "The group that the step stands in; absent outside of groups.",
        }),
        group_kind: z
          .enum(["sequence", "parallel", "conditional", "race", "map"])
          .optional()
          .openapi({ description: "What kind of group it is; absent for other steps." }),
        signal: z.string().optional().openapi({
          description: "The signal that a signal step waits for; absent for other steps.",
        }),
        workflow: z.string().optional().openapi({
          description: "The workflow that a sub-workflow step starts; absent for other steps.",
        }),
      }),
    ),
    edges: z.array(
      z.object({
        source: z.string(),
        target: z.string(),
        condition: z.string().optional().openapi({
          description:
            "The expression's text, `conditional` for a function, the key of a branch inside of a conditional group.",
        }),
        kind: z.literal("member").optional().openapi({
          description: "Set inside of groups; absent for the workflow's own edges.",
        }),
      }),
    ),
  })
  .openapi("Graph");
export type GraphDto = z.infer<typeof graphSchema>;
