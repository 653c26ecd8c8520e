import { expect, test } from "vitest";
import { type Asked, scriptedClient } from "../testing/scripted-server.ts";
import { cleanUp } from "./clean-up.ts";

const result = (succeeded: number, failed: number, hasMore: boolean) => ({
  matched: succeeded + failed,
  succeeded,
  failed,
  has_more: hasMore,
  errors: failed === 0 ? [] : [{ code: "X", message: "it has a child" }],
});

test("given more than one request can take, then it goes on until there is nothing left", async () => {
  const asked: Asked[] = [];
  const answers = [
    result(1_000, 0, true),
    result(20, 0, false),
    result(1_000, 0, true),
    result(20, 0, false),
  ];
  const client = await scriptedClient((request) => {
    asked.push(request);
    return Promise.resolve([200, answers[asked.length - 1]]);
  });
  expect(await cleanUp(client, "t", () => {})).toEqual({
    canceled: 1_020,
    deleted: 1_020,
    left: [],
  });
  const order = { filter: { correlation_id: "t" }, limit: 1_000 };
  expect(asked.map(({ body }) => body)).toEqual([
    { action: "cancel", ...order },
    { action: "cancel", ...order },
    { action: "delete", ...order },
    { action: "delete", ...order },
  ]);
});

test("given some that are refused each time, then it ends and says why", async () => {
  const client = await scriptedClient(({ body }) => {
    const isCancel = JSON.stringify(body).includes("cancel");
    return Promise.resolve([200, isCancel ? result(0, 0, false) : result(0, 3, true)]);
  });
  expect(await cleanUp(client, "t", () => {})).toEqual({
    canceled: 0,
    deleted: 0,
    left: ["3 were refused: it has a child"],
  });
});
