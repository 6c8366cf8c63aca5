/**
 * Orders, through the Fulfillment API, and cancellations, through Post-Order.
 *
 * Reading orders without missing one. getOrders pages by offset over a live set: an order that changes while we page
 * leaves a window that ends in the past and moves every later one up by a place, past us. So we do not page. A window
 * that holds more than one reply is halved in time until it holds less; windows follow each other upwards, and a change
 * only ever moves an order upwards, to a window still to be read. The last window has no end, so that its reply is all that
 * changed since: only after it do we say how far we are complete. That, and where the next sweep begins, counts from when
 * this sweep began: an order shows up to minutes late, in a window that may have been read by then.
 */
import { z } from "zod";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import { adjustmentOf } from "../contract/money.ts";
import type {
  Cancellation,
  Money,
  OrderPage,
  RemoteAddress,
  RemoteBuyer,
  RemoteOrder,
  RemoteOrderLine,
  Unreadable,
} from "../contract/remote-types.ts";
import { currencyCode, instant, KEY_MAX, keyText, mendedText, plainText, units } from "../contract/storable.ts";
import { nextSweepFrom } from "../contract/sweep.ts";
import { callEbay, describeIssues } from "./client.ts";
import { ORDER_VISIBILITY_LAG_MS } from "./manifest.ts";
import { decimalPattern, divide, type Exact, toExact, toMoney } from "./money.ts";
import { bearer, type EbaySession, iaf } from "./session.ts";

/** "If a requested limit is more than 200, the call fails." */
const ORDERS_PER_PAGE = 200;

/**
 * How far behind its last read the next one begins: the visibility lag, and as much again and more for a clock of ours that
 * runs ahead of eBay's. An order read twice costs nothing, it is stored by its id.
 */
const OVERLAP_MS = 5 * 60 * 1000;

/** Windows are not halved below this; the rare crowd inside one is paged by offset. */
const WINDOW_MIN_MS = 1_000;

/** Calls one readOrders may spend on finding a window that fits; what is left is for the next call. */
const NARROWINGS_MAX = 6;

/** A window is made to hold this share of a page, for orders are not spread evenly. */
const FILL = 0.75;

/** "getOrders can return orders up to two years old"; a day less, for the road. */
const HISTORY_MAX_MS = (2 * 365 - 1) * 24 * 60 * 60 * 1000;

/**
 * `to` null: a window without an end. `offset` and `total` serve a crowded second alone: how far it is paged, and how many
 * it held then.
 */
const cursorTime = z.iso.datetime().transform((text) => new Date(text));

const cursorSchema = z.object({
  from: cursorTime,
  to: cursorTime.nullable(),
  offset: z.number().int().nonnegative(),
  total: z.number().int().nonnegative().nullable(),
  /** The sweep under way: where and when it began; null between sweeps. */
  sweep: z.object({ from: cursorTime, startedAt: cursorTime }).nullable().default(null),
});
type Position = z.infer<typeof cursorSchema>;
type Sweep = NonNullable<Position["sweep"]>;

const pageSchema = z.object({
  // Parsed one by one: an order that cannot be read becomes a hold and hides no other.
  orders: z.array(z.unknown()).default([]),
  total: z.number().int().nonnegative(),
});
type Page = z.infer<typeof pageSchema>;

