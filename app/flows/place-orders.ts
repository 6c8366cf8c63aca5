/**
 * Order in, second half. Turns imported orders into Shopify orders, the earliest sale first, one at a time per shop.
 *
 * Recovery points: `claimed` (nothing was sent), `sent` (written before orderCreate is called; what came of it is not
 * known), `placed`. An order found at `sent` is looked up by our key, until a lost request can no longer land; only then
 * is it tried again.
 */
import { type Failure, type Result, succeed } from "#connectors/contract/failures.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import { type Channel, findChannel } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { findKnownCustomer, forgetCustomer, rememberCustomer } from "../customers/customers.ts";
import { identifyBuyer } from "../customers/identities.ts";
import { inTransaction } from "../db.server.ts";
import { type AttemptOutcome, recordAttempt } from "../history/history.ts";
import { isHeld, type Lease, storeUnder, underLease } from "../leases/leases.ts";
import { type CustomerDecision, draftOrder, orderKey } from "../orders/order-draft.ts";
import {
  findOrder,
  listPlaceable,
  type OrderWithLines,
  openBuyer,
  type PlacedOrder,
  postponeOrder,
  recordHeld,
  recordNotSent,
  recordPlaced,
  recordSent,
} from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import { createOrder, findCustomer, findOrderByKey, isCurrency } from "../shopify/orders.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { decideRetry } from "../tasks/retry.ts";
import { bindLooseLines } from "./bind-lines.ts";
import { settleOversale } from "./settle-oversale.ts";
import { settleReservationsOf } from "./settle-reservations.ts";

const PER_TURN_MAX = 200;
/** Orders placed one after the other, after which one read of the levels tells that Shopify counts them. */
const SETTLED_TOGETHER = 10;
/** orderCreate leaves this soon after `sent` was written, or not at all: later another worker may have taken over. */
const LEAVES_WITHIN_MS = 15_000;
/** After this a request whose reply was lost can no longer create its order, and the order's key can be found. */
const LOST_REQUEST_MS = LEAVES_WITHIN_MS + 60_000;
const LOOK_AGAIN_MS = 5_000;

