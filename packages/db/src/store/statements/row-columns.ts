/**
 * Rows on their way into a statement: an array for each of their columns. Postgres reads them in a
 * fraction of the time that a document takes, in which each value has its name beside it: 20 to 30 %
 * less for a whole commit of many (docs/performance.md).
 */
export interface RowColumns<Row, Name extends string = string> {
  /** Selects the rows, in the order in which they were given. */
  readonly select: string;
  /** The number of the first parameter that comes after theirs. */
  readonly next: number;
  /** The rows as parameters, one for each column. */
  readonly parameters: (rows: readonly Row[]) => string[];
  /** Selects a single row, whose values are parameters themselves. */
  readonly selectOne: string;
  /** The values of a single row, each as a statement writes it where it does without selecting them. */
  readonly valuesOfOne: Readonly<Record<Name, string>>;
  /** The values of a single row, as many as `parameters` has arrays. */
  readonly parametersOfOne: (row: Row) => (string | null)[];
}

/** A statement over rows, in two forms. */
export interface RowsStatement<Row> {
  /** Over any number of rows. */
  readonly many: string;
  /** Over a single row: without arrays to take apart, a fifth less for a commit of one step (docs/performance.md). */
  readonly one: string;
  /** The form for these rows, and its parameters from that of the first column on. */
  readonly over: (rows: readonly Row[]) => {
    readonly text: string;
    readonly parameters: (string | null)[];
  };
}

/** What a column of each type holds here. Whatever of it is null is null there. */
interface Values {
  int: number;
  boolean: boolean;
  uuid: string;
  text: string;
  timestamptz: Date;
  jsonb: object;
}

type Column = keyof Values;

/** A row as its columns. */
type RowOf<Spec extends Readonly<Record<string, Column>>> = {
  readonly [Name in keyof Spec]: Values[Spec[Name]] | null;
};

/** How a value is written for Postgres. */
const WRITTEN: { readonly [Type in Column]: (value: Values[Type]) => string } = {
  int: String,
  boolean: String,
  uuid: String,
  text: String,
  timestamptz: (value) => value.toISOString(),
  jsonb: (value) => JSON.stringify(value),
};

/** Whatever is a string goes in quotes where it stands in an array: none may become two. */
const QUOTED: ReadonlySet<Column> = new Set(["uuid", "text", "jsonb"]);

/** Columns that the driver would write itself, if Postgres told it their type: what is text it leaves as it is. */
const SENT_AS_TEXT: ReadonlySet<Column> = new Set(["boolean", "jsonb"]);

/**
 * @param first the number of the parameter that the first column takes
 * @param spec the columns with their types, in order
 */
export function rowColumns<const Spec extends Readonly<Record<string, Column>>>(
  first: number,
  spec: Spec,
): RowColumns<RowOf<Spec>, keyof Spec & string> {
  const columns = Object.entries(spec);
  const arrays = columns.map(
    ([name, type], index) => `unnest($${first + index}::${type}[]) as ${name}`,
  );
  const values = columns.map(([name, type], index) => {
    const parameter = `$${first + index}${SENT_AS_TEXT.has(type) ? "::text" : ""}`;
    return [name, `${parameter}::${type}`] as const;
  });
  return {
    select: `select ${arrays.join(", ")}`,
    next: first + columns.length,
    parameters: (rows) => columns.map(([name, type]) => arrayOf(rows, name, type)),
    selectOne: `select ${values.map(([name, value]) => `${value} as ${name}`).join(", ")}`,
    // Made of the columns, so that it has what they have.
    valuesOfOne: Object.fromEntries(values) as Record<keyof Spec & string, string>,
    parametersOfOne: (row) => columns.map(([name, type]) => valueOf(row, name, type)),
  };
}

/** @param write the statement, given what selects its rows */
export function overRows<Row>(
  columns: RowColumns<Row>,
  write: (rows: string) => string,
): RowsStatement<Row> {
  return inTwoForms(columns, write(columns.select), write(columns.selectOne));
}

/** A statement whose two forms are more than the same around what selects its rows. */
export function inTwoForms<Row>(
  columns: RowColumns<Row>,
  many: string,
  one: string,
): RowsStatement<Row> {
  return {
    many,
    one,
    over: (rows) => {
      const [row] = rows;
      return row === undefined || rows.length > 1
        ? { text: many, parameters: columns.parameters(rows) }
        : { text: one, parameters: columns.parametersOfOne(row) };
    },
  };
}

type AnyRow = Readonly<Record<string, Values[Column] | null>>;

function valueOf<Type extends Column>(row: AnyRow, name: string, type: Type): string | null {
  // The row's type says that this column holds values of this type.
  const value = row[name] as Values[Type] | null;
  return value === null ? null : WRITTEN[type](value);
}

function arrayOf(rows: readonly AnyRow[], name: string, type: Column): string {
  const isQuoted = QUOTED.has(type);
  let text = "{";
  for (const [index, row] of rows.entries()) {
    const value = valueOf(row, name, type);
    text += index === 0 ? "" : ",";
    text += value === null ? "null" : isQuoted ? quoted(value) : value;
  }
  return `${text}}`;
}

function quoted(text: string): string {
  // Nearly all are ids and names, in which there is nothing to escape.
  const isPlain = !text.includes('"') && !text.includes("\\");
  return isPlain ? `"${text}"` : `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}
