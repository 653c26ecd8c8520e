import { describe, expect, test } from "vitest";
import {
  DefinitionConflictError,
  WorkflowNotFoundError,
  WorkflowValidationError,
} from "../errors.ts";
import { MachineStep } from "./machine-step.ts";
import { pickDefinition } from "./pick-definition.ts";
import { WorkflowRegistry } from "./registry.ts";
import { WorkflowDefinition, type WorkflowDefinitionInit } from "./workflow-definition.ts";

function aDefinition(overrides: Partial<WorkflowDefinitionInit> = {}) {
  return new WorkflowDefinition({
    name: "sample",
    version: "1.0.0",
    steps: { start: new MachineStep({ execute: () => null }) },
    edges: [],
    initialStep: "start",
    ...overrides,
  });
}

describe("WorkflowRegistry", () => {
  const registryWith = (...versions: string[]) => {
    const registry = new WorkflowRegistry();
    for (const version of versions) registry.register(aDefinition({ version }));
    return registry;
  };

  test("the newest is the newest by semantic version [scenarios 25, 26]", () => {
    const registry = registryWith("2.0.0", "1.0.0", "10.0.0", "9.0.0", "1.10.0", "10.0.0-beta.1");
    expect(registry.getDefinition("sample").version).toBe("10.0.0");
    expect(registry.getVersions("sample")).toEqual([
      "1.0.0",
      "1.10.0",
      "2.0.0",
      "9.0.0",
      "10.0.0-beta.1",
      "10.0.0",
    ]);
  });

  test("a prerelease is the newest only where there is nothing else", () => {
    expect(registryWith("1.0.0", "2.0.0-beta.1").getDefinition("sample").version).toBe("1.0.0");
    const unfinished = registryWith("2.0.0-beta.2", "2.0.0-beta.10");
    expect(unfinished.getDefinition("sample").version).toBe("2.0.0-beta.10");
  });

  test("the newest active one is picked, an active prerelease before what is inactive", () => {
    const candidate = (version: string, isActive = true) => ({
      structure: aDefinition({ version }).structure,
      isActive,
    });
    const picked = (candidates: ReturnType<typeof candidate>[], version: string | null = null) =>
      pickDefinition(candidates, version)?.structure.version;
    const beta = candidate("2.0.0-beta.1");
    expect(picked([candidate("1.0.0"), beta])).toBe("1.0.0");
    expect(picked([candidate("1.0.0", false), beta])).toBe("2.0.0-beta.1");
    expect(picked([candidate("1.0.0"), beta], "2.0.0-beta.1")).toBe("2.0.0-beta.1");
  });

  test("one version has one structure: another one is refused with what has changed", () => {
    const registry = registryWith("1.0.0");
    const changed = aDefinition({ deadline: "PT1S" });
    expect(() => registry.register(changed)).toThrow(DefinitionConflictError);
    expect(() => registry.register(changed)).toThrow(
      "Workflow 'sample' version '1.0.0' is registered as something else: the deadline in milliseconds changed from nothing to 1000. Give the changed definition a new version",
    );
    const sameShape = aDefinition({ steps: { start: new MachineStep({ execute: () => 2 }) } });
    registry.register(sameShape);
    expect(registry.getDefinition("sample")).toBe(sameShape);
  });

  test("lists one for each name, or all [scenario 28]", () => {
    const registry = registryWith("1.0.0", "3.0.0", "2.0.0");
    const versions = (activeOnly: boolean) =>
      registry.listDefinitions({ activeOnly }).map((definition) => definition.version);
    expect(versions(true)).toEqual(["3.0.0"]);
    expect(versions(false)).toEqual(["1.0.0", "2.0.0", "3.0.0"]);
  });

  test("unknown names and versions are named, with what there is [scenario 27]", () => {
    const registry = registryWith("1.0.0", "2.0.0");
    expect(() => registry.getDefinition("x")).toThrow(WorkflowNotFoundError);
    expect(() => registry.getDefinition("x")).toThrow("Workflow 'x' not found");
    expect(() => registry.getDefinition("sample", "3.0.0")).toThrow(
      "Workflow 'sample' version '3.0.0' not found. Available versions: 1.0.0, 2.0.0",
    );
  });

  test("a wrong definition is refused with everything that is wrong", () => {
    const wrong = aDefinition({ initialStep: "x", version: "?" });
    expect(() => new WorkflowRegistry().register(wrong)).toThrow(WorkflowValidationError);
    expect(() => new WorkflowRegistry().register(wrong)).toThrow(
      "Workflow validation failed: Version '?' is not a semantic version like 1.0.0; Initial step 'x' not found in steps",
    );
  });

  test("versions are got by their numbers, and asked for by name and number [scenarios 24, 31]", () => {
    const registry = registryWith("1.0.0", "2.0.0");
    expect(registry.getDefinition("sample", "1.0.0").version).toBe("1.0.0");
    expect(registry.getDefinition("sample", "2.0.0").version).toBe("2.0.0");
    expect(registry.hasWorkflow("sample")).toBe(true);
    expect(registry.hasWorkflow("sample", "1.0.0")).toBe(true);
    expect(registry.hasWorkflow("sample", "3.0.0")).toBe(false);
    expect(registry.hasWorkflow("other")).toBe(false);
  });

  test("a wrong definition can be made: registering it is what is refused [scenario 11]", () => {
    const wrong = aDefinition({ initialStep: "x" });
    expect(wrong.validate()).toHaveLength(1);
    const registry = new WorkflowRegistry();
    expect(() => registry.register(wrong)).toThrow(WorkflowValidationError);
    expect(registry.hasWorkflow("sample")).toBe(false);
  });

  test("registered twice it is there once; forgotten, it is gone [scenarios 29, 30]", () => {
    const registry = registryWith("1.0.0", "1.0.0", "2.0.0");
    expect(registry.getVersions("sample")).toEqual(["1.0.0", "2.0.0"]);
    registry.unregister("sample", "2.0.0");
    registry.unregister("nobody");
    expect(registry.hasWorkflow("sample", "2.0.0")).toBe(false);
    expect(registry.getDefinition("sample").version).toBe("1.0.0");
    registry.unregister("sample", "1.0.0");
    expect(registry.hasWorkflow("sample")).toBe(false);
  });
});
