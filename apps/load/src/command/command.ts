import { writeFile } from "node:fs/promises";
import { DroverClient } from "../http/drover-client.ts";
import { readBack } from "../measure/read-back.ts";
import { loadReport } from "../report/figures.ts";
import { htmlReport } from "../report/html.ts";
import { textReport } from "../report/text.ts";
import { cleanUp } from "../run/clean-up.ts";
import { type LoadClients, runLoad } from "../run/load-run.ts";
import type { CommandOptions, LoadOptions } from "./arguments.ts";
import { Progress } from "./progress.ts";

/** Connections beside those of starts: who answers tasks and who counts waits behind no start. */
const OTHER_CONNECTIONS = 80;

const print = (text: string) => process.stdout.write(`${text}\n`);

/**
 * Does what the command line says and prints what came of it.
 * @param stop aborted when somebody wants it to end
 * @returns whether all of it was done: cleaning up may leave something
 * @throws PreparationError, UnreachableError, ServerRefusedError
 */
export async function runCommand(options: CommandOptions, stop: AbortSignal): Promise<boolean> {
  const starts = new DroverClient(options.target);
  const client = new DroverClient({ ...options.target, connections: OTHER_CONNECTIONS });
  try {
    if (options.load !== null) await loadAndTell({ starts, client }, options, options.load, stop);
    return !options.cleanUp || (await cleanUpAndTell(client, options));
  } finally {
    await Promise.all([starts.close(), client.close()]);
  }
}

async function loadAndTell(
  clients: LoadClients,
  options: CommandOptions,
  load: LoadOptions,
  stop: AbortSignal,
): Promise<void> {
  using shown = new DisposableStack();
  const run = await runLoad(
    clients,
    load,
    options.tag,
    ({ definition, inputFrom }, view) => {
      const { scheduled } = view();
      const what = `${definition.name} ${definition.version}`;
      print(`${scheduled} instances of ${what}, input ${inputFrom}, tag ${options.tag}`);
      if (!options.quiet) shown.use(new Progress(process.stdout, view));
    },
    stop,
  );
  shown.dispose();
  const read = await readBack(clients.client, options.tag, load.workflow, load.sample);
  const report = loadReport(run, read, options.target);
  print(`\n${textReport(report)}`);
  const written: string[] = [];
  const write = async (file: string | null, text: () => string) => {
    if (file === null) return;
    await writeFile(file, text());
    written.push(file);
  };
  await write(options.json, () => `${JSON.stringify(report, null, 2)}\n`);
  await write(options.html, () => htmlReport(report));
  if (written.length > 0) print(`written: ${written.join(", ")}`);
}

async function cleanUpAndTell(
  client: DroverClient,
  { tag, quiet }: CommandOptions,
): Promise<boolean> {
  const { canceled, deleted, left } = await cleanUp(client, tag, (what) => {
    if (!quiet) print(what);
  });
  print(`cleaned up ${tag}: ${canceled} canceled, ${deleted} deleted`);
  for (const reason of left) print(reason);
  return left.length === 0;
}
