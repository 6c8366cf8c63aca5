/**
 * A marketplace order as Shopify's orderCreate wants it. Pure. Its lines, shipping, tax and adjustment come to what was paid,
 * to the cent: Shopify adds them up itself, and an order that comes to more than its payment shows as owing.
 *
 * Traps that this file exists for: stock is left alone unless asked (BYPASS is the default, so the flow passes
 * DECREMENT_IGNORING_POLICY), a line does not require shipping unless it says so, and there is no idempotency key: the
 * source identifier and a unique metafield carry ours.
 */
import { signOf, subtractAmounts } from "#connectors/contract/money.ts";
import type { RemoteAddress, RemoteBuyer } from "#connectors/contract/remote-types.ts";
import { splitName } from "../customers/identities.ts";
import type { OrderCreateOrderInput } from "../shopify/operations.generated.ts";
import { type Draft, type LeftOut, leaveOut } from "./draft-mending.ts";
import { moneyOf, payableParts } from "./order-money.ts";
import { unitsOf } from "./picture.ts";
import { shopifyTerritory } from "./territories.ts";

/** The metafield that holds our key on a Shopify order; `$app` is this app's own namespace. */
export const ORDER_KEY = { namespace: "$app:lockstep", key: "marketplace_order" } as const;
/** On every order we make, so that they can be found and filtered. */
export const ORDER_TAG = "Lockstep";
/** On those that the buyer fetches. */
export const PICK_UP_TAG = "Pick-up";
/** Carries the marketplace's line id on Shopify's line; a leading underscore hides it from the buyer. */
export const LINE_KEY = "_lockstep_line";
/** Of the line that brings an order to what was paid for it; the marketplace's name follows. */
export const ADJUSTMENT_TITLE = "Adjustment by ";

/** Unique for the shop: which marketplace, which account, which order. */
export function orderKey(order: { connectorKey: string; remoteAccountId: string; remoteId: string }): string {
  return `${order.connectorKey}/${order.remoteAccountId}/${order.remoteId}`;
}

export interface DraftFacts {
  key: string;
  marketplace: string;
  displayName: string;
  soldAt: Date;
  /** Shopify refuses an order of the future, and a marketplace's clock may be ahead. */
  now: Date;
  currency: string;
  totalAmount: string;
  shippingAmount: string;
  taxAmount: string;
  taxIncludedAmount: string;
  taxCollectedByMarketplace: boolean;
  adjustmentAmount: string;
  refundedAmount: string;
  delivery: "ship" | "pick-up";
  /** For whoever fulfils it. */
  remarks: readonly string[];
  buyer: RemoteBuyer | null;
  /** Of a line of which nothing is left to send, Shopify gets nothing. */
  lines: {
    remoteLineId: string;
    variantGid: string;
    sku: string | null;
    quantity: number;
    quantityCancelled: number;
    unitAmount: string;
    requiresShipping: boolean;
  }[];
  customer: CustomerDecision;
  /** Whether Shopify has a country of this code. */
  isCountry(code: string): boolean;
}

export type CustomerDecision =
  | { kind: "existing"; gid: string }
  | { kind: "new"; email: string | null; phone: string | null; name: string | null }
  /** The marketplace says nothing that makes a person. */
  | { kind: "guest" };

export function draftOrder(facts: DraftFacts): Draft {
  const currency = facts.currency as OrderCreateOrderInput["currency"] & string;
  const money = (amount: string) => ({ shopMoney: { amount, currencyCode: currency } });
  const said = facts.buyer?.shippingAddress;
  const address = said && facts.buyer ? mailingAddress(said, facts.buyer, facts.isCountry) : null;
  const { paid, extra, discount, shipping, tax } = payableParts(moneyOf(facts));
  // Shopify counts all taxes of an order as contained in its prices, or none.
  const containsTax = !isPositive(tax) && isPositive(facts.taxIncludedAmount);
  const note = noteOf(facts, isPositive(tax));
  const isPickUp = facts.delivery === "pick-up";
  const processedAt = new Date(Math.min(facts.soldAt.getTime(), facts.now.getTime())).toISOString();
  const input: OrderCreateOrderInput = {
    currency,
    processedAt,
    sourceName: facts.marketplace,
    sourceIdentifier: facts.key,
    tags: [ORDER_TAG, facts.marketplace, ...(isPickUp ? [PICK_UP_TAG] : [])],
    ...(note ? { note } : {}),
    customAttributes: [
      { key: "Marketplace", value: facts.marketplace },
      { key: "Marketplace order", value: facts.displayName },
      ...(isPickUp ? [{ key: "Delivery", value: "The buyer picks it up" }] : []),
    ],
    metafields: [{ ...ORDER_KEY, type: "id", value: facts.key }],
    financialStatus: "PAID",
    taxesIncluded: containsTax,
    lineItems: [
      ...facts.lines
        .filter((line) => unitsOf(line) > 0)
        .map((line) => ({
          variantId: line.variantGid,
          quantity: unitsOf(line),
          priceSet: money(line.unitAmount),
          requiresShipping: line.requiresShipping && !isPickUp,
          // The tax of the order is given as a whole, as the marketplace gives it.
          taxable: false,
          properties: [{ name: LINE_KEY, value: line.remoteLineId }],
        })),
      // Of no variant, so that it takes nothing out of stock.
      ...(isPositive(extra)
        ? [{ title: `${ADJUSTMENT_TITLE}${facts.marketplace}`, quantity: 1, priceSet: money(extra), taxable: false }]
        : []),
    ],
    ...(isPositive(discount)
      ? {
          discountCode: {
            itemFixedDiscountCode: { code: `${facts.marketplace} adjustment`, amountSet: money(discount) },
          },
        }
      : {}),
    shippingLines: isPositive(shipping) ? [{ title: `${facts.marketplace} shipping`, priceSet: money(shipping) }] : [],
    taxLines: taxLinesOf(facts, { paid, amount: containsTax ? facts.taxIncludedAmount : tax }, money),
    transactions: [
      {
        kind: "SALE",
        status: "SUCCESS",
        gateway: facts.marketplace,
        amountSet: money(paid),
        processedAt,
      },
    ],
    ...(address ? { shippingAddress: address.input } : {}),
    ...customerInput(facts),
  };
  return leaveOut({ input, leftOut: [] }, address?.leftOut ?? []);
}

