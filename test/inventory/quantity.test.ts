import { describe, expect, it } from "vitest";
import { type EffectivePolicy, NO_POLICY } from "#app/inventory/policy.ts";
import { decideQuantity, explainQuantity, type QuantityFacts, zeroCause } from "#app/inventory/quantity.ts";

const policy = (change: Partial<EffectivePolicy>): EffectivePolicy => ({ ...NO_POLICY, ...change });
const facts = (change: Partial<QuantityFacts> = {}): QuantityFacts => ({
  ...{ available: 12, pendingUnits: 0, unseenUnits: 0, policy: NO_POLICY },
  ...change,
});
const buffer = (units: number) => policy({ buffer: { kind: "units", units } });
const decide = (change: Partial<QuantityFacts>) => decideQuantity(facts(change));
const explain = (change: Partial<QuantityFacts>) => explainQuantity(decide(change));
const ZERO = { withdrawn: "archived", onWithdrawn: "zero" } as const;
const heldAt = (units: number, spares = false) => ({ contained: { units, since: "29 Nov 2026", spares } });

describe("the number that a listing should show", () => {
  it.each<[string, Partial<QuantityFacts>, number | null]>([
    ["is what Shopify has", {}, 12],
    ["less what was sold and is not counted there", { pendingUnits: 2 }, 10],
    ["less what is missing on a marketplace", { unseenUnits: 3 }, 9],
    ["less both", { pendingUnits: 2, unseenUnits: 3 }, 7],
    ["is never below zero", { available: 1, pendingUnits: 2 }, 0],
    [
      "is what the policy leaves of what can be sold, not of what Shopify has",
      { pendingUnits: 2, policy: buffer(3) },
      7,
    ],
    ["is nothing, and not zero, where Shopify does not count it", { available: null }, null],
    ["is zero where it is gone and that is its policy", { ...ZERO, available: 12 }, 0],
    ["is zero then even where Shopify does not count it", { ...ZERO, available: null }, 0],
    ["is as ever where it is gone and is to be kept on sale", { withdrawn: "draft", onWithdrawn: "keep" }, 12],
    ["is as ever where a policy for what is gone meets what is not", { withdrawn: null, onWithdrawn: "zero" }, 12],
    ["is the most that the marketplace takes", { quantityMax: 5 }, 5],
    ["is less than that where less is there", { quantityMax: 50 }, 12],
    ["is no more than it showed before a change that was undone", { undoneTo: 4 }, 4],
    ["is no more than an edit left", { editedTo: 0 }, 0],
    ["is no more than it showed while the merchant is asked", { askedTo: 3 }, 3],
    ["is the least of all these", { quantityMax: 9, undoneTo: 8, editedTo: 6, askedTo: 7 }, 6],
    ["is not raised by any of them", { quantityMax: 90, undoneTo: 80, editedTo: 60, askedTo: 70 }, 12],
    ["is as ever where none of them is set", { quantityMax: null, undoneTo: null, editedTo: null, askedTo: null }, 12],
    ["is one unit where the listing stands for one", { oneOffPlace: 0 }, 1],
    ["is one for the last listing that a unit is there for", { oneOffPlace: 11 }, 1],
    ["is none for the next one", { oneOffPlace: 12 }, 0],
    ["is what is there where listings stand for no one unit", { oneOffPlace: null }, 12],
    ["is no more than the merchant holds it at", heldAt(3), 3],
    ["is zero where they hold it at zero", heldAt(0), 0],
    ["is not raised by a hold: it is a cap, no target", { ...heldAt(20), policy: buffer(3) }, 9],
    ["is the least of a hold and what else bounds it", { ...heldAt(3), undoneTo: 2 }, 2],
    ["is one of each of as many listings as it is held at", { ...heldAt(2), oneOffPlace: 1 }, 1],
    ["is none of the listing after these", { ...heldAt(2), oneOffPlace: 2 }, 0],
    ["is the last one where a hold at zero spares what zero would take away", heldAt(0, true), 1],
    ["is none there where nothing is to sell anyway", { ...heldAt(0, true), available: 0 }, 0],
    ["is what a hold above zero says there too", heldAt(3, true), 3],
    ["is one of each there, however many listings stand for one", { ...heldAt(1, true), oneOffPlace: 7 }, 1],
    ["is none there where other listings stand for all there is", { ...heldAt(1, true), oneOffPlace: 12 }, 0],
    ["is zero where it is held so and Shopify does not count it", { ...heldAt(0), available: null }, 0],
    ["is nothing where that would take it away", { ...heldAt(0, true), available: null }, null],
    ["is nothing where it is held at more and Shopify does not count it", { ...heldAt(3), available: null }, null],
    ["is zero where it is gone, whatever it is held at", { ...ZERO, ...heldAt(3) }, 0],
  ])("%s", (_, change, quantity) => {
    expect(decide(change).quantity).toBe(quantity);
  });

  it("keeps what it was decided from", () => {
    const known = facts({ pendingUnits: 2, policy: buffer(3) });
    expect(decideQuantity(known)).toEqual({ ...known, sellable: 10, bufferUnits: 3, quantity: 7 });
    expect(decide({ available: null, policy: buffer(3) })).toMatchObject({ sellable: null, bufferUnits: 0 });
    expect(decide({ ...ZERO, policy: buffer(3) })).toMatchObject({ ...ZERO, sellable: null, bufferUnits: 0 });
  });
});

