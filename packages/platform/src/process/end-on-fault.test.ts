import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";

// Programs start slowly on a slow day.
vi.setConfig({ testTimeout: 90_000 });

const PROGRAM = fileURLToPath(new URL("../testing/faulty-program.ts", import.meta.url));

test.each([
  ["rejected", "unhandledRejection", "Error"],
  ["rejected with a text", "unhandledRejection", "UnhandledPromiseRejection"],
  ["thrown", "uncaughtException", "TypeError"],
])(
  "given an error %s where nobody catches it, then the process ends and one line says why",
  (kind, origin, type) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, kind], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], FAULTY_SECRET: "s3cret-password" },
      timeout: 60_000,
    });
    expect(status).toBe(1);
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(1);
    const line: unknown = JSON.parse(lines[0] ?? "");
    expect(line).toMatchObject({
      level: 60,
      app: "faulty",
      origin,
      err: { type, message: expect.stringContaining("it was ***") },
      msg: expect.stringContaining("it was ***"),
    });
    expect(stdout + stderr).not.toContain("s3cret");
    expect(stderr).toBe("");
  },
);
