/**
 * Loaded before the program of every child of `npm start`. When the parent is killed, the channel between them closes;
 * the child then ends as if it had been asked to, instead of living on and keeping the port. As nobody is left to kill
 * it when it takes too long, it does that itself.
 */
if (process.channel !== undefined) {
  process.channel.unref();
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    const seconds = Number(process.env["DRAIN_SECONDS"] ?? 0) + 5;
    setTimeout(() => process.kill(process.pid, "SIGKILL"), seconds * 1000).unref();
  });
}
