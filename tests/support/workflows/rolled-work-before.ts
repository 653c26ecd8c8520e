/** What workers know that were started before the next version was there. */
export { rolledWork } from "./rolled-work.ts";
