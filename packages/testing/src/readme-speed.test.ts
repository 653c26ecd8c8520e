import { afterEach, beforeEach, expect, test } from "vitest";

/** Milliseconds that the README's example takes when all code is there: three days of its own time. */
const MOST = 100;

/*
 * The README's test, twice in one process. The first time loads code and has its own, generous
 * limit; the second time is what somebody with many tests of workflows waits for each of them.
 */
const example = "./readme-example.test.ts";
const took: number[] = [];
let began = 0;
beforeEach(() => {
  began = performance.now();
});
afterEach(() => {
  took.push(performance.now() - began);
});
// Under another name it is another module, so its test is registered once more.
for (const name of [example, `${example}?again`]) await import(name);

test("given the README's example, then its second run takes no time to speak of", () => {
  expect(took).toHaveLength(2);
  expect(took[1]).toBeLessThan(MOST);
});
