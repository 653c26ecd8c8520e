import { isJsonObject, type JsonValue } from "./json.ts";

/**
 * The value at a JSON Pointer (RFC 6901) written as a URL's fragment, as a `$ref` has it:
 * `#/$defs/name`, or `#` for all of it. Undefined where nothing is, and for anything else.
 */
export function valueAtPointer(root: JsonValue, fragment: string): JsonValue | undefined {
  if (fragment !== "#" && !fragment.startsWith("#/")) return undefined;
  let value: JsonValue | undefined = root;
  for (const step of fragment.split("/").slice(1)) {
    const name = unescaped(step);
    if (Array.isArray(value)) value = value[Number(name)];
    else value = value !== undefined && isJsonObject(value) ? member(value, name) : undefined;
  }
  return value;
}

/** What an object inherits is none of its members. */
function member(value: { [key: string]: JsonValue }, name: string): JsonValue | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function unescaped(step: string): string {
  try {
    return decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return step;
  }
}
