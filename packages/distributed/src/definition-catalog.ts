import {
  type DefinitionVersion,
  findStructures,
  listDefinitionVersions,
  type Queries,
} from "@drover/db";
import { processPorts, type ProcessPorts } from "@drover/platform";
import {
  compareVersions,
  type DefinitionId,
  InvariantError,
  latestVersion,
  type WorkflowStructure,
} from "@drover/engine";

/** Structures that are kept at hand. */
const MOST_STRUCTURES = 1_000;

/** Versions of a workflow, and when they were asked for. */
interface Read {
  readonly at: number;
  readonly versions: readonly DefinitionVersion[];
}

type Versions = ReadonlyMap<string, readonly DefinitionVersion[]>;

/**
 * Milliseconds for which versions are answered as they were read: what another process has changed is seen
 * that much later, at the most.
 */
const FRESH = 250;

/**
 * Milliseconds after which they are read again behind the back of who asks. Who starts thousands a second
 * reads them once for all of these, and who starts a few waits for no reading.
 */
const READ_AGAIN = 50;

/**
 * Milliseconds after which that begins: what was started then has gone most of its way, which a reading beside
 * it would hold up where there are few cores.
 */
const BEHIND = 40;

/** Names whose versions are kept at hand. */
const MOST_NAMES = 1_000;

/** The definitions that workers have written to Postgres. */
export class DefinitionCatalog {
  readonly #queries: Queries;
  readonly #ports: Pick<ProcessPorts, "monotonic" | "soon" | "timers">;
  readonly #fresh = new Map<string, Read>();
  /** Names whose versions are about to be read again. */
  readonly #again = new Set<string>();
  #forgottenAt = Number.NEGATIVE_INFINITY;
  /** Structures never change, so they are read once. Whether they are active may change. */
  readonly #structures = new Map<DefinitionId, WorkflowStructure>();
  /** Names that the next reading is for, and that reading. */
  #asked = new Set<string>();
  #next: Promise<Versions> | null = null;

  /** @param ports what it knows of time; the machine's own unless given */
  constructor(queries: Queries, ports: ProcessPorts = processPorts) {
    this.#queries = queries;
    this.#ports = ports;
  }

  /**
   * All versions of a workflow, the newest first, as they were at most 250 ms ago; none where the name
   * is unknown. What is asked in the same moment is read together; a reading waits for no other, as
   * one that got no answer would hold up all that come after it.
   */
  async versions(name: string): Promise<readonly DefinitionVersion[]> {
    const read = this.#fresh.get(name);
    const age = read === undefined ? Infinity : this.#ports.monotonic() - read.at;
    if (read === undefined || age >= FRESH) return this.#readVersions(name);
    if (age >= READ_AGAIN) this.#readAgain(name);
    return read.versions;
  }

  #readAgain(name: string): void {
    if (this.#again.has(name)) return;
    this.#again.add(name);
    this.#ports.timers.after(BEHIND, () => {
      this.#again.delete(name);
      // What goes wrong here meets who asks next, and is told then.
      void this.#readVersions(name).catch(() => {});
    });
  }

  async #readVersions(name: string): Promise<readonly DefinitionVersion[]> {
    this.#asked.add(name);
    this.#next ??= this.#readSoon();
    return (await this.#next).get(name) ?? [];
  }

  /** What was read is read again, and what is being read not kept: this process has changed it. */
  forget(name: string): void {
    this.#fresh.delete(name);
    this.#forgottenAt = this.#ports.monotonic();
  }

  async #readSoon(): Promise<Versions> {
    await new Promise<void>(this.#ports.soon);
    const names = [...this.#asked];
    this.#asked = new Set();
    this.#next = null;
    const at = this.#ports.monotonic();
    const read = await listDefinitionVersions(this.#queries, { names });
    const versions = Map.groupBy(newestFirst(read), (version) => version.name);
    if (at > this.#forgottenAt) this.#keepFresh(versions, at);
    return versions;
  }

  #keepFresh(versions: Versions, at: number): void {
    if (this.#fresh.size > MOST_NAMES) this.#fresh.clear();
    for (const [name, ofName] of versions) this.#fresh.set(name, { at, versions: ofName });
  }

  /** The latest active version of every workflow, or with `activeOnly: false` all versions. */
  async list(activeOnly: boolean): Promise<DefinitionVersion[]> {
    const versions = await listDefinitionVersions(this.#queries, { activeOnly });
    const names = [...Map.groupBy(versions, (version) => version.name).values()];
    return activeOnly
      ? names.flatMap((ofName) => latestOf(ofName) ?? [])
      : names.flatMap(newestFirst);
  }

  /**
   * The given version; without one the latest active, or the latest where none is. Null where there
   * is no such version.
   */
  async find(name: string, version?: string): Promise<DefinitionVersion | null> {
    const versions = await this.versions(name);
    if (version !== undefined) return versions.find((known) => known.version === version) ?? null;
    const active = versions.filter((known) => known.isActive);
    return latestOf(active) ?? latestOf(versions) ?? null;
  }

  async structure(id: DefinitionId): Promise<WorkflowStructure> {
    const structure = (await this.structures([id])).get(id);
    if (structure === undefined) throw new InvariantError(`definition ${id} is not there`);
    return structure;
  }

  /** Steps and edges of definitions by their ids. */
  async structures(
    ids: readonly DefinitionId[],
  ): Promise<ReadonlyMap<DefinitionId, WorkflowStructure>> {
    const unknown = ids.filter((id) => !this.#structures.has(id));
    const read = await findStructures(this.#queries, unknown);
    const found = new Map(
      ids.flatMap((id) => {
        const structure = this.#structures.get(id) ?? read.get(id);
        return structure === undefined ? [] : [[id, structure] as const];
      }),
    );
    for (const [id, structure] of read) this.#keep(id, structure);
    return found;
  }

  #keep(id: DefinitionId, structure: WorkflowStructure): void {
    this.#structures.set(id, structure);
    const [oldest] = this.#structures.keys();
    if (this.#structures.size > MOST_STRUCTURES && oldest !== undefined) {
      this.#structures.delete(oldest);
    }
  }
}

/** The newest of some versions by their semantic order. */
export function latestOf(versions: readonly DefinitionVersion[]): DefinitionVersion | undefined {
  const latest = latestVersion(versions.map((known) => known.version));
  return versions.find((known) => known.version === latest);
}

function newestFirst(versions: readonly DefinitionVersion[]): DefinitionVersion[] {
  return versions.toSorted((a, b) => compareVersions(b.version, a.version));
}