export async function placeOrders(rt: Runtime, { shopId }: { shopId: number }): Promise<void> {
  const shop = await findShop(rt.db, { id: shopId });
  if (!shop || shop.uninstalledAt) return;
  const again = await underLease(rt, { name: `place:${shopId}`, holder: rt.workerId }, async (lease) => {
    const ids = await listPlaceable(rt.db, shopId, rt.clock.now(), PER_TURN_MAX);
    for (let start = 0; start < ids.length; start += SETTLED_TOGETHER) {
      const unclearItems = new Set<string>();
      for (const id of ids.slice(start, start + SETTLED_TOGETHER)) await placeOrder(rt, shop, id, lease, unclearItems);
      await settleReservationsOf(rt, shop);
    }
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
): Promise<void> {
  const order = await findOrder(rt.db, orderId);
  const channel = order && (await findChannel(rt.db, order.channelId));
  if (!order || !channel) return;
  const key = orderKey({
    connectorKey: channel.connectorKey,
    remoteAccountId: channel.remoteAccountId,
    remoteId: order.remoteId,
  });
  if (order.stage === "sent" && !(await recover(rt, shop, channel, order, key, lease))) return;

  const current = order.stage === "sent" ? await findOrder(rt.db, orderId) : order;
  const bound = current && (await bindLooseLines(rt, current));
  if (bound?.stage !== "claimed") return;
  const obstacle = obstacleTo(bound);
  if (obstacle) return hold(rt, channel, bound, obstacle);

  if ((await settleOversale(rt, shop, bound, lease, unclearItems)) === "not now") return;
  const draft = await draftFor(rt, shop, channel, bound, key);
  if (!draft.ok) return putOff(rt, channel, bound, draft.failure);
  const sentAt = rt.clock.now();
  if (!(await recordSent(rt.db, orderId, sentAt, isHeld(lease)))) return;
  const leaveBy = addMs(sentAt, LEAVES_WITHIN_MS);
  const created = await createOrder(rt.admin(shop.domain), draft.value, { leaveBy });
  if (created.ok) return finish(rt, shop, channel, bound, created.value, "created");
  await afterFailedCreate(rt, shop, channel, bound, key, created.failure, lease);
}

/** What only the merchant can take out of the way, in words that say how; null: nothing. */
function obstacleTo({ lines, currency }: OrderWithLines): string | null {
  const loose = lines.filter((line) => line.variantId === null && line.quantity > line.quantityCancelled);
  if (loose.length > 0) {
    const names = loose.map((line) => (line.sku ? `SKU ${line.sku}` : `“${line.title}”`)).join(", ");
    return `No Shopify variant is known for ${names}. Match the listing, or give one variant in Shopify its SKU: the order then goes to Shopify by itself.`;
  }
  return isCurrency(currency)
    ? null
    : `Shopify has no currency “${currency}”, so the order can't go there by itself. Enter it in Shopify by hand, or cancel it.`;
}

/** True when nothing was created and the order may be sent again; otherwise it was found, or is looked for later. */
async function recover(
  rt: Runtime,
  shop: Shop,
  channel: Channel,
  order: OrderWithLines,
  key: string,
  lease: Lease,
): Promise<boolean> {
  const found = await findOrderByKey(rt.admin(shop.domain), key);
  if (!found.ok) {
    await postponeOrder(rt.db, order.id, addMs(rt.clock.now(), LOOK_AGAIN_MS));
    return false;
  }
  if (found.value) {
    await finish(rt, shop, channel, order, found.value, "found again after an unclear reply");
    return false;
  }
  const now = rt.clock.now();
  if (order.sentAt && now < addMs(order.sentAt, LOST_REQUEST_MS)) {
    await postponeOrder(rt.db, order.id, addMs(now, LOOK_AGAIN_MS));
    return false;
  }
  return storeUnder(rt.db, lease, (tx) => recordNotSent(tx, order.id, null));
}

async function draftFor(rt: Runtime, shop: Shop, channel: Channel, order: OrderWithLines, key: string) {
  const customer = await decideCustomer(rt, shop, channel, order);
  if (!customer.ok) return customer;
  const variants = await rt.db.variant.findMany({
    where: { id: { in: order.lines.flatMap((line) => line.variantId ?? []) } },
    select: { id: true, gid: true },
  });
  return succeed(
    draftOrder({
      ...order,
      key,
      now: rt.clock.now(),
      marketplace: rt.connectors.get(channel.connectorKey)?.manifest.name ?? channel.connectorKey,
      buyer: openBuyer(rt.secrets, order),
      customer: customer.value,
      lines: order.lines.flatMap((line) => {
        const variant = variants.find((one) => one.id === line.variantId);
        const quantity = line.quantity - line.quantityCancelled;
        return variant && quantity > 0 ? [{ ...line, variantGid: variant.gid, quantity }] : [];
      }),
    }),
  );
}

/** Email, else phone, else the marketplace's buyer id; else a new customer, or a guest when nothing makes a person. */
async function decideCustomer(
  rt: Runtime,
  shop: Shop,
  channel: Channel,
  order: OrderWithLines,
): Promise<Result<CustomerDecision>> {
  const buyer = openBuyer(rt.secrets, order);
  if (!buyer) return succeed({ kind: "guest" });
  const admin = rt.admin(shop.domain);
  const identities = identifyBuyer(buyer);
  const known = { shopId: shop.id, connectorKey: channel.connectorKey, identities, secrets: rt.secrets };

  const remembered = await findKnownCustomer(rt.db, known);
  if (remembered) {
    const still = await findCustomer(admin, { id: remembered });
    if (!still.ok) return still;
    if (still.value) return succeed({ kind: "existing", gid: still.value });
    await forgetCustomer(rt.db, shop.id, remembered);
  }
  for (const identifier of [
    identities.email ? { emailAddress: identities.email } : null,
    identities.phone ? { phoneNumber: identities.phone } : null,
  ]) {
    if (!identifier) continue;
    const found = await findCustomer(admin, identifier);
    if (!found.ok) return found;
    if (found.value) return succeed({ kind: "existing", gid: found.value });
  }
  const name = buyer.name ?? buyer.shippingAddress?.name ?? null;
  const { email, phone } = identities;
  return succeed(email || phone || name ? { kind: "new", email, phone, name } : { kind: "guest" });
}

async function finish(
  rt: Runtime,
  shop: Shop,
  channel: Channel,
  order: OrderWithLines,
  placed: PlacedOrder,
  how: string,
): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    await recordPlaced(tx, order.id, placed, now);
    const buyer = openBuyer(rt.secrets, order);
    if (placed.customerGid && buyer) {
      await rememberCustomer(tx, {
        shopId: shop.id,
        connectorKey: channel.connectorKey,
        identities: identifyBuyer(buyer),
        secrets: rt.secrets,
        customerGid: placed.customerGid,
        now,
      });
    }
    await resolveAlert(tx, shop.id, `order:${order.id}`, now);
    if (order.retryAt) await resolveAlert(tx, shop.id, "shopify-access", now);
    await note(tx, order, channel, "done", `Shopify order ${placed.name} ${how}`, now);
    // It may have been shipped or cancelled over there before we knew its number.
    await rt.queue.send(tx, "follow-orders", { shopId: shop.id, orderGid: placed.gid });
    // Units held in Shopify while it was unpaid are missing twice until they are freed.
    const wasHeld = order.lines.some((line) => line.reservation?.state === "posted");
    if (wasHeld) await rt.queue.send(tx, "hold-stock", { shopId: shop.id });
  });
}

