import { describe, expect, it } from "vitest";
import {
  MATCH_LINES_MAX,
  type MatchChannel,
  type MatchListing,
  type MatchVariant,
  nameChannels,
  planMatches,
  readMatchCsv,
} from "#app/listings/match-csv.ts";

const CHANNELS: MatchChannel[] = [
  { id: 1, name: "eBay · fern", marketplace: "eBay" },
  { id: 2, name: "eBay · flint", marketplace: "eBay" },
  { id: 3, name: "Etsy · fern", marketplace: "Etsy" },
];
const listing = (id: number, its: Partial<MatchListing> = {}): MatchListing => ({
  id,
  channelId: 3,
  remoteId: `R${id}`,
  sku: `M${id}`,
  variantId: null,
  variantName: null,
  ...its,
});
const variant = (id: number, its: Partial<MatchVariant> = {}): MatchVariant => ({
  id,
  sku: `S${id}`,
  barcode: `B${id}`,
  ...its,
});
const LISTINGS = [
  listing(1),
  listing(2, { variantId: 2, variantName: "S2" }),
  listing(3, { sku: "TWIN" }),
  listing(4, { sku: "TWIN" }),
  listing(5, { sku: null }),
];
const VARIANTS = [
  variant(1),
  variant(2),
  variant(3, { sku: "LIKE", barcode: "B3" }),
  variant(4, { sku: "LIKE", barcode: "B4" }),
  variant(5, { sku: "LIKE", barcode: "B4" }),
];

function read(text: string) {
  const all = readMatchCsv(text);
  if (!all.ok) throw new Error(all.message);
  return all.value;
}
function plan(lines: string, rematches = false) {
  const { lines: some, bad } = read(`Channel,Listing ID,Marketplace SKU,Shopify SKU,Shopify barcode\n${lines}`);
  const named = nameChannels(some, CHANNELS);
  const planned = planMatches(named.known, { listings: LISTINGS, variants: VARIANTS }, { rematches });
  return { ...planned, bad: [...bad, ...named.bad, ...planned.bad] };
}
const whyOf = (line: string, rematches = false) =>
  plan(line, rematches)
    .bad.map((one) => one.why)
    .join("; ");

