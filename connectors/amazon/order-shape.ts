/** Amazon's order (orders_2026-01-01.json, definition Order) in the contract's words. */
import { z } from "zod";
import { adjustmentOf, areOfOneCurrency, decimalPattern } from "../contract/money.ts";
import type { RemoteAddress, RemoteBuyer, RemoteOrder, RemoteOrderLine } from "../contract/remote-types.ts";
import {
  currencyCode,
  instant,
  KEY_MAX,
  keyText,
  mendedText,
  optionalText,
  shownUrl,
  units,
} from "../contract/storable.ts";
import { amountsOf, moneyOf, unitPriceOf } from "./order-money.ts";

const moneySchema = z.object({ amount: z.string().regex(decimalPattern), currencyCode });
export type RawMoney = z.infer<typeof moneySchema>;

const text = z.string().optional().catch(undefined);

const itemBreakdownSchema = z.object({
  type: z.string(),
  subtotal: moneySchema,
  detailedBreakdowns: z.array(z.object({ subtype: z.string().optional(), value: moneySchema.optional() })).default([]),
});

const itemSchema = z.object({
  orderItemId: keyText,
  quantityOrdered: units,
  product: z.object({
    title: optionalText,
    // As it is: SKUs that differ by a space are two listings.
    sellerSku: keyText.nullish().transform((sku) => sku ?? null),
    price: z.object({ unitPrice: moneySchema.optional() }).nullish(),
    customization: z.object({ customizedUrl: text }).nullish().catch(null),
  }),
  proceeds: z.object({ breakdowns: z.array(itemBreakdownSchema).default([]) }).nullish(),
  cancellation: z
    .object({ cancellationRequest: z.unknown().optional(), cancellationExecution: z.unknown().optional() })
    .nullish(),
  fulfillment: z
    .object({
      quantityFulfilled: units.optional(),
      quantityUnfulfilled: units.optional(),
      packing: z
        .object({ giftOption: z.object({ giftMessage: text, giftWrapLevel: text }).nullish() })
        .nullish()
        .catch(null),
    })
    .nullish(),
  tax: z.object({ taxCollections: z.array(z.object({ model: z.string().optional() })).default([]) }).nullish(),
});
export type Item = z.infer<typeof itemSchema>;

const addressSchema = z.object({
  name: optionalText,
  companyName: optionalText,
  addressLine1: optionalText,
  addressLine2: optionalText,
  addressLine3: optionalText,
  city: optionalText,
  districtOrCounty: optionalText,
  municipality: optionalText,
  stateOrRegion: optionalText,
  postalCode: optionalText,
  countryCode: optionalText,
  phone: optionalText,
});

/** A closed list, as a value we do not know must not be guessed at. */
const statusSchema = z.enum([
  "PENDING_AVAILABILITY",
  "PENDING",
  "UNSHIPPED",
  "PARTIALLY_SHIPPED",
  "SHIPPED",
  "CANCELLED",
  "UNFULFILLABLE",
]);
type Status = z.infer<typeof statusSchema>;

/** Only what we use. */
const sentOrderSchema = z.object({
  orderId: keyText,
  createdTime: instant,
  lastUpdatedTime: instant,
  programs: z.array(z.string()).nullish().catch(null),
  associatedOrders: z
    .array(z.object({ orderId: text, associationType: text }))
    .nullish()
    .catch(null),
  buyer: z.object({ buyerName: optionalText, buyerEmail: optionalText }).nullish(),
  recipient: z
    .object({
      deliveryAddress: addressSchema.nullish(),
      deliveryPreference: z.object({ dropOffLocation: text, addressInstruction: text }).nullish().catch(null),
    })
    .nullish(),
  proceeds: z
    .object({
      grandTotal: moneySchema.optional(),
      breakdowns: z.array(z.object({ type: z.string(), subtotal: moneySchema })).default([]),
    })
    .nullish(),
  fulfillment: z
    .object({
      fulfillmentStatus: statusSchema,
      fulfilledBy: z.string().optional(),
      fulfillmentServiceLevel: text,
      shipByWindow: z
        .object({ latestDateTime: instant.nullish().catch(null) })
        .nullish()
        .catch(null),
    })
    .nullish(),
  orderItems: z.array(itemSchema),
  packages: z
    .array(
      z.object({
        packageReferenceId: keyText,
        trackingNumber: optionalText,
        packageItems: z.array(z.object({ orderItemId: z.string(), quantity: units })).default([]),
      }),
    )
    .default([]),
  salesChannel: z.object({ channelName: text, marketplaceId: z.string().optional() }),
});
type SentOrder = z.infer<typeof sentOrderSchema>;