describe("why a listing shows 0", () => {
  it.each<[ReturnType<typeof zeroCause>, string, Partial<QuantityFacts>]>([
    [null, "it does not", {}],
    [null, "nothing may be published", { available: null }],
    [null, "it is held at more", heldAt(3)],
    [null, "it is gone: that is said elsewhere", { ...ZERO }],
    ["no-stock", "nothing is there", { available: 0 }],
    ["no-stock", "less than nothing is there", { available: -1 }],
    ["sold", "all of it was sold", { available: 2, pendingUnits: 2 }],
    ["sold", "more than all was sold", { available: 2, unseenUnits: 3 }],
    ["threshold", "it is below the threshold", { policy: policy({ threshold: 13 }) }],
    ["buffer", "the buffer takes all of it, to the unit", { policy: buffer(12) }],
    ["buffer", "the buffer is more than that", { policy: buffer(13) }],
    ["cap", "the cap is 0", { policy: policy({ cap: 0 }) }],
    ["one-off", "other listings stand for all there is", { oneOffPlace: 12 }],
    ["contained", "the merchant holds it at 0", heldAt(0)],
    ["contained", "they hold at 0 what Shopify does not count", { ...heldAt(0), available: null }],
    ["contained", "other listings stand for all that it is held at", { ...heldAt(1), oneOffPlace: 1 }],
    ["no-stock", "nothing is there, and it is held besides", { ...heldAt(0), available: 0 }],
    ["held", "the merchant is asked about an edit", { editedTo: 0 }],
    ["held", "the merchant is asked, and this listing stands for the last unit", { editedTo: 0, oneOffPlace: 11 }],
    ["held", "the threshold is just met", { editedTo: 0, policy: policy({ threshold: 12 }) }],
  ])("%s: %s", (cause, _, change) => {
    expect(zeroCause(decide(change))).toBe(cause);
  });
});

