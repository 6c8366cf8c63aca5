/**
 * Order in, second half. Turns imported orders into Shopify orders, the earliest sale first, one at a time per shop.
 *
 * Recovery points: `claimed` (nothing was sent), `sent` (written before orderCreate is called; what came of it is not
 * known), `placed`. An order found at `sent` is looked up by our key, until a lost request can no longer land; only then
 * is it tried again. That it can't be looked up says nothing of it.
 */
import { listRemoved, type Variant } from "../catalogue/catalogue.ts";
import { type Channel, findChannel } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { type Lease, storeUnder, underLease } from "../leases/leases.ts";
import { markStale } from "../listings/listings.ts";
import {
  findOrder,
  listPlaceable,
  type OrderWithLines,
  postponeOrder,
  postponePlaceable,
  recordCancelled,
  recordEmpty,
  recordNotSent,
  trimReservations,
  waitsForMerchant,
} from "../orders/orders.ts";
import { unitsOf } from "../orders/picture.ts";
import type { Runtime } from "../runtime.ts";
import { isCurrency } from "../shopify/orders.ts";
import { refusalOf } from "../shopify/shop-refusals.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { bindLooseLines } from "./bind-lines.ts";
import { closeConflict } from "./close-conflict.ts";
import { createShopifyOrder } from "./create-shopify-order.ts";
import { draftFor } from "./draft-order-for.ts";
import { LOOK_AGAIN_MS, type LookUp, lookUpOrder } from "./look-up-order.ts";
import { alertOrder, holdOrder, putOffOrder } from "./put-off-order.ts";
import { settleOversale } from "./settle-oversale.ts";
import { settleReservationsOf } from "./settle-reservations.ts";
import { storePlaced } from "./store-placed.ts";
import { type PutOff, resolveRefusals, tellOfRefusal } from "./tell-of-refusal.ts";
import { wakeChannels } from "./wake-channels.ts";

const PER_TURN_MAX = 200;
/** Orders placed one after the other, after which one read of the levels tells that Shopify counts them. */
const SETTLED_TOGETHER = 10;
/** A look-up that goes on failing is tried ever more rarely, and shown once that has lasted a while. */
const LOOK_AGAIN_MS_MAX = 5 * 60_000;
const SHOWN_AFTER_MS = 10 * 60_000;

/** `placed`: Shopify has just made it. A PutOff: Shopify refuses the whole shop, and the others wait with this one. */
type Turn = "placed" | PutOff | null;

export async function placeOrders(rt: Runtime, { shopId }: { shopId: number }): Promise<void> {
  const shop = await findShop(rt.db, { id: shopId });
  if (!shop || shop.uninstalledAt) return;
  const again = await underLease(rt, { name: `place:${shopId}`, holder: rt.workerId }, async (lease) => {
    const ids = await listPlaceable(rt.db, shopId, rt.clock.now(), PER_TURN_MAX);
    let wait: PutOff | null = null;
    let anyPlaced = false;
    for (let start = 0; start < ids.length && !wait; start += SETTLED_TOGETHER) {
      const unclearItems = new Set<string>();
      for (const id of ids.slice(start, start + SETTLED_TOGETHER)) {
        const turn = await placeOrder(rt, shop, id, lease, unclearItems);
        if (turn === "placed") anyPlaced = true;
        else wait = turn;
        if (wait) break;
      }
      await settleReservationsOf(rt, shop);
    }
    if (wait) await postponePlaceable(rt.db, shopId, rt.clock.now(), wait.until);
    else if (anyPlaced) await resolveRefusals(rt, rt.db, shopId);
  });
  // An order that came while the lease was held found it busy: whoever held it looks once more after letting go.
  if (!again.busy && (await listPlaceable(rt.db, shopId, rt.clock.now(), 1)).length > 0)
    await placeOrders(rt, { shopId });
}

async function placeOrder(
  rt: Runtime,
  shop: Shop,
  orderId: number,
  lease: Lease,
  unclearItems: Set<string>,
): Promise<Turn> {
  const order = await findOrder(rt.db, orderId);
  const channel = order && (await findChannel(rt.db, order.channelId));
  if (!order || !channel) return null;
  if (order.stage === "sent" && !(await recover(rt, shop, channel, order, lease))) return null;

  const current = order.stage === "sent" ? await findOrder(rt.db, orderId) : order;
  const bound = current && (await bindLooseLines(rt, current));
  if (bound?.stage !== "claimed") return null;
  const obstacle = obstacleTo(bound, await listRemoved(rt.db, variantIdsOf(bound)));
  if (obstacle) {
    await holdOrder(rt, channel, bound, obstacle);
    return null;
  }
  if ((await settleOversale(rt, shop, bound, lease, unclearItems)) === "not now") return null;
  const draft = await draftFor(rt, shop, channel, bound);
  if (!draft.ok) return putOffOrder(rt, channel, bound, draft.failure);
  return createShopifyOrder(rt, { shop, channel, order: bound, lease }, draft.value);
}