export async function readEbayOrders(
  session: EbaySession,
  input: { cursor: string | null; since: Date },
): Promise<Result<OrderPage>> {
  const startedAt = session.now();
  const held = input.cursor === null ? beginning(input.since) : cursorSchema.parse(JSON.parse(input.cursor));
  const from = new Date(Math.max(held.from.getTime(), startedAt.getTime() - HISTORY_MAX_MS));
  const sweep = held.sweep ?? { from, startedAt };
  let position: Position = { ...held, from, sweep };

  for (let narrowing = 0; ; narrowing += 1) {
    const read = await fetchOrders(session, position);
    if (!read.ok) {
      // Our clock is ahead of eBay's by more than the overlap: nothing can have happened there yet.
      if (read.failure.kind === "rejected" && read.failure.code === IN_THE_FUTURE) {
        return succeed({ ...emptyPage, nextCursor: JSON.stringify(position), more: false });
      }
      return read;
    }
    const page = read.value;

    if (position.offset > 0 && page.total !== position.total) {
      // Something moved in this crowded second: begin it again rather than miss what slid past.
      const again: Position = { ...position, offset: 0, total: null };
      return succeed({ ...emptyPage, nextCursor: JSON.stringify(again), more: true });
    }
    if (page.total <= position.offset + page.orders.length) {
      return succeed(lastOfWindow(page, position, sweep));
    }
    const end = position.to ?? startedAt;
    const spanMs = end.getTime() - position.from.getTime();
    if (position.offset > 0 || spanMs <= WINDOW_MIN_MS) {
      const next: Position = { ...position, offset: position.offset + page.orders.length, total: page.total };
      if (page.orders.length === 0) {
        return fail({
          kind: "unavailable",
          scope: "account",
          message: "getOrders: eBay counts more orders than it shows in this window",
        });
      }
      return succeed({ ...readPage(page), nextCursor: JSON.stringify(next), more: true, completeThrough: null });
    }
    // Narrower in any case: a reply that counts more than it shows, and few, would else widen it into the future.
    const share = Math.min(0.5, (ORDERS_PER_PAGE * FILL) / page.total);
    const narrowerMs = Math.max(WINDOW_MIN_MS, Math.floor(spanMs * share));
    position = { ...position, to: new Date(position.from.getTime() + narrowerMs), offset: 0, total: null };
    if (narrowing >= NARROWINGS_MAX) return succeed({ ...emptyPage, nextCursor: JSON.stringify(position), more: true });
  }
}

/** "Start and end dates can't be in the future". */
const IN_THE_FUTURE = "30850";

const emptyPage = { orders: [], unreadable: [], completeThrough: null } satisfies Partial<OrderPage>;

function beginning(from: Date): Position {
  return { from, to: null, offset: 0, total: null, sweep: null };
}

function lastOfWindow(page: Page, position: Position, sweep: Sweep): OrderPage {
  if (position.to !== null) {
    const next: Position = { ...beginning(position.to), sweep };
    return { ...readPage(page), nextCursor: JSON.stringify(next), more: true, completeThrough: null };
  }
  return {
    ...readPage(page),
    nextCursor: JSON.stringify(beginning(nextSweepFrom(sweep, OVERLAP_MS))),
    more: false,
    // A crowd of this very second was paged while it may still have moved: shown, but not sworn to. As time passes the
    // window can be divided, and then it is read again.
    completeThrough: position.offset > 0 ? null : new Date(sweep.startedAt.getTime() - ORDER_VISIBILITY_LAG_MS),
  };
}

function readPage(page: Page): { orders: RemoteOrder[]; unreadable: Unreadable[] } {
  const orders: RemoteOrder[] = [];
  const unreadable: Unreadable[] = [];
  for (const one of page.orders) {
    const parsed = orderSchema.safeParse(one);
    if (parsed.success) orders.push(parsed.data);
    else unreadable.push({ remoteId: orderIdOf(one), why: `Order: ${describeIssues(parsed.error)}` });
  }
  return { orders, unreadable };
}

function orderIdOf(value: unknown): string | null {
  const parsed = z.object({ orderId: keyText }).safeParse(value);
  return parsed.success ? parsed.data.orderId : null;
}

async function fetchOrders(session: EbaySession, position: Position): Promise<Result<Page>> {
  const until = position.to?.toISOString() ?? "";
  const read = await callEbay(session.transport, {
    operation: "getOrders",
    method: "GET",
    address: `${session.origins.api}/sell/fulfillment/v1/order`,
    query: {
      filter: `lastmodifieddate:[${position.from.toISOString()}..${until}]`,
      limit: String(ORDERS_PER_PAGE),
      offset: String(position.offset),
      ...TAX_BREAKDOWN,
    },
    headers: bearer(session),
    effect: "read",
    reply: pageSchema,
  });
  return read.ok ? succeed(read.value.value) : read;
}

