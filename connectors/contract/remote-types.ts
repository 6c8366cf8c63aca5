/**
 * What a marketplace tells us, in our words. Connectors parse their marketplace's replies with zod and map them to
 * these types; nothing beyond a connector ever sees a marketplace's own shape.
 *
 * Money is a decimal string with its currency, never a float. Times are `Date`. Quantities are whole units.
 */

/** A decimal amount ("12.50") and an ISO 4217 currency. */
export interface Money {
  amount: string;
  currency: string;
}

/** Enough to address one listing again. Stored by the app, made and read by the connector alone. */
export interface ListingRef {
  /** Unique in the channel, stable for the listing's life. */
  remoteId: string;
  sku: string | null;
  /** What the marketplace counts revisions against when several SKUs share one listing; null when each stands alone. */
  groupId: string | null;
}

export interface RemoteListing {
  ref: ListingRef;
  title: string;
  /** GTIN: EAN, UPC or ISBN. */
  barcode: string | null;
  /** What a buyer can buy now; null when the marketplace does not say. */
  quantity: number | null;
  price: Money | null;
  /** `active` can be bought (or is at zero and will come back); `inactive` is a draft or switched off; `ended` is gone. */
  state: "active" | "inactive" | "ended";
  /** The public page of the listing, if it has one. */
  url: string | null;
  imageUrl: string | null;
  /** Set when quantities must not be written to this listing, in words for the merchant (stock held by the marketplace, say). */
  unmanagedBecause: string | null;
}

/** Something the marketplace sent that did not parse: it becomes a visible hold, not a crash and not a skip. */
export interface Unreadable {
  remoteId: string | null;
  /** What was wrong, with the path of the field. Never contains buyer data. */
  why: string;
}

export interface ListingPage {
  listings: RemoteListing[];
  unreadable: Unreadable[];
  /** Null on the last page. */
  nextCursor: string | null;
  /** All listings of the account, when the marketplace says. */
  total: number | null;
}

/** Something on sale, by the marketplace's own word: it need not be a listing that we can read. */
export interface OnSale {
  /** ListingRef.groupId of the same listing where that is set, else its remoteId. */
  remoteId: string;
  title: string;
  sku: string | null;
  url: string | null;
}

export interface OnSalePage {
  onSale: OnSale[];
  /** On all pages. */
  total: number;
  /** Null on the last page. */
  nextCursor: string | null;
}

export interface QuantityWrite {
  ref: ListingRef;
  /** Absolute units the listing should show; never negative. */
  quantity: number;
}

export interface PriceWrite {
  ref: ListingRef;
  price: Money;
}

export interface RemoteAddress {
  name: string | null;
  company: string | null;
  line1: string | null;
  line2: string | null;
  city: string | null;
  /** State or province, as the marketplace writes it. */
  region: string | null;
  postalCode: string | null;
  /** ISO 3166-1 alpha-2. */
  countryCode: string | null;
  /** For the label alone, where it need not be the buyer's: nobody is known by it. Left out: the buyer's. */
  phone?: string | null;
}

export interface RemoteBuyer {
  /** Stable for this buyer at this marketplace; null when the marketplace hides it. */
  remoteId: string | null;
  name: string | null;
  email: string | null;
  /** True for the marketplace's alias addresses: they must never match a customer. */
  emailIsRelay: boolean;
  phone: string | null;
  /** True when digits are hidden: such a number must never match a customer. */
  phoneIsMasked: boolean;
  shippingAddress: RemoteAddress | null;
}

