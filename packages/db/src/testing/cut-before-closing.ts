import { once } from "node:events";
import { connect } from "node:net";
import postgres from "postgres";
import { startProxyToCut } from "./proxy-to-cut.ts";

/*
 * A program, run by driver-faults.test.ts in a process of its own: resets idle connections, and sends
 * something after the driver has heard of it and before the connection is closed. Whoever has sent it
 * must be told; says how many were and how many never were.
 */

const ROUNDS = 20;

/** Milliseconds after which nobody will be told any more. */
const PATIENCE = 2_000;

const proxy = await startProxyToCut(process.argv[2] ?? "");
const { hostname, port } = new URL(proxy.url);
const count = { told: 0, never: 0 };

for (let round = 0; round < ROUNDS; round += 1) {
  const heard = Promise.withResolvers<void>();
  let told: Promise<boolean> = Promise.resolve(false);
  // A socket of our own is not in the types of the driver, which takes it as it is.
  const socket = async () => {
    const own = connect(Number(port), hostname);
    await once(own, "connect");
    own.once("error", () => {
      setImmediate(() => {
        told = sql`select 1`.then(
          () => true,
          () => true,
        );
        heard.resolve();
      });
    });
    return own;
  };
  const options = { max: 1, onnotice: () => {}, socket };
  const sql = postgres(proxy.url, options);
  await sql`select 1`;
  proxy.reset();
  await heard.promise;
  count[(await Promise.race([told, never()])) ? "told" : "never"] += 1;
  void sql.end({ timeout: 0 });
}
proxy.close();
process.stdout.write(`${JSON.stringify(count)}\n`);
process.exit(0);

function never(): Promise<boolean> {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE, false));
}