/** Without it, taxes that eBay collects itself are missing from the totals. */
const TAX_BREAKDOWN = { fieldGroups: "TAX_BREAKDOWN" } as const;

const amountSchema = z.object({ value: z.string().regex(decimalPattern), currency: currencyCode });
const optionalText = z
  .string()
  .nullish()
  .transform((value) => mendedText(value) ?? undefined);

const contactSchema = z.object({
  fullName: optionalText,
  companyName: optionalText,
  email: optionalText,
  primaryPhone: z.object({ phoneNumber: optionalText }).optional(),
  contactAddress: z
    .object({
      addressLine1: optionalText,
      addressLine2: optionalText,
      city: optionalText,
      stateOrProvince: optionalText,
      postalCode: optionalText,
      countryCode: optionalText,
    })
    .optional(),
});
type Contact = z.infer<typeof contactSchema>;

const lineSchema = z.object({
  lineItemId: keyText,
  sku: plainText(KEY_MAX).nullish(),
  title: optionalText,
  quantity: units.positive(),
  lineItemCost: amountSchema,
  discountedLineItemCost: amountSchema.optional(),
  lineItemFulfillmentStatus: optionalText,
  refunds: z.array(z.object({ amount: amountSchema.optional() })).default([]),
});
type Line = z.infer<typeof lineSchema>;

const cancelRequestSchema = z.object({
  cancelRequestId: optionalText,
  cancelInitiator: optionalText,
  cancelRequestState: optionalText,
});

/** Only what we use; the enums are closed, as a value we do not know must not be guessed at. */
const rawOrderSchema = z.object({
  orderId: keyText,
  creationDate: instant,
  lastModifiedDate: instant,
  orderFulfillmentStatus: z.enum(["NOT_STARTED", "IN_PROGRESS", "FULFILLED"]),
  orderPaymentStatus: z.enum(["PENDING", "FAILED", "PAID", "PARTIALLY_REFUNDED", "FULLY_REFUNDED"]),
  cancelStatus: z
    .object({
      cancelState: z.enum(["NONE_REQUESTED", "IN_PROGRESS", "CANCELED"]).default("NONE_REQUESTED"),
      cancelRequests: z.array(cancelRequestSchema).default([]),
    })
    .prefault({}),
  buyer: z.object({ username: optionalText, buyerRegistrationAddress: contactSchema.optional() }).prefault({}),
  ebayCollectAndRemitTax: z.boolean().default(false),
  pricingSummary: z.object({
    priceSubtotal: amountSchema.optional(),
    priceDiscount: amountSchema.optional(),
    deliveryCost: amountSchema.optional(),
    deliveryDiscount: amountSchema.optional(),
    adjustment: amountSchema.optional(),
    fee: amountSchema.optional(),
    tax: amountSchema.optional(),
    total: amountSchema,
  }),
  paymentSummary: z
    .object({
      payments: z.array(z.object({ paymentDate: instant.optional(), paymentStatus: optionalText })).default([]),
    })
    .default({ payments: [] }),
  fulfillmentStartInstructions: z
    .array(
      z.object({
        ebaySupportedFulfillment: z.boolean().default(false),
        shippingStep: z.object({ shipTo: contactSchema.optional(), shipToReferenceId: optionalText }).optional(),
      }),
    )
    .default([]),
  lineItems: z.array(lineSchema).min(1),
});
type RawOrder = z.infer<typeof rawOrderSchema>;

const orderSchema = rawOrderSchema.transform(toOrder);

const FULFILMENT = { NOT_STARTED: "none", IN_PROGRESS: "partial", FULFILLED: "complete" } as const;

