import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./local/src/testing/temporary-folder.ts";

/** Stands in for npx: notes that it ran, and lays down what an installation would. */
const fakeNpx = `#!/bin/sh
echo "$@" >> installs
echo "fetching packages"
[ -z "$FAIL_INSTALL" ] || { echo "no such package" >&2; exit 1; }
mkdir -p node_modules/.bin node_modules/node/bin node_modules/vitest
ln -sf ${process.execPath} node_modules/node/bin/node
printf 'console.log("tests", process.version, process.argv.slice(2).join(" ")); process.exitCode = 5' > node_modules/vitest/vitest.mjs
`;

function project(folder: string) {
  const infra = path.join(folder, "infra");
  mkdirSync(path.join(infra, "local/src"), { recursive: true });
  copyFileSync(path.join(import.meta.dirname, "run.mjs"), path.join(infra, "run.mjs"));
  const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text);
  write("package.json", JSON.stringify({ scripts: { "check:all": "echo checked && false" } }));
  write("pnpm-lock.yaml", "one");
  write("pnpm-workspace.yaml", "");
  write("infra/local/src/start.ts", `console.log("started with", process.version);`);
  write("npx", fakeNpx);
  chmodSync(path.join(folder, "npx"), 0o755);
  return {
    write,
    installs: () => readFileSync(path.join(folder, "installs"), "utf8").trim().split("\n"),
    run: (args: readonly string[], variables: NodeJS.ProcessEnv = {}) => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [path.join(infra, "run.mjs"), ...args],
        {
          encoding: "utf8",
          env: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder, ...variables },
        },
      );
      return { status, stdout: stdout.trim(), stderr: stderr.trim() };
    },
  };
}

const installing = "installing the dependencies (once; takes a minute or two)";

describe("given a fresh folder", () => {
  test("when started, then it installs once, in one line, and runs the start program", () => {
    using folder = temporaryFolder();
    const { run, installs } = project(folder.path);
    const started = `started with ${process.version}`;
    expect(run(["start"])).toEqual({ status: 0, stdout: started, stderr: installing });
    expect(run(["start"])).toEqual({ status: 0, stdout: started, stderr: "" });
    expect(installs()).toEqual(["-y pnpm@12.21.0 install --frozen-lockfile"]);
  });

  test("when VERBOSE=1, then the installer is heard", () => {
    using folder = temporaryFolder();
    const { stdout } = project(folder.path).run(["start"], { VERBOSE: "1" });
    expect(stdout).toContain("fetching packages");
  });

  test("when installing fails, then its output is shown, the code is 1 and the next run tries again", () => {
    using folder = temporaryFolder();
    const { run, installs } = project(folder.path);
    expect(run(["start"], { FAIL_INSTALL: "1" })).toEqual({
      status: 1,
      stdout: "",
      stderr: `${installing}\nfetching packages\nno such package\nCannot install the dependencies, see above`,
    });
    expect(run(["start"]).status).toBe(0);
    expect(installs()).toHaveLength(2);
  });
});

describe("given an installed folder", () => {
  test("when the lockfile changes, then it installs again", () => {
    using folder = temporaryFolder();
    const { run, installs, write } = project(folder.path);
    run(["start"]);
    write("pnpm-lock.yaml", "two");
    run(["start"]);
    expect(installs()).toHaveLength(2);
  });

  test("when tested, then arguments and the exit code pass through", () => {
    using folder = temporaryFolder();
    const { run } = project(folder.path);
    expect(run(["test", "foo", "-t", "bar"])).toMatchObject({
      status: 5,
      stdout: `tests ${process.version} run foo -t bar`,
    });
  });

  test("when chaos is wanted, then it gets its options", () => {
    using folder = temporaryFolder();
    const { run, write } = project(folder.path);
    mkdirSync(path.join(folder.path, "tests/chaos"), { recursive: true });
    write("tests/chaos/main.ts", `console.log("chaos", process.argv.slice(2).join(" "));`);
    expect(run(["test:chaos", "--minutes", "1"])).toMatchObject({
      status: 0,
      stdout: "chaos --minutes 1",
    });
  });

  test("when checked, then the script check:all of package.json runs", () => {
    using folder = temporaryFolder();
    expect(project(folder.path).run(["check"])).toMatchObject({ status: 1, stdout: "checked" });
  });

  test("when asked for something else, then one line says what there is", () => {
    using folder = temporaryFolder();
    const { run } = project(folder.path);
    run(["start"]);
    expect(run(["fly"])).toMatchObject({
      status: 1,
      stderr:
        "Usage: node infra/run.mjs start | test [file …] | load | test:sim | test:chaos | test:recovery | bench [option …] | check | docs",
    });
  });
});
