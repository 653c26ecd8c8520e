import { readFileSync } from "node:fs";
import { barsHtml } from "./bars-block.ts";
import type { Block, TextBlock } from "./blocks.ts";
import { escapeText } from "./escape.ts";
import { linesHtml, linesScript, linesStyle } from "./lines-block.ts";
import { tableHtml } from "./table-block.ts";

export interface Page {
  readonly title: string;
  readonly subtitle: string;
  readonly blocks: readonly Block[];
}

/** Nothing is fetched, and nothing runs but what stands in the page itself. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/**
 * A whole HTML document that loads nothing from elsewhere: light or dark as the reader has it,
 * readable on a phone and on paper. All texts may be a stranger's: they stay text.
 */
export function htmlPage({ title, subtitle, blocks }: Page): string {
  const hasLines = blocks.some(({ kind }) => kind === "lines");
  const style = readFileSync(new URL("style.css", import.meta.url), "utf8");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<style>${hasLines ? linesStyle() : ""}
${style}</style>
</head>
<body>
<header><h1>${escapeText(title)}</h1><p class="subtitle">${escapeText(subtitle)}</p></header>
<main>
${blocks.map(section).join("\n")}
</main>
${hasLines ? `<script>${linesScript()}</script>\n` : ""}</body>
</html>
`;
}

function section(block: Block): string {
  const heading = block.heading === undefined ? "" : `<h2>${escapeText(block.heading)}</h2>\n`;
  const note = block.note === undefined ? "" : `<p class="note">${escapeText(block.note)}</p>\n`;
  return `<section>\n${heading}${note}${content(block)}\n</section>`;
}

function content(block: Block): string {
  switch (block.kind) {
    case "text":
      return textHtml(block);
    case "table":
      return tableHtml(block);
    case "bars":
      return barsHtml(block);
    case "lines":
      return linesHtml(block);
  }
}

function textHtml({ paragraphs }: TextBlock): string {
  return paragraphs.map((text) => `<p>${escapeText(text)}</p>`).join("\n");
}