function toOrder(raw: RawOrder): RemoteOrder {
  const cancelled = raw.cancelStatus.cancelState === "CANCELED";
  const unpaid = raw.orderPaymentStatus === "PENDING" || raw.orderPaymentStatus === "FAILED";
  const prices = raw.pricingSummary;
  const currency = prices.total.currency;
  const zero = toMoney(0n, currency);
  const lines = raw.lineItems.map((line) => toLine(line, cancelled || refundedUnsent(raw)));
  const shipping = atLeastZero(sum(prices.deliveryCost, prices.deliveryDiscount), currency);
  const tax = taxInTotal(prices);
  const total = toMoney(toExact(prices.total.value), currency);
  return {
    remoteId: raw.orderId,
    displayName: raw.orderId,
    soldAt: raw.creationDate,
    paidAt: unpaid ? null : paidAt(raw),
    updatedAt: raw.lastModifiedDate,
    status: cancelled ? "cancelled" : unpaid ? "pending" : "paid",
    // getOrders leaves cancelRequests empty and shows the request in cancelState alone; getOrder shows both.
    cancellationRequested: !cancelled && (raw.cancelStatus.cancelState === "IN_PROGRESS" || openRequest(raw) !== null),
    fulfilment: FULFILMENT[raw.orderFulfillmentStatus],
    delivery: "ship",
    buyer: toBuyer(raw),
    lines,
    shipping,
    tax,
    taxIncluded: zero,
    taxCollectedByMarketplace: raw.ebayCollectAndRemitTax,
    adjustment: adjustmentOf({ total, lines, shipping, tax }),
    total,
    refunded: zero,
    remarks: [],
    holdBecause: null,
  };
}

function paidAt(raw: RawOrder): Date {
  const times = raw.paymentSummary.payments.flatMap((one) => (one.paymentDate ? [one.paymentDate.getTime()] : []));
  return times.length === 0 ? raw.creationDate : new Date(Math.max(...times));
}

function openRequest(raw: RawOrder): { cancelRequestId: string } | null {
  const open = raw.cancelStatus.cancelRequests.find(
    (one) => one.cancelRequestState === "REQUESTED" && /^buyer$/i.test(one.cancelInitiator ?? ""),
  );
  return open?.cancelRequestId === undefined ? null : { cancelRequestId: open.cancelRequestId };
}

/** All money given back before anything was sent: eBay shows no cancellation then, but nothing is to be sent. */
function refundedUnsent(raw: RawOrder): boolean {
  return raw.orderPaymentStatus === "FULLY_REFUNDED" && raw.orderFulfillmentStatus === "NOT_STARTED";
}

function toLine(line: Line, nothingOfOrderIsSent: boolean): RemoteOrderLine {
  const cost = toExact((line.discountedLineItemCost ?? line.lineItemCost).value);
  const refunded = sum(...line.refunds.map((refund) => refund.amount));
  // A smaller refund is money for a scratch, not units that stay here.
  const givenBack = line.refunds.length > 0 && refunded >= cost && line.lineItemFulfillmentStatus === "NOT_STARTED";
  return {
    remoteLineId: line.lineItemId,
    sku: line.sku ?? null,
    // Lines name the listing (legacyItemId), which variations share, and never the offer: the SKU decides.
    listingRemoteId: null,
    title: line.title ?? "",
    quantity: line.quantity,
    quantityCancelled: nothingOfOrderIsSent || givenBack ? line.quantity : 0,
    unitPrice: toMoney(divide(cost, line.quantity), line.lineItemCost.currency),
    requiresShipping: true,
  };
}

type Amount = z.infer<typeof amountSchema>;

function sum(...amounts: readonly (Amount | undefined)[]): Exact {
  return amounts.reduce((all, one) => all + (one === undefined ? 0n : toExact(one.value)), 0n);
}

function atLeastZero(exact: Exact, currency: string): Money {
  return toMoney(exact < 0n ? 0n : exact, currency);
}

/**
 * What of `total` is tax: the total less everything else that eBay says is in it (discounts are negative). This holds for
 * taxes eBay collects itself too, which are in the total but need not be in `tax`.
 */
