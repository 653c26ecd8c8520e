import DOMPurify from "dompurify";
import mermaid from "mermaid";

/*
 * Mermaid's own parser, without a browser. Before it keeps a label, Mermaid has DOMPurify take what
 * is dangerous out of it, which needs a page; here the labels stay as they are. The grammar is
 * Mermaid's, untouched.
 */
Object.assign(DOMPurify, { addHook: () => {}, sanitize: (text: string) => text });

/**
 * @returns the kind of diagram that Mermaid takes the text for
 * @throws Error with the place that it cannot read
 */
export async function parseMermaid(text: string): Promise<string> {
  const { diagramType } = await mermaid.parse(text);
  return diagramType;
}
