import type { InstanceId, MessageId, NewMessage, WorkflowEvent } from "@drover/engine";
import type { Sql } from "postgres";

export const LIST_MESSAGES = `
select id, instance_id, event from workflow_messages
where created_at <= now() - make_interval(secs => $1 / 1000.0) order by created_at limit $2`;

const REMOVE_MESSAGES = `delete from workflow_messages where id = any($1::uuid[])`;

interface MessageRow {
  readonly id: MessageId;
  readonly instance_id: InstanceId;
  readonly event: WorkflowEvent;
}

export async function listMessages(
  sql: Sql,
  writtenBefore: number,
  limit: number,
): Promise<NewMessage[]> {
  const rows = await sql.unsafe<MessageRow[]>(LIST_MESSAGES, [writtenBefore, limit], {
    prepare: true,
  });
  return rows.map((row) => ({
    messageId: row.id,
    instanceId: row.instance_id,
    event: row.event,
  }));
}

export async function removeMessages(sql: Sql, messageIds: readonly MessageId[]): Promise<void> {
  await sql.unsafe(REMOVE_MESSAGES, [[...messageIds]], { prepare: true });
}
