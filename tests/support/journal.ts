import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Something that a step did to the world outside, where no transaction takes it back. */
export interface Entry {
  readonly instance: string;
  readonly step: string;
  readonly event: "started" | "ended" | "aborted";
  readonly attempt: number;
  readonly key: string;
  /** Of the worker. */
  readonly pid: number;
  readonly reason: string | null;
}

/**
 * A folder that steps under test and the test share: steps write down what they do, and wait at a
 * gate until the test opens it.
 */
export class Journal implements Disposable {
  readonly directory = mkdtempSync(path.join(tmpdir(), "drover-journal-"));

  get entries(): Entry[] {
    const file = path.join(this.directory, "entries");
    if (!existsSync(file)) return [];
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line): Entry => JSON.parse(line));
  }

  entriesOf(instance: string, event: Entry["event"]): Entry[] {
    return this.entries.filter((entry) => entry.instance === instance && entry.event === event);
  }

  openGate(): void {
    writeFileSync(path.join(this.directory, "gate"), "");
  }

  [Symbol.dispose](): void {
    // A worker that is still at it may write while the folder is emptied.
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The steps' side: lines this short are appended whole, also by several processes at once. */
export function writeEntry(directory: string, entry: Entry): void {
  appendFileSync(path.join(directory, "entries"), `${JSON.stringify(entry)}\n`);
}

/** Whether the test has opened the gate. */
export function gateIsOpen(directory: string): boolean {
  return existsSync(path.join(directory, "gate"));
}

/** Resolves when the test has opened the gate; rejects with the signal's reason when it is aborted. */
export async function gateOpens(directory: string, signal: AbortSignal | null): Promise<void> {
  while (!gateIsOpen(directory)) {
    signal?.throwIfAborted();
    await pause(20);
  }
}