export interface RemoteOrderLine {
  remoteLineId: string;
  sku: string | null;
  /** The listing it was sold on, when the order says; else the SKU decides. */
  listingRemoteId: string | null;
  /** The listing with its variations (ListingRef.groupId), where the order names no more than that. */
  groupId?: string | null;
  title: string;
  /**
   * Units bought, cancelled ones included, as far as this picture of the order still tells of them. Some marketplaces
   * forget cancelled units: a later picture then has a smaller number, or not the line at all (Amazon keeps a cancelled
   * item with 0). Both say the same: what was not cancelled is `quantity - quantityCancelled`, and the app takes whatever
   * it held beyond that as cancelled.
   */
  quantity: number;
  /** Of `quantity`, units that the marketplace has cancelled or refunded as not to be sent. */
  quantityCancelled: number;
  /** Price of one unit, after discounts, without shipping and without the tax that is added on top (`RemoteOrder.tax`). */
  unitPrice: Money;
  /** False for what no parcel carries: a download, a gift card. */
  requiresShipping: boolean;
}

/**
 * One picture of an order. To the cent: the lines' `unitPrice x quantity` + `shipping` + `tax` + `adjustment` = `total`
 * (money.ts, `adjustmentOf`).
 */
export interface RemoteOrder {
  remoteId: string;
  /** Shown to the merchant; often the same as remoteId. */
  displayName: string;
  /** When the buyer committed: decides who was first. */
  soldAt: Date;
  /** Null while unpaid. */
  paidAt: Date | null;
  updatedAt: Date;
  /** `pending` holds stock but may not be shipped; `paid` is to be fulfilled; `cancelled` releases what it held. */
  status: "pending" | "paid" | "cancelled";
  /** True while a buyer's request to cancel waits for an answer. */
  cancellationRequested: boolean;
  fulfilment: "none" | "partial" | "complete";
  /** `pick-up`: the buyer fetches it, and `buyer.shippingAddress` is then null or the address of the store. */
  delivery: "ship" | "pick-up";
  /**
   * The latest moment at which the marketplace wants what is still to be sent to be on its way: of several, the first. Null:
   * it names none, or nothing is to be sent. What can't be read of it costs no order.
   */
  shipBy: Date | null;
  buyer: RemoteBuyer;
  lines: RemoteOrderLine[];
  shipping: Money;
  /** Tax on top of lines and shipping. */
  tax: Money;
  /** Tax that the prices of lines and shipping contain already (VAT in Europe): told, never added. 0 where none is named. */
  taxIncluded: Money;
  /** True when the marketplace collects and pays the tax itself. */
  taxCollectedByMarketplace: boolean;
  /** What is in `total` and is neither lines, shipping nor tax: a tip, gift wrap, a rounding. May be negative. */
  adjustment: Money;
  /** What the buyer paid or is to pay, before anything was given back. */
  total: Money;
  /** What of `total` has been given back so far, for whatever reason; 0 if nothing. */
  refunded: Money;
  /** What whoever fulfils it must know, each in words for the merchant: "Replacement of order 123, not to be charged". */
  remarks: string[];
  /** Set when it must not be placed by itself, in words for the merchant: it is held until the merchant says so. */
  holdBecause: string | null;
}

export interface OrderPage {
  orders: RemoteOrder[];
  unreadable: Unreadable[];
  /** Hand this back next time. It stays valid over restarts and after faults. */
  nextCursor: string;
  /** More is waiting right now. */
  more: boolean;
  /**
   * Every order changed before this moment has been shown by the pages up to this one. It counts from when the first of
   * them was read, the marketplace's stated visibility lag taken off: an order that shows late belongs to a page that may
   * have been read by then. Null while a window is only partly read.
   */
  completeThrough: Date | null;
}

export interface Shipment {
  orderRemoteId: string;
  lines: { remoteLineId: string; quantity: number }[];
  /** Carrier as the merchant knows it ("Royal Mail"); the connector maps it to the marketplace's code. */
  carrier: string | null;
  trackingNumber: string | null;
  trackingUrl: string | null;
  shippedAt: Date;
}

export interface RemoteShipment {
  remoteId: string;
  trackingNumber: string | null;
  lines: { remoteLineId: string; quantity: number }[];
}

export interface Cancellation {
  orderRemoteId: string;
  reason: "out-of-stock" | "buyer-request" | "other";
  /** Null: the whole order. */
  lines: { remoteLineId: string; quantity: number }[] | null;
}