/** `fulfillment` is optional by the spec. What the rest of the order says of its status is enough, or it can't be read. */
export const rawOrderSchema = sentOrderSchema.transform((order, context) => {
  if (!areOfOneCurrency(amountsOf(order).map((one) => one.currencyCode))) {
    context.addIssue({ code: "custom", path: ["proceeds", "currencyCode"] });
  }
  const fulfillmentStatus = order.fulfillment?.fulfillmentStatus ?? impliedStatus(order);
  if (fulfillmentStatus === null) {
    context.addIssue({ code: "invalid_type", expected: "object", input: undefined, path: ["fulfillment"] });
    return z.NEVER;
  }
  return { ...order, fulfillment: { ...order.fulfillment, fulfillmentStatus }, isStatusImplied: !order.fulfillment };
});
export type RawOrder = z.infer<typeof rawOrderSchema>;

const FULFILMENT = {
  PENDING_AVAILABILITY: "none",
  PENDING: "none",
  UNSHIPPED: "none",
  PARTIALLY_SHIPPED: "partial",
  SHIPPED: "complete",
  CANCELLED: "none",
  UNFULFILLABLE: "none",
} as const;

function impliedStatus(order: SentOrder): Status | null {
  const { orderItems, packages, proceeds } = order;
  const sentOf = (item: Item) => {
    const packed = packages.flatMap((one) => one.packageItems).filter((one) => one.orderItemId === item.orderItemId);
    return Math.max(
      item.fulfillment?.quantityFulfilled ?? 0,
      packed.reduce((sum, one) => sum + one.quantity, 0),
    );
  };
  if (orderItems.some((item) => sentOf(item) > 0)) {
    return orderItems.every((item) => sentOf(item) >= unitsLeft(item)) ? "SHIPPED" : "PARTIALLY_SHIPPED";
  }
  if (isNothingLeft(orderItems)) return "CANCELLED";
  // An order whose payment is still being checked has no price ("PENDING orders").
  return proceeds?.grandTotal ? "UNSHIPPED" : null;
}

/** Whether every item was cancelled or has no unit left, whatever the order itself is called. */
function isNothingLeft(items: readonly Item[]): boolean {
  return items.length > 0 && items.every((item) => unitsLeft(item) === 0);
}

/** Units that were or are to be sent. */
function unitsLeft(item: Item): number {
  return item.quantityOrdered - unitsCancelled(item);
}

/**
 * Amazon keeps a cancelled item in the order, with `quantityOrdered` as it was or at what is left of it (0). Where it says
 * how many are still to be sent, and that is fewer than were not sent, only the rest was cancelled.
 */
function unitsCancelled(item: Item): number {
  if (!isCancelledItem(item)) return 0;
  const unsent = Math.max(0, item.quantityOrdered - (item.fulfillment?.quantityFulfilled ?? 0));
  const open = item.fulfillment?.quantityUnfulfilled ?? 0;
  return open < unsent ? unsent - open : unsent;
}

export function isPending(raw: RawOrder): boolean {
  const status = raw.fulfillment.fulfillmentStatus;
  return status === "PENDING" || status === "PENDING_AVAILABILITY";
}

