import { processPorts } from "@drover/platform";
import { pino } from "pino";
import { expect, test } from "vitest";
import { reportUnattendedDuty } from "./report-unattended.ts";

test("work that nobody has the code for is told once it has waited for a while", async () => {
  const lines: string[] = [];
  const logger = pino({ level: "warn" }, { write: (line) => void lines.push(line) });
  const waiting = { version: "1.0.0", steps: 3, instances: 2 };
  const look = async () => [
    { ...waiting, name: "forgotten", since: new Date(Date.now() - 60_000) },
    { ...waiting, name: "deployed_now", since: new Date() },
  ];
  await reportUnattendedDuty(look, { logger, ports: processPorts }).run();
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { workflow: "forgotten", version: "1.0.0", steps: 3, instances: 2 },
  ]);
});
