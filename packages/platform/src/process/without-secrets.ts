/** A shorter one may be an ordinary word: to blot it out would make everything unreadable. */
const SHORTEST = 8;

const BLOT = "***";

/**
 * Takes secrets out of a text, whatever has brought them there: as they are, as they stand in URLs, and
 * as they stand in JSON.
 * @param secrets those of fewer than eight characters are left alone
 */
export function withoutSecrets(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.flatMap((secret) =>
    secret.length < SHORTEST
      ? []
      : [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)],
  );
  // The longest first: one may begin as another does.
  const wanted = [...new Set(forms)].toSorted((a, b) => b.length - a.length);
  return (text) => wanted.reduce((left, secret) => left.replaceAll(secret, BLOT), text);
}
