import { describe, expect, test } from "vitest";
import { deepFreeze, type JsonValue } from "../json.ts";
import { compileExpression } from "./index.ts";

const DATA = deepFreeze({
  score: 87,
  rate: 2.5,
  debt: -7,
  tier: "gold",
  name: "O'Hara",
  greeting: "  Hello World  ",
  smile: "a😀b",
  approved: true,
  rejected: false,
  comment: null,
  empty: [],
  nothing: {},
  scores: [3, 1, 2],
  tags: ["new", "vip"],
  user: { country: "DE", age: 40, groups: ["staff", "admin"] },
  lines: [
    { sku: "a", qty: 2, price: 9.5 },
    { sku: "b", qty: 0, price: 1.25 },
  ],
  items: ["one"],
  data: "a key called data",
  max: 5,
  _previous_result: { ok: true },
});

type Row = readonly [source: string, value: JsonValue];

const LITERALS: readonly Row[] = [
  ["42", 42],
  ["1_000", 1000],
  ["2.5e3", 2500],
  [".5", 0.5],
  ["'it\\'s'", "it's"],
  ['"tab\\there"', "tab\there"],
  ["'\\x41\\u00e9\\U0001F600'", "Aé😀"],
  ["'\\q'", "\\q"],
  ["True", true],
  ["None", null],
  ["[1, 'a', None,]", [1, "a", null]],
  ["[]", []],
  ["{'a': 1, 'b': [2]}", { a: 1, b: [2] }],
  ["{'a': 1, 'a': 2,}", { a: 2 }],
];

const ARITHMETIC: readonly Row[] = [
  ["1 + 2 * 3", 7],
  ["(1 + 2) * 3", 9],
  ["10 - 4 - 3", 3],
  ["7 / 2", 3.5],
  ["7 // 2", 3],
  ["-7 // 2", -4],
  ["7 // -2", -4],
  ["-7 % 3", 2],
  ["7 % -3", -2],
  ["-0.5 % 3", 2.5],
  ["7.5 // 2", 3],
  ["2 ** 3 ** 2", 512],
  ["-2 ** 2", -4],
  ["2 ** -1", 0.5],
  ["3 ** 33", 5559060566555523],
  ["(-1) ** 1000000001", -1],
  ["0 * -1", 0],
  ["--3", 3],
  ["+True", 1],
  ["True + True", 2],
  ["'a' + 'b'", "ab"],
  ["'ab' * 2", "abab"],
  ["2 * [1, 2]", [1, 2, 1, 2]],
  ["[1] + [2]", [1, 2]],
  ["'a' * -1", ""],
];

const COMPARISONS: readonly Row[] = [
  ["1 == 1.0", true],
  ["True == 1", true],
  ["'1' == 1", false],
  ["None == False", false],
  ["[1, [2]] == [1, [2]]", true],
  ["{'a': 1} == {'a': True}", true],
  ["{'a': 1} == {'b': 1}", false],
  ["1 != 2", true],
  ["'Z' < 'a'", true],
  ["'\\uffff' < '😀'", true],
  ["[1, 2] < [1, 3]", true],
  ["[1] < [1, 0]", true],
  ["70 < score <= 87", true],
  ["1 < 3 > 2", true],
  ["3 > 2 == True", false],
  ["tier in ['gold', 'vip']", true],
  ["tier in ('silver', 'bronze')", false],
  ["'ol' in tier", true],
  ["'country' in user", true],
  ["1 in user", false],
  ["'x' not in tags", true],
  ["comment is None", true],
  ["approved is not None", true],
  ["1 is True", false],
  ["[] is []", false],
];

const LOGIC: readonly Row[] = [
  ["approved", true],
  ["not approved", false],
  ["not 1 == 2", true],
  ["not not tags", true],
  ["comment or 'none given'", "none given"],
  ["0 or '' or []", []],
  ["1 and 'last'", "last"],
  ["rejected and unknown_name", false],
  ["True or False and False", true],
  ["not True or True", true],
  ["'yes' if approved else 'no'", "yes"],
  ["1 if 0 else 2 if 0 else 3", 3],
  ["1 if approved else unknown_name", 1],
];

const PATHS: readonly Row[] = [
  ["context.get('score') >= 80 and context.get('tier') in ['gold','vip']", true],
  ["ctx.get('approved') == True", true],
  ["context.get('missing')", null],
  ["context.get('missing', 5)", 5],
  ["context.get('comment', 5)", null],
  ["context['user']['country'] == 'DE'", true],
  ["context.get('user', {}).get('age', 0) > 18", true],
  ["scores[0]", 3],
  ["scores[-1]", 2],
  ["tier[1]", "o"],
  ["smile[-2]", "😀"],
  ["scores[1:3]", [1, 2]],
  ["scores[:2]", [3, 1]],
  ["scores[-2:]", [1, 2]],
  ["scores[::-1]", [2, 1, 3]],
  ["scores[5:]", []],
  ["scores[2:0:-1]", [2, 1]],
  ["tier[1:3]", "ol"],
  ["smile[::-1]", "b😀a"],
  ["lines[0]['qty'] * lines[0]['price']", 19],
];

