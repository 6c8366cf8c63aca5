/** Rule 13: each parcel that leaves is told to the marketplace once, with its lines and its tracking. */
import type { Order as ShopifyOrder } from "#test/emulators/shopify/store.ts";
import { LINE_KEY, type Scene } from "../scene.ts";
import type { SimOrder, SimParcel } from "../sim-orders.ts";

/** What the marketplace should have been told of, and was not, or was told of and should not. */
export function parcelMistakes(scene: Scene, order: SimOrder, made: ShopifyOrder): string[] {
  const told = [...order.parcels];
  const wrong: string[] = [];
  // What was told may be of one that was called back only where no other accounts for it.
  const left = made.fulfillments.toSorted((a, b) => Number(b.status === "SUCCESS") - Number(a.status === "SUCCESS"));
  for (const fulfilment of left) {
    const lines = linesOf(made, fulfilment);
    if (lines === "") continue;
    const numbers = scene.trackings.get(fulfilment.id) ?? [null];
    const at = told.findIndex((parcel) => inWords(parcel.lines) === lines && numbers.includes(parcel.tracking));
    // One that was called back may have been told before.
    if (at >= 0) told.splice(at, 1);
    else if (fulfilment.status === "SUCCESS")
      wrong.push(
        `${order.id} is not told of ${lines} with ${numbers.join(" or ") || "no number"} (${fulfilment.name})`,
      );
  }
  return [...wrong, ...told.map((parcel) => `${order.id} is told of ${inParcel(parcel)}, and no such parcel left`)];
}

type Fulfilment = ShopifyOrder["fulfillments"][number];

function linesOf({ lineItems }: ShopifyOrder, { lines }: Fulfilment): string {
  return inWords(
    lines.flatMap(({ lineItemId, quantity }) => {
      const attributes = lineItems.find((one) => one.id === lineItemId)?.customAttributes ?? [];
      const remoteLineId = attributes.find((one) => one.key === LINE_KEY)?.value;
      return remoteLineId === undefined ? [] : [{ remoteLineId, quantity }];
    }),
  );
}

function inParcel({ lines, tracking }: SimParcel): string {
  return `${inWords(lines)} with ${tracking ?? "no number"}`;
}

function inWords(lines: readonly { remoteLineId: string; quantity: number }[]): string {
  const sorted = [...lines].sort((a, b) => (a.remoteLineId < b.remoteLineId ? -1 : 1));
  return sorted.map(({ remoteLineId, quantity }) => `${quantity} of ${remoteLineId}`).join(", ");
}
