/**
 * Tells the parent when the program listens for the signal that stops it: from then on it is up, whatever comes later.
 */
function reportUp(event: string | symbol): void {
  if (event !== "SIGTERM") return;
  process.off("newListener", reportUp);
  // The parent may be gone, which "disconnect" takes care of.
  process.send?.("up", undefined, undefined, () => {});
}

/**
 * Loaded before the program of every child of `npm start`. When the parent is killed, the channel between them closes;
 * the child then ends as if it had been asked to, instead of living on and keeping the port. As nobody is left to kill
 * it when it takes too long, it does that itself.
 */
if (process.channel !== undefined) {
  process.channel.unref();
  process.on("newListener", reportUp);
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    const seconds = Number(process.env["DRAIN_SECONDS"] ?? 0) + 5;
    setTimeout(() => process.kill(process.pid, "SIGKILL"), seconds * 1000).unref();
  });
}
