import { type ChildProcess, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { forkCommand, type ForkedCommand } from "@drover/local-servers";
import { expect, onTestFinished, test, vi } from "vitest";

const MAIN = path.join(import.meta.dirname, "main.ts");

/** Milliseconds: servers, processes, and a slow day. */
const PATIENCE = 180_000;

/** The command as `npm run bench` runs it; it ends with this test. */
function bench(args: readonly string[]): ForkedCommand {
  const command = forkCommand(MAIN, args);
  onTestFinished(command.letGo);
  return command;
}

/** The programs that it has started and that end with it; servers are not among them. */
function childrenOf({ pid }: ChildProcess): number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return stdout
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((found) => found?.[2] === String(pid) && found[3]?.includes("main.ts") === true)
    .map((found) => Number(found?.[1]));
}

function isRunning(pid: number): boolean {
  return spawnSync("ps", ["-p", String(pid)]).status === 0;
}

test(
  "given a single measure, when it is run quickly, then there are figures of all subjects, of rows that were checked",
  { timeout: PATIENCE },
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "drover-bench-"));
    const [json, html] = [path.join(folder, "bench.json"), path.join(folder, "bench.html")];
    const files = ["--json", json, "--html", html];
    const { printed, exitCode } = bench(["--quick", "--only", "fan-out", ...files]);
    expect([await exitCode(), printed()]).toEqual([0, expect.any(String)]);
    const told: unknown = JSON.parse(await readFile(json, "utf8"));
    const page = await readFile(html, "utf8");
    await rm(folder, { recursive: true });
    expect(told).toMatchObject({
      quick: true,
      rounds: 1,
      caveat: expect.stringContaining("5,000 finished instances"),
      ground: [
        expect.stringContaining("cores"),
        expect.stringContaining("fsync on, synchronous_commit on"),
        expect.stringContaining("appendonly yes, appendfsync everysec"),
      ],
    });
    // 2 of 100, 1 of 1,000 and 3 of 34 before, with their joins; on Drover 1 of 10,000, and the groups, too.
    const rows = 2 * 100 + 1_000 + 3 * 34;
    const byHand = rows + 6;
    expect(told).toHaveProperty("rows_checked", byHand + rows + 10_000 + 7 * 2);
    for (const subject of ["Drover", "by hand"]) {
      expect(told).toHaveProperty(
        "figures",
        expect.arrayContaining([
          {
            measure: "fan-out",
            name: "of 1,000",
            subject,
            unit: "ms",
            values: [expect.any(Number)],
            median: expect.any(Number),
            low: expect.any(Number),
            high: expect.any(Number),
          },
        ]),
      );
    }
    expect(told).toHaveProperty(
      "goals",
      expect.arrayContaining([
        expect.objectContaining({
          measure: "fan-out of 1,000, speed to the same by hand",
          measured: expect.any(Number),
          verdict: expect.stringMatching(/^(reaches|falls)/),
        }),
        expect.objectContaining({ measure: "timer paced, lateness p99", verdict: "not measured" }),
      ]),
    );
    expect(page).toContain("What was to be reached");
    expect(printed()).toContain("1 of 2: round 1, fan-out, Drover");
  },
);

test(
  "given a run under way, when somebody presses Ctrl-C, then it ends and stops what it started",
  { timeout: PATIENCE },
  async () => {
    const { child, printed, exitCode } = bench(["--only", "scale"]);
    await vi.waitFor(() => expect(printed()).toContain("1 of 9"), { timeout: PATIENCE });
    // Until the processes of the first part are there.
    await vi.waitFor(() => expect(childrenOf(child).length).toBeGreaterThan(0), {
      timeout: PATIENCE,
    });
    const started = childrenOf(child);
    child.kill("SIGINT");
    expect(await exitCode()).toBe(130);
    expect(printed()).not.toContain("Error");
    await vi.waitFor(() => expect(started.filter(isRunning)).toEqual([]), { timeout: PATIENCE });
  },
);

test("given a wrong flag, then it says what is wrong and where to find what there is", async () => {
  const { printed, exitCode } = bench(["--rounds", "x"]);
  expect(await exitCode()).toBe(2);
  expect(printed()).toContain('--rounds is "x": expected a whole number from 1 to 100');
  expect(printed()).toContain("--help tells what there is");
});
