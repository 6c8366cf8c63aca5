/** What happens to receipts: bought, paid, shipped, refunded, cancelled. Pure over the state; no HTTP. */
import { addMs } from "#app/clock.ts";
import { type Change, DONE, findBySku, restock, sell, shownQuantity } from "./listings.ts";
import { type Contact, type EtsyState, nextNumber, numberOf, type Receipt, type Shipment } from "./state.ts";

export interface Purchase {
  lines: readonly { sku: string; quantity: number }[];
  username: string;
  contact: Contact;
  /** False: the buyer's payment is still under way. Holds the units all the same. */
  pay: boolean;
  note?: string;
  giftMessage?: string;
  shippingUpgrade?: string;
  /** What is to be written on it, by SKU. */
  personalizations?: Readonly<Record<string, string>>;
  shippingMinor?: number;
  discountMinor?: number;
  giftWrapMinor?: number;
}

export type Bought = { ok: true; receipt: Receipt } | { ok: false; why: string };

const FLAT_SHIPPING_MINOR = 450;
/** Sales tax that Etsy collects and remits for buyers in the United States; one rate is enough here. */
const US_SALES_TAX_PERCENT = 8;
const VERSIONS_KEPT_MAX = 20;

export function buy(state: EtsyState, purchase: Purchase, now: Date): Bought {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of purchase.lines) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
  if (wanted.size === 0) return { ok: false, why: "Nothing was chosen." };
  for (const [sku, quantity] of wanted) {
    const found = findBySku(state, sku);
    const shown = found ? shownQuantity(found.listing, found.product) : 0;
    if (quantity > shown)
      return { ok: false, why: `Only ${shown} of ${found?.listing.title ?? sku} left, ${quantity} wanted.` };
  }
  const lines = [...wanted].map(([sku, quantity]) => {
    const found = findBySku(state, sku);
    if (!found) throw new Error(`${sku} was checked to be for sale.`);
    const { listing, product } = found;
    const line = {
      transactionId: 4_300_000_000 + nextNumber(state, "transaction"),
      listingId: listing.listingId,
      productId: product.productId,
      sku: product.sku,
      title: listing.title,
      quantity,
      unitMinor: product.offering.priceMinor,
      values: structuredClone(product.values),
      isDigital: listing.isDigital,
      personalization: purchase.personalizations?.[sku] ?? null,
    };
    sell(listing, product, quantity, now);
    return line;
  });
  const at = now.toISOString();
  const goods = lines.reduce((sum, one) => sum + one.unitMinor * one.quantity, 0);
  const discountMinor = purchase.discountMinor ?? 0;
  const isTaxed = purchase.contact.countryIso === "US";
  const receipt: Receipt = {
    receiptId: 3_500_000_000 + nextNumber(state, "receipt"),
    createdAt: at,
    updatedAt: at,
    paidAt: purchase.pay ? at : null,
    shippedAt: null,
    cancelledAt: null,
    refundedMinor: 0,
    buyer: {
      userId: 100_000_000 + numberOf(purchase.username),
      username: purchase.username,
      email: `${purchase.username}@mail.example`,
      contact: purchase.contact,
    },
    note: purchase.note ?? null,
    lines,
    shippingMinor: purchase.shippingMinor ?? FLAT_SHIPPING_MINOR,
    discountMinor,
    taxMinor: isTaxed ? Math.round(((goods - discountMinor) * US_SALES_TAX_PERCENT) / 100) : 0,
    giftWrapMinor: purchase.giftWrapMinor ?? 0,
    giftMessage: purchase.giftMessage ?? "",
    shippingUpgrade: purchase.shippingUpgrade ?? null,
    shipments: [],
    trackingMails: 0,
  };
  state.receipts.set(receipt.receiptId, receipt);
  keepVersion(state, receipt, now);
  return { ok: true, receipt };
}

function keepVersion(state: EtsyState, receipt: Receipt, now: Date): void {
  const versions = state.receiptVersions.get(receipt.receiptId) ?? [];
  versions.push({ at: now.toISOString(), receipt: structuredClone(receipt) });
  if (versions.length > VERSIONS_KEPT_MAX) versions.shift();
  state.receiptVersions.set(receipt.receiptId, versions);
}

