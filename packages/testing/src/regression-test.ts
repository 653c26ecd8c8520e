import type { Recording } from "./recording.ts";

export interface RegressionTestOptions {
  /** The module that exports the definition, as the test imports it. */
  readonly module: string;
  /** The name under which it does. */
  readonly exportName: string;
  /** The test's title; says what was recorded unless given. */
  readonly title?: string;
}

/** The source text of a vitest test that replays a recording on the definition of then and later. */
export function toRegressionTest(recording: Recording, options: RegressionTestOptions): string {
  const { name, version } = recording.workflow;
  const title = options.title ?? `a recorded run of ${name} ${version} does the same as before`;
  return `import { replay, type Recording } from "@drover/testing";
import { test } from "vitest";
import { ${options.exportName} } from ${JSON.stringify(options.module)};

const recording: Recording = ${JSON.stringify(recording, null, 2)};

test(${JSON.stringify(title)}, async () => {
  const again = await replay(recording, ${options.exportName});
  again.expectNoDifferences();
});
`;
}
