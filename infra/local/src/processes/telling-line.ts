import { z } from "zod";

const logEntry = z.object({
  msg: z.string().optional(),
  err: z.object({ message: z.string() }).optional(),
});

/**
 * Of what a program printed before it ended, the line that says most about why: the last that names an error, else the
 * last with words. Stack frames and Node's own trailer say nothing.
 */
export function tellingLine(lines: readonly string[]): string {
  const worded = lines
    .filter((line) => line.trim() !== "" && !/^\s+at |^Node\.js v\d|^\s*[\^~]+\s*$/.test(line))
    .map(messageOf);
  return (
    worded.findLast((line) => /error\b/i.test(line)) ??
    worded.at(-1) ??
    "it said nothing"
  ).trim();
}

/** Log lines are JSON; a person wants the words in them. */
function messageOf(line: string): string {
  if (!line.startsWith("{")) return line;
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    // It only looked like one.
    return line;
  }
  const { data } = logEntry.safeParse(entry);
  const words = [data?.msg, data?.err?.message].filter((text) => text !== undefined && text !== "");
  return words.length === 0 ? line : words.join(": ");
}
