/** @returns a function that prints a line with the time since now, `[01:35] text` */
export function clocked(): (line: string) => void {
  const begin = performance.now();
  return (line) => {
    const seconds = Math.floor((performance.now() - begin) / 1_000);
    const time = [seconds / 60, seconds % 60].map((part) => {
      return String(Math.floor(part)).padStart(2, "0");
    });
    process.stdout.write(`[${time.join(":")}] ${line}\n`);
  };
}
