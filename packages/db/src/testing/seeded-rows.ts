/**
 * One piece of what is written straight into Postgres: so many instances, spread evenly over a span
 * of time together with those of the other pieces.
 */
export interface Piece {
  /** Number of its first instance over all pieces, from 0. */
  readonly first: number;
  readonly count: number;
  /** Instances of all pieces. */
  readonly of: number;
  readonly since: Date;
  readonly until: Date;
}

/**
 * SQL that makes the temporary table `seeded` of one piece, until the transaction ends: a row for each
 * instance with its number `n`, the `moment` of its start and the ids of what belongs to it. All other
 * statements of seeding read it.
 *
 * The ids are UUIDv7 as the application makes them, so that what is written lies in the order of time in
 * every index. Postgres has a function for them from 18 on.
 */
export function seededRows({ first, count, of, since, until }: Piece): string {
  const gap = (until.getTime() - since.getTime()) / 1_000 / of;
  const id = "overlay(gen_random_uuid()::text placing head from 1 for 15)::uuid";
  return `
create temporary table seeded on commit drop as
select n, moment, ${id} as instance_id, ${id} as first_id, ${id} as second_id, ${id} as third_id,
  ${id} as wait_id
from (
  select n, moment, left(hex, 8) || '-' || right(hex, 4) || '-7' as head
  from generate_series(${first}, ${first + count - 1}) n,
    lateral (select '${since.toISOString()}'::timestamptz + n * interval '${gap} s' as moment) placed,
    lateral (select lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') as hex) named
  offset 0) numbered`; // offset 0: the head is computed once for all ids
}
