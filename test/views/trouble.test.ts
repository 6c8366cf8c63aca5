import { describe, expect, it } from "vitest";
import {
  type ListedFacts,
  type SkuFacts,
  type TroubleChannel,
  troubleOfListing,
  troublesOfSku,
} from "#app/views/trouble.ts";

const channel: TroubleChannel = {
  id: 3,
  name: "Etsy · shop",
  marketplace: "Etsy",
  brakeReason: null,
  isUndone: false,
  warnings: [],
};
const status = (code: ListedFacts["status"]["code"]): ListedFacts["status"] => ({
  code,
  label: `label of ${code}`,
  tone: "info",
  why: `why ${code}`,
});
const listed = (more: Partial<ListedFacts>): ListedFacts => ({
  listingId: 5,
  variantId: 7,
  status: status("in-step"),
  channel,
  shows: 4,
  shouldShow: 4,
  zero: null,
  arithmetic: "4 available = 4",
  problem: null,
  putOffUntil: null,
  unitsElsewhere: 0,
  ...more,
});
const LISTING = "/app/listings/5";
const CHANNEL = "/app/channels/3";
const SKU = "/app/skus/7";
const none = { shows: 0, shouldShow: 0 };

describe("what is wrong with a listing", () => {
  it.each<[string, Partial<ListedFacts>, string, RegExp, string | null]>([
    ["nothing", {}, "in-step", /^Etsy shows 4, and that is right: 4 available = 4\.$/, null],
    [
      "nothing that is known of what it shows",
      { shows: null, arithmetic: null },
      "in-step",
      /^Etsy shows \?, and that is right\.$/,
      null,
    ],
    ["it ended", { status: status("ended") }, "ended", /^why ended$/, null],
    ["it is excluded", { status: status("excluded") }, "excluded", /^why excluded$/, LISTING],
    [
      "it is not ours, and why",
      { status: status("left-alone"), problem: "Amazon has it." },
      "left-alone",
      /^Amazon has it\.$/,
      LISTING,
    ],
    ["it is not ours", { status: status("left-alone") }, "left-alone", /^why left-alone$/, LISTING],
    [
      "it is not matched, or has no SKU",
      { status: status("not-matched") },
      "not-matched",
      /^why not-matched$/,
      LISTING,
    ],
    ["several variants have its SKU", { status: status("duplicate-sku") }, "duplicate-sku", /^why dup/, LISTING],
    ["the merchant is asked", { status: status("asked") }, "asked", /^why asked$/, LISTING],
    ["it was edited there", { status: status("edited") }, "edited", /^why edited$/, LISTING],
    ["its channel is paused", { status: status("paused") }, "paused", /^why paused$/, CHANNEL],
    ["it is not tracked", { status: status("untracked") }, "untracked", /^why untracked$/, LISTING],
    ["it is left as it is", { status: status("kept") }, "kept", /^why kept$/, LISTING],
    ["it is gone in Shopify", { status: status("gone") }, "gone", /^why gone$/, LISTING],
    ["it is on its way", { status: status("updating") }, "updating", /^why updating$/, LISTING],
    ["units are missing", { status: status("held-back") }, "held-back", /^why held-back$/, LISTING],
    ["it was never approved", { status: status("approval") }, "approval", /^why approval$/, CHANNEL],
    [
      "the brake",
      { status: status("approval"), channel: { ...channel, brakeReason: "8 of 10 listings would show 0" } },
      "brake",
      /^Much would change on Etsy · shop at once: 8 of 10 listings would show 0\./,
      CHANNEL,
    ],
    [
      "it was refused",
      { status: status("problem"), problem: "No price." },
      "problem",
      /^why problem No price\.$/,
      LISTING,
    ],
    ["it was refused without a word", { status: status("problem") }, "problem", /^why problem$/, LISTING],
    [
      "a setting of the marketplace is off",
      { status: status("problem"), channel: { ...channel, warnings: ["Out-of-stock control is off"] } },
      "setting-off",
      /^Out-of-stock control is off$/,
      CHANNEL,
    ],
    [
      "it is put off",
      { status: status("put-off"), problem: "busy." },
      "put-off",
      /^Etsy could not be asked, or put the last update off: busy\./,
      LISTING,
    ],
    [
      "its channel is put off",
      { status: status("updating"), putOffUntil: "2026-11-30T00:00:00.000Z" },
      "put-off",
      /put the last update off\. It is tried/,
      LISTING,
    ],
    [
      "the merchant holds it",
      { status: status("contained") },
      "contained",
      /^You hold this SKU on every channel: 4 available = 4\.$/,
      SKU,
    ],
    [
      "the merchant holds it at 0",
      { ...none, zero: "contained", arithmetic: "4 available = 4, held at 0" },
      "contained",
      /^You hold this SKU on every channel: 4 available = 4, held at 0\.$/,
      SKU,
    ],
    ["nothing is there", { ...none, zero: "no-stock" }, "no-stock", /none of it at any location/, SKU],
    [
      "nothing is there that the channel sells",
      { ...none, zero: "no-stock", unitsElsewhere: 6 },
      "no-stock-here",
      /^Shopify has 6, at locations that Etsy · shop does not sell from\.$/,
      CHANNEL,
    ],
    ["all is sold", { ...none, zero: "sold" }, "on-its-way", /sold, by orders/, SKU],
    ["the threshold", { ...none, zero: "threshold" }, "kept-back", /kept back: 4 available = 4\.$/, LISTING],
    ["the buffer", { ...none, zero: "buffer" }, "kept-back", /kept back/, LISTING],
    ["the cap", { ...none, zero: "cap" }, "kept-back", /kept back/, LISTING],
    ["others stand for it", { ...none, zero: "one-off" }, "kept-back", /kept back/, LISTING],
    [
      "a change was undone",
      { channel: { ...channel, isUndone: true } },
      "undone",
      /^You took back a change of Etsy · shop/,
      CHANNEL,
    ],
    [
      "it is held as before a question",
      { ...none, zero: "held" },
      "in-step",
      /^Etsy shows 0, and that is right: /,
      null,
    ],
  ])("%s", (_, facts, code, why, url) => {
    const trouble = troubleOfListing(listed(facts));
    expect(trouble.code).toBe(code);
    expect(trouble.why).toMatch(why);
    expect(trouble.button?.url ?? null).toBe(url);
    expect(trouble.label).not.toBe("");
  });

  it("is put off until the marketplace may be asked again, where that is known", () => {
    const at = "2026-11-30T00:00:00.000Z";
    expect(troubleOfListing(listed({ status: status("put-off"), putOffUntil: at })).until).toBe(at);
    expect(troubleOfListing(listed({ status: status("put-off") }))).not.toHaveProperty("until");
  });
});