/** What only the merchant can take out of the way, in words that say how; null: nothing. */
function obstacleTo(order: OrderWithLines, removed: readonly Pick<Variant, "id">[]): string | null {
  const { lines, currency, holdBecause } = order;
  if (waitsForMerchant(order)) return `${holdBecause} Choose Retry to place it in Shopify, or cancel it.`;
  const gone = lines.filter((line) => removed.some((one) => one.id === line.variantId));
  if (gone.length > 0)
    return `${namesOf(gone)} was deleted in Shopify after it was sold. Enter the order in Shopify by hand, or cancel it.`;
  const loose = lines.filter((line) => line.variantId === null && unitsOf(line) > 0);
  if (loose.length > 0) {
    return `No Shopify variant is known for ${namesOf(loose)}. Match the listing, or give one variant in Shopify its SKU: the order then goes to Shopify by itself.`;
  }
  return isCurrency(currency)
    ? null
    : `Shopify has no currency “${currency}”, so the order can't go there by itself. Enter it in Shopify by hand, or cancel it.`;
}

function namesOf(lines: OrderWithLines["lines"]): string {
  return lines.map((line) => (line.sku ? `SKU ${line.sku}` : `“${line.title}”`)).join(", ");
}

function variantIdsOf({ lines }: OrderWithLines): number[] {
  return lines.filter((line) => unitsOf(line) > 0).flatMap((line) => line.variantId ?? []);
}

/** True when nothing was created and the order may be sent again; otherwise it was found, is looked for later, or is over. */
async function recover(
  rt: Runtime,
  shop: Shop,
  channel: Channel,
  order: OrderWithLines,
  lease: Lease,
): Promise<boolean> {
  const look = await lookUpOrder(rt, shop, channel, order);
  switch (look.outcome) {
    case "found":
      await storePlaced(rt, channel, order, look.placed, "found again after an unclear reply");
      await resolveRefusals(rt, rt.db, shop.id);
      return false;
    case "unclear":
      await lookAgainLater(rt, channel, order, look, lease);
      return false;
    case "absent": {
      // What is to be carried to Shopify finds that it never came there.
      const isCancelled = order.remoteStatus === "cancelled";
      const isEmpty = order.lines.every((line) => unitsOf(line) === 0);
      const isStored = await storeUnder(rt.db, lease, async (tx) => {
        const now = rt.clock.now();
        await recordNotSent(tx, order.id, null);
        if (isCancelled) await recordCancelled(tx, order.id);
        else if (isEmpty) {
          await recordEmpty(tx, order.id);
          await closeConflict(tx, { shopId: order.shopId, orderId: order.id, now });
        }
        const inventoryItemGids = await trimReservations(tx, order.id, now);
        const scope = { inventoryItemGids };
        await wakeChannels(rt, tx, await markStale(tx, order.shopId, scope, { decreasing: false, now }));
      });
      return isStored && !isCancelled && !isEmpty;
    }
  }
}

async function lookAgainLater(
  rt: Runtime,
  channel: Channel,
  order: OrderWithLines,
  { failure }: Extract<LookUp, { outcome: "unclear" }>,
  lease: Lease,
): Promise<void> {
  const now = rt.clock.now();
  const lastsMs = order.sentAt ? now.getTime() - order.sentAt.getTime() : 0;
  const delayMs = failure ? Math.min(LOOK_AGAIN_MS_MAX, Math.max(LOOK_AGAIN_MS, lastsMs / 8)) : LOOK_AGAIN_MS;
  await storeUnder(rt.db, lease, async (tx) => {
    await postponeOrder(tx, order.id, addMs(now, delayMs));
    if (!failure) return;
    if (refusalOf(failure)) return tellOfRefusal(rt, tx, order.shopId, failure);
    if (lastsMs < SHOWN_AFTER_MS) return;
    await alertOrder(tx, channel, order, {
      title: `Is ${channel.name} order ${order.displayName} in Shopify?`,
      message: `Lockstep sent it, and Shopify does not say whether it was made: ${failure.message}. It is asked again by itself, and the order is not sent a second time before. Don't enter it by hand unless you have looked for it among your orders.`,
      now,
    });
  });
}
