/**
 * Order in, second half. Turns imported orders into Shopify orders, the earliest sale first, one at a time per shop.
 *
 * Recovery points: `claimed` (nothing was sent), `sent` (written before orderCreate is called; what came of it is not
 * known), `placed`. An order found at `sent` is looked up by our key, until a lost request can no longer land; only then
 * is it tried again. That it can't be looked up says nothing of it.
 */
import { type Failure, type Result, succeed } from "#connectors/contract/failures.ts";
import { raiseAlert } from "../alerts/alerts.ts";
import { listRemoved, type Variant } from "../catalogue/catalogue.ts";
import { type Channel, findChannel } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { findKnownCustomer, forgetCustomer } from "../customers/customers.ts";
import { identifyBuyer } from "../customers/identities.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { type AttemptOutcome, recordAttempt } from "../history/history.ts";
import { isHeld, type Lease, storeUnder, underLease } from "../leases/leases.ts";
import { type CustomerDecision, draftOrder } from "../orders/order-draft.ts";
import {
  findOrder,
  listPlaceable,
  type OrderWithLines,
  openBuyer,
  postponeOrder,
  recordCancelled,
  recordHeld,
  recordNotSent,
  recordSent,
} from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import { createOrder, findCustomer, isCurrency } from "../shopify/orders.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { decideRetry } from "../tasks/retry.ts";
import { bindLooseLines } from "./bind-lines.ts";
import { keyOf, LEAVES_WITHIN_MS, lookUpOrder } from "./look-up-order.ts";
import { settleOversale } from "./settle-oversale.ts";
import { settleReservationsOf } from "./settle-reservations.ts";
import { storePlaced } from "./store-placed.ts";

const PER_TURN_MAX = 200;
/** Orders placed one after the other, after which one read of the levels tells that Shopify counts them. */
const SETTLED_TOGETHER = 10;
const LOOK_AGAIN_MS = 5_000;
/** A look-up that goes on failing is tried ever more rarely, and shown once that has lasted a while. */
const LOOK_AGAIN_MS_MAX = 5 * 60_000;
const SHOWN_AFTER_MS = 10 * 60_000;

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
  if (order.stage === "sent" && !(await recover(rt, shop, channel, order, lease))) return;

  const current = order.stage === "sent" ? await findOrder(rt.db, orderId) : order;
  const bound = current && (await bindLooseLines(rt, current));
  if (bound?.stage !== "claimed") return;
  const obstacle = obstacleTo(bound, await listRemoved(rt.db, variantIdsOf(bound)));
  if (obstacle) return hold(rt, channel, bound, obstacle);

  if ((await settleOversale(rt, shop, bound, lease, unclearItems)) === "not now") return;
  const draft = await draftFor(rt, shop, channel, bound);
  if (!draft.ok) return putOff(rt, channel, bound, draft.failure);
  const sentAt = rt.clock.now();
  if (!(await recordSent(rt.db, orderId, sentAt, isHeld(lease)))) return;
  const leaveBy = addMs(sentAt, LEAVES_WITHIN_MS);
  const created = await createOrder(rt.admin(shop.domain), draft.value, { leaveBy });
  if (created.ok) return storePlaced(rt, channel, bound, created.value, "created");
  await afterFailedCreate(rt, shop, channel, { ...bound, sentAt }, created.failure, lease);
}

/** What only the merchant can take out of the way, in words that say how; null: nothing. */
function obstacleTo({ lines, currency }: OrderWithLines, removed: readonly Pick<Variant, "id">[]): string | null {
  const gone = lines.filter((line) => removed.some((one) => one.id === line.variantId));
  if (gone.length > 0)
    return `${namesOf(gone)} was deleted in Shopify after it was sold. Enter the order in Shopify by hand, or cancel it.`;
  const loose = lines.filter((line) => line.variantId === null && line.quantity > line.quantityCancelled);
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
  return lines.filter((line) => line.quantity > line.quantityCancelled).flatMap((line) => line.variantId ?? []);
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
      return false;
    case "unclear":
      await lookAgainLater(rt, channel, order, look.why, lease);
      return false;
    case "absent": {
      // What is to be carried to Shopify finds that it never came there.
      const isOver = order.remoteStatus === "cancelled";
      const isStored = await storeUnder(rt.db, lease, async (tx) => {
        await recordNotSent(tx, order.id, null);
        if (isOver) await recordCancelled(tx, order.id);
      });
      return isStored && !isOver;
    }
  }
}

