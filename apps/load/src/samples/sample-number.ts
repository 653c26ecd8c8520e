import type { JsonObject } from "../http/shapes.ts";

/** Something that is neither 0 nor large. */
const PLAIN = 100;

/** A number within the limits of the schema, the plain one where they allow it. */
export function sampleNumber(schema: JsonObject): number {
  const step = numberAt(schema, "multipleOf") ?? (schema["type"] === "integer" ? 1 : null);
  const above = numberAt(schema, "exclusiveMinimum");
  const below = numberAt(schema, "exclusiveMaximum");
  const least = Math.max(numberAt(schema, "minimum") ?? -Infinity, above ?? -Infinity);
  const most = Math.min(numberAt(schema, "maximum") ?? Infinity, below ?? Infinity);
  const allows = (value: number) =>
    value >= least && value <= most && value !== above && value !== below;
  const middle = Number.isFinite(least) && Number.isFinite(most) ? (least + most) / 2 : PLAIN;
  const wanted = [PLAIN, least, least + 1, most, most - 1, middle].filter((value) =>
    Number.isFinite(value),
  );
  const fitting = step === null ? wanted : wanted.flatMap((value) => multiples(value, step));
  return fitting.find(allows) ?? PLAIN;
}

function multiples(value: number, step: number): number[] {
  return [Math.floor(value / step) * step, Math.ceil(value / step) * step];
}

function numberAt(schema: JsonObject, name: string): number | null {
  const value = schema[name];
  return typeof value === "number" ? value : null;
}
