import { describe, expect, it } from "vitest";
import {
  type EnteredLine,
  type LineToLink,
  linesBeside,
  linkLines,
  nameOfLine,
  namesMeant,
  readNumber,
} from "#app/orders/order-link.ts";

const OAK = "gid://shopify/ProductVariant/1";
const ASH = "gid://shopify/ProductVariant/2";

function ours(remoteLineId: string, line: Partial<LineToLink> = {}): LineToLink {
  return { remoteLineId, title: "Oak tray, eBay", sku: "OAK", units: 1, variantGid: OAK, ...line };
}

function theirs(gid: string, line: Partial<EnteredLine> = {}): EnteredLine {
  const facts = { title: "Tray", variantTitle: "Oak", sku: "T-OAK", units: 1, variantGid: OAK, remoteLineId: null };
  return { gid, ...facts, ...line };
}

/** "a→x 2/3 variant", of each of our lines. */
const shown = (one: readonly LineToLink[], other: readonly EnteredLine[]): string[] =>
  linkLines(one, other).map(
    ({ remoteLineId, shopifyLineGid, found, units, by, isSameStock }) =>
      `${remoteLineId}→${shopifyLineGid ?? "none"} ${found}/${units}${by ? ` ${by}` : ""}${isSameStock ? "" : " (other stock)"}`,
  );

describe("lines of an order that was entered by hand", () => {
  it("are each other's by their variant, in whatever order", () => {
    expect(shown([ours("a"), ours("b", { variantGid: ASH })], [theirs("y", { variantGid: ASH }), theirs("x")])).toEqual(
      ["a→x 1/1 variant", "b→y 1/1 variant"],
    );
  });

  it("of equal lines those of as many units are each other's", () => {
    expect(shown([ours("a"), ours("b", { units: 2 })], [theirs("x", { units: 2 }), theirs("y")])).toEqual([
      "a→y 1/1 variant",
      "b→x 2/2 variant",
    ]);
    expect(shown([ours("a"), ours("b")], [theirs("x"), theirs("y")])).toEqual(["a→x 1/1 variant", "b→y 1/1 variant"]);
  });

  it("two equal ones may be one of two units there", () => {
    const lines = [ours("a"), ours("b")];
    expect(shown(lines, [theirs("x", { units: 2 })])).toEqual(["a→x 1/1 variant", "b→x 1/1 variant"]);
    const entered = [theirs("x", { units: 3 })];
    const links = linkLines([ours("a"), ours("b", { units: 2 })], entered);
    expect(links.map((link) => link.found)).toEqual([1, 2]);
    expect(linesBeside(entered, links)).toEqual([]);
  });

  it("one takes the line that has all of it before one that has more or less", () => {
    expect(
      shown([ours("a", { units: 2 })], [theirs("x"), theirs("y", { units: 3 }), theirs("z", { units: 2 })]),
    ).toEqual(["a→z 2/2 variant"]);
    expect(shown([ours("a", { units: 2 })], [theirs("x"), theirs("y", { units: 3 })])).toEqual(["a→y 2/2 variant"]);
    expect(shown([ours("a", { units: 3 })], [theirs("x"), theirs("y", { units: 2 })])).toEqual(["a→y 2/3 variant"]);
  });

  it("are known by SKU, then by title, where the variant says nothing", () => {
    const loose = { variantGid: null };
    expect(shown([ours("a", loose)], [theirs("x", { sku: " oak " })])).toEqual(["a→x 1/1 sku (other stock)"]);
    const typed = { title: "oak tray, EBAY", variantTitle: null, sku: null, variantGid: null };
    expect(shown([ours("a"), ours("b", { variantGid: ASH, title: "Ash" })], [theirs("x", typed)])).toEqual([
      "a→x 1/1 title (other stock)",
      "b→none 0/1 (other stock)",
    ]);
    expect(shown([ours("a", { ...loose, title: "Tray, Oak" })], [theirs("x")])).toEqual([
      "a→x 1/1 title (other stock)",
    ]);
  });

  it("nothing written is no SKU that two have in common", () => {
    const none = { sku: "", title: "", variantGid: null };
    expect(
      shown([ours("a", none), ours("b", none)], [theirs("x", { sku: "", title: "", variantTitle: null })]),
    ).toEqual(["a→none 0/1 (other stock)", "b→none 0/1 (other stock)"]);
    expect(shown([ours("a", { sku: null, variantGid: ASH })], [theirs("x", { sku: null })])).toEqual([
      "a→none 0/1 (other stock)",
    ]);
  });

  it("the last on each side are taken for each other, of as many units, unless both are known products", () => {
    const loose = { variantGid: null };
    expect(shown([ours("a", loose)], [theirs("x")])).toEqual(["a→x 1/1 rest (other stock)"]);
    expect(shown([ours("a", { variantGid: ASH })], [theirs("x")])).toEqual(["a→none 0/1 (other stock)"]);
    expect(shown([ours("a", loose)], [theirs("x", { units: 2 })])).toEqual(["a→none 0/1 (other stock)"]);
    expect(shown([ours("a", loose)], [theirs("x"), theirs("y")])).toEqual(["a→none 0/1 (other stock)"]);
    expect(shown([ours("a", loose), ours("b", loose)], [theirs("x")])).toEqual([
      "a→none 0/1 (other stock)",
      "b→none 0/1 (other stock)",
    ]);
    // What another line has left of itself is no line.
    expect(shown([ours("a"), ours("b", loose)], [theirs("x", { units: 2 })])).toEqual([
      "a→x 1/1 variant",
      "b→none 0/1 (other stock)",
    ]);
  });

  it("what Lockstep wrote on a line comes before all else", () => {
    expect(shown([ours("a"), ours("b")], [theirs("x", { remoteLineId: "b" }), theirs("y")])).toEqual([
      "a→y 1/1 variant",
      "b→x 1/1 written",
    ]);
  });

  it("of which nothing is to be sent are left out", () => {
    expect(shown([ours("a", { units: 0 }), ours("b")], [theirs("x")])).toEqual(["b→x 1/1 variant"]);
    expect(shown([ours("a")], [theirs("x", { units: 0 })])).toEqual(["a→none 0/1 (other stock)"]);
  });

  it("beside them are those that the marketplace did not sell", () => {
    const entered = [theirs("x", { units: 3 }), theirs("y", { variantGid: ASH }), theirs("z", { units: 0 })];
    const beside = linesBeside(entered, linkLines([ours("a")], entered));
    expect(beside.map(({ line, units }) => `${line.gid} ${units}`)).toEqual(["x 2", "y 1"]);
  });

  it("are called by their title and their variant's", () => {
    expect([nameOfLine(theirs("x")), nameOfLine({ title: "Tray", variantTitle: null })]).toEqual(["Tray, Oak", "Tray"]);
  });
});

