import {
  MachineStep,
  WorkflowDefinition,
  type ExecutionEngine,
  type InstanceId,
  type InstanceView,
  type JsonObject,
  type TaskView,
  type WorkflowDefinitionInit,
  type WorkflowStatus,
} from "@drover/engine";
import { eventually } from "../support/eventually.ts";

/** An engine under test, with what this interface does not speak of. */
export interface EngineUnderTest {
  readonly engine: ExecutionEngine;
  /** Delivers a callback, as a call over HTTP does. */
  receiveCallback(token: string, payload: JsonObject): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes an engine that runs definitions; called once for the whole suite, with the definitions of
 * all its scenarios.
 */
export type MakeEngine = (definitions: readonly WorkflowDefinition[]) => Promise<EngineUnderTest>;

const EDGE = /^(\w+) -> (\w+)(?: if (.+))?$/;

/** The definitions of all scenarios, each under a name of its own. */
export class Scenes {
  readonly definitions: WorkflowDefinition[] = [];

  /** A definition under a name, 1.0.0 unless told otherwise; without edges its first step is all. */
  define<D extends object = JsonObject>(
    init: Omit<WorkflowDefinitionInit<D>, "version" | "edges" | "initialStep"> & {
      readonly version?: string;
      /** `"a -> b"` or `"a -> b if context.get('x') > 1"`, in declared order. */
      readonly edges?: readonly string[];
    },
  ): string {
    const { edges = [], version = "1.0.0", ...rest } = init;
    const [initialStep = ""] = Object.keys(init.steps);
    const definition = new WorkflowDefinition<D>({
      ...rest,
      version,
      initialStep,
      edges: edges.map((edge) => {
        const [, source = "", target = "", condition] = EDGE.exec(edge) ?? [];
        return condition === undefined ? { source, target } : { source, target, condition };
      }),
    });
    // The suite's registry serves definitions of any data; each one's types hold inside its steps.
    this.definitions.push(definition as unknown as WorkflowDefinition);
    return init.name;
  }
}

/** A step that comes to a value. */
export const gives = (value: unknown = null) => new MachineStep({ execute: () => value });
/** A step that fails. */
export const fails = (message = "broken") =>
  new MachineStep({
    execute: () => {
      throw new Error(message);
    },
  });

/** What a test asks of an engine, and how it waits: by looking again and again. */
export class Bench {
  readonly engine: ExecutionEngine;
  readonly #underTest: EngineUnderTest;

  constructor(underTest: EngineUnderTest) {
    this.#underTest = underTest;
    this.engine = underTest.engine;
  }

  callBack(token: string, payload: JsonObject): Promise<void> {
    return this.#underTest.receiveCallback(token, payload);
  }

  /** Starts an instance and waits until it is over; gives it as it is then. */
  async run(workflow: string, input: object = {}): Promise<InstanceView> {
    const { id } = await this.engine.start(workflow, input);
    return this.over(id);
  }

  async started(workflow: string, input: object = {}): Promise<InstanceId> {
    return (await this.engine.start(workflow, input)).id;
  }

  over(id: InstanceId): Promise<InstanceView> {
    return this.until(id, "is over", ({ status }) =>
      ["completed", "failed", "canceled"].includes(status),
    );
  }

  is(id: InstanceId, status: WorkflowStatus): Promise<InstanceView> {
    return this.until(id, `is ${status}`, (instance) => instance.status === status);
  }

  /** Until executions of these steps are live and wait, and nothing else is at work. */
  async waitsAt(id: InstanceId, ...steps: string[]): Promise<InstanceView> {
    return this.until(id, `waits at ${steps.join(", ")}`, ({ status, history }) => {
      const waiting = history.filter((entry) => entry.status === "waiting");
      const names = new Set(waiting.map(({ stepName }) => stepName));
      return status === "waiting" && steps.every((step) => names.has(step));
    });
  }

  async until(
    id: InstanceId,
    what: string,
    matches: (instance: InstanceView) => boolean,
  ): Promise<InstanceView> {
    let last: InstanceView | undefined;
    return eventually(`instance ${what}`, async () => {
      last = await this.engine.getInstance(id);
      return matches(last) ? last : undefined;
    }).catch((error: unknown) => {
      throw new Error(`instance is not as expected: ${last === undefined ? "?" : told(last)}`, {
        cause: error,
      });
    });
  }

  /** Open tasks of an instance. */
  async tasks(id: InstanceId): Promise<TaskView[]> {
    const tasks = await this.engine.getPendingTasks();
    return tasks.filter((task) => task.instanceId === id);
  }
}

/** The steps of an instance in the order in which they ended, those that are live at the end. */
export function path({ history }: InstanceView): string[] {
  return history.map(({ stepName, status }) =>
    status === "succeeded" ? stepName : `${stepName} ${status}`,
  );
}

/** The only execution of a step. */
export function only({ history }: InstanceView, stepName: string) {
  const found = history.filter((entry) => entry.stepName === stepName);
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(`step '${stepName}' has ${found.length} executions`);
  }
  return first;
}

function told(instance: InstanceView): string {
  return `${instance.status} (${instance.error ?? "no error"}): ${path(instance).join(", ")}`;
}
