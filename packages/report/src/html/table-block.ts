import { figureColumns } from "../tables.ts";
import type { Cell, TableBlock } from "./blocks.ts";
import { escapeText } from "./escape.ts";

/** A table that is scrolled within itself where the page is narrower. */
export function tableHtml({ header, rows }: TableBlock): string {
  const isFigures = figureColumns(
    header,
    rows.map((cells) => cells.map(textOf)),
  );
  const classOf = (column: number) => (isFigures[column] === true ? ' class="figure"' : "");
  const head = header.map(
    (name, column) => `<th scope="col"${classOf(column)}>${escapeText(name)}</th>`,
  );
  const body = rows.map((cells) => {
    const written = cells.map((cell, column) => {
      const inner =
        typeof cell === "string"
          ? escapeText(cell)
          : `<span class="verdict ${cell.verdict}">${escapeText(cell.text)}</span>`;
      return `<td${classOf(column)}>${inner}</td>`;
    });
    return `<tr>${written.join("")}</tr>`;
  });
  return (
    `<div class="scroll"><table><thead><tr>${head.join("")}</tr></thead>` +
    `<tbody>${body.join("\n")}</tbody></table></div>`
  );
}

function textOf(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}
