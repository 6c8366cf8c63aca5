/**
 * The merchant corrects what a marketplace gave of a held order's buyer: their name, address or contact. They see what is
 * there, what is at fault and what saving does; saved, it counts in place of the marketplace's, and the order is tried again.
 */
import type { RemoteBuyer } from "#connectors/contract/remote-types.ts";
import { resolveAlert } from "../alerts/alerts.ts";
import type { Actor } from "../changes/changes.ts";
import { type Channel, findChannel } from "../channels/channels.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { type BuyerFaults, FIELD_NAMES, faultsOf, PART_NAMES, type Refused } from "../orders/buyer-faults.ts";
import { buyerKeysOf } from "../orders/buyers.ts";
import {
  BUYER_FIELDS,
  type BuyerField,
  type BuyerFields,
  correct,
  fieldsOf,
  openCorrection,
  openGiven,
  withCorrection,
} from "../orders/corrected-buyer.ts";
import {
  correctHeld,
  findOrderOfShop,
  lockOrderOfShop,
  type OrderWithLines,
  uncorrect,
  waitsForMerchant,
} from "../orders/orders.ts";
import { isoCountry } from "../orders/territories.ts";
import type { Runtime } from "../runtime.ts";
import { COUNTRY_CODES, isCountry } from "../shopify/orders.ts";
import { renameBuyer } from "./follow-buyer.ts";
import { refuse } from "./reply.ts";

/** For the merchant to look at, and to fill in. */
export interface AddressShown {
  values: BuyerFields;
  /** By field, before anything was typed. */
  faults: BuyerFaults;
  /** What Shopify refused when it was sent last, in sentences. */
  refused: string[];
  /** What the marketplace gives now, line by line, where that is not what is filled in. */
  given: string[];
  countries: { value: string; label: string }[];
  /** In sentences: what saving does. */
  follows: string[];
  /** Stands for all that was read: what is saved was made of what was shown. */
  shown: string;
}

type Refusal = { ok: false; message: string; errors?: Record<string, string> };
export type AddressRead = { ok: true; address: AddressShown } | Refusal;
export type Corrected = { ok: true; message: string } | Refusal;

interface OfOrder {
  shopId: number;
  orderId: number;
}

/** Nothing is changed. */
export async function readAddress(rt: Runtime, { shopId, orderId }: OfOrder): Promise<AddressRead> {
  const order = await findOrderOfShop(rt.db, shopId, orderId);
  const correctable = await correctableOrder(rt, rt.db, order);
  if (!correctable.ok) return correctable;
  const { values, given, marketplace } = correctable;
  const before = valuesOf(given);
  const isOther = BUYER_FIELDS.some((field) => before[field] !== values[field]);
  return {
    ok: true,
    address: {
      values,
      faults: faultsOf(values, checkedBy(correctable.order)),
      refused: [...new Set(refusedIn(rt, correctable.order).map(sayRefused))],
      given: isOther ? BUYER_FIELDS.map((field) => before[field]).filter((line) => line !== "") : [],
      countries: countriesWith(values.countryCode),
      follows: whatFollows(correctable.order, marketplace),
      shown: standsFor(rt, correctable),
    },
  };
}

