/** Begins with a digit, as figures do, or stands for none. */
const FIGURE = /^([-+≤≥<>~±]?\s?\d|–$|-$|$)/;

/** What breaks lines or steers a terminal: control characters. */
const UNPRINTABLE = /\p{Cc}+/gu;

const BETWEEN = "  ";

/**
 * A table for terminals: columns aligned, those of figures to the right.
 * @param header names of the columns
 * @param rows as many cells as there are columns
 * @returns lines that each end with a break
 */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows].map((cells) => cells.map(printable));
  const widths = header.map((_, column) =>
    Math.max(...lines.map((cells) => (cells[column] ?? "").length)),
  );
  const isRight = figureColumns(header, rows);
  return lines
    .map((cells) => {
      const padded = widths.map((width, column) => {
        const cell = cells[column] ?? "";
        return isRight[column] === true ? cell.padStart(width) : cell.padEnd(width);
      });
      return `${padded.join(BETWEEN).trimEnd()}\n`;
    })
    .join("");
}

/**
 * The same as Markdown, as documents have it.
 * @returns lines that each end with a break
 */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const rule = figureColumns(header, rows).map((isFigures) => (isFigures ? "---:" : "---"));
  const escaped = [header, ...rows].map((cells) =>
    cells.map((cell) => printable(cell).replaceAll("|", String.raw`\|`)),
  );
  return escaped
    .toSpliced(1, 0, rule)
    .map((cells) => `| ${cells.join(" | ")} |\n`)
    .join("");
}

/** Which columns hold nothing but figures. */
export function figureColumns(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): boolean[] {
  return header.map(
    (_, column) => rows.length > 0 && rows.every((cells) => FIGURE.test(cells[column] ?? "")),
  );
}

function printable(cell: string): string {
  return cell.replaceAll(UNPRINTABLE, " ");
}
