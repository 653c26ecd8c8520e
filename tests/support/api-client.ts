import type { Instance, InstanceDetail, Json, Problem, Queues, Task } from "./api-shapes.ts";
import { eventually } from "./eventually.ts";

/** An answer, whatever its status; `body` is what the status lets expect. */
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

const OVER: ReadonlySet<string> = new Set(["completed", "failed", "canceled"]);

/** Drover as its clients have it: nothing but HTTP. */
export class ApiClient {
  /** With the path before all routes. */
  readonly url: string;

  /** @param url with the path before all routes of the API */
  constructor(url: string) {
    this.url = url;
  }

  /** @param Body what the caller expects of this route with this status */
  async request<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    // Assertions on what is read follow; a wrong shape shows there.
    return { status: response.status, body: JSON.parse(text) as Body };
  }

  /** As `request`, where anything but success is a mistake of the test. */
  async #expect<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await this.request<Body>(method, path, body);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }

  /** @param version the latest one unless given */
  start(workflow: string, input: Json, version: string | null = null): Promise<Instance> {
    const body = { definition_name: workflow, version, input_data: input };
    return this.#expect("POST", "/instances", body);
  }

  /** @param version the latest one unless given */
  async startMany(
    workflow: string,
    inputs: readonly Json[],
    version: string | null = null,
  ): Promise<readonly Instance[]> {
    const instances = inputs.map((input) => ({
      definition_name: workflow,
      version,
      input_data: input,
    }));
    const { items } = await this.#expect<{ items: Instance[] }>("POST", "/instances/batch", {
      instances,
    });
    return items;
  }

  get(id: string): Promise<InstanceDetail> {
    return this.#expect("GET", `/instances/${id}`);
  }

  queues(): Promise<Queues> {
    return this.#expect("GET", "/queues");
  }

  /** Jobs by their state; there is one queue. */
  async queueCounts(): Promise<Readonly<Record<string, number>>> {
    return (await this.queues()).queues[0]?.counts ?? {};
  }

  tasks(query: Readonly<Record<string, string>>): Promise<readonly Task[]> {
    return this.#expect("GET", `/tasks?${new URLSearchParams(query).toString()}`);
  }

  task(id: string): Promise<Task> {
    return this.#expect("GET", `/tasks/${id}`);
  }

  /** The open task of an instance at a step, once there is one. */
  untilTask(instanceId: string, stepName: string): Promise<Task> {
    return eventually(`${stepName} waits for a person`, async () =>
      (await this.tasks({ instance_id: instanceId })).find((task) => task.step_name === stepName),
    );
  }

  complete(taskId: string, completedBy: string, data: Json): Promise<Answer<Instance & Problem>> {
    const body = { output_data: data, completed_by: completedBy };
    return this.request("POST", `/tasks/${taskId}/complete`, body);
  }

  /** Waits until a person is asked at the step, and answers as one who may. */
  async answer(instanceId: string, stepName: string, data: Json, by = "someone"): Promise<Task> {
    const task = await this.untilTask(instanceId, stepName);
    const body = { output_data: data, completed_by: task.assignee ?? by };
    await this.#expect("POST", `/tasks/${task.id}/complete`, body);
    return task;
  }

  cancel(id: string, reason: string): Promise<Answer<Instance & Problem>> {
    return this.request("POST", `/instances/${id}/cancel`, { reason });
  }

  /** Anything that is done to an instance: `pause`, `retry`, `signals/go`, `steps/pay/skip`. */
  act(id: string, action: string, body?: unknown): Promise<Answer<Instance & Problem>> {
    return this.request("POST", `/instances/${id}/${action}`, body);
  }

  callBack(token: string, payload: unknown): Promise<Answer<Instance & Problem>> {
    return this.request("POST", `/webhooks/${encodeURIComponent(token)}`, payload);
  }

  /** The instance once it has the status; fails at once when it is over with another. */
  async untilStatus(id: string, status: string, patience?: number): Promise<InstanceDetail> {
    const look = async () => {
      const instance = await this.get(id);
      return instance.status === status || OVER.has(instance.status) ? instance : undefined;
    };
    const instance = await eventually(`instance ${id} is ${status}`, look, patience);
    if (instance.status !== status) {
      throw new Error(`instance ${id} is ${instance.status}: ${instance.error ?? "no error"}`);
    }
    return instance;
  }
}
