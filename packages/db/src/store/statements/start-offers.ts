import type { DefinitionId, WorkerId } from "@drover/engine";
import type { Sql } from "postgres";
import { SEAT_LOCK } from "../../advisory-locks.ts";
import { MESSAGE_FORM, startChannel } from "./start-message.ts";

/**
 * Workers that can offer at the same time. Postgres wakes every session that listens for whatever it notifies
 * anybody of: of a hundred idle workers most are there for starts that come together.
 */
const SEATS = 8;

/** Seconds that an offer holds: for who is frozen, and so can neither repeat it nor take what comes. */
const HOLDS = 3;

/**
 * A worker that is to be given the next first step, as SQL: one that knows the definition, can be told, and is not
 * just being given another one. Its offer is over with that. Without a message nobody can be told. A seat whose
 * lock can be had is nobody's any more: the session that offered has ended.
 *
 * @param definitionId the definition of which there is a step; @param message what the worker is to be told
 * @param isWanted whether there is a step to be given
 */
export const takeOffer = (definitionId: string, message: string, isWanted: string) => `
  update workflow_start_offers set offered_at = null
  where ${isWanted} and seat = (
    select o.seat from workflow_start_offers o
    where ${message} is not null and o.offered_at > now() - interval '${HOLDS} s'
      and ${definitionId} = any(o.definition_ids) and o.message_form = ${MESSAGE_FORM}
      and not pg_try_advisory_xact_lock(${SEAT_LOCK}, o.seat)
    limit 1 for update skip locked)
  returning worker_id`;

/**
 * Takes a seat that is free, for as long as the session lives. What somebody before has offered from it might look
 * like an offer that stands from now on: it is over.
 */
const TAKE_SEAT = `
with taken as materialized (
  select seat from generate_series(1, ${SEATS}) seat
  where pg_try_advisory_lock(${SEAT_LOCK}, seat) limit 1),
over as (
  update workflow_start_offers o set offered_at = null from taken where o.seat = taken.seat)
select seat from taken`;

const LEAVE_SEAT = `select pg_advisory_unlock(${SEAT_LOCK}, $1::int)`;

/**
 * Makes an offer or repeats it, in the session that hears what comes of it: one that has been opened anew
 * meanwhile listens to nothing, and offers nothing.
 *
 * $1: the seat; $2: the worker; $3: the definitions whose code it has; $4: its channel.
 */
export const OFFER = `
insert into workflow_start_offers (seat, worker_id, definition_ids, message_form, offered_at)
select $1::int, $2::uuid, $3::uuid[], ${MESSAGE_FORM}, now()
where exists (select from pg_listening_channels() channel where channel = $4::text)
on conflict (seat) do update set worker_id = excluded.worker_id,
  definition_ids = excluded.definition_ids, message_form = excluded.message_form,
  offered_at = excluded.offered_at`;

/** Nothing comes of it any more, once this is answered. $1: the seat; $2: the worker. */
export const WITHDRAW_OFFER = `
update workflow_start_offers set offered_at = null
where seat = $1 and worker_id = $2 and offered_at is not null`;

const SAY = `select pg_notify($1, $2)`;

/** Who offers. */
export interface Offerer {
  readonly workerId: WorkerId;
  readonly definitionIds: readonly DefinitionId[];
}

/** @returns null where all seats are taken */
export async function takeSeat(session: Sql): Promise<number | null> {
  const [taken] = await session.unsafe<{ seat: number }[]>(TAKE_SEAT);
  return taken?.seat ?? null;
}

export async function leaveSeat(session: Sql, seat: number): Promise<void> {
  await session.unsafe(LEAVE_SEAT, [seat]);
}

/** Lets a session hear what becomes of the worker's offers. */
export async function listen(session: Sql, workerId: WorkerId): Promise<void> {
  // The channel is made of an id: there is nothing to escape in it.
  await session.unsafe(`listen "${startChannel(workerId)}"`);
}

/** Says something on the worker's channel. */
export async function say(sql: Sql, workerId: WorkerId, message: string): Promise<void> {
  await sql.unsafe(SAY, [startChannel(workerId), message]);
}

/** @returns false where the session does not listen */
export async function offer(
  session: Sql,
  seat: number,
  { workerId, definitionIds }: Offerer,
): Promise<boolean> {
  const parameters = [seat, workerId, [...definitionIds], startChannel(workerId)];
  const { count } = await session.unsafe(OFFER, parameters, { prepare: true });
  return count === 1;
}

export async function withdrawOffer(session: Sql, seat: number, workerId: WorkerId): Promise<void> {
  await session.unsafe(WITHDRAW_OFFER, [seat, workerId], { prepare: true });
}
