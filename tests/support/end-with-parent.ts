/**
 * Loaded before the program of every child of a test. A test run that is killed cannot end its
 * children; they see that the channel to it is gone and end themselves.
 */
process.channel?.unref();
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
