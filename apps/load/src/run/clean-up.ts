import type { DroverClient } from "../http/drover-client.ts";
import type { BulkResult } from "../http/shapes.ts";

/** Instances of one request: as many as Drover takes. */
const PIECE = 1_000;

export interface CleanedUp {
  readonly canceled: number;
  readonly deleted: number;
  /** In words, what could not be done. */
  readonly left: readonly string[];
}

/** Some could not be canceled or deleted, and would not be the next time. */
interface Swept {
  readonly done: number;
  readonly left: readonly string[];
}

/**
 * Cancels what is alive of a tag and deletes it all, in pieces.
 * @param tell is given how many are done
 * @throws UnreachableError, ServerRefusedError
 */
export async function cleanUp(
  client: DroverClient,
  tag: string,
  tell: (what: string) => void,
): Promise<CleanedUp> {
  const canceled = await sweep(client, "cancel", tag, (done) => tell(`${done} canceled`));
  const deleted = await sweep(client, "delete", tag, (done) => tell(`${done} deleted`));
  return {
    canceled: canceled.done,
    deleted: deleted.done,
    left: [...new Set([...canceled.left, ...deleted.left])],
  };
}

async function sweep(
  client: DroverClient,
  action: "cancel" | "delete",
  tag: string,
  tell: (done: number) => void,
): Promise<Swept> {
  let done = 0;
  for (;;) {
    const result = await client.bulk(action, tag, PIECE);
    done += result.succeeded;
    if (done > 0) tell(done);
    // Those that failed come first again and again: without progress it would never end.
    if (!result.has_more || result.succeeded === 0) return { done, left: reasons(result) };
  }
}

function reasons({ errors, failed }: BulkResult): string[] {
  if (failed === 0) return [];
  return [
    `${failed} were refused: ${errors.map(({ message }) => message)[0] ?? "no reason given"}`,
  ];
}
