import { rowColumns } from "./row-columns.ts";

/** A new instance and its first step. */
export const INSTANCE = {
  id: "uuid",
  definition_id: "uuid",
  workflow_name: "text",
  workflow_version: "text",
  current_step: "text",
  context_data: "jsonb",
  metadata: "jsonb",
  tenant_id: "text",
  created_by: "text",
  correlation_id: "text",
  started_at: "timestamptz",
  deadline_at: "timestamptz",
  idempotency_key: "text",
  request_hash: "text",
  execution_id: "uuid",
  step_type: "text",
} as const;

export const PLAIN_STARTS = rowColumns(1, INSTANCE);

export const KEYED_STARTS = rowColumns(1, { n: "int", request: "int", ...INSTANCE });

/**
 * Writes instances whose ids and keys are not there.
 * @param of where the statement finds a column of an instance; @param from what that is read from
 */
export const insertInstances = (of: (column: keyof typeof INSTANCE) => string, from: string) => `
  insert into workflow_instances (
    id, definition_id, workflow_name, workflow_version, status, current_step, context_data,
    metadata, tenant_id, created_by, correlation_id, idempotency_key, request_hash, started_at,
    deadline_at)
  select ${of("id")}, ${of("definition_id")}, ${of("workflow_name")}, ${of("workflow_version")}, 'running',
    ${of("current_step")}, ${of("context_data")}, ${of("metadata")}, ${of("tenant_id")}, ${of("created_by")},
    ${of("correlation_id")}, ${of("idempotency_key")}, ${of("request_hash")}, ${of("started_at")},
    ${of("deadline_at")}${from}
  on conflict do nothing`;

const asNamed = (column: string) => column;

/**
 * Writes instances without idempotency keys with their first steps: nothing but a lost answer can have
 * brought them before, and there is no key to look up.
 *
 * Guard: sent twice because an answer was lost, it finds its own ids and writes nothing.
 */
export const START_PLAIN = `
with wanted as materialized (${PLAIN_STARTS.select}),
created as (${insertInstances(asNamed, " from wanted")})
insert into workflow_step_executions (
  id, instance_id, step_name, step_type, status, arrivals, dispatched_at, created_at)
select execution_id, id, current_step, step_type, 'scheduled', '[]', now(), started_at from wanted
on conflict (id) do nothing`;

/**
 * Writes instances with their first steps: of each request all or none.
 *
 * Guards:
 * 1. A key that another request has used (another hash) keeps its whole request from being written.
 * 2. A key that is used by somebody else while this statement runs is not in its snapshot: the
 *    statement undoes itself and is sent again (`drover_start_conflict`). So what it can write is
 *    what it has written, and counting both tells: no row is compared with each other one.
 * 3. Sent twice because an answer was lost, it finds its own ids and writes nothing.
 * Keys in sorted order: two statements cannot wait for each other in a circle. No key occurs twice
 * in one statement.
 */
export const START_KEYED = `
with wanted as materialized (
  select * from (${KEYED_STARTS.select}) x
  where x.n = abs(x.n)), -- expects one row: see commit-statement.ts
existing as materialized (
  select w.n, w.request, i.id, i.id = w.id as is_own, i.request_hash,
    i.request_hash is distinct from w.request_hash as is_other
  from wanted w join workflow_instances i on i.id = w.id
  union
  select w.n, w.request, i.id, i.id = w.id, i.request_hash,
    i.request_hash is distinct from w.request_hash
  from wanted w join workflow_instances i on i.idempotency_key = w.idempotency_key),
refused as materialized (select distinct request from existing where is_other and not is_own),
writable as materialized (
  select * from wanted w
  where not exists (select 1 from refused r where r.request = w.request)
    and not exists (select 1 from existing e where e.n = w.n)),
created as (${insertInstances(asNamed, "\n  from writable order by idempotency_key, id")}
  returning id),
first_steps as (
  insert into workflow_step_executions (
    id, instance_id, step_name, step_type, status, arrivals, dispatched_at, created_at)
  select execution_id, id, current_step, step_type, 'scheduled', '[]', now(), started_at
  from writable)
select n, id, created, request_hash from (
  select n, id, true as created, request_hash from writable
  union all select n, id, is_own, request_hash from existing
  union all select n, id, null, request_hash from wanted w
    where exists (select 1 from refused r where r.request = w.request)
      and not exists (select 1 from existing e where e.n = w.n)) found
where case when (select count(*) from created) < (select count(*) from writable)
  then drover_start_conflict() else true end`;
