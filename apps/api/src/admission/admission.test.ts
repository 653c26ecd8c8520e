import { expect, test } from "vitest";
import { Admission } from "./admission.ts";

test("given all places taken, then nobody more comes in until one leaves", () => {
  const admission = new Admission({ requests: 2, bodyBytes: 100 });
  const first = admission.enter("changing", 0);
  expect(admission.enter("changing", 0)).not.toBeNull();
  expect(admission.enter("changing", 0)).toBeNull();
  first?.();
  expect(admission.enter("changing", 0)).not.toBeNull();
});

test("given no place to change something, then reading goes on", () => {
  const admission = new Admission({ requests: 1, bodyBytes: 100 });
  admission.enter("changing", 0);
  expect(admission.enter("changing", 0)).toBeNull();
  expect(admission.enter("reading", 0)).not.toBeNull();
  expect(admission.enter("reading", 0)).toBeNull();
});

test("given bodies that come to the limit, then a further one is not taken, and one without is", () => {
  const admission = new Admission({ requests: 10, bodyBytes: 100 });
  const leave = admission.enter("changing", 60);
  expect(admission.enter("changing", 41)).toBeNull();
  expect(admission.enter("changing", 40)).not.toBeNull();
  expect(admission.enter("changing", 0)).not.toBeNull();
  leave?.();
  expect(admission.enter("changing", 60)).not.toBeNull();
});

test("given a limit smaller than a body, then it is taken alone", () => {
  const admission = new Admission({ requests: 10, bodyBytes: 100 });
  const leave = admission.enter("changing", 1_000);
  expect(leave).not.toBeNull();
  expect(admission.enter("changing", 1)).toBeNull();
  leave?.();
  expect(admission.load).toEqual({ reading: 0, changing: 0, bodyBytes: 0 });
});

test("given somebody who leaves twice, then the place is given back once", () => {
  const admission = new Admission({ requests: 2, bodyBytes: 100 });
  const leave = admission.enter("changing", 10);
  admission.enter("changing", 10);
  leave?.();
  leave?.();
  expect(admission.load).toEqual({ reading: 0, changing: 1, bodyBytes: 10 });
});
