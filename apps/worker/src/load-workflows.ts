import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { WorkflowDefinition } from "@drover/engine";

/** A module of workflows that cannot be used. */
export class WorkflowModuleError extends Error {
  readonly code = "WORKFLOW_MODULE_INVALID";
}

/**
 * Imports the modules named and collects every workflow definition that they export, by itself
 * or in a list.
 * @throws WorkflowModuleError when a module cannot be loaded or exports no definition
 */
export async function loadWorkflows(modules: readonly string[]): Promise<WorkflowDefinition[]> {
  const found = new Set<WorkflowDefinition>();
  for (const name of modules) {
    const definitions = Object.values(await importModule(name))
      .flat()
      .filter((value): value is WorkflowDefinition => value instanceof WorkflowDefinition);
    if (definitions.length === 0) {
      throw new WorkflowModuleError(`${name} exports no WorkflowDefinition`);
    }
    for (const definition of definitions) found.add(definition);
  }
  return [...found];
}

/** @throws WorkflowModuleError */
export async function importModule(name: string): Promise<Readonly<Record<string, unknown>>> {
  const isPath = name.startsWith(".") || isAbsolute(name);
  try {
    return await import(isPath ? pathToFileURL(resolve(name)).href : name);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new WorkflowModuleError(`${name} cannot be loaded: ${reason}`, { cause: error });
  }
}
