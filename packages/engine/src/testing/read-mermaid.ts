/** A picture as its text says it: Mermaid's ids, every node and edge as often as it is drawn. */
export interface Picture {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  /** Ids of nodes with a style, as often as they are styled. */
  readonly styled: readonly string[];
}

interface DrawnNode {
  readonly id: string;
  /** The text inside of its shape. */
  readonly label: string;
  /** The subgraph around it; null for none. */
  readonly parent: string | null;
  readonly isSubgraph: boolean;
}

interface DrawnEdge {
  readonly source: string;
  readonly target: string;
  readonly label: string | null;
  /** The subgraph that the line stands in; null for none. */
  readonly parent: string | null;
}

const SUBGRAPH = /^subgraph (\S+?)\[(.*)\]$/;
const EDGE = /^(\S+) -->(?:\|(.+)\|)? (\S+)$/;
const STYLE = /^style (\S+) \S+$/;
const NODE = /^([^\s[({>]+)(?:\[\[|\[|\(\[|\{\{|\{|>)(.*?)(?:\]\)|\]\]|\]|\}\}|\})$/;

/** Reads the Mermaid text that Drover writes. @throws Error at a line that is not of its kind */
export function readMermaid(text: string): Picture {
  const [head, ...lines] = text.split("\n");
  if (head !== "graph TD") throw new Error(`not a graph: ${head}`);
  const nodes: DrawnNode[] = [];
  const edges: DrawnEdge[] = [];
  const styled: string[] = [];
  const around: string[] = [];
  for (const line of lines) {
    if (line.trim() === "end") around.pop();
    const indent = "    ".repeat(around.length + 1);
    if (!line.startsWith(indent) || line.startsWith(`${indent} `)) {
      throw new Error(`wrongly indented: '${line}'`);
    }
    const content = line.slice(indent.length);
    const parent = around.at(-1) ?? null;
    const [, subgraph, title = ""] = SUBGRAPH.exec(content) ?? [];
    const [, source, label, target = ""] = EDGE.exec(content) ?? [];
    const [, style] = STYLE.exec(content) ?? [];
    const [, node, inside = ""] = NODE.exec(content) ?? [];
    if (content === "end") continue;
    if (subgraph !== undefined) {
      nodes.push({ id: subgraph, label: title, parent, isSubgraph: true });
      around.push(subgraph);
    } else if (source !== undefined) edges.push({ source, target, label: label ?? null, parent });
    else if (style !== undefined) styled.push(style);
    else if (node !== undefined) nodes.push({ id: node, label: inside, parent, isSubgraph: false });
    else throw new Error(`not a line of a graph: '${line}'`);
  }
  if (around.length > 0) throw new Error(`subgraphs without an end: ${around.join(", ")}`);
  return { nodes, edges, styled };
}
