import { expect, test } from "vitest";
import { endOf } from "./histories.ts";

test.each([
  ["12 available − 2 sold, not yet counted by Shopify − 1 buffer = 9", 9],
  ["12 available = 12, capped at 5", 5],
  ["3 available − 4 sold, not yet counted by Shopify = 0", 0],
  ["2 available is below the threshold of 3: show 0", 0],
  ["9 available = 9, of which the marketplace shows 4 at most", 4],
  ["9 available = 9, held at 2 until you decide about the edit", 2],
  ["9 available = 9, of which this listing stands for one", 1],
  ["9 available = 9, which other listings of it stand for", 0],
  ["It is archived in Shopify: show 0", 0],
  ["prompt answered 503 (5 available − 1 buffer = 4)", 4],
])("“%s” comes to %i", (sentence, units) => {
  expect(endOf(sentence)).toBe(units);
});

test("a sentence whose parts do not come to what it says comes to nothing", () => {
  expect(endOf("12 available − 2 sold, not yet counted by Shopify = 11")).toBeNull();
});