/** `why`: why Shopify did not say whether it has it; null where it may still come there. */
async function lookAgainLater(
  rt: Runtime,
  channel: Channel,
  order: OrderWithLines,
  why: string | null,
  lease: Lease,
): Promise<void> {
  const now = rt.clock.now();
  const lastsMs = order.sentAt ? now.getTime() - order.sentAt.getTime() : 0;
  const delayMs = why === null ? LOOK_AGAIN_MS : Math.min(LOOK_AGAIN_MS_MAX, Math.max(LOOK_AGAIN_MS, lastsMs / 8));
  await storeUnder(rt.db, lease, async (tx) => {
    await postponeOrder(tx, order.id, addMs(now, delayMs));
    if (why === null || lastsMs < SHOWN_AFTER_MS) return;
    await alertOrder(tx, channel, order, {
      title: `Is ${channel.name} order ${order.displayName} in Shopify?`,
      message: `Lockstep sent it, and Shopify does not say whether it was made: ${why}. It is asked again by itself, and the order is not sent a second time before. Don't enter it by hand unless you have looked for it among your orders.`,
      now,
    });
  });
}

async function draftFor(rt: Runtime, shop: Shop, channel: Channel, order: OrderWithLines) {
  const customer = await decideCustomer(rt, shop, channel, order);
  if (!customer.ok) return customer;
  const variants = await rt.db.variant.findMany({
    where: { id: { in: order.lines.flatMap((line) => line.variantId ?? []) } },
    select: { id: true, gid: true },
  });
  return succeed(
    draftOrder({
      ...order,
      key: keyOf(channel, order),
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

async function afterFailedCreate(
  rt: Runtime,
  shop: Shop,
  channel: Channel,
  order: OrderWithLines,
  failure: Failure,
  lease: Lease,
): Promise<void> {
  if (failure.kind === "outcome-unknown") return lookUpLater(rt, channel, order, failure.message, lease);
  if (failure.kind !== "rejected") {
    if (!(await storeUnder(rt.db, lease, (tx) => recordNotSent(tx, order.id, null)))) return;
    return putOff(rt, channel, order, failure);
  }
  // A refusal because the key is taken means that an earlier try went through after all.
  const look = await lookUpOrder(rt, shop, channel, order);
  if (look.outcome === "found") return storePlaced(rt, channel, order, look.placed, "had been created before");
  if (look.outcome === "unclear" && look.why !== null) {
    const why = `Shopify refused it (${failure.message}), and then did not say whether it has it (${look.why})`;
    return lookUpLater(rt, channel, order, why, lease);
  }
  await hold(rt, channel, order, `Shopify refused it: ${failure.message}. Mend the cause, then choose Retry.`);
}

async function lookUpLater(
  rt: Runtime,
  channel: Channel,
  order: OrderWithLines,
  why: string,
  lease: Lease,
): Promise<void> {
  await storeUnder(rt.db, lease, async (tx) => {
    const now = rt.clock.now();
    await postponeOrder(tx, order.id, addMs(now, LOOK_AGAIN_MS));
    await note(tx, order, channel, "unclear", `${why}. It is looked up before it is tried again.`, now);
  });
}

async function hold(rt: Runtime, channel: Channel, order: OrderWithLines, reason: string): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    if (!(await recordHeld(tx, order.id, reason))) return;
    await note(tx, order, channel, "held", reason, now);
    const title = `${channel.name} order ${order.displayName} needs you`;
    await alertOrder(tx, channel, order, { title, message: reason, now });
  });
}

function alertOrder(
  tx: Tx,
  channel: Channel,
  { id, shopId }: OrderWithLines,
  { now, ...words }: { title: string; message: string; now: Date },
): Promise<void> {
  const facts = { key: `order:${id}`, severity: "critical", action: `/app/orders/${id}` } as const;
  return raiseAlert(tx, { shopId, channelId: channel.id, ...facts, ...words }, now);
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