describe("the arithmetic in words", () => {
  it.each<[string, Partial<QuantityFacts>]>([
    ["12 available = 12", {}],
    ["12 available = 12, held at 3 by you since 29 Nov 2026", heldAt(3)],
    ["12 available = 12", heldAt(12)],
    ["12 available = 12, held at 1 by you since 29 Nov 2026", heldAt(1, true)],
    ["12 available = 12, held at 1 by you since 29 Nov 2026: 0 could not be taken back there", heldAt(0, true)],
    ["12 available = 12, held at 2 as before the change that you undid", { ...heldAt(3), undoneTo: 2 }],
    [
      "12 available = 12, held at 1 by you since 29 Nov 2026, which other listings of it stand for",
      { ...heldAt(1), oneOffPlace: 1 },
    ],
    ["12 available = 12, held at 0 by you since 29 Nov 2026", { ...heldAt(0), oneOffPlace: 1 }],
    ["12 available = 12, of which this listing stands for one", { ...heldAt(1), oneOffPlace: 0 }],
    ["Shopify does not count this item: held at 0 by you since 29 Nov 2026", { ...heldAt(0), available: null }],
    [
      "It is not tracked in Shopify: held at 0 by you since 29 Nov 2026",
      { ...heldAt(0), available: null, withdrawn: "untracked", onWithdrawn: "ask" },
    ],
    ["Shopify does not count this item, so its quantity is left alone", { ...heldAt(3), available: null }],
    ["12 available − 2 sold, not yet counted by Shopify = 10", { pendingUnits: 2 }],
    ["12 available − 3 missing on a marketplace until all its orders are read = 9", { unseenUnits: 3 }],
    [
      "12 available − 2 sold, not yet counted by Shopify − 3 missing on a marketplace until all its orders are read − 1 buffer = 6",
      { pendingUnits: 2, unseenUnits: 3, policy: buffer(1) },
    ],
    ["12 available − 20 buffer = 0", { policy: buffer(20) }],
    ["12 available is below the threshold of 13: show 0", { policy: policy({ threshold: 13 }) }],
    ["12 available = 12", { policy: policy({ threshold: 12 }) }],
    [
      "12 available − 2 sold, not yet counted by Shopify is below the threshold of 11: show 0",
      { pendingUnits: 2, policy: policy({ threshold: 11 }) },
    ],
    // Nothing is left: the threshold has nothing to do with it.
    [
      "2 available − 2 sold, not yet counted by Shopify = 0",
      { available: 2, pendingUnits: 2, policy: policy({ threshold: 5 }) },
    ],
    ["12 available = 12, capped at 5", { policy: policy({ cap: 5 }) }],
    ["12 available = 12", { policy: policy({ cap: 12 }) }],
    ["12 available − 8 buffer = 4", { policy: { ...buffer(8), cap: 5 } }],
    ["12 available = 12, of which this listing stands for one", { oneOffPlace: 0 }],
    ["12 available = 12, which other listings of it stand for", { oneOffPlace: 12 }],
    ["12 available = 12, of which the marketplace shows 5 at most", { quantityMax: 5 }],
    ["12 available = 12", { quantityMax: 12 }],
    ["12 available = 12", { quantityMax: null, oneOffPlace: null }],
    ["12 available = 12, of which the marketplace shows 5 at most", { quantityMax: 5, oneOffPlace: null }],
    ["12 available = 12, capped at 4", { quantityMax: 5, policy: policy({ cap: 4 }) }],
    ["12 available = 12, of which this listing stands for one", { oneOffPlace: 0, quantityMax: 5 }],
    ["12 available = 12, held at 4 as before the change that you undid", { undoneTo: 4 }],
    ["12 available = 12, held at 3 until you decide about the edit", { editedTo: 3, undoneTo: 4 }],
    ["12 available = 12", { editedTo: 12, undoneTo: 20, askedTo: 13 }],
    [
      "12 available = 12, held at 3 until you decide: it is a draft in Shopify",
      { withdrawn: "draft", onWithdrawn: "ask", askedTo: 3 },
    ],
    [
      "12 available = 12, held at 2 as before the change that you undid",
      { withdrawn: "draft", onWithdrawn: "ask", askedTo: 3, undoneTo: 2 },
    ],
    ["It is archived in Shopify: show 0", ZERO],
    [
      "It is not tracked in Shopify, so its quantity is left alone until you decide",
      { available: null, withdrawn: "untracked", onWithdrawn: "ask" },
    ],
    [
      "It is not tracked in Shopify, so its quantity is left alone",
      { available: null, withdrawn: "untracked", onWithdrawn: "keep" },
    ],
    ["Shopify does not count this item, so its quantity is left alone", { available: null }],
    ["12 available = 12", { withdrawn: "draft", onWithdrawn: "keep" }],
  ])("%s", (words, change) => {
    expect(explain(change)).toBe(words);
  });
});
