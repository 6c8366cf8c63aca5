/**
 * The merchant says which order in Shopify a held order is, or one that they said they had entered by hand. It is looked up,
 * shown with all that follows from it, and linked once they agree: from then on it is followed like an order that Lockstep
 * made.
 */
import { resolveAlert } from "../alerts/alerts.ts";
import type { Actor } from "../changes/changes.ts";
import { type Channel, findChannel } from "../channels/channels.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { markStale } from "../listings/listings.ts";
import { type LinkedLine, linesBeside, linkLines, nameOfLine, namesMeant, readNumber } from "../orders/order-link.ts";
import { findOrderOfShop, listOrdersByGid, type OrderWithLines } from "../orders/orders.ts";
import { unitsOf } from "../orders/picture.ts";
import { type LineTaken, recordLinked } from "../orders/record-linked.ts";
import { lookAtShipBy } from "../orders/ship-by-looks.ts";
import { sayUnits } from "../plain-words.ts";
import type { Runtime } from "../runtime.ts";
import { findOrdersByName, type OrderToLink, readOrderToLink } from "../shopify/orders.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { orderOpenAgain } from "./buyer-clock.ts";
import { keyOf, lookUpOrder } from "./look-up-order.ts";
import { refuse } from "./reply.ts";
import { storePlaced } from "./store-placed.ts";
import { wakeChannels } from "./wake-channels.ts";

/** What was found, for the merchant to look at. */
export interface OrderFound {
  gid: string;
  name: string;
  createdAt: string;
  customerName: string | null;
  total: { amount: string; currency: string };
  lines: {
    title: string;
    units: number;
    /** How many of them are in Shopify, and as what. */
    found: number;
    as: string | null;
    /** Nothing but that it is left says that the line there is this one. */
    isGuess: boolean;
  }[];
  /** In Shopify, and not sold on the marketplace. */
  beside: { title: string; units: number }[];
  /** In sentences: what linking does, to stock too. */
  follows: string[];
  /** Stands for all of this: what is agreed to is what was shown. */
  shown: string;
}

type Refusal = ReturnType<typeof refuse>;
export type Found = { ok: true; found: OrderFound } | Refusal;
export type Linked = { ok: true; message: string } | Refusal;

interface OfOrder {
  shopId: number;
  orderId: number;
}

/** Looks up what the merchant typed. Nothing is changed. */
export async function findOrderToLink(rt: Runtime, { number, ...of }: OfOrder & { number: string }): Promise<Found> {
  const typed = readNumber(number);
  if (!typed)
    return refuse("Type the number of the order as Shopify shows it, such as #1042, or paste its page's address.");
  const linkable = await findLinkable(rt, of);
  if (!linkable.ok) return linkable;
  const admin = rt.admin(linkable.shop.domain);
  const gids =
    typed.kind === "gid"
      ? ({ ok: true, value: [typed.gid] } as const)
      : await findOrdersByName(admin, (format) => namesMeant(typed.text, format));
  if (!gids.ok) return refuse(noAnswer(gids.failure.message));
  const [gid, ...others] = gids.value;
  if (!gid) return refuse(notThere(`order ${number.trim()}`));
  if (others.length > 0) {
    const many = `Shopify has ${gids.value.length} orders called ${number.trim()}.`;
    return refuse(`${many} Open the one that you mean in Shopify, and paste the address of its page here.`);
  }
  const read = await readFound(rt, linkable, gid);
  return read.ok ? { ok: true, found: read.found } : read;
}

/** `shown`: of what the merchant agreed to. */
export async function linkOrder(
  rt: Runtime,
  { orderGid, shown, actor = null, ...of }: OfOrder & { orderGid: string; shown: string; actor?: Actor },
): Promise<Linked> {
  const linkable = await findLinkable(rt, of);
  if (!linkable.ok) return linkable;
  const read = await readFound(rt, linkable, orderGid);
  if (!read.ok) return read;
  if (read.found.shown !== shown) {
    return refuse("The order changed while you looked, here or in Shopify, so it was not linked. Look it up again.");
  }
  const { order, shop } = linkable;
  const { placed } = read.inShopify;
  const lineGids = new Map(
    read.links.flatMap((link) => (link.shopifyLineGid ? [[link.remoteLineId, link.shopifyLineGid]] : [])),
  );
  return inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const recorded = await recordLinked(tx, {
      ...{ id: order.id, shopId: shop.id, sentAt: order.sentAt, stage: order.stage, taken: read.taken, now },
      placed: { ...placed, lineGids },
    });
    if (recorded.outcome === "of another") return refuse(isOfAnother(placed.name, recorded.displayName));
    if (recorded.outcome === "moved on") return refuse(MOVED_ON);
    await wakeFor(rt, tx, shop.id, recorded);
    await goOn(rt, tx, linkable, placed.gid);
    await recordAttempt(tx, {
      ...{
        shopId: shop.id,
        channelId: order.channelId,
        kind: "place-order",
        orderId: order.id,
        outcome: "done",
        actor,
      },
      message: `Order ${order.displayName} is Shopify order ${placed.name}, entered by hand and linked by its number`,
      ...{ startedAt: now, finishedAt: now },
    });
    return { ok: true, message: `Linked to ${placed.name}` };
  });
}

