/** Nothing answers at the address. */
export class UnreachableError extends Error {
  readonly code = "LOAD_UNREACHABLE";

  constructor(url: string, reason: string) {
    super(`${url} cannot be reached: ${reason}`);
  }
}

/** Drover does not do what it was asked for, or it is no Drover that answers. */
export class ServerRefusedError extends Error {
  readonly code = "LOAD_REFUSED";
  readonly status: number;
  /** What Drover calls it; null where the answer does not say. */
  readonly problem: string | null;

  constructor(request: string, status: number, problem: string | null, detail: string | null) {
    const named = problem === null ? String(status) : `${status} ${problem}`;
    super(`${request}: ${named}${detail === null ? "" : `: ${detail}`}`);
    this.status = status;
    this.problem = problem;
  }
}