/** `shown`: of what the merchant filled in. */
export function correctAddress(
  rt: Runtime,
  { shopId, orderId, values, shown, actor = null }: OfOrder & { values: BuyerFields; shown: string; actor?: Actor },
): Promise<Corrected> {
  return inTransaction(rt.db, async (tx): Promise<Corrected> => {
    const order = await lockOrderOfShop(tx, shopId, orderId);
    const correctable = await correctableOrder(rt, tx, order);
    if (!correctable.ok) return correctable;
    if (standsFor(rt, correctable) !== shown) return refuse(CHANGED);
    const { channel, given, counts } = correctable;
    const errors = faultsOf(values, checkedBy(correctable.order));
    if (Object.keys(errors).length > 0) return { ...refuse("Please correct the fields in red."), errors };
    const correction = correct(given, values);
    const now = rt.clock.now();
    const after = withCorrection(given, correction);
    const buyerKeys = buyerKeysOf(rt.secrets, channel.connectorKey, { given, counts: after });
    const isRecorded = await correctHeld(tx, correctable.order, {
      correctionSealed: rt.secrets.seal(JSON.stringify(correction)),
      correctedAt: now,
      buyerKeys,
      buyerIsHidden: buyerKeys.length === 0,
    });
    if (!isRecorded) return refuse(NOT_HELD);
    await resolveAlert(tx, shopId, `order-address-moved:${orderId}`, now);
    const waits = waitsForMerchant(correctable.order);
    await noteCorrection(rt, tx, correctable, {
      message: waits
        ? "the buyer's address or contact was corrected; the order stays on hold"
        : "the buyer's address or contact was corrected, and the order is tried again",
      actor,
    });
    if (!waits) await rt.queue.send(tx, "place-orders", { shopId });
    await renameBuyer(rt, tx, channel, correctable.order, { before: counts, after });
    return { ok: true, message: waits ? "Address saved" : "Address saved, trying again" };
  });
}

/** What the marketplace gives counts again. Where the order is, it stays. */
export function takeGivenAddress(
  rt: Runtime,
  { shopId, orderId, actor = null }: OfOrder & { actor?: Actor },
): Promise<Corrected> {
  return inTransaction(rt.db, async (tx): Promise<Corrected> => {
    const order = await lockOrderOfShop(tx, shopId, orderId);
    const opened = await openOrder(rt, tx, order);
    if (!opened.ok) return opened;
    if (opened.order.correctionSealed === null)
      return refuse("The address is the marketplace's already. Reload the page.");
    if (opened.order.stage === "sent") return refuse(ON_ITS_WAY);
    const { channel, given, counts, marketplace } = opened;
    const buyerKeys = buyerKeysOf(rt.secrets, channel.connectorKey, { given, counts: given });
    await uncorrect(tx, orderId, { buyerKeys, buyerIsHidden: buyerKeys.length === 0 });
    await resolveAlert(tx, shopId, `order-address-moved:${orderId}`, rt.clock.now());
    const message = `the correction was undone: the buyer's address and contact are those of ${marketplace} again`;
    await noteCorrection(rt, tx, opened, { message, actor });
    // Whose it is in Shopify was decided with it: that stays.
    if (opened.order.shopifyOrderGid === null)
      await renameBuyer(rt, tx, channel, opened.order, { before: counts, after: given });
    return { ok: true, message: `Address of ${marketplace} taken` };
  });
}

interface Opened {
  ok: true;
  order: OrderWithLines;
  channel: Channel;
  marketplace: string;
  /** As the marketplace gives them, and as they count. */
  given: RemoteBuyer;
  counts: RemoteBuyer;
  values: BuyerFields;
}

async function openOrder(rt: Runtime, db: Tx | Runtime["db"], order: OrderWithLines | null): Promise<Opened | Refusal> {
  const channel = order && (await findChannel(db, order.channelId));
  if (!order || !channel) return refuse("This order does not exist any more.");
  if (!order.buyerSealed) return refuse("Nothing is held of this buyer any more, so there is no address to correct.");
  const opened = tryOpen(rt, order);
  if (!opened)
    return refuse("The address was sealed with a key that Lockstep does not have. Tell whoever runs Lockstep.");
  const { given, correction } = opened;
  const counts = correction ? withCorrection(given, correction) : given;
  const marketplace = rt.connectors.get(channel.connectorKey)?.manifest.name ?? channel.name;
  return { ok: true, order, channel, marketplace, given, counts, values: valuesOf(counts) };
}

