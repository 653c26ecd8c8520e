import type { Queries } from "@drover/db";
import type { NewId, ScheduledExecution, WorkflowStore } from "@drover/engine";
import type { ApiKey } from "@drover/settings";
import type { AdmissionLimits } from "./admission/admission.ts";
import type { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { Logger } from "pino";

/** All that the API needs of the outside; tests give it a database of their own and a queue that notes down. */
export interface Dependencies {
  readonly store: WorkflowStore;
  readonly queries: Queries;
  readonly queue: QueuePort;
  readonly logger: Logger;
  /** Path before every route of the API itself, `/workflows`. */
  readonly apiPrefix: string;
  /** How much is worked on at once; as much as comes unless given. */
  readonly admission?: AdmissionLimits;
  /** Who may call; nobody is asked where there are none. */
  readonly apiKeys: readonly ApiKey[];
  /** Bytes of a request's body; 1 MiB unless given. */
  readonly largestBody?: number;
  readonly now: () => Date;
  readonly newId: NewId;
  /** Whether the process was told to stop: who asks for its readiness hears so. Never unless given. */
  readonly isStopping?: () => boolean;
}

/**
 * What the API asks of the queue. All of it may fail without harm, as the rows say the same, but
 * none may hang: a queue that does not answer says so within a second or two.
 */
export interface QueuePort {
  readonly name: string;
  enqueue(executions: readonly ScheduledExecution[]): Promise<void>;
  /** Jobs by state. */
  counts(): Promise<Record<string, number>>;
  isReady(): Promise<boolean>;
  /** The queue as bull-board shows it; null where there is none to show. */
  readonly bullQueue: ConstructorParameters<typeof BullMQAdapter>[0] | null;
}
