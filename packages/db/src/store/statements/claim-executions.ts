import {
  layered,
  NOTHING_REMEMBERED,
  type Arrival,
  type ClaimedStep,
  type ClaimRequest,
  type ClaimResult,
  type DefinitionId,
  type ExecutionId,
  type FlowMemory,
  type InstanceId,
  type JsonObject,
  type JsonValue,
  type MemberRecord,
  type Resumption,
  type StepError,
  type StepRecord,
  type StepStatus,
} from "@drover/engine";
import type { Sql } from "postgres";
import { CLAIM_EXECUTIONS, CLAIM_FIRST, LEFT_ALONE, LEFT_ALONE_ROWS } from "./claim-statement.ts";
import { membershipOf, parentOf } from "./load-state.ts";

/** An execution that was taken, with its instance. */
interface TakenRow {
  readonly n: number;
  readonly id: ExecutionId;
  readonly instance_id: InstanceId;
  readonly definition_id: DefinitionId;
  readonly step_name: string;
  readonly attempt: number;
  readonly failed_tries: number;
  readonly lost_attempts: number;
  readonly heartbeat_details: Wrapped | null;
  readonly arrivals: readonly Arrival[];
  readonly input_data: Resumption | null;
  readonly group_id: ExecutionId | null;
  readonly member_index: number | null;
  readonly item_id: ExecutionId | null;
  readonly undoes: ExecutionId | null;
  readonly flow_memory: FlowMemory | null;
  readonly parent_instance_id: InstanceId | null;
  readonly parent_execution_id: ExecutionId | null;
  readonly parent_waits: boolean;
  readonly depth: number;
  readonly version: number;
  readonly sequence: number;
  readonly status: "running" | "waiting";
  readonly terminal_reached: boolean;
  readonly live_tokens: number;
  readonly context_data: JsonObject;
  readonly metadata: JsonObject;
  readonly started_at: string;
  readonly created_by: string | null;
  readonly tenant_id: string | null;
}

/** The same with what else it needs to run. */
interface ClaimRow extends TakenRow {
  readonly records: readonly HistoryRow[];
  readonly item_data: Wrapped | null;
  readonly item_index: number | null;
  readonly child_output: Wrapped | null;
  readonly undone: HistoryRow | null;
  readonly members: readonly MemberRow[];
}

/** What the first step of an instance has of it. */
const NOTHING_BEFORE = {
  records: [],
  item_data: null,
  item_index: null,
  child_output: null,
  undone: null,
  members: [],
} as const;

interface LeftAloneRow {
  readonly n: number;
  readonly is_unknown: boolean;
  readonly is_suspect: boolean;
}

interface Wrapped {
  readonly v: JsonValue;
}

interface MemberRow {
  readonly step_name: string;
  readonly index: number;
  readonly status: StepStatus;
  readonly output: Wrapped | null;
  readonly error: StepError | null;
}

interface HistoryRow {
  readonly id: string;
  readonly step_name: string;
  readonly status: StepStatus;
  readonly output: Wrapped | null;
  readonly error: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly sequence: number;
  readonly changes: JsonObject | null;
}

/** @returns what became of each request, in their order */
export async function claimExecutions(
  sql: Sql,
  requests: readonly ClaimRequest[],
): Promise<ClaimResult[]> {
  const rows = requests.map(requestRow);
  const results = requests.map((): ClaimResult => ({ kind: "stale" }));
  // A process has one worker with the code that it has; only tests have more.
  const byWorker = Map.groupBy(
    rows.sort((one, other) => (one.id < other.id ? -1 : 1)),
    ({ request }) => `${request.workerId} ${request.definitionIds.join()}`,
  );
  for (const own of byWorker.values()) {
    const [first] = own;
    if (first === undefined) continue;
    for (const row of await takeAll(sql, first.request, own)) {
      results[row.n] = { kind: "claimed", step: claimedStep(row) };
    }
    const rest = own.filter(({ n }) => results[n]?.kind !== "claimed");
    if (rest.length === 0) continue;
    for (const { n, is_unknown, is_suspect } of await leftAlone(sql, first.request, rest)) {
      if (is_unknown) results[n] = { kind: "unknown-definition" };
      else if (is_suspect) results[n] = { kind: "suspect" };
    }
  }
  return results;
}

function requestRow(request: ClaimRequest, n: number) {
  return {
    n,
    id: request.executionId,
    attempt: request.attempt,
    lost_less_than: request.lostLessThan ?? null,
    request,
  };
}

type RequestRow = ReturnType<typeof requestRow>;

