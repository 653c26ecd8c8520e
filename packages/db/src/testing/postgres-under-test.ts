import type {
  InstanceId,
  JsonObject,
  JsonValue,
  StepStatus,
  TaskId,
  TaskStatus,
  WorkflowStore,
} from "@drover/engine";
import type { StoreUnderTest } from "@drover/engine/testing";
import postgres, { type Sql } from "postgres";
import { inject } from "vitest";
import { openDatabase } from "../client.ts";
import { newId } from "../new-id.ts";
import { createTestDatabase } from "./test-database.ts";
import { createStore } from "../index.ts";

interface ExecutionRow {
  readonly step_name: string;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly output_data: { readonly v: JsonValue } | null;
  readonly error: string | null;
}

interface TaskRow {
  readonly status: TaskStatus;
  readonly assignee_id: string | null;
  readonly form_schema: JsonObject | null;
}

interface InstanceRow {
  readonly status: string;
  readonly current_step: string | null;
  readonly live_tokens: number;
  readonly context_data: JsonObject;
  readonly error: string | null;
}

/** Milliseconds for which the store tries. */
const PATIENCE = 10_000;

/** A store on a fresh database, and a way to look at what it holds. */
export async function postgresUnderTest(): Promise<StoreUnderTest> {
  const testDatabase = await createTestDatabase(inject("databaseUrl"));
  const database = openDatabase(testDatabase.url, { applicationName: "store-test" });
  const look = postgres(testDatabase.url, { max: 1 });
  return storeOn(createStore(database, PATIENCE), look, async () => {
    await Promise.all([database.close(), look.end()]);
    await testDatabase.drop();
  });
}

/** @param look another connection, to see what the store has written */
export function storeOn(
  store: WorkflowStore,
  look: Sql,
  close: () => Promise<void>,
): StoreUnderTest {
  return {
    store,
    newId,
    instance: async (id: InstanceId) => {
      const [row] = await look<InstanceRow[]>`select * from workflow_instances where id = ${id}`;
      if (row === undefined) throw new Error(`no instance ${id}`);
      return {
        status: row.status,
        currentStep: row.current_step,
        liveTokens: row.live_tokens,
        context: row.context_data,
        error: row.error,
      };
    },
    executions: async (id: InstanceId) => {
      const rows = await look<ExecutionRow[]>`
        select * from workflow_step_executions where instance_id = ${id}
        order by sequence nulls last, id`;
      return rows.map((row) => ({
        stepName: row.step_name,
        status: row.status,
        attempt: row.attempt,
        result: row.output_data?.v ?? null,
        error: row.error,
      }));
    },
    task: async (id: TaskId) => {
      const [row] = await look<TaskRow[]>`select * from workflow_human_tasks where id = ${id}`;
      if (row === undefined) throw new Error(`no task ${id}`);
      return { status: row.status, assigneeId: row.assignee_id, formSchema: row.form_schema };
    },
    close,
  };
}