describe("the number of an order", () => {
  it("is a name, with or without what the shop writes around it", () => {
    expect(readNumber("  #1042 ")).toEqual({ kind: "name", text: "#1042" });
    expect(namesMeant("#1042", { prefix: "#", suffix: "" })).toEqual(["#1042", "1042"]);
    expect(namesMeant("# 1042", { prefix: "EN", suffix: "-A" })).toEqual(["# 1042", "1042", "#1042", "EN1042-A"]);
    expect(namesMeant("EN1042", { prefix: "EN", suffix: "" })).toContain("EN1042");
  });

  it("or the address of its page", () => {
    const gid = "gid://shopify/Order/5432109876";
    for (const address of [
      "https://admin.shopify.com/store/mine/orders/5432109876",
      "admin.shopify.com/store/mine/orders/5432109876?inContextTimeframe=none",
      "https://mine.myshopify.com/admin/orders/5432109876/",
    ])
      expect(readNumber(address)).toEqual({ kind: "gid", gid });
  });

  it("and nothing else", () => {
    for (const text of ["", "   ", "https://example.com/1042", "1*", 'a"b', "x\\y", "it's", "1".repeat(61)])
      expect(readNumber(text), text).toBeNull();
    expect(readNumber("1".repeat(60))).toEqual({ kind: "name", text: "1".repeat(60) });
  });
});
