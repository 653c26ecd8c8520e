import { satisfies } from "semver";
import { z } from "zod";

/** What a registry says of packages with known vulnerabilities. */
const answer = z.record(
  z.string(),
  z.array(
    z.object({
      title: z.string(),
      url: z.string(),
      severity: z.enum(["info", "low", "moderate", "high", "critical"]),
      vulnerable_versions: z.string(),
    }),
  ),
);

/** A vulnerability that a locked version has. */
export interface Finding {
  readonly name: string;
  readonly version: string;
  readonly severity: "info" | "low" | "moderate" | "high" | "critical";
  readonly title: string;
  readonly url: string;
}

/** The registry cannot be asked; the message says why. */
export class NotAuditedError extends Error {
  readonly code = "NOT_AUDITED";
}

/** Milliseconds for the registry to answer. */
const PATIENCE = 15_000;

/**
 * Asks a registry what is known of these packages.
 * @param packages versions by name
 * @throws NotAuditedError where the registry cannot be reached or answers no such question
 */
export async function findAdvisories(
  registry: string,
  packages: Readonly<Record<string, readonly string[]>>,
): Promise<Finding[]> {
  const said = await ask(new URL("-/npm/v1/security/advisories/bulk", registry), packages);
  return Object.entries(said).flatMap(([name, advisories]) =>
    advisories.flatMap(({ title, url, severity, vulnerable_versions: range }) =>
      // Registries answer for more versions than they were asked for.
      (packages[name] ?? [])
        .filter((version) => satisfies(version, range, { includePrerelease: true }))
        .map((version) => ({ name, version, severity, title, url })),
    ),
  );
}

async function ask(url: URL, packages: object): Promise<z.output<typeof answer>> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(packages),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!response.ok) throw new NotAuditedError(`it answers ${response.status}`);
    return answer.parse(await response.json());
  } catch (error) {
    if (error instanceof NotAuditedError) throw error;
    throw new NotAuditedError(reasonOf(error), { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return "its answer is none";
  if (!(error instanceof Error)) return String(error);
  // `fetch failed` says nothing; what has failed is behind it.
  return error.cause instanceof Error ? error.cause.message : error.message;
}
