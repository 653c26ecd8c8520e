import { readFileSync } from "node:fs";
import path from "node:path";
import { type Finding, findAdvisories, NotAuditedError } from "./audit/advisories.ts";
import { lockedPackages } from "./audit/locked-packages.ts";
import { projectDirectory } from "./project.ts";

/*
 * Part of `npm run check`: asks the registry whether vulnerabilities are known in what the lock file
 * names. A high or critical one fails the check. Not every registry answers; then a line says so, and
 * the check goes on: nobody is to be kept from working by a registry.
 */

const PUBLIC_REGISTRY = "https://registry.npmjs.org/";

const FAILING: ReadonlySet<Finding["severity"]> = new Set(["high", "critical"]);

const lockFile = process.argv[2] ?? path.join(projectDirectory, "pnpm-lock.yaml");
const registry = process.env["npm_config_registry"] ?? PUBLIC_REGISTRY;
const packages = lockedPackages(readFileSync(lockFile, "utf8"));
try {
  const findings = await findAdvisories(registry, packages);
  for (const { severity, name, version, title, url } of findings) {
    console.log(`${severity}: ${name} ${version}: ${title} (${url})`);
  }
  const count = Object.keys(packages).length;
  console.log(`Dependency audit: ${count} packages, ${findings.length} known vulnerabilities`);
  if (findings.some(({ severity }) => FAILING.has(severity))) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof NotAuditedError)) throw error;
  console.log(
    `Dependency audit: not done, ${new URL(registry).host} cannot be asked: ${error.message}`,
  );
}
