import type { JsonObject, JsonValue } from "@drover/engine";
import { customType, timestamp, varchar } from "drizzle-orm/pg-core";

/** A moment with its zone, microseconds in Postgres, a Date here. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** The documents' width for names of workflows, steps and people. Characters. */
export const shortText = (name: string) => varchar(name, { length: 255 });

/** A JSON object. */
export const jsonObject = customType<{ data: JsonObject; driverData: string | JsonObject }>({
  dataType: () => "jsonb",
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (value) => (typeof value === "string" ? JSON.parse(value) : value),
});

/**
 * A JSON object whose keys keep their order: the fields of a form come in the order in which
 * they were written, which jsonb would forget.
 */
export const orderedJsonObject = customType<{ data: JsonObject; driverData: string | JsonObject }>({
  dataType: () => "json",
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (value) => (typeof value === "string" ? JSON.parse(value) : value),
});

/**
 * Any JSON value, kept as `{ "v": value }`: a bare string in jsonb comes back as a number, a
 * boolean or an object when it happens to look like one.
 */
export const wrappedJson = customType<{ data: JsonValue; driverData: string | { v: JsonValue } }>({
  dataType: () => "jsonb",
  toDriver: (value) => JSON.stringify({ v: value }),
  fromDriver: (value) => {
    const wrapped: { v: JsonValue } = typeof value === "string" ? JSON.parse(value) : value;
    return wrapped.v;
  },
});

/** `'a', 'b'` for the predicates of indexes, from the engine's own table of statuses. */
export function quotedList(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(", ");
}

/**
 * For checks, where Postgres keeps a list in brackets as an expression for each value, and reads
 * the text of all that for every statement: an array is one value.
 */
export function isOneOf(column: string, values: readonly string[]): string {
  return `${column} = any ('{${values.join(",")}}'::text[])`;
}
