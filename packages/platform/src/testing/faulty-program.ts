import { endOnFault, processLog } from "../process/index.ts";

/*
 * A program, run by end-on-fault.test.ts in a process of its own: something goes wrong in it where nobody
 * catches it, in the way that its argument names.
 */
const secret = process.env["FAULTY_SECRET"] ?? "";
endOnFault(processLog({ level: "info", bindings: { app: "faulty" }, secrets: [secret] }));
const message = `it was ${secret}`;
const faults: Readonly<Record<string, () => void>> = {
  rejected: () => void Promise.reject(new Error(message)),
  "rejected with a text": () => void Promise.reject(message),
  thrown: () => {
    throw new TypeError(message);
  },
};
setImmediate(() => faults[process.argv[2] ?? ""]?.());
// Without its fault it would live on.
setInterval(() => {}, 1_000);
