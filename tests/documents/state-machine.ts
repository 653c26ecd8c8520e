import {
  EVENT_MEANINGS,
  INSTANCE_TRANSITIONS,
  isLive,
  PENDING_REASONS,
  STEP_STATUSES,
  STEP_TRANSITIONS,
  TERMINAL_WORKFLOW_STATUSES,
} from "@drover/engine";
import { table } from "../conformance/document.ts";
import type { Invariant } from "./invariants.ts";

interface Row {
  readonly from: string | null;
  readonly to: string;
  readonly why: string;
  readonly by: readonly string[];
}

const HEAD = `# The state machine

What the core (\`packages/engine\`) does with an instance, for those who want to understand it in half an hour. The diagrams, the
tables and the invariants on this page are written from the code by \`npm run docs\`; changes by hand are lost, and the tests fail
when the page is out of date. How the core is built is in [ARCHITECTURE.md](../ARCHITECTURE.md).

A **definition** is a graph of steps. An **instance** is one run of it. Every place where the instance stands is a **token**: a
step execution that is not over. All that happens to an instance is an **event**, and \`apply\` (\`transition/apply.ts\`) is the one
function that answers it: from a state and an event it computes the changes to be written and the commands to be carried out.
It reads no clock and touches no database; whoever calls it writes the changes, all of them or nothing.`;

const STEPS = `## A step execution

\`scheduled\`, \`running\` and \`waiting\` mean what they say; \`pending\` is a token that must not start yet (${PENDING_REASONS.map((reason) => `\`${reason}\``).join(", ")}).
Every change of hands raises \`attempt\`: what an earlier holder still sends is stale and changes nothing.`;

const INSTANCES = `## An instance

An instance is \`running\` while a token is scheduled or running, \`waiting\` while every token waits, and \`paused\` until it is
resumed, whatever its tokens do. A status is never set by hand: it follows from the tokens.`;

const READING = `[apply.ts](../packages/engine/src/transition/apply.ts) shows all events on one page; \`step-events.ts\`,
\`outside-events.ts\` and \`steering.ts\` beside it have the rules of each kind; \`join.ts\`, \`group.ts\` and \`ending.ts\` have what
follows from them; \`draft.ts\` is the workbench that adds up the changes.`;

/** The page as oxfmt would write it: the same tables give the same text. */
export function stateMachineDocument(invariants: readonly Invariant[]): string {
  const sections = [
    HEAD,
    STEPS,
    diagram(
      STEP_TRANSITIONS,
      STEP_STATUSES.filter((status) => !isLive(status)),
    ),
    transitionTable(STEP_TRANSITIONS),
    INSTANCES,
    diagram(INSTANCE_TRANSITIONS, TERMINAL_WORKFLOW_STATUSES),
    transitionTable(INSTANCE_TRANSITIONS),
    "## The events",
    table([
      ["event", "what it does"],
      ...Object.entries(EVENT_MEANINGS).map(([event, meaning]) => [code(event), meaning]),
    ]),
    "Besides events, a store moves step executions by itself: `start` writes the first one, `claim` hands one to a worker, and\n`recovery` takes it back from a worker that is lost or leaves.",
    "## What always holds",
    ...invariantSections(invariants),
    "## Where to read on",
    READING,
  ];
  return `${sections.join("\n\n")}\n`;
}

/** Only what leads from one status to another; what stays is in the table below. */
function diagram(rows: readonly Row[], ended: readonly string[]): string {
  const lines = [
    ...rows
      .filter(({ from, to }) => from !== to)
      .map(({ from, to, why }) => `    ${from ?? "[*]"} --> ${to}: ${why.replaceAll(";", ",")}`),
    ...ended.map((status) => `    ${status} --> [*]`),
  ];
  return ["```mermaid", "stateDiagram-v2", ...lines, "```"].join("\n");
}

function transitionTable(rows: readonly Row[]): string {
  return table([
    ["from", "to", "why", "by"],
    ...rows.map(({ from, to, why, by }) => [
      from === null ? "" : code(from),
      code(to),
      why,
      by.map(code).join(", "),
    ]),
  ]);
}

function invariantSections(invariants: readonly Invariant[]): string[] {
  return [...Map.groupBy(invariants, ({ file }) => file)].map(([file, found]) =>
    [
      `From [${file}](../packages/engine/src/transition/${file}):`,
      "",
      ...found.map(({ id, text }) => `- **${id}.** ${text}`),
    ].join("\n"),
  );
}

const code = (text: string) => `\`${text}\``;
