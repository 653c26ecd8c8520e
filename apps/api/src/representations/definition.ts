import type { DefinitionVersion } from "@drover/db";
import { type StepStructure, toIsoDuration, type WorkflowStructure } from "@drover/engine";
import type { DefinitionDto, VersionDto } from "../schemas/definition.ts";

export function definitionDto(structure: WorkflowStructure, isActive: boolean): DefinitionDto {
  return {
    name: structure.name,
    version: structure.version,
    description: structure.description,
    steps: structure.steps.map((step) => step.name),
    edges: structure.edges.map(({ source, target, condition }) => ({ source, target, condition })),
    initial_step: structure.initialStep,
    terminal_steps: [...structure.terminalSteps],
    step_details: structure.steps.map((step) => stepDetail(step, structure)),
    input_schema: structure.inputSchema ?? null,
    deadline: structure.deadline === undefined ? null : toIsoDuration(structure.deadline),
    is_active: isActive,
  };
}

function stepDetail(step: StepStructure, structure: WorkflowStructure) {
  return {
    name: step.name,
    type: step.type,
    description: step.description,
    ...(step.title === undefined ? {} : { title: step.title }),
    ...(step.formSchema === undefined ? {} : { form_schema: step.formSchema }),
    is_initial: step.name === structure.initialStep,
    is_terminal: structure.terminalSteps.includes(step.name),
  };
}

export function versionDto(definition: DefinitionVersion): VersionDto {
  return {
    name: definition.name,
    version: definition.version,
    description: definition.description,
    is_active: definition.isActive,
    created_at: definition.createdAt.toISOString(),
  };
}
