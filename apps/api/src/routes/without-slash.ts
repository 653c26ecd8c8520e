import type { Context } from "hono";

/**
 * Sends who asked for a page with a slash at its end to the page, whose links are relative to the
 * path without one. So is where it sends to, as a proxy may have put something before our paths.
 */
export function withoutSlash(context: Context): Response {
  const { pathname, search } = new URL(context.req.url);
  const name = pathname.split("/").at(-2) ?? "";
  return context.redirect(`../${name}${search}`, 308);
}