export function toOrder(raw: RawOrder): RemoteOrder {
  const status = raw.fulfillment.fulfillmentStatus;
  // What was sent is not undone by an item that is told without units afterwards.
  const cancelled = status === "CANCELLED" || (FULFILMENT[status] === "none" && isNothingLeft(raw.orderItems));
  const pending = isPending(raw);
  const sums = moneyOf(raw);
  const isPickUp = raw.programs?.includes(PICK_UP) ?? false;
  const asked = raw.orderItems.some((item) => item.cancellation?.cancellationRequest && !isCancelledItem(item));
  const lines = raw.orderItems.map((item) => toLine(item, raw));
  const { shipping, tax, taxIncluded, total, zero } = sums;
  return {
    remoteId: raw.orderId,
    displayName: raw.orderId,
    soldAt: raw.createdTime,
    // Amazon does not say when it was paid; what it lets be shipped is.
    paidAt: pending || cancelled ? null : raw.createdTime,
    updatedAt: raw.lastUpdatedTime,
    status: cancelled ? "cancelled" : pending ? "pending" : "paid",
    cancellationRequested: !cancelled && status !== "SHIPPED" && asked,
    fulfilment: FULFILMENT[status],
    delivery: isPickUp ? "pick-up" : "ship",
    shipBy: isPickUp || cancelled || status === "SHIPPED" ? null : shipByOf(raw),
    buyer: isPickUp ? toCollector(raw) : toBuyer(raw),
    lines,
    shipping,
    tax,
    taxIncluded,
    taxCollectedByMarketplace: raw.orderItems.some((item) =>
      item.tax?.taxCollections.some((one) => one.model === "MARKETPLACE_FACILITATOR"),
    ),
    adjustment: adjustmentOf({ total, lines, shipping, tax }),
    total,
    // This API does not tell of refunds.
    refunded: zero,
    remarks: remarksOn(raw, isPickUp),
    holdBecause: raw.salesChannel.channelName === "NON_AMAZON" ? NOT_BOUGHT_HERE : null,
  };
}

/** Of the whole order: items have none of their own. */
function shipByOf(raw: RawOrder): Date | null {
  return raw.fulfillment.shipByWindow?.latestDateTime ?? null;
}

export function isCancelledItem(item: Item): boolean {
  return item.cancellation?.cancellationExecution !== undefined && item.cancellation.cancellationExecution !== null;
}

function toLine(item: Item, raw: RawOrder): RemoteOrderLine {
  const { product, quantityOrdered, orderItemId, fulfillment } = item;
  const isOrderCancelled = raw.fulfillment.fulfillmentStatus === "CANCELLED";
  const unsent = Math.max(0, quantityOrdered - (fulfillment?.quantityFulfilled ?? 0));
  return {
    remoteLineId: orderItemId,
    sku: product.sellerSku,
    // Our listings go by their SKU.
    listingRemoteId: product.sellerSku,
    title: product.title ?? product.sellerSku ?? orderItemId,
    quantity: quantityOrdered,
    quantityCancelled: isOrderCancelled ? unsent : unitsCancelled(item),
    unitPrice: unitPriceOf(item, raw),
    requiresShipping: true,
  };
}

const PICK_UP = "IN_STORE_PICK_UP";

/**
 * Fulfilled by the merchant, but not sold by Amazon: it came from somewhere else, perhaps from this very shop, whose order
 * then has taken the units already.
 */
const NOT_BOUGHT_HERE =
  "It was not bought on Amazon (its sales channel is NON_AMAZON), so your shop may have this order already. Look for it in Shopify before you place it.";

/**
 * Replacements and exchanges are placed like any order, for their goods are to be sent and leave the stock; a remark says what
 * they are, because they mostly cost nothing.
 */
