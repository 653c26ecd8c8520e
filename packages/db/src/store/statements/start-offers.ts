import type { DefinitionId, WorkerId } from "@drover/engine";
import type { Sql } from "postgres";
import { MESSAGE_FORM, startChannel } from "./start-message.ts";

/** Seconds that an offer holds: for who is frozen, and so can neither repeat it nor take what comes. */
const HOLDS = 3;

/** The lock by which a session shows that it lives: whoever can take it may not count on the worker. */
const lockOf = (workerId: string) => `hashtextextended(${workerId}::text, 0)`;

/**
 * A worker that is to be given the next first step, as SQL: one that knows the definition, can be told, and is not
 * just being given another one. Its offer is over with that. Without a message nobody can be told.
 *
 * @param definitionId the definition of which there is a step; @param message what the worker is to be told
 * @param isWanted whether there is a step to be given
 */
export const takeOffer = (definitionId: string, message: string, isWanted: string) => `
  update workflow_start_offers set offered_at = null
  where ${isWanted} and worker_id = (
    select o.worker_id from workflow_start_offers o
    where ${message} is not null and o.offered_at > now() - interval '${HOLDS} s'
      and ${definitionId} = any(o.definition_ids) and o.message_form = ${MESSAGE_FORM}
      and not pg_try_advisory_xact_lock(${lockOf("o.worker_id")})
    limit 1 for update skip locked)
  returning worker_id`;

/**
 * Makes an offer or repeats it, in the session that hears what comes of it: one that has been opened anew
 * meanwhile listens to nothing, and offers nothing.
 *
 * $1: the worker; $2: the definitions whose code it has; $3: its channel.
 */
export const OFFER = `
insert into workflow_start_offers (worker_id, definition_ids, message_form, offered_at)
select $1::uuid, $2::uuid[], ${MESSAGE_FORM}, now()
where exists (select from pg_listening_channels() channel where channel = $3::text)
on conflict (worker_id) do update set offered_at = excluded.offered_at`;

/** Nothing comes of it any more, once this is answered. */
export const WITHDRAW_OFFER = `
update workflow_start_offers set offered_at = null where worker_id = $1 and offered_at is not null`;

const SHOW_LIFE = `select pg_try_advisory_lock(${lockOf("$1")}) as shows`;

const SAY = `select pg_notify($1, $2)`;

/** Who offers. */
export interface Offerer {
  readonly workerId: WorkerId;
  readonly definitionIds: readonly DefinitionId[];
}

/** @returns false where the session does not listen */
export async function offer(session: Sql, { workerId, definitionIds }: Offerer): Promise<boolean> {
  const parameters = [workerId, [...definitionIds], startChannel(workerId)];
  const { count } = await session.unsafe(OFFER, parameters, { prepare: true });
  return count === 1;
}

export async function withdrawOffer(session: Sql, workerId: WorkerId): Promise<void> {
  await session.unsafe(WITHDRAW_OFFER, [workerId], { prepare: true });
}

/**
 * Lets a session listen for what becomes of the worker's offers.
 * @returns false where another session of the worker still seems to live
 */
export async function listen(session: Sql, workerId: WorkerId): Promise<boolean> {
  const [life] = await session.unsafe<{ shows: boolean }[]>(SHOW_LIFE, [workerId]);
  // The channel is made of an id: there is nothing to escape in it.
  await session.unsafe(`listen "${startChannel(workerId)}"`);
  return life?.shows === true;
}

/** Says something on the worker's channel. */
export async function say(sql: Sql, workerId: WorkerId, message: string): Promise<void> {
  await sql.unsafe(SAY, [startChannel(workerId), message]);
}