async function wakeFor(
  rt: Runtime,
  tx: Tx,
  shopId: number,
  { freedItems, takenItems }: { freedItems: string[]; takenItems: string[] },
): Promise<void> {
  const now = rt.clock.now();
  const less = { inventoryItemGids: takenItems };
  await wakeChannels(rt, tx, await markStale(tx, shopId, less, { decreasing: true, now }));
  const more = { inventoryItemGids: freedItems };
  await wakeChannels(rt, tx, await markStale(tx, shopId, more, { decreasing: false, now }));
}

/** Who has to do with it next, as with an order that was just placed. */
async function goOn(rt: Runtime, tx: Tx, { order }: Linkable, orderGid: string): Promise<void> {
  const { id, shopId, stage } = order;
  const now = rt.clock.now();
  await resolveAlert(tx, shopId, `order:${id}`, now);
  await resolveAlert(tx, shopId, `entered:${id}`, now);
  // Until a parcel leaves it is open, whatever was said of it before.
  if (stage === "entered") await orderOpenAgain(rt, tx, order);
  await lookAtShipBy(tx, id, now);
  await rt.queue.send(tx, "settle-reservations", { shopId });
  await rt.queue.send(tx, "follow-orders", { shopId, orderGid });
  const wasHeld = order.lines.some((line) => line.reservation?.state === "posted");
  if (wasHeld) await rt.queue.send(tx, "hold-stock", { shopId });
}

interface Linkable {
  ok: true;
  shop: Shop;
  channel: Channel;
  order: OrderWithLines;
  marketplace: string;
}

/** One that waits for the merchant, and that Lockstep has not brought to Shopify itself. */
async function findLinkable(rt: Runtime, { shopId, orderId }: OfOrder): Promise<Linkable | Refusal> {
  const order = await findOrderOfShop(rt.db, shopId, orderId);
  const [shop, channel] = await Promise.all([
    findShop(rt.db, { id: shopId }),
    order ? findChannel(rt.db, order.channelId) : null,
  ]);
  if (!order || !shop || !channel) return refuse("This order does not exist any more.");
  const marketplace = rt.connectors.get(channel.connectorKey)?.manifest.name ?? channel.name;
  if (order.shopifyOrderGid) {
    return refuse(`This order is ${order.shopifyOrderName ?? "an order"} in Shopify already. Reload the page.`);
  }
  if (order.stage !== "held" && order.stage !== "entered") return refuse(MOVED_ON);
  if (order.remoteStatus === "cancelled") {
    return refuse(
      `${marketplace} has cancelled this order: nothing is left to follow. Cancel it in Shopify by hand too.`,
    );
  }
  if (order.stage === "held" && order.sentAt) {
    const look = await lookUpOrder(rt, shop, channel, order);
    if (look.outcome === "unclear") {
      return refuse("Lockstep sent this order, and Shopify may still be making it. Try again in a minute.");
    }
    if (look.outcome === "found") {
      await storePlaced(rt, channel, order, look.placed, "found when it was decided about");
      return refuse(`Lockstep made this order in Shopify already, as ${look.placed.name}. Reload the page.`);
    }
  }
  return { ok: true, shop, channel, order, marketplace };
}

interface Read {
  ok: true;
  found: OrderFound;
  inShopify: OrderToLink;
  links: LinkedLine[];
  taken: LineTaken[];
}

