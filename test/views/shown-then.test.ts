import { describe, expect, it } from "vitest";
import { NO_POLICY } from "#app/inventory/policy.ts";
import { decideQuantity } from "#app/inventory/quantity.ts";
import {
  judge,
  type Past,
  piecesOf,
  type Sale,
  type StockChange,
  shouldHaveShown,
  shownAt,
  type Tried,
} from "#app/views/shown-then.ts";
import { sayShown, sayVerdict } from "#app/views/sku-minute-words.ts";

/** "14:23:05" of one day. */
const at = (clock: string) => new Date(`2026-11-22T${clock}Z`);
const clock = (moment: Date) => moment.toISOString().slice(11, 19);
const ETSY = { marketplace: "Etsy", clock };
const MINE = 1;

const explained = (available: number, pendingUnits = 0, unseenUnits = 0) =>
  decideQuantity({ available, pendingUnits, unseenUnits, policy: NO_POLICY });
const push = (from: string, to: string, before: number | null, available: number, more: Partial<Tried> = {}): Tried => {
  const explanation = explained(available, 0);
  const its = { variantId: 7, outcome: "accepted", message: "", before, quantity: explanation.quantity, explanation };
  return { ...its, startedAt: at(from), finishedAt: at(to), ...more };
};
const sale = (when: string, known: string, more: Partial<Sale> = {}): Sale => {
  const its = { listingId: null, channel: "eBay · shop", order: "20-1", units: 2, settledAt: null };
  return { ...its, at: at(when), knownAt: at(known), ...more };
};
const stock = (when: string, before: number | null, after: number | null, locationGid = "shelf"): StockChange => ({
  locationGid,
  at: at(when),
  before,
  after,
});
const past = (more: Partial<Past>): Past => ({
  listingId: MINE,
  variantId: 7,
  tried: [],
  sales: [],
  stock: [stock("08:00:00", 0, 5)],
  saleLowersQuantity: true,
  readings: [],
  ...more,
});
const tell = (of: Past, when: string) => {
  const [piece] = piecesOf(of, { from: at(when), to: new Date(at(when).getTime() + 1) });
  if (!piece) throw new Error("there is always a piece");
  return { quantity: piece.shown.quantity, why: sayShown(piece.shown, ETSY), verdict: sayVerdict(piece, ETSY) };
};

describe("what a listing showed", () => {
  it("is what the marketplace last accepted by then, with the arithmetic that was stored, and since when", () => {
    const of = past({ tried: [push("09:00:00", "09:00:02", 9, 5)] });
    expect(tell(of, "09:00:06")).toEqual({
      quantity: 5,
      why: "Etsy accepted it at 09:00:02: 5 available = 5.",
      verdict: "Right: Etsy had had this number for 4 s.",
    });
    // Before that, what was read as the push began.
    expect(shownAt(of, at("09:00:01"))).toMatchObject({ quantity: 9, how: "read" });
    expect(tell(of, "08:59:59")).toMatchObject({ quantity: null, verdict: "What it showed is not known." });
  });

  it("is as old as its number, however often that was sent again", () => {
    const of = past({ tried: [push("09:00:00", "09:00:00", null, 5), push("10:00:00", "10:00:00", 5, 5)] });
    expect(shownAt(of, at("10:00:30")).since).toEqual(at("09:00:00"));
  });

  it("goes down by what is sold on it, where a sale does that", () => {
    const sales = [
      sale("10:00:00", "10:01:00", { listingId: MINE, units: 1 }),
      sale("10:30:00", "10:31:00", { listingId: 2 }),
    ];
    const of = past({ tried: [push("09:00:00", "09:00:00", null, 5)], sales });
    expect(tell(of, "10:00:05")).toEqual({
      quantity: 4,
      why: "1 unit of it was sold here at 10:00:00, in order 20-1.",
      verdict: "Right: Etsy had had this number for 5 s.",
    });
    expect(shownAt({ ...of, saleLowersQuantity: false }, at("10:00:05")).quantity).toBe(5);
  });

  it("is what was read later, where somebody edited it or an order is not known", () => {
    const of = past({
      tried: [push("09:00:00", "09:00:00", null, 5)],
      readings: [{ quantity: 1, at: at("11:00:00") }],
    });
    expect(tell(of, "11:00:00")).toMatchObject({
      quantity: 1,
      why: "Etsy had accepted 5, and showed this when it was read at 11:00:00: it was sold or edited there.",
    });
  });

  it("is not what the marketplace refused, nor what has no answer yet", () => {
    const tried = ["rejected", "throttled", "unclear", "sending", "superseded"].map((outcome) =>
      push("09:00:00", "09:00:00", 9, 5, { outcome }),
    );
    for (const one of tried) expect(shownAt(past({ tried: [one] }), at("09:30:00")).quantity).toBe(9);
  });
});

