import addFormats from "ajv-formats";
import { LONGEST_URL } from "./limits.ts";

const format = addFormats.default.get("url");

/**
 * The format `url`, up to a length. It is the one expression of
 * ajv-formats whose time grows with the square of the text, and it looks ahead, so that RE2 cannot
 * run it: 100,000 characters took it five seconds.
 */
export function isUrl(text: string): boolean {
  return text.length <= LONGEST_URL && format instanceof RegExp && format.test(text);
}
