import { describe, expect, it } from "vitest";
import { suggestVariants, wordsOf } from "#app/listings/matching.ts";

const variant = (id: number, title: string, sku: string | null = null) => ({ id, title, sku });
const SHOP = [
  variant(1, "Stoneware mug Moss", "MUG-MOSS"),
  variant(2, "Stoneware mug Slate", "MUG-SLATE"),
  variant(3, "Linen apron Small", "APR-S"),
  variant(4, "Oak serving board", "BRD-OAK"),
];
const suggest = (title: string, sku: string | null = null) =>
  suggestVariants({ title, sku }, SHOP).map((one) => one.id);

describe("variants that a listing may stand for", () => {
  it("come with the most words in common first", () => {
    expect(suggest("Handmade stoneware mug in slate grey")).toEqual([2, 1]);
    expect(suggest("Apron, linen, size small")).toEqual([3]);
  });

  it("are first those whose SKU differs in case and punctuation alone", () => {
    expect(suggest("Kitchen thing", "brd_oak")).toEqual([4]);
    expect(suggest("Stoneware mug moss", "brdoak")[0]).toBe(4);
  });

  it("are none when little is in common: a wrong suggestion is worse than none", () => {
    expect(suggest("Oak chair with linen seat and a small drawer")).toEqual([]);
    expect(suggest("")).toEqual([]);
  });

  it("are found by words, without case, accents and punctuation, and without the shortest ones", () => {
    expect(wordsOf("Crème-brûlée bowl, 24 cm, of a set")).toEqual(["creme", "brulee", "bowl", "24", "set"]);
  });
});
