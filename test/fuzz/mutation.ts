/** Valid JSON made odd: types, bounds, unicode, what is missing, what is doubled. A case is data, so that it replays and shrinks. */
import fc from "fast-check";

/** What nobody sends, and what comes all the same. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  "",
  "\0",
  "a\0b",
  "\ud83d",
  "Mug \udc00",
  "\u202emug",
  "x".repeat(300),
  "é".repeat(3_000),
  "y".repeat(110_000),
  "__proto__",
  "constructor",
  "toString",
  "0",
  "-1",
  "1e3",
  "NaN",
  "99999999999999999999999999",
  "2026-02-30T25:61:61Z",
  "0000-01-01T00:00:00Z",
  "0001-01-01T00:00:00.000Z",
  "9999-12-31T23:59:59-12:00",
  "+275760-09-13T00:00:00Z",
  "javascript:alert(1)",
  "http://[",
  "%E0%A4%A",
  "&amp;lt; Sin&eacute;ad &#0; &#xD800;",
  "..",
  " MUG-MOSS ",
  "-12.345",
  0,
  -1,
  1,
  0.5,
  1e-7,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 40,
  2 ** 53,
  1e21,
  1e308,
  -(2 ** 31) - 1,
  [],
  {},
  [[[]]],
  { content: {} },
];

export interface Mutation {
  /** Which value, counted through the whole. */
  at: number;
  how: "replace" | "remove" | "double" | "wrap" | "rename" | "append" | "scale";
  value: unknown;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(5_000),
  how: fc.constantFrom<Mutation["how"]>("replace", "replace", "remove", "double", "wrap", "rename", "append", "scale"),
  value: fc.oneof(
    fc.constantFrom(...ODD_VALUES),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
});

export interface TextMutation {
  /** Share of the text, in thousandths. */
  at: number;
  how: "cut" | "insert" | "empty";
  text: string;
}

const textMutation: fc.Arbitrary<TextMutation> = fc.record({
  at: fc.nat(1_000),
  how: fc.constantFrom<TextMutation["how"]>("cut", "insert", "empty"),
  text: fc.constantFrom("\0", "}", '"', "\\ud83d", "\\u0000", ",,", "\ufeff", "\t", "\n", "<html>"),
});

/** Once in `times` cases; null in the others, and whenever a finding can do without. */
export function seldom<T>(arbitrary: fc.Arbitrary<T>, times: number): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

export interface Oddity {
  values: readonly Mutation[];
  /** Seldom: of the text, once the values are odd. */
  text: TextMutation | null;
}

export const oddity: fc.Arbitrary<Oddity> = fc.record({
  values: fc.array(mutation, { maxLength: 3 }),
  text: seldom(textMutation, 12),
});

type Holder = Record<string, unknown> | unknown[];

/** Every value with where it stands. */
function places(root: { whole: unknown }): { holder: Holder; key: string }[] {
  const found: { holder: Holder; key: string }[] = [];
  const visit = (holder: Holder, key: string): void => {
    found.push({ holder, key });
    const value = (holder as Record<string, unknown>)[key];
    if (typeof value !== "object" || value === null) return;
    for (const inner of Object.keys(value)) visit(value as Holder, inner);
  };
  visit(root as unknown as Holder, "whole");
  return found;
}

/** A copy of `value` with the mutations in it. */
export function mutate(value: unknown, mutations: readonly Mutation[]): unknown {
  const root = { whole: structuredClone(value) };
  for (const { at, how, value: odd } of mutations) {
    const all = places(root);
    const place = all[at % all.length];
    if (!place) continue;
    const holder = place.holder as Record<string, unknown>;
    const held = holder[place.key];
    if (how === "replace") holder[place.key] = structuredClone(odd);
    else if (how === "remove") {
      if (Array.isArray(holder)) holder.splice(Number(place.key), 1);
      else if (place.holder !== (root as unknown)) delete holder[place.key];
    } else if (how === "double") {
      if (Array.isArray(holder)) holder.splice(Number(place.key), 0, structuredClone(held));
      else if (Array.isArray(held)) held.push(...structuredClone(held));
    } else if (how === "wrap") holder[place.key] = typeof odd === "object" ? [held] : { value: held };
    else if (how === "rename") {
      if (Array.isArray(holder) || place.holder === (root as unknown)) continue;
      delete holder[place.key];
      Object.defineProperty(holder, String(odd).slice(0, 60), {
        value: held,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } else if (how === "append" && typeof held === "string") holder[place.key] = `${held}${String(odd)}`;
    else if (how === "scale" && typeof held === "number" && typeof odd === "number") holder[place.key] = held * odd;
  }
  return root.whole;
}

export function mutateText(text: string, mutation: TextMutation | null): string {
  if (mutation === null) return text;
  const at = Math.floor((text.length * mutation.at) / 1_000);
  if (mutation.how === "empty") return "";
  return mutation.how === "cut" ? text.slice(0, at) : text.slice(0, at) + mutation.text + text.slice(at);
}