type TaxLines = NonNullable<OrderCreateOrderInput["taxLines"]>;
type AsMoney = (amount: string) => NonNullable<TaxLines[number]["priceSet"]>;

function taxLinesOf(facts: DraftFacts, tax: { paid: string; amount: string }, money: AsMoney): TaxLines {
  if (!isPositive(tax.amount)) return [];
  const { taxCollectedByMarketplace: channelLiable, marketplace } = facts;
  const title = channelLiable ? `Tax collected by ${marketplace}` : "Tax";
  return [{ title, rate: taxRate(tax), priceSet: money(tax.amount), channelLiable }];
}

/** What does not fit elsewhere and whoever fulfils the order must know. */
function noteOf(facts: DraftFacts, hasTaxOnTop: boolean): string {
  const isTaxTold = hasTaxOnTop && isPositive(facts.taxIncludedAmount);
  return [
    ...(facts.delivery === "pick-up" ? ["The buyer picks it up: do not send it."] : []),
    ...facts.remarks,
    ...(isTaxTold ? [`Tax contained in the prices: ${facts.taxIncludedAmount} ${facts.currency}`] : []),
  ].join("\n");
}

function customerInput(facts: DraftFacts): Pick<OrderCreateOrderInput, "customer"> {
  const { customer, marketplace } = facts;
  switch (customer.kind) {
    // Stryker disable next-line StringLiteral: without the case nothing is returned, which adds nothing either
    case "guest":
      return {};
    case "existing":
      return { customer: { toAssociate: { id: customer.gid } } };
    case "new":
      return {
        customer: {
          toUpsert: {
            ...shortName(customer.name),
            ...(customer.email ? { email: customer.email } : {}),
            ...(customer.phone ? { phone: customer.phone } : {}),
            tags: [ORDER_TAG, marketplace],
          },
        },
      };
  }
}

function shortName(name: string | null): ReturnType<typeof splitName> {
  const { firstName, lastName } = splitName(name);
  const short = (part: string | null) => part?.slice(0, FIELD_LENGTH_MAX) ?? null;
  return { firstName: short(firstName), lastName: short(lastName) };
}

type AddressInput = NonNullable<OrderCreateOrderInput["shippingAddress"]>;

function mailingAddress(
  address: RemoteAddress,
  buyer: RemoteBuyer,
  isCountry: (code: string) => boolean,
): { input: AddressInput; leftOut: LeftOut[] } {
  const { countryCode, provinceCode, region } = shopifyTerritory(address.countryCode, address.region);
  const isKnown = countryCode !== null && isCountry(countryCode);
  const leftOut: LeftOut[] = [];
  const shortened = (what: string, text: string | null): string | null => {
    if (text === null || text.length <= FIELD_LENGTH_MAX) return text;
    leftOut.push({ what, value: text, isForParcel: true });
    return text.slice(0, FIELD_LENGTH_MAX);
  };
  const { firstName, lastName } = splitName(address.name ?? buyer.name);
  const input: AddressInput = {
    firstName: shortened("First name", firstName),
    lastName: shortened("Last name", lastName),
    company: shortened("Company", address.company),
    address1: shortened("Address line 1", address.line1),
    address2: shortened("Address line 2", address.line2),
    city: shortened("City", address.city),
    provinceCode: isKnown ? provinceCode : null,
    zip: shortened("Postal code", address.postalCode),
    ...(isKnown ? { countryCode: countryCode as AddressInput["countryCode"] } : {}),
    phone: shortened("Phone", address.phone ?? (buyer.phoneIsMasked ? null : buyer.phone)),
  };
  if (region) leftOut.push({ what: "Region", value: region, isForParcel: false });
  if (!isKnown && address.countryCode) {
    const parts = [address.name, address.company, address.line1, address.line2, address.postalCode, address.city];
    const whole = [...parts, address.region, address.countryCode].filter(Boolean).join(", ");
    leftOut.push({ what: "Address with its country", value: whole, isForParcel: true });
  }
  return { input, leftOut };
}

/** Shopify's limit of a name, and of a line of an address. */
export const FIELD_LENGTH_MAX = 255;

function isPositive(amount: string): boolean {
  return signOf(amount) > 0;
}

/** Shopify wants a rate with a tax line; the marketplace gives only the amount. */
function taxRate({ paid, amount }: { paid: string; amount: string }): string {
  const net = Number(subtractAmounts(paid, amount));
  return net > 0 ? (Number(amount) / net).toFixed(4) : "0";
}