describe("what is wrong with a SKU as a whole", () => {
  const sku = (more: Partial<SkuFacts>): SkuFacts => ({
    ...{ variants: 1, isDeleted: false, listings: 2, channelsWithout: [], channels: 2 },
    ...more,
  });
  it.each<[string, Partial<SkuFacts>, [string, RegExp][]]>([
    ["nothing", {}, []],
    ["Shopify does not have it", { variants: 0 }, [["not-in-shopify", /^No variant in Shopify has this SKU/]]],
    ["it was deleted in Shopify", { variants: 0, isDeleted: true }, [["not-in-shopify", /was deleted in Shopify/]]],
    ["several have it", { variants: 2 }, [["duplicate-sku", /^2 variants/]]],
    ["no marketplace is connected", { channels: 0, listings: 0 }, [["not-listed", /No marketplace is connected/]]],
    ["it is listed nowhere", { listings: 0 }, [["not-listed", /^No listing on any channel/]]],
    [
      "it is not listed on one",
      { channelsWithout: ["Etsy · shop"] },
      [["not-listed", /^It is not listed on Etsy · shop,/]],
    ],
    [
      "there is nothing of it",
      { variants: 0, listings: 0 },
      [
        ["not-in-shopify", /./],
        ["not-listed", /./],
      ],
    ],
  ])("%s", (_, facts, expected) => {
    const found = troublesOfSku(sku(facts));
    expect(found.map((one) => one.code)).toEqual(expected.map(([code]) => code));
    for (const [index, [, why]] of expected.entries()) expect(found[index]?.why).toMatch(why);
    for (const { button } of found) expect(button?.url).toMatch(/^\/app\//);
  });
});
