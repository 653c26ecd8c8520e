import path from "node:path";

/** The folder with the root package.json. */
export const projectDirectory = path.resolve(import.meta.dirname, "../../..");

/** `file` as a person who stands in the project would name it. */
export function shortPath(file: string): string {
  const relative = path.relative(projectDirectory, file);
  return relative.startsWith("..") ? file : relative;
}

/** Prints one line on standard output. */
export type Print = (line: string) => void;
