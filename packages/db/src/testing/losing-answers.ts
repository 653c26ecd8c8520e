import type { Sql } from "postgres";
import { PostgresStore } from "../store/postgres-store.ts";
import {
  COMMIT_STEPS,
  COMMIT_TRANSITIONS,
  COMMIT_WAITS,
} from "../store/statements/commit-statement.ts";
import { COMPLETE } from "../store/statements/complete.ts";
import { MOVE_ON } from "../store/statements/move-on.ts";

/** Whatever writes transitions. */
export const COMMITS = [
  MOVE_ON.one,
  MOVE_ON.many,
  COMPLETE.one,
  COMPLETE.many,
  COMMIT_STEPS,
  COMMIT_WAITS,
  COMMIT_TRANSITIONS,
];

/** A store that loses the first answer to one of some statements; meanwhile others do something. */
export function storeLosing(
  sql: Sql,
  statements: readonly string[],
  meanwhile = async () => {},
): PostgresStore {
  let lost = false;
  const losing = new Proxy(sql, {
    get(target, key: keyof Sql) {
      if (key !== "unsafe") return target[key];
      return async (...sent: Parameters<Sql["unsafe"]>) => {
        const answer = await target.unsafe(...sent);
        if (lost || !statements.includes(sent[0])) return answer;
        lost = true;
        await meanwhile();
        throw Object.assign(new Error("cut"), { code: "CONNECTION_CLOSED" });
      };
    },
  });
  return new PostgresStore(losing, 10_000);
}
