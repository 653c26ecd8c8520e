import postgres, { type Sql } from "postgres";

/** A node of a plan that was carried out, as Postgres tells it. */
interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Join Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly "Shared Hit Blocks"?: number;
  readonly "Shared Read Blocks"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** A statement that was carried out. */
export interface Explained {
  readonly "Query Text": string;
  readonly Plan: PlanNode;
}

/** Tells the plan of each statement as it was carried out, also of what foreign keys ask for. */
const EXPLAIN_ALL = `
load 'auto_explain';
set auto_explain.log_min_duration = 0;
set auto_explain.log_analyze = on;
set auto_explain.log_buffers = on;
set auto_explain.log_timing = off;
set auto_explain.log_nested_statements = on;
set auto_explain.log_format = json;
set auto_explain.log_level = notice`;

/** A connection whose statements are noted down with their plans. The user has to be a superuser. */
export interface ExplainedConnection {
  readonly sql: Sql;
  /** What was carried out since the last look. */
  take(): Explained[];
}

/** @param settings of the session */
export async function explainedConnection(
  url: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ExplainedConnection> {
  let noted: Explained[] = [];
  const sql = postgres(url, {
    max: 1,
    connection: settings,
    onnotice: ({ message = "" }) => {
      const plan = /^duration: [\d.]+ ms {2}plan:\n([\s\S]*)$/.exec(message)?.[1];
      if (plan !== undefined) noted.push(JSON.parse(plan));
    },
  });
  await sql.unsafe(EXPLAIN_ALL);
  return {
    sql,
    take: () => {
      const taken = noted;
      noted = [];
      return taken;
    },
  };
}

/** What a statement may read. */
export interface Frugality {
  /** Rows that any part of it looks at. */
  readonly rows: number;
  /** Blocks of 8 kB that it touches altogether. */
  readonly blocks: number;
}

/** What in a statement reads more than it may, or a table from end to end, in words; nothing for most. */
export function extravagances(
  { "Query Text": text, Plan: plan }: Explained,
  most: Frugality,
): string[] {
  const found = nodesOf(plan).flatMap((node) => {
    const rows = rowsOf(node);
    const relation = node["Relation Name"] ?? "";
    const where = `${node["Node Type"]} ${node["Index Name"] ?? relation}`;
    const isWhole = node["Node Type"] === "Seq Scan" && LARGE.has(relation);
    if (isWhole) return [`${where}: from end to end`];
    return rows > most.rows ? [`${where}: ${rows} rows`] : [];
  });
  const blocks = (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0);
  if (blocks > most.blocks) found.push(`${blocks} blocks`);
  const named = text.replaceAll(/\s+/g, " ").trim().slice(0, 150);
  return found.map((problem) => `${problem} in: ${named}`);
}

/** Tables that grow with what has run. */
const LARGE = new Set([
  "workflow_instances",
  "workflow_step_executions",
  "workflow_human_tasks",
  "workflow_timers",
  "workflow_callbacks",
]);

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function rowsOf(node: PlanNode): number {
  const removed =
    (node["Rows Removed by Filter"] ?? 0) +
    (node["Rows Removed by Join Filter"] ?? 0) +
    (node["Rows Removed by Index Recheck"] ?? 0);
  return Math.round((node["Actual Rows"] + removed) * node["Actual Loops"]);
}