async function readFound(rt: Runtime, linkable: Linkable, gid: string): Promise<Read | Refusal> {
  const { shop, channel, order, marketplace } = linkable;
  const read = await readOrderToLink(rt.admin(shop.domain), gid);
  if (!read.ok) return refuse(noAnswer(read.failure.message));
  if (!read.value) return refuse(notThere("such order"));
  const inShopify = read.value;
  const { placed, key } = inShopify;
  const [other] = await listOrdersByGid(rt.db, shop.id, [placed.gid]);
  if (other) return refuse(isOfAnother(placed.name, other.displayName));
  if (key !== null && key !== keyOf(channel, order)) {
    return refuse(`Lockstep made ${placed.name} for another marketplace order, so it can't be linked to this one.`);
  }
  if (inShopify.isCancelled) {
    return refuse(`${placed.name} is cancelled in Shopify. Link the order that is to be sent, or cancel this one.`);
  }
  const variants = await rt.db.variant.findMany({
    where: { id: { in: order.lines.flatMap((line) => line.variantId ?? []) } },
    select: { id: true, gid: true, inventoryItemGid: true },
  });
  const variantOf = (line: OrderWithLines["lines"][number]) => variants.find((one) => one.id === line.variantId);
  const links = linkLines(
    order.lines.map((line) => ({ ...line, units: unitsOf(line), variantGid: variantOf(line)?.gid ?? null })),
    inShopify.lines,
  );
  if (links.every((link) => link.found === 0)) {
    return refuse(
      `No line of ${placed.name} is one of this order's, so it seems to be another order. Look at its number.`,
    );
  }
  const taken = order.lines.flatMap((line): LineTaken[] => {
    const link = links.find((one) => one.remoteLineId === line.remoteLineId);
    const inventoryItemGid = variantOf(line)?.inventoryItemGid;
    if (!inventoryItemGid || !link?.isSameStock || link.found === 0) return [];
    return [{ orderLineId: line.id, inventoryItemGid, units: link.found }];
  });
  const shownLines = order.lines.flatMap((line) => {
    const link = links.find((one) => one.remoteLineId === line.remoteLineId);
    const there = inShopify.lines.find((one) => one.gid === link?.shopifyLineGid);
    if (!link) return [];
    const as = there ? nameOfLine(there) : null;
    return [{ title: line.title, units: link.units, found: link.found, as, isGuess: link.by === "rest" }];
  });
  const facts = {
    gid: placed.gid,
    name: placed.name,
    createdAt: placed.createdAt.toISOString(),
    customerName: inShopify.customerName,
    total: inShopify.total,
    lines: shownLines,
    beside: linesBeside(inShopify.lines, links).map(({ line, units }) => ({ title: nameOfLine(line), units })),
    follows: whatFollows({ order, inShopify, links, taken, marketplace }),
  };
  const shown = rt.secrets.hash(JSON.stringify([order.stage, facts])).slice(0, SHOWN_CHARS);
  return { ok: true, found: { ...facts, shown }, inShopify, links, taken };
}

const SHOWN_CHARS = 32;

function whatFollows({
  order,
  inShopify: { placed, fulfilment },
  links,
  taken,
  marketplace,
}: Pick<Read, "inShopify" | "links" | "taken"> & { order: OrderWithLines; marketplace: string }): string[] {
  const total = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0);
  const unitsTaken = total(taken.map((one) => one.units));
  const missing = total(links.map((link) => link.units - link.found));
  const setAside = total(
    order.lines.map(({ reservation }) => (reservation?.state === "pending" ? reservation.quantity : 0)),
  );
  const freed = Math.max(0, setAside - unitsTaken);
  return [
    fulfilment === "FULFILLED" || fulfilment === "PARTIALLY_FULFILLED"
      ? `${placed.name} is ${fulfilment === "FULFILLED" ? "shipped" : "shipped in part"} already: Lockstep looks whether ${marketplace} knows, and tells it if not.`
      : `When ${placed.name} is shipped, ${marketplace} is told. Cancelled on one side, it is cancelled on the other.`,
    ...(unitsTaken > 0
      ? [
          `${placed.name} has taken ${sayUnits(unitsTaken)} off your stock in Shopify. Lockstep sets ${itOrThem(unitsTaken)} aside until it has seen that, so that none is counted twice.`,
        ]
      : []),
    ...(freed > 0
      ? [
          `${sayUnits(freed)} that Lockstep set aside for this order ${freed === 1 ? "is" : "are"} free again: ${placed.name} did not take ${itOrThem(freed)} off that stock.`,
        ]
      : []),
    ...(missing > 0
      ? [
          `${sayUnits(missing)} of this order ${missing === 1 ? "is" : "are"} not in ${placed.name}: you are asked what to do about ${itOrThem(missing)}.`,
        ]
      : []),
  ];
}

function itOrThem(units: number): string {
  return units === 1 ? "it" : "them";
}

const MOVED_ON = "This order is not on hold any more, or is being decided about. Reload the page.";

function notThere(what: string): string {
  return `Shopify shows no ${what}. Look at the number; orders older than 60 days may not be shown to apps.`;
}

function noAnswer(why: string): string {
  return `Shopify did not say which order that is, so nothing was changed: ${why}. Try again in a minute.`;
}

function isOfAnother(name: string, displayName: string): string {
  return `${name} is linked to order ${displayName} already. Each marketplace order needs an order of its own in Shopify.`;
}
