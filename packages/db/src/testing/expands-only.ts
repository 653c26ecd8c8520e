/**
 * What a migration may do while processes of the release before still run: add what they do not
 * know. Whatever could make one of their statements fail is named here.
 */

interface Rule {
  readonly pattern: RegExp;
  readonly why: string;
}

const RULES: readonly Rule[] = [
  {
    pattern: /\bdrop\s+(table|column|index|type|function|view|schema|sequence)\b/,
    why: "takes away what the release before may use",
  },
  { pattern: /\brename\b/, why: "gives something another name than the release before knows" },
  { pattern: /\balter\s+column\b.*\btype\b/, why: "changes a type, and locks while it rewrites" },
  { pattern: /\bset\s+not\s+null\b/, why: "refuses rows that the release before may write" },
  { pattern: /\btruncate\b/, why: "takes away what the release before may use" },
  {
    pattern: /\badd\s+column\b(?!.*\b(default|generated)\b).*\bnot\s+null\b/,
    why: "refuses rows of the release before, which does not know the column: give it a default",
  },
];

const ADDS_CONSTRAINT = /\balter\s+table\s+"?(\w+)"?\s+add\s+constraint\s+"?(\w+)"?/;
const DROPS_CONSTRAINT = /\balter\s+table\s+"?(\w+)"?\s+drop\s+constraint\s+"?(\w+)"?/;
const CREATES_TABLE = /\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?"?(\w+)"?/;
const CREATES_INDEX =
  /\bcreate\s+(?:unique\s+)?index\s+(?<careful>if\s+not\s+exists\s+)?"?\w+"?\s+on\s+"?(?<table>\w+)"?/;

/**
 * @param migration the text of a migration
 * @returns what in it does more than expand, with the reason; nothing for one that is fine
 */
export function expansionProblems(migration: string): string[] {
  const statements = statementsOf(migration);
  const fresh = new Set(statements.flatMap((text) => CREATES_TABLE.exec(text)?.[1] ?? []));
  const added = namesOf(statements, ADDS_CONSTRAINT);
  const dropped = namesOf(statements, DROPS_CONSTRAINT);
  return statements.flatMap((statement) => {
    const told = (why: string) => `${statement.slice(0, 100)}: ${why}`;
    const problems = RULES.filter(({ pattern }) => pattern.test(statement)).map(({ why }) => why);
    const constraint = namesOf([statement], ADDS_CONSTRAINT)[0];
    const isNew = constraint !== undefined && !dropped.includes(constraint);
    if (isNew && !fresh.has(constraint.split(".")[0] ?? "")) {
      problems.push("may refuse rows of the release before: widen one under its name, or contract");
    }
    const gone = namesOf([statement], DROPS_CONSTRAINT)[0];
    if (gone !== undefined && !added.includes(gone)) {
      problems.push("takes a constraint away that statements may name: replace it, or contract");
    }
    const index = CREATES_INDEX.exec(statement)?.groups;
    if (index !== undefined && index["careful"] === undefined && !fresh.has(index["table"] ?? "")) {
      problems.push("locks a table: IF NOT EXISTS lets it be made concurrently beforehand");
    }
    return problems.map(told);
  });
}

/** Without comments and in one line each, in lower case. */
function statementsOf(migration: string): string[] {
  return migration
    .replaceAll(/--.*$/gm, "")
    .split(";")
    .map((statement) => statement.replaceAll(/\s+/g, " ").trim().toLowerCase())
    .filter((statement) => statement !== "");
}

/** `table.constraint` of each statement that matches. */
function namesOf(statements: readonly string[], pattern: RegExp): string[] {
  return statements.flatMap((statement) => {
    const match = pattern.exec(statement);
    return match === null ? [] : [`${match[1]}.${match[2]}`];
  });
}
