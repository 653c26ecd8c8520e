import type { ExecutionView, InstanceView } from "@drover/engine";

/** The history of an instance as text, one line for each step, for people who look for a fault. */
export function story(instance: InstanceView): string {
  const error = instance.error === null ? "" : ` (${instance.error})`;
  const head = `${instance.workflowName} ${instance.workflowVersion}: ${instance.status}${error}`;
  const depths = depthsOf(instance.history);
  const lines = instance.history.map((entry) => {
    const at = since(instance.startedAt, entry.completedAt ?? entry.startedAt);
    return `  ${at.padEnd(14)}${"  ".repeat(depths.get(entry.id) ?? 0)}${stepLine(entry)}`;
  });
  return [head, ...(lines.length > 0 ? lines : ["  (no step has begun)"])].join("\n");
}

function stepLine(entry: ExecutionView): string {
  const tries = entry.failedTries > 0 ? `, after ${times(entry.failedTries)} failed` : "";
  const item = entry.memberIndex !== null && entry.memberIndex >= 0 ? `[${entry.memberIndex}]` : "";
  const error = entry.error === null ? "" : `: ${entry.error.type}: ${entry.error.message}`;
  const undo = entry.undoes === null ? "" : " (compensation)";
  const result = entry.result === null ? "" : ` → ${brief(JSON.stringify(entry.result))}`;
  return `${entry.stepName}${item}${undo} ${entry.status}${tries}${error}${result}`;
}

function times(count: number): string {
  return count === 1 ? "1 try" : `${count} tries`;
}

function brief(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}

function depthsOf(history: readonly ExecutionView[]): Map<string, number> {
  const groups = new Map(history.map(({ id, groupId }) => [id, groupId]));
  const depth = (id: string): number => {
    const group = groups.get(id as ExecutionView["id"]);
    return group === null || group === undefined ? 0 : 1 + depth(group);
  };
  return new Map(history.map(({ id }) => [id, depth(id)]));
}

/** A moment as the time since another: `+2d 3h`. */
function since(start: Date, moment: Date | null): string {
  if (moment === null) return "";
  let left = moment.getTime() - start.getTime();
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.trunc(left / size);
    left -= count * size;
    if (count !== 0) parts.push(`${count}${unit}`);
  }
  return `+${parts.slice(0, 3).join(" ") || "0"}`;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;
