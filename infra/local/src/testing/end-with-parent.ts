import { flushCompileCache } from "node:module";

/**
 * Loaded before the program of every child of a test. A test run that is killed cannot end its
 * children; they see that the channel to it is gone and end themselves.
 */
process.channel?.unref();
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));

/** Milliseconds until a program has come up. */
const STARTED = 4_000;

// Most of these programs are killed, and would leave what they have compiled to nobody.
setTimeout(flushCompileCache, STARTED).unref();