function tryOpen({ secrets }: Runtime, order: OrderWithLines) {
  try {
    const given = openGiven(secrets, order);
    return given && { given, correction: openCorrection(secrets, order) };
  } catch {
    return null;
  }
}

/** A select has codes as Shopify writes them. */
function valuesOf(buyer: RemoteBuyer): BuyerFields {
  const values = fieldsOf(buyer);
  return { ...values, countryCode: isoCountry(values.countryCode) ?? values.countryCode };
}

async function correctableOrder(
  rt: Runtime,
  db: Tx | Runtime["db"],
  order: OrderWithLines | null,
): Promise<Opened | Refusal> {
  const opened = await openOrder(rt, db, order);
  return opened.ok && opened.order.stage !== "held" ? refuse(NOT_HELD) : opened;
}

function checkedBy({ delivery }: OrderWithLines) {
  return { isSent: delivery !== "pick-up", isCountry };
}

function refusedIn({ secrets }: Runtime, { refusedSealed }: OrderWithLines): Refused[] {
  return refusedSealed ? (JSON.parse(secrets.open(refusedSealed)) as Refused[]) : [];
}

function sayRefused({ field, part, why }: Refused): string {
  const words = why.trim().replace(/\.$/, "");
  const what = field === null ? `the ${PART_NAMES[part]} as a whole` : `the ${FIELD_NAMES[field as BuyerField]}`;
  return `Shopify refused ${what}: “${words}”.`;
}

/** What the order has and Shopify has not is there to be seen, and to be changed. */
function countriesWith(code: string): AddressShown["countries"] {
  const names = new Intl.DisplayNames(["en"], { type: "region" });
  const known = COUNTRY_CODES.map((value) => ({ value, label: names.of(value) ?? value }));
  known.sort((one, other) => one.label.localeCompare(other.label, "en"));
  const isKnown = known.some((one) => one.value === code);
  return [
    ...(isKnown && code !== "" ? [] : [{ value: code, label: code === "" ? "Choose a country" : `“${code}”` }]),
    ...known,
  ];
}

function whatFollows(order: OrderWithLines, marketplace: string): string[] {
  return [
    `Lockstep uses this for this order in place of what ${marketplace} gave, and finds or makes the customer in Shopify by it. ${marketplace} is not told.`,
    waitsForMerchant(order)
      ? "The order stays on hold for what is said on its page: choose Retry there when you have looked at that."
      : "The order is sent to Shopify again at once.",
    ...(order.sentAt !== null && !waitsForMerchant(order)
      ? ["It was sent before, so Lockstep first makes sure that Shopify does not have it: that may take two minutes."]
      : []),
    `You can go back to what ${marketplace} gives. It is encrypted here, and deleted with the rest of what is held of the buyer.`,
  ];
}

function standsFor({ secrets }: Runtime, { order, given, counts }: Opened): string {
  const refused = order.refusedSealed ?? "";
  return secrets.hash(JSON.stringify([order.id, fieldsOf(given), fieldsOf(counts), refused])).slice(0, SHOWN_CHARS);
}

const SHOWN_CHARS = 32;

/** That it was done and by whom, never what: history outlives the buyer. */
function noteCorrection(
  rt: Runtime,
  tx: Tx,
  { order: { id: orderId, shopId, displayName }, channel: { id: channelId } }: Opened,
  { message, actor }: { message: string; actor: Actor },
): Promise<void> {
  const now = rt.clock.now();
  return recordAttempt(tx, {
    ...{ shopId, channelId, kind: "place-order", orderId, outcome: "done", actor, startedAt: now, finishedAt: now },
    message: `Order ${displayName}: ${message}`,
  });
}

const NOT_HELD = "This order is not on hold any more, or is being decided about. Reload the page.";
const CHANGED =
  "The address changed while you looked, here or on the marketplace, so nothing was saved. Close this and open it again.";
const ON_ITS_WAY = "This order is on its way to Shopify. Try again in a minute.";
