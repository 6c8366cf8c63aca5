import { describe, expect, it } from "vitest";
import {
  CLUES,
  type Clue,
  HITS_MAX,
  matchListing,
  plainSku,
  type Suggestion,
  suggestVariant,
  suggestVariants,
  wordsOf,
} from "#app/listings/matching.ts";

const listing = (sku: string | null, barcode: string | null = null) => ({ sku, barcode });

describe("the variant that a listing stands for", () => {
  const variants = [
    { id: 1, sku: "MUG", barcode: "501" },
    { id: 2, sku: "TRAY", barcode: "502" },
    { id: 3, sku: "BOWL", barcode: "503" },
    { id: 4, sku: "BOWL", barcode: "504" },
    { id: 5, sku: null, barcode: "505" },
    { id: 6, sku: "", barcode: "" },
    { id: 7, sku: "PLATE", barcode: "507" },
    { id: 8, sku: "CUP", barcode: "507" },
  ];
  const matched = (variantId: number, by: "sku" | "barcode") => ({ kind: "matched", variantId, by });

  it.each<[string, ReturnType<typeof listing>, object]>([
    ["is the one with its SKU", listing("TRAY"), matched(2, "sku")],
    ["is the one with its SKU, whatever the barcode says", listing("TRAY", "501"), matched(2, "sku")],
    ["is the one with its barcode where no variant has its SKU", listing("OTHER", "501"), matched(1, "barcode")],
    ["is the one with its barcode where it has no SKU", listing(null, "505"), matched(5, "barcode")],
    ["is none by a SKU in another case", listing("mug"), { kind: "none" }],
    ["is none by nothing", listing(null), { kind: "none" }],
    ["is none by empty text, though a variant has that too", listing("", ""), { kind: "none" }],
    ["is none by what no variant has", listing("OTHER", "999"), { kind: "none" }],
    [
      "is for the merchant to say where two have its SKU",
      listing("BOWL"),
      { kind: "ambiguous", by: "sku", key: "BOWL", variants: 2 },
    ],
    // A SKU that two variants share is not decided by a barcode either: someone must look.
    [
      "is for the merchant then, though one has its barcode",
      listing("BOWL", "503"),
      { kind: "ambiguous", by: "sku", key: "BOWL", variants: 2 },
    ],
    [
      "is for the merchant where two have its barcode",
      listing(null, "507"),
      { kind: "ambiguous", by: "barcode", key: "507", variants: 2 },
    ],
  ])("%s", (_, one, match) => {
    expect(matchListing(one, variants)).toEqual(match);
  });
});

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

  it("are five at most, and one with half of the words in common is one of them", () => {
    const many = Array.from({ length: 7 }, (_, id) => variant(id, "Stoneware mug"));
    expect(suggestVariants({ title: "Stoneware mug", sku: null }, many)).toHaveLength(5);
    expect(suggest("Linen towel Small Blue")).toEqual([3]);
  });

  it("are not those without a SKU, for a listing without one", () => {
    expect(suggest("", null)).toEqual([]);
    expect(suggest("", "-")).toEqual([]);
  });

  it("are compared by a SKU without case and punctuation", () => {
    expect(plainSku("Mug_Moss-1")).toBe("mugmoss1");
    expect(plainSku("Straße 5")).toBe("straße5");
    expect([plainSku("--"), plainSku(""), plainSku(null)]).toEqual([null, null, null]);
  });

  it("are none when little is in common: a wrong suggestion is worse than none", () => {
    expect(suggest("Oak chair with linen seat and a small drawer")).toEqual([]);
    expect(suggest("")).toEqual([]);
  });

  it("are found by words, without case, accents and punctuation, and without the shortest ones", () => {
    expect(wordsOf("a an and by cm for from in of on or the to with MUG")).toEqual(["mug"]);
    expect(wordsOf("—")).toEqual([]);
    expect(wordsOf("Crème-brûlée bowl, 24 cm, of a set")).toEqual(["creme", "brulee", "bowl", "24", "set"]);
  });
});

describe("the one variant that is suggested for one of many listings", () => {
  const hits = (of: Partial<Record<Clue, number[]>>) =>
    CLUES.flatMap((clue) => (of[clue] ?? []).map((variantId) => ({ variantId, clue })));

  it.each<[string, Partial<Record<Clue, number[]>>, Suggestion]>([
    ["is none where no clue finds any", {}, { variantId: null, because: "none" }],
    ["has its SKU but for case and punctuation", { "plain-sku": [1] }, { variantId: 1, because: "plain-sku" }],
    ["has its barcode", { barcode: [1] }, { variantId: 1, because: "barcode" }],
    ["has its title", { title: [1] }, { variantId: 1, because: "title" }],
    [
      "has the exact SKU, whatever others are like it",
      { sku: [2], "plain-sku": [1, 2] },
      { variantId: 2, because: "sku" },
    ],
    [
      "is not one of two that have its SKU",
      { sku: [1, 2], "plain-sku": [1, 2] },
      { variantId: null, because: "several" },
    ],
    ["is the one of two that has its title too", { sku: [1, 2], title: [2] }, { variantId: 2, because: "title" }],
    [
      "is the one that two clues share, though each finds several",
      { barcode: [1, 2, 3], title: [2, 4] },
      { variantId: 2, because: "title" },
    ],
    [
      "is named by the surest of clues that say the same",
      { "plain-sku": [1], barcode: [1], title: [1] },
      { variantId: 1, because: "plain-sku" },
    ],
    [
      "is not there where clues find different ones",
      { "plain-sku": [1], title: [2] },
      { variantId: null, because: "apart" },
    ],
    [
      "is not there where the third differs",
      { "plain-sku": [1], barcode: [1], title: [2] },
      { variantId: null, because: "apart" },
    ],
    [
      "is not there where all clues leave two",
      { barcode: [1, 2], title: [2, 1] },
      { variantId: null, because: "several" },
    ],
  ])("%s", (_, of, suggestion) => {
    expect(suggestVariant(hits(of))).toEqual(suggestion);
  });

  it("is not looked for among more than can be looked at, for some of them were not", () => {
    const ids = (count: number) => Array.from({ length: count }, (_, id) => id);
    expect(suggestVariant(hits({ "plain-sku": ids(HITS_MAX), title: [3] }))).toEqual({
      variantId: 3,
      because: "title",
    });
    expect(suggestVariant(hits({ "plain-sku": ids(HITS_MAX + 1), title: [3] }))).toEqual({
      ...{ variantId: null, because: "several" },
    });
  });
});
