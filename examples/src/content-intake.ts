import {
  ConditionalGroup,
  type JsonValue,
  MachineStep,
  ParallelGroup,
  SequentialGroup,
  WorkflowDefinition,
} from "@drover/engine";

interface ContentIntakeData {
  text: string;
  author: string;
  /** What is to become of it; anything but the two leaves it where it is. */
  status: "approved" | "rejected" | "undecided";
  published_text: string;
  rejection_noted: boolean;
  checks: JsonValue;
}

const validateFormat = new MachineStep<ContentIntakeData>({
  name: "validate_format",
  execute: (context) => {
    const text: unknown = context.get("text");
    if (typeof text !== "string") throw new Error("The text must be a text");
    return { words: text.split(" ") };
  },
});

/** Gets the result of the step before, as every step in a sequence does; so do members of a group in it. */
const countWords = new MachineStep<ContentIntakeData>({
  name: "count_words",
  execute: (context) => {
    const before = context.get("_previous_result");
    return { counted: isWords(before) ? before.words.length : 0 };
  },
});

const findLinks = new MachineStep<ContentIntakeData>({
  name: "find_links",
  execute: (context) => {
    const before = context.get("_previous_result");
    const words = isWords(before) ? before.words : [];
    return {
      links: words.filter((word) => typeof word === "string" && word.startsWith("https://")),
    };
  },
});

function isWords(result: JsonValue): result is { words: JsonValue[] } {
  return typeof result === "object" && result !== null && "words" in result;
}

/** The inner group's callback: what it returns is that group's result, and so the sequence's. */
const validatePermissions = new MachineStep<ContentIntakeData>({
  name: "validate_permissions",
  execute: (context) => {
    if (!context.get("author")) throw new Error("Nobody has written this");
    return { content: context.get("_previous_result"), author: context.get("author", "") };
  },
});

/** Groups hold groups: a sequence whose second step is two at once, and a callback. */
const validation = new SequentialGroup<ContentIntakeData>({
  name: "validation",
  description: "One check after the other",
  steps: [
    validateFormat,
    new ParallelGroup<ContentIntakeData>({
      name: "validate_content",
      steps: [countWords, findLinks],
      callback: validatePermissions,
    }),
  ],
});

const decision = new ConditionalGroup<ContentIntakeData>({
  name: "decision",
  description: "Publish, reject or leave it",
  condition: (context) => context.get("status", "undecided"),
  branches: {
    approved: new MachineStep<ContentIntakeData>({
      name: "publish_text",
      execute: (context) => {
        context.set("published_text", context.get("text", ""));
        return "published";
      },
    }),
    rejected: new MachineStep<ContentIntakeData>({
      name: "reject_text",
      execute: (context) => {
        context.set("rejection_noted", true);
        return "rejected";
      },
    }),
  },
});

const noteChecks = new MachineStep<ContentIntakeData>({
  name: "note_checks",
  // A group's result is read like any step's.
  execute: (context) => context.set("checks", context.get("_previous_result")),
});

/** A chain that hands on results, and a choice between branches: groups where edges would be many. */
export const contentIntake = new WorkflowDefinition<ContentIntakeData>({
  name: "content_intake",
  version: "1.0.0",
  description: "Check a text and do with it what was decided",
  steps: [validation, noteChecks, decision],
  edges: [
    { source: validation, target: noteChecks },
    { source: noteChecks, target: decision },
  ],
  initialStep: "validation",
  terminalSteps: ["decision"],
});