/** To be called after each change; `moves`: whether updated_timestamp does. */
function touch(state: EtsyState, receipt: Receipt, now: Date, moves = true): void {
  if (moves) receipt.updatedAt = now.toISOString();
  keepVersion(state, receipt, now);
}

/** The receipts as a search sees them now. */
export function visibleReceipts(state: EtsyState, now: Date): Receipt[] {
  if (state.settings.orderVisibilityLagMs === 0) return [...state.receipts.values()];
  const seen = addMs(now, -state.settings.orderVisibilityLagMs).toISOString();
  return [...state.receiptVersions.values()].flatMap(
    (versions) => versions.findLast((one) => one.at <= seen)?.receipt ?? [],
  );
}

export function goodsMinor(receipt: Receipt): number {
  return receipt.lines.reduce((sum, one) => sum + one.unitMinor * one.quantity, 0);
}

export function totalMinor(receipt: Receipt): number {
  return goodsMinor(receipt) - receipt.discountMinor + receipt.shippingMinor + receipt.taxMinor + receipt.giftWrapMinor;
}

/** What of the total is value-added tax, where the prices contain it. */
export function vatMinor(state: EtsyState, receipt: Receipt): number {
  const { vatPercent } = state.settings;
  return Math.round((totalMinor(receipt) * vatPercent) / (100 + vatPercent));
}

export function statusOf(receipt: Receipt): string {
  if (receipt.cancelledAt !== null) return "Canceled";
  if (receipt.refundedMinor > 0) {
    return receipt.refundedMinor >= totalMinor(receipt) ? "Fully Refunded" : "Partially Refunded";
  }
  if (receipt.paidAt === null) return "Payment Processing";
  return receipt.shippedAt === null ? "Paid" : "Completed";
}

export function pay(state: EtsyState, receipt: Receipt, now: Date): Change {
  if (receipt.paidAt !== null || receipt.cancelledAt !== null) {
    return { ok: false, why: `Order ${receipt.receiptId} is paid or cancelled.` };
  }
  receipt.paidAt = now.toISOString();
  touch(state, receipt, now);
  return DONE;
}

export function cancel(state: EtsyState, receipt: Receipt, now: Date): Change {
  if (receipt.cancelledAt !== null) return { ok: false, why: `Order ${receipt.receiptId} is cancelled already.` };
  if (receipt.shippedAt !== null) return { ok: false, why: `Order ${receipt.receiptId} has been shipped.` };
  receipt.cancelledAt = now.toISOString();
  if (state.settings.cancellationRestocks) {
    for (const line of receipt.lines) restock(state, line.listingId, line.sku, line.quantity);
  }
  touch(state, receipt, now, state.settings.cancellationMovesTimestamp);
  return DONE;
}

/** "The refund doesn't change the original receipt object" (github.com/etsy/open-api, issue 513). */
export function refund(state: EtsyState, receipt: Receipt, minor: number, now: Date): Change {
  if (receipt.paidAt === null) return { ok: false, why: `Order ${receipt.receiptId} is not paid.` };
  receipt.refundedMinor = Math.min(totalMinor(receipt), receipt.refundedMinor + minor);
  touch(state, receipt, now, false);
  return DONE;
}

/** Each call adds a shipment and mails the buyer, whether the number is new or not. */
export function ship(
  state: EtsyState,
  receipt: Receipt,
  tracking: { code: string; carrier: string } | null,
  now: Date,
): Change {
  if (receipt.cancelledAt !== null) return { ok: false, why: "The receipt has been canceled" };
  if (tracking) {
    const shipment: Shipment = {
      shippingId: 1_200_000_000 + nextNumber(state, "shipment"),
      carrier: tracking.carrier,
      trackingCode: tracking.code,
      at: now.toISOString(),
    };
    receipt.shipments.push(shipment);
  }
  receipt.trackingMails += 1;
  receipt.shippedAt ??= now.toISOString();
  touch(state, receipt, now);
  return DONE;
}
