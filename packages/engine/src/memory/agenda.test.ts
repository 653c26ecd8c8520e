import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Agenda } from "./agenda.ts";

describe("an agenda", () => {
  test("given the same moment twice, then what was put down first comes first", () => {
    const agenda = new Agenda<string>();
    agenda.put("late", new Date(2));
    agenda.put("b", new Date(1));
    agenda.put("a", new Date(1));
    expect(agenda.upTo(1, 10)).toEqual(["b", "a"]);
    expect(agenda.upTo(9, 2)).toEqual(["b", "a"]);
    expect([agenda.next(), agenda.next(1), agenda.next(2)]).toEqual([
      new Date(1),
      new Date(2),
      null,
    ]);
  });

  test("whatever is put down, moved and taken away, it is what a sorted list would be", () => {
    const moves = fc.array(fc.record({ key: fc.nat(8), at: fc.option(fc.nat(20), { nil: null }) }));
    fc.assert(
      fc.property(moves, fc.nat(20), (given, latest) => {
        const agenda = new Agenda<number>();
        let list: { key: number; at: number }[] = [];
        for (const { key, at } of given) {
          list = list.filter((entry) => entry.key !== key);
          if (at === null) agenda.delete(key);
          else {
            agenda.put(key, new Date(at));
            list.push({ key, at });
          }
        }
        const sorted = list.toSorted((a, b) => a.at - b.at).filter(({ at }) => at <= latest);
        expect(agenda.upTo(latest, 100)).toEqual(sorted.map(({ key }) => key));
      }),
    );
  });
});
