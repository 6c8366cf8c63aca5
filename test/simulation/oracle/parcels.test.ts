import { expect, test } from "vitest";
import type { Order as ShopifyOrder } from "#test/emulators/shopify/store.ts";
import { LINE_KEY, type Scene } from "../scene.ts";
import type { SimOrder } from "../sim-orders.ts";
import { parcelMistakes } from "./parcels.ts";

const LINE = { id: "line-1", customAttributes: [{ key: LINE_KEY, value: "O1-1" }] };
const fulfilment = (id: string, status: string) => ({
  id,
  name: id,
  status,
  lines: [{ lineItemId: LINE.id, quantity: 1 }],
});

/** What is wrong where the marketplace was told of so many parcels without a number. */
function mistakes(told: number, fulfillments: ReturnType<typeof fulfilment>[]): string[] {
  const parcels = Array.from({ length: told }, () => ({
    tracking: null,
    lines: [{ remoteLineId: "O1-1", quantity: 1 }],
  }));
  return parcelMistakes(
    { trackings: new Map() } as unknown as Scene,
    { id: "O1", parcels } as unknown as SimOrder,
    { lineItems: [LINE], fulfillments } as unknown as ShopifyOrder,
  );
}

const [CALLED_BACK, SENT] = [fulfilment("#1.1", "CANCELLED"), fulfilment("#1.2", "SUCCESS")];

test("what was told is of the parcel that left, not of a like one that was called back before it was told", () => {
  expect(mistakes(1, [CALLED_BACK, SENT])).toEqual([]);
  expect(mistakes(2, [CALLED_BACK, SENT])).toEqual([]);
});

test("a parcel that left and nobody was told of, and one that was told of twice, are mistakes", () => {
  expect(mistakes(0, [CALLED_BACK, SENT])).toHaveLength(1);
  expect(mistakes(3, [CALLED_BACK, SENT])).toHaveLength(1);
});
