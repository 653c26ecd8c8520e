import semver from "semver";
import {
  DefinitionConflictError,
  WorkflowNotFoundError,
  WorkflowValidationError,
} from "../errors.ts";
import { structureDifferences } from "./structure-differences.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

/** The definitions that a process knows, by name and version. */
export class WorkflowRegistry {
  readonly #definitions = new Map<string, Map<string, WorkflowDefinition>>();

  /**
   * Adds a definition. The same name and version again replaces it, for its code may have changed;
   * with other steps, edges or anything else of its structure it is refused.
   * @throws WorkflowValidationError with everything that is wrong with it, DefinitionConflictError
   *   with all that has changed
   */
  register<Data extends object>(definition: WorkflowDefinition<Data>): void {
    const problems = definition.validate();
    if (problems.length > 0) throw new WorkflowValidationError(problems);
    const versions =
      this.#definitions.get(definition.name) ?? new Map<string, WorkflowDefinition>();
    const known = versions.get(definition.version);
    const differences =
      known === undefined ? [] : structureDifferences(known.structure, definition.structure);
    if (differences.length > 0) {
      throw new DefinitionConflictError(definition.name, definition.version, differences);
    }
    // The registry serves workflows of any data; each workflow's own types hold inside its steps.
    versions.set(definition.version, definition as unknown as WorkflowDefinition);
    this.#definitions.set(definition.name, versions);
  }

  /**
   * One definition: the given version, else the newest; a prerelease only where all of them are.
   * @throws WorkflowNotFoundError
   */
  getDefinition(name: string, version?: string): WorkflowDefinition {
    const versions = this.#definitions.get(name);
    if (versions === undefined) throw new WorkflowNotFoundError(name);
    const wanted = version ?? latestVersion([...versions.keys()]);
    const definition = versions.get(wanted ?? "");
    if (definition === undefined) {
      throw new WorkflowNotFoundError(name, version, this.getVersions(name));
    }
    return definition;
  }

  /** The newest of every name, or with `activeOnly: false` all versions. */
  listDefinitions(options: { activeOnly?: boolean } = {}): WorkflowDefinition[] {
    const names = [...this.#definitions.keys()];
    return (options.activeOnly ?? true)
      ? names.map((name) => this.getDefinition(name))
      : names.flatMap((name) =>
          this.getVersions(name).map((version) => this.getDefinition(name, version)),
        );
  }

  hasWorkflow(name: string, version?: string): boolean {
    const versions = this.#definitions.get(name);
    return versions !== undefined && (version === undefined || versions.has(version));
  }

  /**
   * All versions of a workflow, oldest first.
   * @throws WorkflowNotFoundError
   */
  getVersions(name: string): string[] {
    const versions = this.#definitions.get(name);
    if (versions === undefined) throw new WorkflowNotFoundError(name);
    return [...versions.keys()].sort(compareVersions);
  }

  /** Forgets one version or the whole workflow; what is not there is no error. */
  unregister(name: string, version?: string): void {
    if (version === undefined) this.#definitions.delete(name);
    const versions = this.#definitions.get(name);
    versions?.delete(version ?? "");
    if (versions?.size === 0) this.#definitions.delete(name);
  }
}

/** Order of semantic versions: 9.0.0 before 10.0.0, 2.0.0-beta before 2.0.0. */
export function compareVersions(left: string, right: string): number {
  return semver.compare(left, right);
}

/**
 * The newest of some semantic versions, undefined when there are none. A prerelease counts only
 * where there is nothing else: who asks for no version wants a finished one.
 */
export function latestVersion(versions: readonly string[]): string | undefined {
  const finished = versions.filter((version) => semver.prerelease(version) === null);
  return (finished.length > 0 ? finished : versions).toSorted(compareVersions).at(-1);
}