function remarksOn(raw: RawOrder, isPickUp: boolean): string[] {
  const related = (raw.associatedOrders ?? []).flatMap(({ orderId, associationType }) => {
    const of = `Amazon order ${mendedText(orderId, KEY_MAX) ?? "without a number"}`;
    switch (associationType) {
      case "REPLACEMENT_ORIGINAL_ID":
        return `Replacement for ${of}.`;
      case "EXCHANGE_ORIGINAL_ID":
        return `Exchange for ${of}.`;
      default:
        return `Belongs to ${of}.`;
    }
  });
  return [
    ...related,
    ...(isPickUp ? [`To be picked up by the buyer${storeOf(raw)}.`] : []),
    ...raw.orderItems.flatMap(wishesOf),
    ...deliveryOf(raw.fulfillment.fulfillmentServiceLevel),
    ...directionsOf(raw),
  ];
}

/** What the buyer wants of an item beside the item. */
function wishesOf({ product, fulfillment, orderItemId }: Item): string[] {
  const of = product.sellerSku ?? orderItemId;
  const url = shownUrl(product.customization?.customizedUrl);
  const { giftMessage, giftWrapLevel } = fulfillment?.packing?.giftOption ?? {};
  const [wrap, message] = [mendedText(giftWrapLevel), mendedText(giftMessage)];
  return [
    ...(url === null ? [] : [`${of}: customised by the buyer, see ${url}`]),
    ...(wrap === null ? [] : [`${of}: gift wrap ${wrap}`]),
    ...(message === null ? [] : [`${of}: gift message: ${message}`]),
  ];
}

const ORDINARY = new Set(["STANDARD", "FREE_ECONOMY"]);

function deliveryOf(level: string | undefined): string[] {
  const words = mendedText(level);
  return words === null || ORDINARY.has(words) ? [] : [`Delivery: ${words.toLowerCase().replaceAll("_", " ")}`];
}

/** "Building instructions, nearby landmark, or navigation instructions", and where to leave it. */
function directionsOf({ recipient }: RawOrder): string[] {
  const { dropOffLocation, addressInstruction } = recipient?.deliveryPreference ?? {};
  const words = [mendedText(addressInstruction), mendedText(dropOffLocation)].filter((one) => one !== null);
  return words.map((one) => `The buyer's directions for the delivery: ${one}`);
}

function storeOf(raw: RawOrder): string {
  const address = raw.recipient?.deliveryAddress;
  const words = [address?.name, address?.addressLine1, address?.city].filter((one) => one);
  return words.length === 0 ? "" : ` at ${words.join(", ")}`;
}

/** Name, address and phone of the recipient are the store's: two people who collect there are not one customer. */
function toCollector(raw: RawOrder): RemoteBuyer {
  const buyer = toBuyer(raw);
  return { ...buyer, name: raw.buyer?.buyerName ?? null, phone: null, phoneIsMasked: false, shippingAddress: null };
}

function toBuyer(raw: RawOrder): RemoteBuyer {
  const address = raw.recipient?.deliveryAddress ?? null;
  const email = raw.buyer?.buyerEmail ?? null;
  const phone = address?.phone ?? null;
  return {
    // Amazon names no buyer; the alias of two orders of one person may differ, so it is no key either.
    remoteId: null,
    name: address?.name ?? raw.buyer?.buyerName ?? null,
    email,
    // "The anonymized email address of the buyer": there is no other kind.
    emailIsRelay: email !== null,
    phone,
    // In some stores a number of Amazon's with an extension, which dies with the order.
    phoneIsMasked: phone !== null && /[*•#]|x{2}|ext/i.test(phone),
    shippingAddress: address ? toAddress(address) : null,
  };
}

function toAddress(address: z.infer<typeof addressSchema>): RemoteAddress {
  const city = address.city ?? address.districtOrCounty ?? address.municipality;
  const district = address.districtOrCounty === city ? null : address.districtOrCounty;
  const lines = [address.addressLine2, address.addressLine3, district].filter((line) => line !== null);
  return {
    name: address.name,
    company: address.companyName,
    line1: address.addressLine1,
    line2: lines.join(", ") || null,
    city,
    region: address.stateOrRegion,
    postalCode: address.postalCode,
    countryCode: address.countryCode,
  };
}
