/*
 * What the documents of litestar-workflows and its own tests lead one to expect, each in one
 * sentence. An id, once given, stays: tests name it in their titles.
 */

/**
 * How our expectation stands to the original's test: U the same; B the same situation, more is
 * expected; N has no place in Drover; G the original promises it and has no test at all.
 */
type Mark = "U" | "B" | "N" | "G";

export interface Scenario {
  /** `1` to `100`, `G1` and on. */
  readonly id: string;
  readonly area: string;
  readonly mark: Mark;
  readonly expectation: string;
  /** Why it has no place in Drover; null for all that have one. */
  readonly reason: string | null;
}

/** Id, mark and sentence; with mark N the sentence is followed by `Because` and the reason. */
type Line = `${number | `G${number}`} ${Mark} ${string}`;

function area(name: string, lines: readonly Line[]): Scenario[] {
  return lines.map((line) => {
    const [id = "", mark = "", ...words] = line.split(" ");
    const [expectation = "", reason = null] = words.join(" ").split(" Because ");
    // The type of a line says which marks there are; splitting a text forgets it.
    return { id, area: name, mark: mark as Mark, expectation, reason };
  });
}

export const SCENARIOS: readonly Scenario[] = [
  ...area("Definitions, edges, graphs", [
    "1 U An edge without a condition is always taken.",
    "2 U A condition that is a function decides on the context, both ways.",
    "3 B A condition that is text is evaluated on the context; it is not simply true.",
    "4 U An edge's ends can be given as step classes and stand for the steps' names.",
    "5 U A right definition has no problems.",
    "6 U An initial step that is not there is a problem with its name.",
    "7 U A terminal step that is not there is a problem with its name.",
    "8 U An edge from or to a step that is not there is a problem with the step's name.",
    "9 U A step that no way leads to is a problem with its name.",
    "10 U A terminal step that no way leads to is none.",
    "11 B A definition with such problems can be made and cannot be registered.",
    "12 U After a terminal step nothing comes next; after the first comes its successor.",
    "13 U Of two edges with opposite conditions the one that holds is taken.",
    "14 U Of two edges without conditions both are taken.",
    "15 U A step knows those before it; the initial one has none.",
    "16 U A step is terminal if it is listed so or if nothing leaves it.",
    "17 U Listing paths ends in loops, too, and at the given number; loops are no problem.",
    "18 U The initial step has depth 0, a step that is not reached -1.",
    "19 U A dead end that is not marked as terminal is a problem of the graph, with its name.",
    "20 U The Mermaid text is a graph with steps, arrows, START, END and labels of conditions.",
    "21 U Human steps, gateways and timers have shapes of their own.",
    "22 U With state, completed, failed and current steps have the documents' colours.",
    "23 U The graph as data has nodes and edges in the documents' form, for all five types.",
  ]),
  ...area("Registry and versions", [
    "24 U Two versions of a workflow can be got by their numbers.",
    "25 U Without a number the newest version counts.",
    "26 B Newest means by semantic version: 10.0.0 comes after 2.0.0.",
    "27 U Unknown names and versions are refused by name, with the versions that there are.",
    "28 U Listing shows the newest of each workflow, or all versions.",
    "29 U Forgetting a version keeps the others; the last one takes the workflow with it.",
    "30 U A version that is registered twice is there once.",
    "31 U A workflow can be asked for by name, and by name and version.",
  ]),
  ...area("Steps, context, groups, gateways, waits", [
    "32 U A machine step leaves its changes in the context and returns its result.",
    "33 U A step may execute unless its guard says no.",
    "34 U The hooks get the context and the result, or the context and the error.",
    "35 U The context gives values, defaults and nested values, and keeps what was set last.",
    "36 U The history tells the last execution, that of a step, and that there is none.",
    "37 B Metadata cannot be changed.",
    "38 U A sequential group runs its steps in order and returns the last result.",
    "39 U In a chain each step works on what the one before has returned.",
    "40 U A parallel group runs its steps at once and returns results in the declared order.",
    "41 B A group's callback gets all results, and what it returns is the group's result.",
    "42 U A conditional group runs the branch that its condition names, or none.",
    "43 U What the step before has returned is `_previous_result`.",
    "44 B An exclusive gateway routes: the named step runs, the others do not.",
    "45 B A parallel gateway forks to all its branches, and they join.",
    "46 B Timers wait outside of the process, side by side; zero and less do not wait.",
    "47 B A webhook step waits for its callback and keeps the payload under its key.",
  ]),
  ...area("Running", [
    "48 U A started instance has name, version, status and the data that it was given.",
    "49 B A chain of steps runs just these steps, in this order, and completes.",
    "50 U Reaching a person's step, the instance waits and says where.",
    "51 B A completed task lets the instance go on to its end.",
    "52 B An approval runs from the request to the processed result.",
    "53 U Completing where nobody waits any more is refused in words.",
    "54 U Completing another step than the one that waits is refused and names the awaited one.",
    "55 U A step that throws fails the instance, with the message.",
    "56 U A way to a step that is not there fails in words instead of ending in silence.",
    "57 U A single step without edges completes the instance.",
    "58 U A step whose guard says no is skipped, and the next one runs.",
    "59 U A step that is run by itself and throws gives its message to whoever ran it.",
    "60 B After a fork the join runs once and sees what all branches have set.",
    "61 U One failing branch fails the instance, and every branch is in the history.",
    "62 B A fork to a branch that is not there fails in words; nothing hangs.",
    "63 B A condition on the data chooses the step, and the history shows which.",
    "64 B A document passes manager and director to its publication, or a no of either ends it.",
    "65 B With a retry policy a step that fails twice completes at its third attempt.",
    "66 U Canceling ends the instance and its open tasks, with the reason and the time.",
    "67 U An instance that is not there is not found.",
    "68 U Waiting and running instances can be listed, and so can all.",
    "69 B A step scheduled with a delay runs once, not earlier, also after a restart.",
    "70 B Every event of a workflow, its steps and its tasks is told once, with its facts.",
    "71 U Another process sees what was saved at the start, on the way, waiting and at the end.",
    "72 U What fails outside of a step's own work fails the instance with the message, too.",
  ]),
  ...area("Persistence", [
    "73 U A definition has one row, however many instances and processes use it.",
    "74 U An instance is kept with name, version, tenant, creator and status.",
    "75 U A completed instance has no current step and has the time of its end.",
    "76 B What every step has set is in the stored context.",
    "77 U Instances are found by workflow, status, creator and tenant, with their total.",
    "78 U All executions of a step are kept, also failed ones, and JSON comes back as it was.",
    "79 U Tasks are found by assignee or nobody's, group and instance, the most urgent first.",
    "80 B A deactivated version can be read, is not listed as active and cannot be started.",
    "81 U Acting on what is not there is an error that says so.",
    "82 B Due and reminder dates come from the step, and a reminder is sent once.",
  ]),
  ...area("HTTP and user interface", [
    "83 U Definitions are listed and read, also by version, with their structure.",
    "84 U Unknown definitions and graph formats are 404 and named.",
    "85 U A definition is drawn as Mermaid text and as data.",
    "86 U Starting answers 201 with the creator; unknown names are 404, a missing name is 400.",
    "87 B Instances are listed by every filter, in pages, with the total; a wrong status is 400.",
    "88 B An instance in detail has its whole history.",
    "89 B Whatever is done to an unknown instance or task is 404.",
    "90 B Canceling answers with the canceled instance; one that is over is 409.",
    "91 B Retrying a failed instance really runs it again; others are 409.",
    "92 B Tasks are listed by assignee, group and status, completed ones as well.",
    "93 B A task is read with its form; reassigning it is kept, and 409 when it is over.",
    "94 B Completing goes on; a second time is 409, a wrong form is refused, a stranger is 403.",
    "95 U Order processing over HTTP ends paid and sent, without items unpaid.",
    "96 B The document approval over HTTP waits, goes each of its three ways, and is canceled.",
    "97 U Health is 200.",
    "98 U Whoever is not authenticated is kept out.",
    "99 U The API's path is of one's own choice, and its routes carry tags in the OpenAPI document.",
    "100 N A plugin of a web framework injects engine and registry. Because Drover is a service of its own, with no host framework and always with a database.",
  ]),
  ...area("What the original has no test for", [
    "G1 G A worker dies in the middle of a step: another runs it again and it counts once.",
    "G2 G Two workers never both run a step of one instance.",
    "G3 G Many complete one task at the same time: one does, the others are told.",
    "G4 G Two people's steps at once: both tasks are open, and the join waits for both.",
    "G5 G A join runs once, too, when a branch was skipped, or failed and was handled.",
    "G6 G Groups inside of groups run as their nesting says.",
    "G7 G Canceling during a fork ends every branch and its tasks.",
    "G8 G A timer outlives all workers and fires once.",
    "G9 G A callback with an unknown token, too early, or twice is refused.",
    "G10 G A failed instance is retried from a chosen step.",
    "G11 G An instance stays on the version it was started on.",
    "G12 G Who asks for one tenant sees nothing of another.",
    "G13 G A task's assignee, group, due date and reminder have their effects.",
    "G14 G Form data is checked against the form before it counts.",
    "G15 G Every page of the user interface shows its data.",
    "G16 G The context outlives inline steps, workers and restarts.",
    "G17 G A loop may lead through people's steps again and again.",
    "G18 G Contexts of hundreds of kilobytes go through all steps unharmed.",
  ]),
];
