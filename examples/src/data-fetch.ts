import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  MachineStep,
  ParallelGroup,
  WorkflowDefinition,
  type WorkflowContext,
} from "@drover/engine";

const SOURCES = ["api1", "api2", "api3"] as const;
type Source = (typeof SOURCES)[number];

export interface DataFetchData {
  /** Sources that do not answer, so that it can be seen what follows. */
  unreachable: Source[];
  api1_data: JsonObject;
  api2_data: JsonObject;
  api3_data: JsonObject;
  combined_data: JsonObject;
  successful_fetches: Source[];
  failed_fetches: Source[];
  fetch_errors: JsonObject;
}

type FetchContext = WorkflowContext<DataFetchData>;

const fetchFrom = (source: Source) =>
  new MachineStep<DataFetchData>({
    name: `fetch_${source}`,
    description: `Ask ${source}`,
    execute: (context) => {
      // Here would be `fetch(url, { signal: context.signal })`.
      if (context.get("unreachable", []).includes(source)) {
        throw new Error(`${source} does not answer`);
      }
      const data = { from: source, rows: 1 };
      context.set(`${source}_data`, data);
      return data;
    },
  });

const aggregate = new MachineStep<DataFetchData>({
  name: "aggregate",
  description: "Combine what was fetched",
  execute: (context) => {
    const combined = SOURCES.map((source) => [source, context.get(`${source}_data`) ?? null]);
    context.set("combined_data", Object.fromEntries(combined));
    return context.get("_previous_result");
  },
});

/** All or nothing: one source that fails fails the group, and with it the workflow. */
export const dataFetch = new WorkflowDefinition<DataFetchData>({
  name: "data_fetch",
  version: "1.0.0",
  description: "Fetch from three sources at once and combine the results",
  steps: [
    new ParallelGroup<DataFetchData>({
      name: "fetch_all",
      steps: SOURCES.map(fetchFrom),
      callback: aggregate,
    }),
  ],
  edges: [],
  initialStep: "fetch_all",
  terminalSteps: ["fetch_all"],
});

/** Gets what became of each member, in the order of the group: results and errors. */
export class HandlePartialResults extends MachineStep<DataFetchData> {
  override readonly name = "handle_results";
  override readonly description = "Go on if at least one source has answered";

  override execute(context: FetchContext): void {
    const outcomes = context.get("_previous_result");
    const errors = SOURCES.map((source, index): [Source, JsonValue] => {
      const outcome: JsonValue = (Array.isArray(outcomes) ? outcomes[index] : null) ?? null;
      return [source, errorOf(outcome)];
    });
    const failed = errors.filter(([, error]) => error !== null);
    const successful = errors.filter(([, error]) => error === null);
    context.set(
      "successful_fetches",
      successful.map(([source]) => source),
    );
    context.set(
      "failed_fetches",
      failed.map(([source]) => source),
    );
    context.set("fetch_errors", Object.fromEntries(failed));
    if (successful.length === 0) throw new Error("All data fetches failed");
  }
}

function errorOf(outcome: JsonValue): JsonValue {
  if (!isJsonObject(outcome)) return "no outcome";
  if (outcome["status"] === "succeeded") return null;
  const error = outcome["error"];
  return isJsonObject(error) ? (error["message"] ?? "") : "unknown error";
}

const report = new MachineStep<DataFetchData>({
  name: "report",
  description: "Work with what there is",
  execute: (context) => ({ sources: context.get("successful_fetches", []) }),
});

/** The same fetches where one that fails is a fact among others. */
export const partialDataFetch = new WorkflowDefinition<DataFetchData>({
  name: "partial_data_fetch",
  version: "1.0.0",
  description: "Fetch from three sources at once and go on with those that answer",
  steps: [
    new ParallelGroup<DataFetchData>({
      name: "fetch_all",
      steps: SOURCES.map(fetchFrom),
      onFailure: "collect",
      callback: new HandlePartialResults(),
    }),
    report,
  ],
  edges: [{ source: "fetch_all", target: report }],
  initialStep: "fetch_all",
  terminalSteps: ["report"],
});