/**
 * @param asking any of the requests: they are all of one worker
 * @param rows in the order of their ids
 */
async function takeAll(
  sql: Sql,
  asking: ClaimRequest,
  rows: readonly RequestRow[],
): Promise<readonly ClaimRow[]> {
  const firsts = rows.filter(({ request }) => request.isFirst === true);
  const others = rows.filter(({ request }) => request.isFirst !== true);
  const [begun, goneOn] = await Promise.all([
    take<TakenRow>(sql, CLAIM_FIRST, asking, firsts),
    take<ClaimRow>(sql, CLAIM_EXECUTIONS, asking, others),
  ]);
  const known = new Set(begun.map(({ n }) => n));
  const mistaken = firsts.filter(({ n }) => !known.has(n));
  return [
    ...begun.map((row) => ({ ...row, ...NOTHING_BEFORE })),
    ...goneOn,
    ...(await take<ClaimRow>(sql, CLAIM_EXECUTIONS, asking, mistaken)),
  ];
}

const CLAIMABLE: StepStatus = "scheduled";

/** @param rows all for the same worker */
async function take<Row extends TakenRow>(
  sql: Sql,
  statement: typeof CLAIM_EXECUTIONS,
  { workerId, definitionIds }: ClaimRequest,
  rows: readonly RequestRow[],
): Promise<readonly Row[]> {
  if (rows.length === 0) return [];
  const { text, parameters } = statement.over(rows);
  const all = [CLAIMABLE, workerId, [...definitionIds], ...parameters];
  return sql.unsafe<Row[]>(text, all, { prepare: true });
}

/** @param rows all for the same worker, and not claimed */
async function leftAlone(
  sql: Sql,
  { definitionIds }: ClaimRequest,
  rows: readonly RequestRow[],
): Promise<readonly LeftAloneRow[]> {
  const parameters = [CLAIMABLE, [...definitionIds], ...LEFT_ALONE_ROWS.parameters(rows)];
  return sql.unsafe<LeftAloneRow[]>(LEFT_ALONE, parameters, { prepare: true });
}

function claimedStep(row: ClaimRow): ClaimedStep {
  const unfolded = layered(row.records.map((record) => record.changes));
  return {
    executionId: row.id,
    instanceId: row.instance_id,
    definitionId: row.definition_id,
    stepName: row.step_name,
    attempt: row.attempt,
    failedTries: row.failed_tries,
    lostAttempts: row.lost_attempts,
    heartbeatDetails: row.heartbeat_details?.v ?? null,
    arrivals: row.arrivals,
    resumption: row.input_data,
    membership: membershipOf(row),
    item:
      row.item_data === null || row.item_index === null
        ? undefined
        : { value: row.item_data.v, index: row.item_index },
    members: row.members.map(memberRecord),
    childOutput: row.child_output?.v ?? null,
    undoes: row.undoes,
    depth: row.depth,
    context: { ...row.context_data, ...unfolded },
    metadata: row.metadata,
    // What is undone comes last, so that `result` of its step is its own.
    history: [...row.records, ...(row.undone === null ? [] : [row.undone])].map(stepRecord),
    startedAt: new Date(row.started_at).toISOString(),
    createdBy: row.created_by,
    tenantId: row.tenant_id,
    state: row.live_tokens === 1 ? singleTokenState(row, unfolded) : null,
  };
}

/** The only token is the one that was just claimed: nobody else can move the instance on. */
function singleTokenState(row: ClaimRow, unfolded: JsonObject) {
  return {
    id: row.instance_id,
    definitionId: row.definition_id,
    status: row.status,
    version: row.version,
    sequence: Math.max(row.sequence, row.records.at(-1)?.sequence ?? 0),
    terminalReached: row.terminal_reached,
    unfolded,
    tokens: [
      {
        executionId: row.id,
        stepName: row.step_name,
        attempt: row.attempt,
        arrivals: row.arrivals,
        membership: membershipOf(row),
        undoes: row.undoes,
        status: "running" as const,
      },
    ],
    hidden: { live: 0, active: 0 },
    memory: row.flow_memory ?? NOTHING_REMEMBERED,
    signals: null,
    undoable: null,
    parent: parentOf(row),
  };
}

function memberRecord(row: MemberRow): MemberRecord {
  const { step_name: stepName, index, status, output, error } = row;
  return { stepName, index, status, result: output?.v ?? null, error };
}

function stepRecord(row: HistoryRow): StepRecord {
  return {
    id: row.id,
    stepName: row.step_name,
    status: row.status,
    result: row.output?.v ?? null,
    error: row.error,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  };
}
