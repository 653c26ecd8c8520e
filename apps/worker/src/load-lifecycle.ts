import { LIFECYCLE_EVENT_TYPES, type LifecycleHandlers } from "@drover/engine";
import { importModule, WorkflowModuleError } from "./load-workflows.ts";

const KINDS: ReadonlySet<string> = new Set(["*", ...LIFECYCLE_EVENT_TYPES]);

/**
 * The handlers that modules of workflows export as `lifecycle`, in the order of the modules.
 * @throws WorkflowModuleError where the export is no table of functions by kind of event
 */
export async function loadLifecycle(modules: readonly string[]): Promise<LifecycleHandlers[]> {
  const found = new Set<LifecycleHandlers>();
  for (const name of modules) {
    const { lifecycle } = await importModule(name);
    if (lifecycle === undefined) continue;
    if (!isTable(lifecycle)) throw new WorkflowModuleError(`${name}: lifecycle must be an object`);
    for (const [kind, handler] of Object.entries(lifecycle)) {
      if (!KINDS.has(kind)) {
        throw new WorkflowModuleError(`${name}: lifecycle has no event '${kind}'`);
      }
      if (typeof handler !== "function") {
        throw new WorkflowModuleError(`${name}: lifecycle handler '${kind}' must be a function`);
      }
    }
    found.add(lifecycle);
  }
  return [...found];
}

function isTable(value: unknown): value is LifecycleHandlers {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