describe("a number that was wrong", () => {
  const before = push("09:00:00", "09:00:00", null, 5);

  it("is lag, from a sale elsewhere until the marketplace took the next number", () => {
    const after = push("14:23:11", "14:23:12", 5, 3);
    const of = past({ tried: [before, after], sales: [sale("14:22:50", "14:23:10")] });
    expect(tell(of, "14:23:00")).toEqual({
      quantity: 5,
      why: "Etsy accepted it at 09:00:00: 5 available = 5.",
      verdict:
        "Lag: it should have shown 3. 2 units were sold on eBay · shop at 14:22:50, in order 20-1; eBay · shop told us at 14:23:10. Etsy accepted 3 at 14:23:12, 22 s later.",
    });
    expect(tell(of, "14:23:12").verdict).toBe("Right from then on.");
    expect(tell(of, "14:22:49").verdict).toMatch(/^Right/);
  });

  it("is lag after a change of stock, with what went wrong in between", () => {
    const failed = push("10:00:02", "10:00:03", 5, 3, { outcome: "throttled", message: "Etsy asked us to wait." });
    const changed = [stock("08:00:00", 0, 5), stock("10:00:00", 5, 3)];
    const of = past({ tried: [before, failed], stock: changed });
    expect(tell(of, "10:00:05").verdict).toBe(
      "Lag: it should have shown 3. Shopify’s stock went from 5 to 3 at 10:00:00. In between: Etsy asked us to wait. Etsy has not accepted another number since.",
    );
  });

  it("is not lag where the stock moved and the number it leads to did not", () => {
    const capped = {
      ...before,
      quantity: 2,
      explanation: { ...explained(5), policy: { ...NO_POLICY, cap: 2 }, quantity: 2 },
    };
    const of = past({ tried: [capped], stock: [stock("08:00:00", 0, 5), stock("10:00:00", 5, 4)] });
    expect(tell(of, "10:00:05").verdict).toMatch(/^Right/);
  });

  it("is not lag while units were held back until orders were read", () => {
    const held = { ...before, quantity: 4, explanation: explained(5, 0, 1) };
    expect(shouldHaveShown(past({ tried: [held] }), at("09:30:00"))).toBe(5);
    expect(judge(past({ tried: [held] }), at("09:30:00"))).toEqual({ kind: "right" });
    // Its order came, was counted, and may not be the missing one.
    const again = { ...held, startedAt: at("09:10:10"), quantity: 3, explanation: explained(5, 1, 1) };
    const sales = [sale("09:10:00", "09:10:09", { units: 1, settledAt: at("09:10:20") })];
    const of = past({ tried: [again], sales, stock: [stock("08:00:00", 0, 5), stock("09:10:20", 5, 4)] });
    expect(tell(of, "09:30:00").verdict).toBe(
      "No lag: it could have shown 4, but 1 unit missing on a marketplace was held back until all its orders were read.",
    );
  });

  it("is no lag where the listing was matched to another variant then", () => {
    const other = { ...before, variantId: 8 };
    expect(tell(past({ tried: [other] }), "09:30:00").verdict).toBe(
      "No lag: this listing was matched to another variant then.",
    );
  });

  it("counts a sale until Shopify has counted it, and not twice", () => {
    const settled = sale("10:00:00", "10:00:01", { settledAt: at("10:00:09") });
    // Shopify counted it two seconds before we knew.
    const of = past({ tried: [before], sales: [settled], stock: [stock("08:00:00", 0, 5), stock("10:00:07", 5, 3)] });
    expect(["09:59:59", "10:00:05", "10:00:07", "10:00:20"].map((when) => shouldHaveShown(of, at(when)))).toEqual([
      5, 3, 3, 3,
    ]);
  });

  it("adds up what every location had, those that changed only later included", () => {
    const of = past({ tried: [before], stock: [stock("08:00:00", 0, 2), stock("12:00:00", 3, 1, "attic")] });
    expect(shouldHaveShown(of, at("09:00:00"))).toBe(5);
    expect(shouldHaveShown(of, at("12:00:00"))).toBe(3);
  });
});

it("a sale here is no lag before it, though Shopify's time of it is its second's beginning", () => {
  const sold = sale("14:23:05.400", "14:23:06", { listingId: MINE, settledAt: at("14:23:09") });
  const of = past({
    tried: [push("09:00:00", "09:00:00", null, 5)],
    sales: [sold],
    stock: [stock("08:00:00", 0, 5), stock("14:23:05", 5, 3), stock("14:23:05", 3, 4), stock("14:23:30", 4, 3)],
  });
  const minute = { from: at("14:23:00"), to: at("14:24:00") };
  expect(piecesOf(of, minute).map((piece) => [clock(piece.from), piece.shown.quantity, piece.verdict.kind])).toEqual([
    ["14:23:00", 5, "right"],
    ["14:23:05", 3, "lag"],
    ["14:23:30", 3, "right"],
  ]);
  expect(piecesOf(of, minute)[1]?.from).toEqual(at("14:23:05.400"));
});

it("a minute is told in pieces: one for each number, and for the time that it was late", () => {
  const tried = [push("09:00:00", "09:00:00", null, 5), push("14:23:11", "14:23:12", 5, 3)];
  const of = past({ tried, sales: [sale("14:23:05", "14:23:10")] });
  const minute = { from: at("14:23:00"), to: at("14:24:00") };
  expect(piecesOf(of, minute).map((piece) => [clock(piece.from), piece.shown.quantity, piece.verdict.kind])).toEqual([
    ["14:23:00", 5, "right"],
    ["14:23:05", 5, "lag"],
    ["14:23:12", 3, "right"],
  ]);
});
