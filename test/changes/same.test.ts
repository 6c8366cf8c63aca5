/** Two values of a setting are the same as JSON keeps them. */
import { expect, it } from "vitest";
import { isSame } from "#app/changes/same.ts";

it.each([
  [{ a: 1, b: { c: 2, d: null } }, { b: { d: null, c: 2 }, a: 1 }, true],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [null, undefined, true],
  [{ a: null }, {}, false],
  [[1, 2], [2, 1], false],
  [[{ b: 1, a: 2 }], [{ a: 2, b: 1 }], true],
  ["1", 1, false],
  [{ a: 1 }, { a: 2 }, false],
  [{ ba: 1, ab: 2, c: 3 }, { c: 3, ab: 2, ba: 1 }, true],
])("%j and %j: %s", (one, other, same) => {
  expect(isSame(one, other)).toBe(same);
});
