import type {
  ExecutionView,
  InstanceId,
  InstanceView,
  MemoryStore,
  TaskView,
} from "@drover/engine";

type Rows = MemoryStore["rows"];

/** An instance as those see it who run workflows. @throws WorkflowInstanceNotFoundError */
export function instanceView(rows: Rows, id: InstanceId): InstanceView {
  const row = rows.instance(id);
  const { request } = row;
  return {
    id,
    workflowName: row.workflowName,
    workflowVersion: row.workflowVersion,
    status: row.status,
    currentStep: row.currentStep,
    context: { ...row.context, ...rows.unfolded(row) },
    input: request.input,
    metadata: request.metadata,
    output: row.output,
    error: row.error,
    startedAt: row.startedAt,
    completedAt: row.completedAt,
    parentId: row.origin?.instanceId ?? null,
    history: rows.executionsOf(id).map(executionView),
  };
}

function executionView(row: ReturnType<Rows["execution"]>): ExecutionView {
  return {
    id: row.id,
    stepName: row.stepName,
    stepType: row.stepType,
    status: row.status,
    result: row.result,
    error: row.error,
    contextChanges: row.contextChanges ?? {},
    completedBy: row.completedBy,
    failedTries: row.failedTries,
    groupId: row.membership?.groupId ?? null,
    memberIndex: row.membership?.index ?? null,
    undoes: row.undoes,
    startedAt: row.startedAt,
    completedAt: row.completedAt,
  };
}

type TaskRow = Rows["tasks"] extends ReadonlyMap<unknown, infer Row> ? Row : never;

export function taskView(row: TaskRow): TaskView {
  return {
    id: row.taskId,
    instanceId: row.instanceId,
    stepName: row.stepName,
    title: row.title,
    description: row.description,
    formSchema: row.formSchema,
    assigneeId: row.assigneeId,
    assigneeGroup: row.assigneeGroup,
    dueAt: row.dueAt,
    status: row.status,
    createdAt: row.createdAt,
  };
}

/** Open tasks, the most urgent first, then the oldest: of one instance, or of all. */
export function openTasks(rows: Rows, instanceId?: InstanceId): TaskView[] {
  return [...rows.tasks.values()]
    .filter((task) => task.status === "pending")
    .filter((task) => instanceId === undefined || task.instanceId === instanceId)
    .map(taskView)
    .sort((a, b) => due(a) - due(b) || a.createdAt.getTime() - b.createdAt.getTime());
}

/** Tasks without a due date are the least urgent; a number that can be subtracted from itself. */
function due({ dueAt }: TaskView): number {
  return dueAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
}
