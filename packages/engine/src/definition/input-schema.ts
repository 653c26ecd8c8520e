import type { JsonObject } from "../json.ts";

/*
 * The part of Standard Schema and Standard JSON Schema, version 1, that is used here: with it any
 * library will do and none is needed. Source: https://standardschema.dev (@standard-schema/spec 1.1).
 */

/** A schema of zod, valibot, arktype or another library that keeps to the standard. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    /** Name of the library. */
    readonly vendor: string;
    /** What the compiler knows of the schema; not there when the program runs. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** Zod and arktype bring it along; valibot's schemas get it from `toStandardJsonSchema`. */
    readonly jsonSchema?: JsonSchemaConverter | undefined;
  };
}

interface JsonSchemaConverter {
  /** Throws where JSON Schema has no words for what the schema means. */
  input(options: { readonly target: "draft-2020-12" }): Record<string, unknown>;
}

/** The type of what a schema yields: `new WorkflowDefinition<InputData<typeof schema>>(…)`. */
export type InputData<Schema extends StandardSchema> = NonNullable<
  Schema["~standard"]["types"]
>["output"];

/** Some of a workflow's data; the rest is for its steps to set. Data of any kind has any part. */
type PartOf<Data extends object> = string extends keyof Data
  ? object
  : { readonly [Key in keyof Data]?: Data[Key] | undefined };

/**
 * Both what the schema takes and what it yields are part of the data: nothing is converted on the
 * way, so a schema that makes numbers of texts would promise numbers where texts are.
 */
type SchemaFor<Data extends object> = StandardSchema<NoInfer<PartOf<Data>>>;

/** For a library that cannot say its schema as JSON Schema, or not well enough. */
export interface SchemaBeside<Data extends object = JsonObject> {
  /** Says the types alone. */
  readonly standard: SchemaFor<Data>;
  /** What is checked. */
  readonly jsonSchema: JsonObject;
}

/**
 * What the input of a workflow has to look like: a JSON Schema (2020-12) of an object, or a
 * library's schema that can say its own.
 *
 * What is checked is always the JSON Schema, as whoever starts workflows carries no workflow code.
 * Rules that only code can tell (zod's `refine`, say) are not in it; a step can check them. Nothing
 * changes the input: defaults are not filled in, texts are not made numbers.
 */
export type InputSchema<Data extends object = JsonObject> =
  | JsonObject
  | SchemaBeside<Data>
  // The last one is what the compiler explains when none fits.
  | SchemaFor<Data>;
