import { globSync, readFileSync } from "node:fs";
import path from "node:path";

/** What must always hold, as the head of a file says it. */
export interface Invariant {
  /** `J1`, `G4` … */
  readonly id: string;
  readonly text: string;
  /** The file's name. */
  readonly file: string;
}

/** The invariants in the heads of a folder's files, by file and in their order there. */
export function invariantsIn(folder: string): Invariant[] {
  return globSync("*.ts", { cwd: folder })
    .toSorted()
    .flatMap((file) => {
      const text = readFileSync(path.join(folder, file), "utf8");
      return invariantsOf(text).map((invariant) => ({ ...invariant, file }));
    });
}

function invariantsOf(source: string): Omit<Invariant, "file">[] {
  const heads = source.match(/^\/\*\n(?: \*.*\n)+? \*\/$/gm) ?? [];
  return heads.flatMap((head) => {
    const words = head.replaceAll(/^ ?\/?\*+\/? ?/gm, "").replaceAll(/\s+/g, " ");
    return [...words.matchAll(/\b([A-Z]\d+)\. (.+?)(?= [A-Z]\d+\. |$)/g)].map(
      ([, id = "", text = ""]) => ({ id, text: text.trim() }),
    );
  });
}
