import { SECRETIVE, type Environment } from "./read-settings.ts";

/** Parameters of URLs that hold secrets. */
const PARAMETERS = ["password", "sslpassword"] as const;

/**
 * What of an environment must not be told to anybody: the passwords in its URLs, and its keys.
 * A variable that cannot be understood is secret as a whole.
 */
export function secretsOf(environment: Environment): string[] {
  const secrets = Object.entries(environment).flatMap(([name, value]) => {
    if (value === undefined || !SECRETIVE.test(name)) return [];
    return name.endsWith("_KEYS") ? keysIn(value) : passwordsIn(value);
  });
  return [...new Set(secrets)].filter((secret) => secret !== "");
}

function keysIn(list: string): string[] {
  return list.split(",").map((key) => key.trim().split("@")[0] ?? "");
}

function passwordsIn(url: string): string[] {
  if (!URL.canParse(url)) return [url];
  const { password, searchParams, hostname } = new URL(url);
  if (hostname === "") return [url];
  const parameters = PARAMETERS.flatMap((name) => searchParams.getAll(name));
  return [password, decoded(password), ...parameters];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that means itself.
    return text;
  }
}
