import { describe, expect, it } from "vitest";
import {
  type ListingToTime,
  listingsThatFollow,
  type Place,
  placeToTakeFrom,
  planCheck,
  type SkuToTime,
  UNITS_TAKEN,
} from "#app/latency-checks/check-plan.ts";

const LEEDS: Place = { gid: "l1", name: "Leeds", available: 8 };
const YORK: Place = { gid: "l2", name: "York", available: 3 };
const listing = (id: number, more: Partial<ListingToTime> = {}): ListingToTime => ({
  ...{
    id,
    channelId: id * 10,
    channel: `Channel ${id}`,
    title: `Mug ${id}`,
    isInStep: true,
    isLeftAlone: false,
    why: `why ${id}`,
  },
  ...{ locationGids: [], quantity: 9, zeroIsFinal: false },
  ...more,
});
const sku = (more: Partial<SkuToTime> = {}): SkuToTime => ({
  ...{ name: "MUG", isCounted: true, heldAt: null, underWay: null, places: [LEEDS], hasMore: false },
  listings: [listing(1)],
  ...more,
});
const numbers = (...all: [id: number, to: number | null][]) => new Map(all);
const whyNot = (of: Partial<SkuToTime>, to = numbers([1, 8]), place: Place | null = LEEDS) => {
  const plan = planCheck(sku(of), place, to);
  return plan.ok ? null : plan.why;
};

describe("the location that the unit is taken from", () => {
  const from = (places: Place[], ...listings: ListingToTime[]) => placeToTakeFrom({ places, listings })?.name ?? null;

  it("is the one that most listings sell from, then the one with most", () => {
    expect(from([YORK, LEEDS], listing(1))).toBe("Leeds");
    expect(from([LEEDS, YORK], listing(1), listing(2, { locationGids: ["l2"] }))).toBe("York");
    const same = { ...YORK, available: 8 };
    expect([from([same, LEEDS], listing(1)), from([LEEDS, same], listing(1))]).toEqual(["Leeds", "Leeds"]);
    expect(from([LEEDS, LEEDS], listing(1))).toBe("Leeds");
  });

  it("has two units or more: nowhere else is one to spare", () => {
    expect(from([{ ...LEEDS, available: 1 }], listing(1))).toBeNull();
    expect(from([{ ...LEEDS, available: 2 }], listing(1))).toBe("Leeds");
    expect(
      from(
        [
          { ...LEEDS, available: 1 },
          { ...YORK, available: 2 },
        ],
        listing(1, { locationGids: ["l1"] }),
      ),
    ).toBe("York");
    expect(from([], listing(1))).toBeNull();
  });

  it("is followed by the listings that sell from it, or from everywhere", () => {
    const all = [listing(1), listing(2, { locationGids: ["l2"] }), listing(3, { locationGids: ["l2", "l1"] })];
    expect(listingsThatFollow(all, LEEDS)).toEqual([1, 3]);
    expect(UNITS_TAKEN).toBe(1);
  });
});

describe("what timing a SKU would do", () => {
  it("is told listing by listing, with those that are not timed and why", () => {
    const listings = [
      listing(1),
      listing(2, { isInStep: false }),
      listing(3, { locationGids: ["l2"] }),
      listing(4, { quantity: 5 }),
      listing(5, { quantity: null }),
    ];
    const plan = planCheck(sku({ listings }), LEEDS, numbers([1, 8], [2, 8], [3, 9], [4, 5]));
    expect(plan).toEqual({
      ok: true,
      place: { gid: "l1", name: "Leeds" },
      timed: [{ listingId: 1, channelId: 10, channel: "Channel 1", title: "Mug 1", from: 9, to: 8 }],
      untimed: [
        { listingId: 2, channel: "Channel 2", title: "Mug 2", why: "why 2" },
        {
          listingId: 3,
          channel: "Channel 3",
          title: "Mug 3",
          why: "It does not sell from Leeds, where the unit is taken.",
        },
        {
          ...{ listingId: 4, channel: "Channel 4", title: "Mug 4" },
          why: "It shows 5 with a unit less too, so there is no change to time.",
        },
        { listingId: 5, channel: "Channel 5", title: "Mug 5", why: "why 5" },
      ],
    });
  });

  it("is nothing while another check is under way, and where there is nothing to count, held or matched", () => {
    expect(whyNot({ underWay: "BOWL", isCounted: false })).toBe(
      "A check of BOWL is under way. Wait until it has ended.",
    );
    expect(whyNot({ isCounted: false, heldAt: 0 })).toBe(
      "Shopify does not count this item, so there is no number to time.",
    );
    expect(whyNot({ heldAt: 0, listings: [] })).toBe(
      "You hold this SKU at 0 on every channel. Release it first, or choose another.",
    );
    expect(whyNot({ listings: [] })).toBe("No listing is matched to this SKU.");
    expect(whyNot({ hasMore: true })).toBe("This SKU has too many listings to time at once. Choose another.");
    expect(whyNot({}, numbers([1, 8]), null)).toBe("There is no unit to spare: 2 or more are needed at one location.");
    expect(whyNot({})).toBeNull();
  });

  it("is nothing where a listing would show 0, timed or not", () => {
    const words = "There is no unit to spare: Channel 1 would show 0.";
    expect(whyNot({ listings: [listing(1, { quantity: 1 })] }, numbers([1, 0]))).toBe(words);
    expect(
      whyNot({ listings: [listing(1, { isInStep: false, quantity: 1 }), listing(2)] }, numbers([1, 0], [2, 8])),
    ).toBe(words);
    // What is at 0 already, or left alone, or not ours to write, is not put at risk.
    expect(whyNot({ listings: [listing(1, { quantity: 0 }), listing(2)] }, numbers([1, 0], [2, 8]))).toBeNull();
    expect(
      whyNot({ listings: [listing(1, { isLeftAlone: true, quantity: 1 }), listing(2)] }, numbers([1, 0], [2, 8])),
    ).toBeNull();
    expect(whyNot({ listings: [listing(1, { quantity: null }), listing(2)] }, numbers([1, 0], [2, 8]))).toBeNull();
    expect(whyNot({ listings: [listing(1), listing(2)] }, numbers([2, 8]))).toBeNull();
  });

  it("leaves four where a marketplace takes a listing away for good at 0", () => {
    const final = (to: number) =>
      whyNot({ listings: [listing(1, { quantity: to + 1, zeroIsFinal: true })] }, numbers([1, to]));
    expect(final(3)).toBe(
      "There is no unit to spare: Channel 1 takes a listing away for good at 0, so it must keep 4 or more.",
    );
    expect(final(4)).toBeNull();
    const still = listing(1, { quantity: 1, zeroIsFinal: true });
    expect(whyNot({ listings: [still, listing(2)] }, numbers([1, 1], [2, 8]))).toBeNull();
  });

  it("is nothing where none of its listings can be timed, and each says why", () => {
    const plan = planCheck(sku({ listings: [listing(1, { isInStep: false })] }), LEEDS, numbers([1, 8]));
    expect(plan).toMatchObject({
      ok: false,
      why: "None of its listings can be timed now.",
      untimed: [{ why: "why 1" }],
    });
    expect(planCheck(sku({ heldAt: 1 }), LEEDS, numbers())).toMatchObject({ untimed: [] });
    expect(planCheck(sku(), null, numbers())).toMatchObject({ untimed: [] });
    expect(planCheck(sku(), LEEDS, numbers([1, 0]))).toMatchObject({ untimed: [] });
  });
});
