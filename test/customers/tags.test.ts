import { describe, expect, it } from "vitest";
import { LIFECYCLE_STAGES } from "#app/customers/lifecycle.ts";
import { marketplaceTag, moveOf, stageTag, tagsOf } from "#app/customers/tags.ts";

const MARKETPLACES = ["eBay", "Etsy"];
const STAGE_TAGS = ["Lockstep: new", "Lockstep: active", "Lockstep: at risk", "Lockstep: lapsed", "Lockstep: won back"];

describe("tags of a customer", () => {
  it("are the stage and the marketplaces bought on, each once", () => {
    expect(LIFECYCLE_STAGES.map(stageTag)).toEqual(STAGE_TAGS);
    expect(tagsOf({ stage: "at-risk", marketplaces: ["Etsy", "eBay", "Etsy"] })).toEqual([
      "Lockstep: Etsy",
      "Lockstep: at risk",
      "Lockstep: eBay",
    ]);
  });

  it("are none where nothing is bought that counts", () => {
    expect(tagsOf({ stage: null, marketplaces: ["Etsy"] })).toEqual([]);
  });

  it("have at most 40 characters, and no comma, at which Shopify would part them", () => {
    const tag = marketplaceTag("A market,  of a very long name that goes on");
    expect(tag).toBe("Lockstep: A market of a very long name t");
    expect(tag).toHaveLength(40);
    expect(marketplaceTag("A market of a very long name, of which goes on")).toBe(
      "Lockstep: A market of a very long name o",
    );
    expect(marketplaceTag(" Etsy ")).toBe("Lockstep: Etsy");
  });
});

describe("what moves", () => {
  const move = (held: string[], wanted: string[], isUnclear = false) =>
    moveOf({ held, wanted, isUnclear, marketplaces: MARKETPLACES });

  it("is nothing where all is as it should be, in whatever order", () => {
    expect(move(["Lockstep: new", "Lockstep: Etsy"], ["Lockstep: Etsy", "Lockstep: new"])).toBeNull();
    expect(move([], [])).toBeNull();
  });

  it("is all of it where it is not known what is there", () => {
    expect(move(["Lockstep: new"], ["Lockstep: new"], true)).toEqual({
      remove: [
        "Lockstep: Etsy",
        "Lockstep: active",
        "Lockstep: at risk",
        "Lockstep: eBay",
        "Lockstep: lapsed",
        "Lockstep: won back",
      ],
      add: ["Lockstep: new"],
    });
  });

  it("takes off every tag that could be ours and is not wanted, also one of a marketplace that is gone", () => {
    const moved = move(["Lockstep: new", "Lockstep: Depop"], ["Lockstep: active", "Lockstep: eBay"]);
    expect(moved?.add).toEqual(["Lockstep: active", "Lockstep: eBay"]);
    expect(moved?.remove).toEqual([
      "Lockstep: Depop",
      "Lockstep: Etsy",
      "Lockstep: at risk",
      "Lockstep: lapsed",
      "Lockstep: new",
      "Lockstep: won back",
    ]);
  });

  it("is another of as many, or fewer of the same", () => {
    expect(move(["Lockstep: new"], ["Lockstep: active"])?.add).toEqual(["Lockstep: active"]);
    expect(move(["Lockstep: new", "Lockstep: Etsy"], ["Lockstep: new"])?.remove).toContain("Lockstep: Etsy");
    expect(move(["Lockstep: new"], [])).toMatchObject({ add: [], remove: expect.arrayContaining(STAGE_TAGS) });
  });
});