async function afterFailedCreate(
  rt: Runtime,
  shop: Shop,
  channel: Channel,
  order: OrderWithLines,
  key: string,
  failure: Failure,
  lease: Lease,
): Promise<void> {
  if (failure.kind === "outcome-unknown") {
    await storeUnder(rt.db, lease, async (tx) => {
      const now = rt.clock.now();
      await postponeOrder(tx, order.id, addMs(now, LOOK_AGAIN_MS));
      await note(tx, order, channel, "unclear", `${failure.message}. It is looked up before it is tried again.`, now);
    });
    return;
  }
  if (failure.kind !== "rejected") {
    if (!(await storeUnder(rt.db, lease, (tx) => recordNotSent(tx, order.id, null)))) return;
    return putOff(rt, channel, order, failure);
  }
  // A refusal because the key is taken means that an earlier try went through after all.
  const found = await findOrderByKey(rt.admin(shop.domain), key);
  if (found.ok && found.value) return finish(rt, shop, channel, order, found.value, "had been created before");
  await hold(rt, channel, order, `Shopify refused it: ${failure.message}. Mend the cause, then choose Retry.`);
}

async function hold(rt: Runtime, channel: Channel, order: OrderWithLines, reason: string): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    if (!(await recordHeld(tx, order.id, reason))) return;
    await note(tx, order, channel, "held", reason, now);
    await raiseAlert(
      tx,
      {
        shopId: order.shopId,
        channelId: channel.id,
        key: `order:${order.id}`,
        severity: "critical",
        title: `${channel.name} order ${order.displayName} needs you`,
        message: reason,
        action: `/app/orders/${order.id}`,
      },
      now,
    );
  });
}

async function putOff(rt: Runtime, channel: Channel, order: OrderWithLines, failure: Failure): Promise<void> {
  const now = rt.clock.now();
  const verdict = decideRetry(failure, order.placeAttempts + 1);
  if (verdict.action === "give-up") return hold(rt, channel, order, failure.message);
  const delayMs = verdict.action === "reconnect" ? REOPEN_MS : verdict.delayMs;
  await inTransaction(rt.db, async (tx) => {
    await postponeOrder(tx, order.id, addMs(now, delayMs));
    const outcome = failure.kind === "outcome-unknown" ? "unclear" : failure.kind;
    await note(tx, order, channel, outcome, `${failure.message}. It will be tried again.`, now);
    if (verdict.action !== "reconnect") return;
    await raiseAlert(
      tx,
      {
        shopId: order.shopId,
        key: "shopify-access",
        severity: "critical",
        title: "Lockstep lost its access to your store",
        message: `${failure.message}. Marketplace orders wait meanwhile.`,
        action: "/app",
      },
      now,
    );
  });
}

const REOPEN_MS = 60_000;

function note(
  tx: Parameters<typeof recordAttempt>[0],
  order: OrderWithLines,
  channel: Channel,
  outcome: AttemptOutcome,
  message: string,
  now: Date,
): Promise<void> {
  const { shopId, id: orderId } = order;
  return recordAttempt(tx, {
    shopId,
    channelId: channel.id,
    kind: "place-order",
    orderId,
    outcome,
    message,
    startedAt: now,
    finishedAt: now,
  });
}
