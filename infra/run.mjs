// npm start, npm test, npm run load, npm run test:sim, npm run test:chaos, npm run test:recovery, npm run bench, npm run check, npm run docs: installs what is missing, then hands over to the Node version of this workspace.
// Runs on Node 20 with nothing installed, so it imports nothing but Node's own modules.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const project = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(project, "node_modules");
const installer = "pnpm@12.21.0";
const oldestNode = 20;
const workspaceNode = 24;

/** One Ctrl-C arrives from the terminal and once more from npm. */
const sameKeypressMs = 500;

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function majorVersion(version) {
  return Number(version.replace(/^v/, "").split(".")[0]);
}

// ---- installing

/** What an installation depends on; a folder shared with another kind of machine needs another one. */
function wantedInstallation() {
  const hash = createHash("sha256");
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"])
    hash.update(readFileSync(path.join(project, file)));
  return `${hash.digest("hex")} ${process.platform}-${process.arch}\n`;
}

const marker = path.join(modules, ".drover-installed");

function isInstalled() {
  return existsSync(marker) && readFileSync(marker, "utf8") === wantedInstallation();
}

/** npm and pnpm keep their downloads in the home folder; users such as nobody have none that can be written. */
function installEnvironment() {
  const environment = { ...process.env, CI: "true" };
  const home = os.homedir();
  try {
    if (home === "") throw new Error("no home folder");
    // One level alone: making several never returns where the system lets nobody make a folder, as in /proc.
    if (!existsSync(home)) mkdirSync(home);
    accessSync(home, constants.W_OK);
    return environment;
  } catch {
    const own = path.join(project, ".data", "home");
    mkdirSync(own, { recursive: true });
    return { ...environment, HOME: own, npm_config_cache: path.join(own, ".npm") };
  }
}

async function install() {
  process.stderr.write("installing the dependencies (once; takes a minute or two)\n");
  const verbose = process.env.VERBOSE === "1";
  const child = spawn("npx", ["-y", installer, "install", "--frozen-lockfile"], {
    cwd: project,
    env: installEnvironment(),
    stdio: ["ignore", verbose ? "inherit" : "pipe", verbose ? "inherit" : "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text) => (output += text));
  const { code, error, interrupted } = await passingSignals(child, "close");
  if (interrupted) process.exit(130);
  if (error)
    fail(`Cannot install: npx does not run (${error.message}); Drover needs Node with npm`);
  if (code !== 0) {
    process.stderr.write(output);
    fail("Cannot install the dependencies, see above");
  }
  writeFileSync(marker, wantedInstallation());
}

// ---- running

/** Resolves when the child is gone. Signals we get go to the child, which decides when to end. */
function passingSignals(child, lastEvent = "exit") {
  const lastSent = new Map();
  const pass = (signal) => {
    const now = performance.now();
    if (now - (lastSent.get(signal) ?? -Infinity) < sameKeypressMs) return;
    lastSent.set(signal, now);
    child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, pass);
  const watch = watchParent(() => pass("SIGTERM"));
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: 1, error }));
    child.once(lastEvent, (code, signal) => {
      clearInterval(watch);
      for (const name of signals) process.off(name, pass);
      resolve({
        code: code ?? 128 + (os.constants.signals[signal] ?? 1),
        interrupted: lastSent.size > 0,
      });
    });
  });
}

/**
 * npm runs a script through a shell, which a SIGTERM to npm ends without a word to us. That our parent is another one
 * is then the only sign. Without npm in between a changed parent means nothing: the person may have closed the shell.
 */
function watchParent(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    onGone();
  }, 500);
  return watch;
}

/** The Node of this workspace; the one we run on when that is new enough and the other does not run here. */
function findNode() {
  const own = path.join(modules, "node", "bin", "node");
  const { status, stdout } = spawnSync(own, ["--version"], { encoding: "utf8" });
  if (status === 0 && majorVersion(stdout) >= workspaceNode) return own;
  if (majorVersion(process.version) >= workspaceNode) return process.execPath;
  return fail(
    `Node ${workspaceNode} could not be installed for this machine: install it and try again`,
  );
}

function commandFor(task, node, extra) {
  switch (task) {
    case "start":
      return [node, path.join(project, "infra", "local", "src", "start.ts")];
    case "test":
      return [node, path.join(modules, "vitest", "vitest.mjs"), "run", ...extra];
    case "load":
      return [node, path.join(project, "apps", "load", "src", "main.ts"), ...extra];
    case "test:sim":
      return [node, path.join(project, "tests", "simulation", "command.ts"), ...extra];
    case "test:chaos":
      return [node, path.join(project, "tests", "chaos", "main.ts"), ...extra];
    case "test:recovery":
      return [node, path.join(project, "tests", "recovery", "run.ts"), ...extra];
    case "bench":
      return [node, path.join(project, "bench", "main.ts"), ...extra];
    case "docs":
      return [node, path.join(project, "tests", "documents", "write.ts")];
    case "check": {
      const { scripts } = JSON.parse(readFileSync(path.join(project, "package.json"), "utf8"));
      return ["/bin/sh", "-c", scripts["check:all"]];
    }
    default:
      return fail(
        "Usage: node infra/run.mjs start | test [file …] | load | test:sim | test:chaos | test:recovery | bench [option …] | check | docs",
      );
  }
}

async function main([task, ...extra]) {
  if (majorVersion(process.version) < oldestNode)
    fail(`Drover needs Node ${oldestNode} or newer; this is ${process.version}`);
  if (!isInstalled()) await install();
  const node = findNode();
  const [program, ...args] = commandFor(task, node, extra);
  const search = [path.join(modules, ".bin"), path.dirname(node), process.env.PATH];
  const child = spawn(program, args, {
    cwd: project,
    env: { ...process.env, PATH: search.join(path.delimiter) },
    // The channel tells the start program when we are killed, for it to stop what it started.
    stdio: task === "start" ? ["inherit", "inherit", "inherit", "ipc"] : "inherit",
  });
  const { code, error } = await passingSignals(child);
  if (error) fail(`Cannot run ${program}: ${error.message}`);
  process.exit(code);
}

await main(process.argv.slice(2));
