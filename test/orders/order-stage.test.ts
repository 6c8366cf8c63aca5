import { describe, expect, it } from "vitest";
import { isOver, mayBeInShopify, nextStage, type OrderStage, OVER, stageAfterHold } from "#app/orders/order-stage.ts";

type Picture =
  | "pending"
  | "paid"
  | "cancelled"
  | "nothing left, pending"
  | "nothing left, paid"
  | "nothing left, cancelled";

/** What becomes of an order by what its marketplace shows. */
function stageAfter(held: OrderStage | null, picture: Picture, wasSent = false): OrderStage {
  const isEmpty = picture.startsWith("nothing left");
  const remote = picture.replace("nothing left, ", "") as "pending" | "paid" | "cancelled";
  return nextStage(held, remote, { isEmpty, wasSent });
}

const PICTURES: Picture[] = ["pending", "paid", "cancelled", "nothing left, pending", "nothing left, paid"];

describe("an order goes on by what its marketplace shows", () => {
  it.each<[OrderStage | null, OrderStage[]]>([
    //         pending    paid       cancelled    nothing left: pending, paid
    [null, ["waiting", "claimed", "cancelled", "empty", "empty"]],
    ["waiting", ["waiting", "claimed", "cancelled", "empty", "empty"]],
    // Units that a later picture shows again are an order again.
    ["empty", ["waiting", "claimed", "cancelled", "empty", "empty"]],
    ["claimed", ["claimed", "claimed", "cancelled", "empty", "empty"]],
    ["held", ["held", "held", "cancelled", "empty", "empty"]],
    // What Shopify has, or may have, ends over there; what ended stays so.
    ["sent", ["sent", "sent", "sent", "sent", "sent"]],
    ["placed", ["placed", "placed", "placed", "placed", "placed"]],
    ["entered", ["entered", "entered", "entered", "entered", "entered"]],
    ["cancelled", ["cancelled", "cancelled", "cancelled", "cancelled", "cancelled"]],
  ])("from %s", (held, stages) => {
    expect(PICTURES.map((picture) => stageAfter(held, picture))).toEqual(stages);
  });

  it("and is looked for in Shopify first where it was ever sent", () => {
    for (const held of ["claimed", "held"] as const) {
      expect(PICTURES.map((picture) => stageAfter(held, picture, true))).toEqual([held, held, "sent", "sent", "sent"]);
    }
  });

  it("and is cancelled rather than empty where both are true", () => {
    expect(stageAfter(null, "nothing left, cancelled")).toBe("cancelled");
  });
});

describe("a stage", () => {
  it("after a hold is that of an order to be placed, or to be looked for where it was sent", () => {
    expect([stageAfterHold(false), stageAfterHold(true)]).toEqual(["claimed", "sent"]);
  });

  it.each<[string, Date | null, boolean]>([
    ["sent", new Date(0), true],
    ["placed", new Date(0), true],
    ["placed", null, true],
    ["held", new Date(0), true],
    ["held", null, false],
    ["claimed", null, false],
    ["claimed", new Date(0), false],
    ["waiting", null, false],
    ["cancelled", new Date(0), false],
  ])("%s, sent %s: in Shopify perhaps: %s", (stage, sentAt, may) => {
    expect(mayBeInShopify({ stage, sentAt })).toBe(may);
  });

  it("is over where no unit is wanted any more", () => {
    expect([...OVER].sort()).toEqual(["cancelled", "empty", "entered"]);
    expect(isOver("empty")).toBe(true);
    expect(isOver("placed")).toBe(false);
  });
});
