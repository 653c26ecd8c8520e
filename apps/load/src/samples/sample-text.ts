import type { JsonObject } from "../http/shapes.ts";

/** What matches the formats that JSON Schema names. */
const BY_FORMAT: Readonly<Record<string, string>> = {
  date: "2026-01-15",
  time: "09:30:00Z",
  "date-time": "2026-01-15T09:30:00Z",
  duration: "P1D",
  email: "load@example.com",
  "idn-email": "load@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/load",
  url: "https://example.com/load",
  "uri-reference": "/load",
  uuid: "00000000-0000-4000-8000-000000000000",
};

/** Tried where a pattern is asked for: texts of kinds that patterns often mean. */
const TRIES = ["sample", "Sample", "SAMPLE", "1", "12345", "A1", "ABC-123", "EUR", "DE", "a@b.de"];

/** @returns null where a pattern is asked for that none of the texts known here matches */
export function sampleText(schema: JsonObject): string | null {
  const { format, pattern, minLength, maxLength } = schema;
  const least = typeof minLength === "number" ? minLength : 0;
  const most = typeof maxLength === "number" ? maxLength : Infinity;
  const known = typeof format === "string" ? BY_FORMAT[format] : undefined;
  if (known !== undefined && typeof pattern !== "string") return known;
  const tries = known === undefined ? TRIES : [known, ...TRIES];
  if (typeof pattern === "string") {
    const fits = matcher(pattern);
    return tries.find((text) => text.length >= least && text.length <= most && fits(text)) ?? null;
  }
  return "sample".padEnd(least, " text").slice(0, Math.max(most, 0));
}

/** The texts are short, so that no pattern takes long on them. */
function matcher(pattern: string): (text: string) => boolean {
  try {
    const expression = new RegExp(pattern, "u");
    return (text) => expression.test(text);
  } catch (error) {
    if (error instanceof SyntaxError) return () => false;
    throw error;
  }
}