describe("a file of matches", () => {
  it("has its columns in any order and by the names that people use, and others beside them", () => {
    const { lines, namesChannel } = read("Title;shopify_sku;LISTING ID;Marketplace\nMug; S1 ;R1;Etsy\n");
    expect(lines).toEqual([
      { line: 2, channel: "Etsy", listing: "R1", marketplaceSku: "", shopifySku: "S1", barcode: "" },
    ]);
    expect(namesChannel).toBe(true);
    expect(read("Listing,Barcode\nR1,1").namesChannel).toBe(false);
  });

  it.each([
    ["", "nothing in it"],
    ["Channel,Shopify SKU\nEtsy,S1", "Listing ID"],
    ["Channel,Listing ID\nEtsy,R1", "Shopify SKU"],
    ["Listing ID,SKU\nR1,S1", "Whose SKU"],
    ["Listing ID,Item ID,Shopify SKU\nR1,R1,S1", "“Item ID”"],
    [`Listing ID,Shopify SKU\n${"R1,S1\n".repeat(MATCH_LINES_MAX + 1)}`, "20,001"],
    ['Listing ID,Shopify SKU\n"R1,S1', "Line 2"],
  ])("%# that can't be read as a whole says why", (text, why) => {
    expect(readMatchCsv(text)).toMatchObject({ ok: false, message: expect.stringContaining(why) });
  });

  it("is read as it was before a spreadsheet or our own export marked a cell as text", () => {
    const { lines } = read('Listing ID,Shopify SKU\n"=""0012""",\'=S1\nR1,\'plain\n');
    expect(lines.map((one) => [one.listing, one.shopifySku])).toEqual([
      ["0012", "=S1"],
      ["R1", "'plain"],
    ]);
  });

  it("matches by id, by SKU and by barcode, on the channel that it names", () => {
    expect(plan("Etsy,R1,,S1,\nETSY · FERN,,M2,,B2\nEtsy,R5,,S2,B2")).toEqual({
      matches: [
        { line: 2, listingId: 1, variantId: 1, rematches: false },
        { line: 4, listingId: 5, variantId: 2, rematches: false },
      ],
      bad: [],
      same: 1,
      blank: 0,
    });
  });

  it.each([
    ["Depop,R1,,S1,", "no channel “Depop”"],
    ["eBay,R1,,S1,", "2 channels on eBay"],
    [",R1,,S1,", "names no channel"],
    ["Etsy,,,S1,", "names no listing"],
    ["Etsy,R9,,S1,", "no listing R9"],
    ["eBay · fern,R1,,S1,", "no listing R1"],
    ["Etsy,,M9,S1,", "SKU M9"],
    ["Etsy,R1,M2,S1,", "has the SKU M1, not M2"],
    ["Etsy,R5,M2,S1,", "has the SKU (none)"],
    ["Etsy,,TWIN,S1,", "2 listings"],
    ["Etsy,R1,,NONE,", "No variant in Shopify has the SKU NONE"],
    ["Etsy,R1,,,NONE", "No variant in Shopify has the barcode NONE"],
    ["Etsy,R1,,S1,B2", "different variants"],
    ["Etsy,R1,,LIKE,", "3 variants in Shopify share the SKU LIKE. Add the barcode"],
    ["Etsy,R1,,,B4", "share the barcode B4. Add the SKU"],
    ["Etsy,R1,,LIKE,B4", "2 variants in Shopify share the SKU LIKE. Give each"],
    ["Etsy,R2,,S1,", "matched to S2 already"],
    ["Etsy,1.1E+11,,S1,", "shortened"],
    ['Etsy,R1,,,"5,01E+12"', "shortened"],
    ["Etsy,R\uFFFD1,,S1,", "lost"],
    ["Etsy,R\u00001,,S1,", "characters"],
    [`Etsy,${"R".repeat(501)},,S1,`, "characters"],
  ])("names the line %j and why it can't be used", (line, why) => {
    const { bad, matches } = plan(line);
    expect(bad).toMatchObject([{ line: 2, why: expect.stringContaining(why) }]);
    expect(matches).toEqual([]);
  });

  it("tells two variants of one SKU apart by the barcode, or by what the listing stands for already", () => {
    expect(plan("Etsy,R1,,LIKE,B3").matches).toMatchObject([{ variantId: 3 }]);
    const held = [listing(1, { variantId: 4, variantName: "LIKE" })];
    const { lines } = read("Listing ID,Shopify SKU\nR1,LIKE");
    const known = lines.map((line) => ({ ...line, channelId: 3 }));
    expect(planMatches(known, { listings: held, variants: VARIANTS }, { rematches: false })).toMatchObject({
      same: 1,
      bad: [],
    });
  });

  it("changes what is matched already only where it is asked to", () => {
    expect(plan("Etsy,R2,,S1,", true).matches).toEqual([{ line: 2, listingId: 2, variantId: 1, rematches: true }]);
    expect(whyOf("Etsy,R2,,S1,", true)).toBe("");
  });

  it("uses the first line about a listing, and leaves lines that name no variant alone", () => {
    const { matches, bad, blank } = plan("Etsy,R1,,,\nEtsy,R1,,S1,\nEtsy,,M1,S2,");
    expect(blank).toBe(1);
    expect(matches).toMatchObject([{ line: 3, variantId: 1 }]);
    expect(bad).toEqual([{ line: 4, about: "Etsy, M1", why: "Line 3 is about the same listing. Keep one of them." }]);
  });

  it("of a shop with one channel need not name it", () => {
    const [only] = CHANNELS;
    const { lines } = read("Listing ID,Shopify SKU\nR1,S1");
    expect(nameChannels(lines, only ? [only] : []).known).toMatchObject([{ channelId: 1 }]);
    expect(nameChannels(lines, []).bad).toMatchObject([{ why: "It names no channel." }]);
  });
});
