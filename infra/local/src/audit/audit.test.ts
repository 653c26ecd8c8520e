import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { projectDirectory } from "../project.ts";
import { freePort } from "../servers/ports.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { lockedPackages } from "./locked-packages.ts";

const AUDIT = path.join(import.meta.dirname, "../audit.ts");

// Programs start slowly on a slow day.
vi.setConfig({ testTimeout: 60_000 });

const LOCK = `lockfileVersion: '9.0'

importers:

  .:
    devDependencies:
      none@9.9.9:

packages:

  '@scope/with-hole@1.2.3':
    resolution: {integrity: sha512-x}

  with-hole@4.17.0:
    resolution: {integrity: sha512-x}

  with-hole@5.0.0-beta.1:
    resolution: {integrity: sha512-x}

snapshots:

  other@1.0.0: {}
`;

const advisory = (severity: string, range: string) => ({
  title: "Prototype pollution",
  url: "https://example.org/1",
  severity,
  vulnerable_versions: range,
});

/** Runs the audit against a registry that answers so. @returns its exit code, what it printed, what it asked */
async function audit(answer: RequestListener | null) {
  using folder = temporaryFolder();
  const lockFile = path.join(folder.path, "pnpm-lock.yaml");
  writeFileSync(lockFile, LOCK);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    request.on("data", (chunk: Buffer) => asked.push(chunk.toString()));
    request.on("end", () => answer?.(request, response));
  });
  const port = await freePort();
  if (answer !== null) await once(server.listen(port, "127.0.0.1"), "listening");
  const child = spawn(process.execPath, [AUDIT, lockFile], {
    env: { PATH: process.env["PATH"], npm_config_registry: `http://127.0.0.1:${port}/` },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  }
  await once(child, "close");
  server.close();
  return { code: child.exitCode, output: output.trim().split("\n"), asked: asked.join("") };
}

const saying = (body: unknown): RequestListener => {
  return (_, response) => response.end(JSON.stringify(body));
};

test("given nothing known, then it says how much was asked for, and passes", async () => {
  const { code, output, asked } = await audit(saying({}));
  expect([code, output]).toEqual([0, ["Dependency audit: 2 packages, 0 known vulnerabilities"]]);
  expect(JSON.parse(asked)).toEqual({
    "@scope/with-hole": ["1.2.3"],
    "with-hole": ["4.17.0", "5.0.0-beta.1"],
  });
});

test.each(["high", "critical"])(
  "given a %s vulnerability, then it is named and fails",
  async (severity) => {
    const { code, output } = await audit(saying({ "with-hole": [advisory(severity, "<4.17.12")] }));
    expect(code).toBe(1);
    expect(output).toEqual([
      `${severity}: with-hole 4.17.0: Prototype pollution (https://example.org/1)`,
      "Dependency audit: 2 packages, 1 known vulnerabilities",
    ]);
  },
);

test("given a smaller one, or one of other versions, then it passes", async () => {
  const { code, output } = await audit(
    saying({
      "@scope/with-hole": [advisory("moderate", ">=1.0.0"), advisory("critical", ">=2.0.0")],
      "not-ours": [advisory("critical", "*")],
    }),
  );
  expect(code).toBe(0);
  expect(output).toHaveLength(2);
});

test.each<[string, RequestListener | null, RegExp]>([
  ["knows no audits", (_, response) => response.writeHead(405).end(), /it answers 405/],
  ["is not there", null, /ECONNREFUSED/],
  ["answers a page", (_, response) => response.end("<html>"), /its answer is none/],
])("given a registry that %s, then one line says so, and it passes", async (_, answer, reason) => {
  const { code, output } = await audit(answer);
  expect(code).toBe(0);
  expect(output).toEqual([expect.stringMatching(/^Dependency audit: not done, 127\.0\.0\.1/)]);
  expect(output[0]).toMatch(reason);
});

test("given this project's lock file, then all of its packages are found", () => {
  const text = readFileSync(path.join(projectDirectory, "pnpm-lock.yaml"), "utf8");
  const packages = lockedPackages(text);
  expect(packages).toMatchObject({ postgres: ["3.4.9"], "@hono/zod-openapi": ["1.6.3"] });
  expect(Object.values(packages).flat()).toHaveLength(
    text.slice(text.indexOf("\npackages:"), text.indexOf("\nsnapshots:")).match(/^ {2}\S.*:$/gm)
      ?.length ?? 0,
  );
});
