/** What follows is the token of a callback: who knows it may call. */
const WEBHOOKS = /(\/webhooks\/)[^/]+/g;

/** A request's path as it may be told in logs and answers: without the secret that it may hold. */
export function toldPath(path: string): string {
  return path.replaceAll(WEBHOOKS, "$1***");
}
