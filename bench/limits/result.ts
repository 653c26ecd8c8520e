/** What a program that measures a limit says with its last line. */
export interface LimitResult {
  readonly steps: number;
  readonly milliseconds: number;
}

export function tellResult(result: LimitResult): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
