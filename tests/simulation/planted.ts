/**
 * Faults that are put into the simulated database or queue, never into the code: what the checker
 * must find.
 */
export const PLANTED_FAULTS = [
  /** Commits do not look at the status and the attempt of the executions that they change. */
  "no-fencing",
  /** Nobody takes back what dead workers held, nor hands over again what the queue has lost. */
  "no-sweeper",
  /** Commits do not look at the version of the instance on which was decided. */
  "join-without-lock",
  /** What a lost worker held is scheduled again under the attempt that it had. */
  "retry-without-attempt",
  /** The queue gets the work of a commit before that is carried out. */
  "enqueue-before-commit",
] as const;

export type PlantedFault = (typeof PLANTED_FAULTS)[number];
