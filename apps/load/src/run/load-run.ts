import { arrivalTimes } from "../arrivals/schedule.ts";
import { seededDraw } from "../arrivals/seeded-draw.ts";
import type { LoadOptions } from "../command/arguments.ts";
import type { DroverClient } from "../http/drover-client.ts";
import { ClockOffset } from "../measure/clock-offset.ts";
import type { Counts } from "./counts.ts";
import { Ledger } from "./ledger.ts";
import { People } from "./people.ts";
import { type Preparation, prepare } from "./preparation.ts";
import { sendAll } from "./sender.ts";
import { Watch } from "./watch.ts";

/** What a load was and what became of it, before it is looked at. */
export interface LoadRun {
  readonly options: LoadOptions;
  readonly preparation: Preparation;
  readonly tag: string;
  /** When it began: milliseconds since 1970 by this machine's clock. */
  readonly beganAt: number;
  /** How many starts the schedule held. */
  readonly scheduled: number;
  readonly ledger: Ledger;
  readonly clock: ClockOffset;
  readonly counts: Counts;
  readonly interrupted: boolean;
  /** Whether all had ended, or stayed waiting, when the time for that was over. */
  readonly atRest: boolean;
}

/** What can be seen of a load under way. */
export interface LoadView {
  readonly scheduled: number;
  readonly ledger: Ledger;
  readonly counts: Counts;
}

/** Starts have connections of their own. */
export interface LoadClients {
  readonly starts: DroverClient;
  /** For all other requests. */
  readonly client: DroverClient;
}

/**
 * Starts what the options say and waits until it has ended.
 * @param show is given the load once it is under way
 * @param stop ends it at once: nothing more is sent, what is under way is answered
 * @throws PreparationError, UnreachableError, ServerRefusedError before anything was started
 */
export async function runLoad(
  { starts, client }: LoadClients,
  options: LoadOptions,
  tag: string,
  show: (preparation: Preparation, view: () => LoadView) => void,
  stop: AbortSignal,
): Promise<LoadRun> {
  const preparation = await prepare(client, options, tag);
  const { definition, input } = preparation;
  const { workflow, completeTasks, taskData: data } = options;
  const arrivals = arrivalTimes(options.schedule, seededDraw(options.seed));
  const ledger = new Ledger();
  const clock = new ClockOffset();
  const watch = new Watch({ client, tag, workflow, ledger, completesTasks: completeTasks });
  const order = {
    definition_name: workflow,
    version: definition.version,
    input_data: input,
    correlation_id: tag,
  };
  const scheduled = arrivals.length;
  show(preparation, () => ({ scheduled, ledger, counts: watch.counts }));

  const sent = new AbortController();
  const ended = new AbortController();
  const people = completeTasks
    ? new People({ client, tag, data, ledger }).work(AbortSignal.any([stop, ended.signal]))
    : Promise.resolve();
  const watching = watch.work(AbortSignal.any([stop, sent.signal]));
  const beganAt = Date.now();
  await sendAll({ client: starts, order, arrivals, begin: performance.now(), ledger, clock, stop });
  sent.abort();
  await watching;
  const atRest = await watch.untilAtRest(options.timeout, stop);
  ended.abort();
  await people;
  await watch.look();
  const interrupted = stop.aborted;
  const { counts } = watch;
  return {
    options,
    preparation,
    tag,
    beganAt,
    scheduled,
    ledger,
    clock,
    counts,
    interrupted,
    atRest,
  };
}
