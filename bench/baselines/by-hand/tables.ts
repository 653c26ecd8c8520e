/** A row for each run and one for each step that has ended; what an afternoon's design has. */
export const TABLES = `
create table runs (
  id uuid primary key,
  kind text not null,
  input jsonb not null,
  status text not null default 'running',
  current_step int not null default 1,
  started_at timestamptz not null default now(),
  completed_at timestamptz
);
create index runs_status on runs (status, id);

create table run_steps (
  run_id uuid not null references runs,
  step_name text not null,
  result jsonb,
  ended_at timestamptz not null default now(),
  primary key (run_id, step_name)
)`;

export type Kind = "chain" | "waiting" | "timer" | "fan-out";

/** A run as its API starts it. */
export interface NewRun {
  readonly id: string;
  readonly kind: Kind;
  readonly input: { readonly size?: number };
}
