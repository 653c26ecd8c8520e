import type { Sql } from "postgres";

/** Does some work on one of several clients. */
export type OnOne = <Result>(work: (sql: Sql) => Promise<Result>) => Promise<Result>;

/**
 * Work goes to the preferred client while nothing is under way there, and else to the others. Each connection
 * has a process of Postgres of its own, and what that has just done it does faster: the driver by itself takes
 * the connection that has rested longest, so that on an idle system none would have anything at hand.
 *
 * What takes long on the preferred one holds up nobody: work goes to the others meanwhile.
 */
export function preferring(preferred: Sql, others: Sql): OnOne {
  let isFree = true;
  const free = () => {
    isFree = true;
  };
  return (work) => {
    if (!isFree) return work(others);
    isFree = false;
    const done = work(preferred);
    // Whoever asked is told what became of it.
    done.then(free, free);
    return done;
  };
}