function taxInTotal(prices: RawOrder["pricingSummary"]): Money {
  const currency = prices.total.currency;
  if (prices.priceSubtotal === undefined) return atLeastZero(sum(prices.tax), currency);
  const rest = sum(
    prices.priceSubtotal,
    prices.priceDiscount,
    prices.deliveryCost,
    prices.deliveryDiscount,
    prices.adjustment,
    prices.fee,
  );
  const tax = toExact(prices.total.value) - rest;
  return tax < 0n ? atLeastZero(sum(prices.tax), currency) : toMoney(tax, currency);
}

function toBuyer(raw: RawOrder): RemoteBuyer {
  const instruction = raw.fulfillmentStartInstructions.find((one) => one.shippingStep?.shipTo !== undefined);
  const shipTo = instruction?.shippingStep?.shipTo;
  const registered = raw.buyer.buyerRegistrationAddress;
  // Shipped through eBay's own hub, `shipTo` is the hub: its phone and name are not the buyer's.
  const throughHub = instruction?.ebaySupportedFulfillment === true;
  const own = throughHub ? registered : (shipTo ?? registered);
  const email = text(registered?.email) ?? text(own?.email);
  const phone = text(own?.primaryPhone?.phoneNumber) ?? text(registered?.primaryPhone?.phoneNumber);
  return {
    remoteId: text(raw.buyer.username),
    name: text(own?.fullName) ?? text(registered?.fullName),
    email,
    emailIsRelay: email !== null && RELAY.test(email),
    phone,
    phoneIsMasked: phone !== null && /[*xX#•]/.test(phone),
    shippingAddress: shipTo
      ? toAddress(shipTo, throughHub ? instruction?.shippingStep?.shipToReferenceId : undefined)
      : null,
  };
}

/** The alias eBay gives for a buyer, "a1b2c3@members.ebay.com"; it dies with the transaction. */
const RELAY = /@members\.ebay(\.[a-z]{2,3}){1,2}$/i;

function text(value: string | undefined): string | null {
  const trimmed = value?.trim() ?? "";
  return trimmed === "" ? null : trimmed;
}

/** For eBay's hub the label must carry the reference, or the parcel cannot be matched to its buyer. */
function toAddress(contact: Contact, hubReference: string | undefined): RemoteAddress {
  const address = contact.contactAddress;
  const line2 = text(address?.addressLine2);
  const reference = hubReference !== undefined && !line2?.includes(hubReference) ? `Reference #${hubReference}` : null;
  return {
    name: text(contact.fullName),
    company: text(contact.companyName),
    line1: text(address?.addressLine1),
    line2: [line2, reference].filter((one) => one !== null).join(", ") || null,
    city: text(address?.city),
    region: text(address?.stateOrProvince),
    postalCode: text(address?.postalCode),
    countryCode: text(address?.countryCode),
  };
}

/** "Invalid order ID". */
const INVALID_ORDER_ID = "32100";

async function fetchOrder(session: EbaySession, remoteId: string): Promise<Result<RawOrder | null>> {
  const read = await callEbay(session.transport, {
    operation: "getOrder",
    concerns: "item",
    method: "GET",
    address: `${session.origins.api}/sell/fulfillment/v1/order/${encodeURIComponent(remoteId)}`,
    query: TAX_BREAKDOWN,
    headers: bearer(session),
    effect: "read",
    reply: rawOrderSchema,
  });
  if (read.ok) return succeed(read.value.value);
  const { failure } = read;
  const absent = failure.kind === "rejected" && (failure.code === "not-found" || failure.code === INVALID_ORDER_ID);
  return absent ? succeed(null) : read;
}

export async function readEbayOrder(session: EbaySession, remoteId: string): Promise<Result<RemoteOrder | null>> {
  const read = await fetchOrder(session, remoteId);
  if (!read.ok) return read;
  return succeed(read.value === null ? null : toOrder(read.value));
}

type CancellationState = { state: "cancelled" | "requested" };

/** CancelReasonEnum, the seller's part. eBay counts the first as a seller defect. */
const REASONS: Readonly<Record<Cancellation["reason"], string>> = {
  "out-of-stock": "OUT_OF_STOCK_OR_CANNOT_FULFILL",
  "buyer-request": "BUYER_ASKED_CANCEL",
  other: "OUT_OF_STOCK_OR_CANNOT_FULFILL",
};

const eligibilitySchema = z.object({ eligible: z.boolean(), failureReason: z.array(z.string()).default([]) });
const createdSchema = z.object({ cancelId: z.union([z.string(), z.number()]).transform(String).optional() });

export async function cancelEbayOrder(
  session: EbaySession,
  cancellation: Cancellation,
): Promise<Result<CancellationState>> {
  const { orderRemoteId } = cancellation;
  if (cancellation.lines !== null) {
    return fail(
      refusal(
        "eBay cancels whole orders only. Cancel all of it, or refund the line at eBay: a refund cancels nothing.",
      ),
    );
  }
  const before = await fetchOrder(session, orderRemoteId);
  if (!before.ok) return before;
  if (before.value === null) return fail(refusal(`eBay does not know order ${orderRemoteId}.`));
  const done = cancellationState(before.value);
  const asked = openRequest(before.value);
  // Cancelled, or under way already: a second request would be refused, and a lost reply must not look like one.
  if (done && asked === null) return succeed(done);

  const sent =
    asked === null ? await createCancellation(session, cancellation) : await approve(session, asked.cancelRequestId);
  if (!sent.ok) return sent;
  const after = await fetchOrder(session, orderRemoteId);
  // eBay has taken the request; whether it is through already we could not see, so we claim the lesser.
  return succeed((after.ok && after.value && cancellationState(after.value)) || { state: "requested" });
}

function refusal(message: string): Failure {
  return { kind: "rejected", scope: "item", message };
}

function cancellationState(raw: RawOrder): CancellationState | null {
  if (raw.cancelStatus.cancelState === "CANCELED") return { state: "cancelled" };
  return raw.cancelStatus.cancelState === "IN_PROGRESS" ? { state: "requested" } : null;
}

async function createCancellation(session: EbaySession, cancellation: Cancellation): Promise<Result<null>> {
  const address = `${session.origins.api}/post-order/v2/cancellation`;
  const legacyOrderId = cancellation.orderRemoteId;
  const checked = await callEbay(session.transport, {
    operation: "checkCancellationEligibility",
    concerns: "item",
    method: "POST",
    address: `${address}/check_eligibility`,
    headers: iaf(session),
    body: { legacyOrderId },
    effect: "read",
    reply: eligibilitySchema,
  });
  if (!checked.ok) return checked;
  const { eligible, failureReason } = checked.value.value;
  if (failureReason.includes("INTERNAL_SYSTEM_ERROR")) {
    return fail({
      kind: "unavailable",
      scope: "item",
      message: "eBay could not say just now whether this order can be cancelled.",
    });
  }
  if (!eligible) {
    const why = failureReason.join(", ") || "it gives no reason";
    return fail({
      kind: "rejected",
      scope: "item",
      message: `eBay does not let order ${legacyOrderId} be cancelled: ${why}.`,
      code: why,
    });
  }
  const created = await callEbay(session.transport, {
    operation: "createCancellation",
    concerns: "item",
    method: "POST",
    address,
    headers: iaf(session),
    body: { legacyOrderId, cancelReason: REASONS[cancellation.reason] },
    effect: "write",
    reply: createdSchema,
  });
  if (!created.ok) return created;
  if (created.value.value.cancelId !== undefined) return succeed(null);
  return fail(refusal(`eBay did not take the cancellation of order ${legacyOrderId}: it is not eligible any more.`));
}

/** "Sellers should not use the POST /cancellation call in response to a buyer's request": they approve it. */
async function approve(session: EbaySession, cancelId: string): Promise<Result<null>> {
  const approved = await callEbay(session.transport, {
    operation: "approveCancellation",
    concerns: "item",
    method: "POST",
    address: `${session.origins.api}/post-order/v2/cancellation/${encodeURIComponent(cancelId)}/approve`,
    headers: iaf(session),
    effect: "write",
    reply: z.unknown(),
  });
  return approved.ok ? succeed(null) : approved;
}
