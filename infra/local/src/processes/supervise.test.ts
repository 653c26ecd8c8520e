import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { startChild } from "./process.ts";
import { superviseWorkers } from "./supervise.ts";

const restart = { firstMs: 10, mostMs: 40, steadyMs: 60_000 };

/** Collects printed lines and lets a test wait for one. */
function printed() {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  return {
    lines,
    print: (line: string) => {
      lines.push(line);
      for (const look of waiting) look();
    },
    until: (count: number, pattern: RegExp) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (lines.filter((line) => pattern.test(line)).length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

function workersRunning(folder: string, program: string, count: number, graceMs: number) {
  const script = path.join(folder, "worker.ts");
  writeFileSync(script, program);
  const output = printed();
  const workers = superviseWorkers({
    count,
    graceMs,
    restart,
    print: output.print,
    start: (name) =>
      startChild({
        name,
        script,
        environment: { ...process.env, FOLDER: folder },
        print: output.print,
      }),
  });
  return { ...output, workers };
}

test("given a worker that crashes, when it ends, then a line says why and it is started again, ever later", async () => {
  using folder = temporaryFolder();
  const breaking = `process.once("SIGTERM", () => {}); throw new Error("broken");`;
  const { lines, until, workers } = workersRunning(folder.path, breaking, 1, 0);
  await until(4, /starting it again/);
  await workers.stop();
  const said = lines.filter((line) => line.includes("starting it again")).slice(0, 4);
  expect(said).toEqual(
    ["0.01", "0.02", "0.04", "0.04"].map(
      (pause) => `worker-1 ended (exit code 1): Error: broken; starting it again in ${pause} s`,
    ),
  );
});

test("given a worker that ends before it was up, when it does, then it is said and it is not started again", async () => {
  using folder = temporaryFolder();
  const { lines, workers } = workersRunning(folder.path, `throw new Error("broken")`, 1, 0);
  expect(await workers.up).toMatchObject({
    code: "worker_ended",
    message: "worker-1 ended (exit code 1): Error: broken",
  });
  await workers.stop();
  expect(lines.filter((line) => line.includes("again"))).toEqual([]);
});

test("given one worker that was killed, when it is started again, then the other ran on", async () => {
  using folder = temporaryFolder();
  const program = `
    process.once("SIGTERM", () => process.exit(0));
    console.log("running", process.pid);
    setInterval(() => {}, 1000);`;
  const { lines, until, workers } = workersRunning(folder.path, program, 2, 5000);
  await until(2, /running/);
  const pid = Number(
    lines
      .find((line) => line.startsWith("[worker-2]"))
      ?.split(" ")
      .at(-1),
  );
  process.kill(pid, "SIGKILL");
  await until(3, /running/);
  expect(lines.find((line) => line.includes("again"))).toMatch(/^worker-2 ended \(SIGKILL\)/);
  expect(lines.filter((line) => line.startsWith("[worker-1]"))).toHaveLength(1);
  await workers.stop();
});

test("given a worker at work, when stopped, then it gets to finish and is not started again", async () => {
  using folder = temporaryFolder();
  const program = `
    process.once("SIGTERM", () => setTimeout(() => { console.log("finished"); process.exit(0); }, 100));
    console.log("running");
    setInterval(() => {}, 1000);`;
  const { lines, until, workers } = workersRunning(folder.path, program, 1, 5000);
  await until(1, /running/);
  await workers.stop();
  expect(lines).toEqual(["[worker-1] running", "[worker-1] finished"]);
});

test("given a worker that does not end, when the time is up, then it is killed", async () => {
  using folder = temporaryFolder();
  const program = `
    process.on("SIGTERM", () => {});
    console.log("running");
    setInterval(() => {}, 1000);`;
  const { lines, until, workers } = workersRunning(folder.path, program, 1, 50);
  await until(1, /running/);
  await workers.stop();
  expect(lines).toEqual(["[worker-1] running", "worker-1 did not end within 0.05 s: killing it"]);
});