const CALLS: readonly Row[] = [
  ["len(tags) == 2", true],
  ["len(smile)", 3],
  ["len(user)", 3],
  ["int('42') + int(2.9) + int(True)", 45],
  ["int(' -1_0 ')", -10],
  ["int(-2.9)", -2],
  ["float('1e3')", 1000],
  ["str(score) + str(rate) + str(True) + str(None)", "872.5TrueNone"],
  ["str(0.00001)", "1e-05"],
  ["str(1.5e16)", "1.5e+16"],
  ["bool(empty)", false],
  ["bool(nothing) or bool('a')", true],
  ["abs(debt)", 7],
  ["min(3, 1, 2)", 1],
  ["max(scores)", 3],
  ["max('b', 'ab')", "b"],
  ["[max(1, True), max(True, 1), min(0, False)]", [1, true, 0]],
  ["sum(scores)", 6],
  ["sum([[1], [2]], [])", [1, 2]],
  ["round(2.5)", 2],
  ["round(3.5)", 4],
  ["round(-2.5)", -2],
  ["round(2.675, 2)", 2.67],
  ["round(0.125, 2)", 0.12],
  ["sorted(scores)", [1, 2, 3]],
  ["sorted(['b', 'a', 'B'])", ["B", "a", "b"]],
  ["list('ab')", ["a", "b"]],
  ["list(user.keys())", ["country", "age", "groups"]],
  ["any([0, '', 3])", true],
  ["all([])", true],
];

const METHODS: readonly Row[] = [
  ["tier.upper() == 'GOLD'", true],
  ["'Straße'.upper()", "STRASSE"],
  ["greeting.strip().lower()", "hello world"],
  ["'xxaxx'.strip('x')", "a"],
  ["' a '.lstrip() + '|' + ' a '.rstrip()", "a | a"],
  ["tier.startswith('go') and tier.endswith('ld')", true],
  ["tier.startswith(('x', 'g'))", true],
  ["greeting.split()", ["Hello", "World"]],
  ["'a,b,,c'.split(',')", ["a", "b", "", "c"]],
  ["', '.join(tags)", "new, vip"],
  ["'-'.join(x.upper() for x in tags)", "NEW-VIP"],
  ["'aXbX'.replace('X', '--')", "a--b--"],
  ["'ab'.replace('', '.')", ".a.b."],
  ["smile.find('b')", 2],
  ["tier.find('z')", -1],
  ["'aaaa'.count('aa')", 2],
  ["tags.count('vip')", 1],
  ["tags.index('vip')", 1],
  ["list(nothing.values())", []],
];

const COMPREHENSIONS: readonly Row[] = [
  ["[x * 2 for x in scores]", [6, 2, 4]],
  ["[x for x in scores if x > 1 if x < 3]", [2]],
  ["[x if x > 1 else 0 for x in scores]", [3, 0, 2]],
  ["[a + b for a in 'xy' for b in 'pq']", ["xp", "xq", "yp", "yq"]],
  ["[y for x in [[1, 2], [3]] for y in x]", [1, 2, 3]],
  ["[key for key, value in user.items() if value == 40]", ["age"]],
  ["[scores for scores in scores]", [3, 1, 2]],
  [
    "[[x for x in 'ab'] for x in [1, 2]]",
    [
      ["a", "b"],
      ["a", "b"],
    ],
  ],
  ["[x for x in [None, 1]]", [null, 1]],
  ["any(x > 2 for x in scores)", true],
  ["all(x > 2 for x in scores)", false],
  ["any(1 / x > 0 for x in [1, 0])", true],
  ["all(1 / x > 1 for x in [2, 0])", false],
  ["sum(line['qty'] * line['price'] for line in lines)", 19],
  ["max(x * x for x in scores)", 9],
  ["len([line for line in lines if line['qty'] > 0])", 1],
];

/** What conditions may say though Python would not, or would say otherwise. */
const OWN: readonly Row[] = [
  ["true and not false and null is None", true],
  ["context.score", 87],
  ["user.groups[0]", "staff"],
  ["context.items[0]", "one"],
  ["context.data['score']", 87],
  ["ctx.data.get('tier')", "gold"],
  ["context['data']", "a key called data"],
  ["context.data.data", "a key called data"],
  ["[context.data for context in [{'data': 1}]]", [1]],
  ["max > 3", true],
  ["_previous_result.ok", true],
  ["(1, 2) == [1, 2]", true],
  ["()", []],
  ["(1,)", [1]],
  ["str(4 / 2)", "2"],
  ["'a' * 2.0", "aa"],
  ["user.keys()", ["country", "age", "groups"]],
  ["score >= 80\n  and approved", true],
];

describe.each([
  { given: "a literal", rows: LITERALS },
  { given: "arithmetic", rows: ARITHMETIC },
  { given: "a comparison", rows: COMPARISONS },
  { given: "logic", rows: LOGIC },
  { given: "a path into the data", rows: PATHS },
  { given: "a function's call", rows: CALLS },
  { given: "a method's call", rows: METHODS },
  { given: "a comprehension", rows: COMPREHENSIONS },
  { given: "what differs from Python", rows: OWN },
])("given $given, when it is evaluated", ({ rows }) => {
  test.each(rows)("then %s gives %j", (source, value) => {
    const result = compileExpression(source).evaluate(DATA);
    expect(result).toStrictEqual(value);
  });
});

describe("given a compiled expression", () => {
  test.each([
    ["score", true],
    ["score - 87", false],
    ["tags", true],
    ["empty", false],
    ["nothing", false],
    ["comment", false],
    ["''", false],
    ["'0'", true],
  ])("when %s is tested, then its truth is %j", (source, truth) => {
    expect(compileExpression(source).test(DATA)).toBe(truth);
  });

  test("when it is evaluated twice, then each evaluation sees its own data", () => {
    const expression = compileExpression("amount * 2");
    expect(expression.evaluate({ amount: 1 })).toBe(2);
    expect(expression.evaluate({ amount: 5 })).toBe(10);
    expect(expression.source).toBe("amount * 2");
  });

  test("when a result comes from the data, then changing it leaves the data alone", () => {
    const data = { user: { groups: ["staff"] } };
    const result = compileExpression("[user]").evaluate(data);
    expect(result).toStrictEqual([{ groups: ["staff"] }]);
    expect(Array.isArray(result) && result[0]).not.toBe(data.user);
  });
});
