/**
 * A marketplace order as Shopify's orderCreate wants it. Pure.
 *
 * Traps that this file exists for: stock is left alone unless asked (BYPASS is the default, so the flow passes
 * DECREMENT_IGNORING_POLICY), a line does not require shipping unless it says so, and there is no idempotency key: the
 * source identifier and a unique metafield carry ours.
 */
import type { RemoteAddress, RemoteBuyer } from "#connectors/contract/remote-types.ts";
import { splitName } from "../customers/identities.ts";
import type { OrderCreateOrderInput } from "../shopify/operations.generated.ts";

/** The metafield that holds our key on a Shopify order; `$app` is this app's own namespace. */
export const ORDER_KEY = { namespace: "$app:lockstep", key: "marketplace_order" } as const;
/** On every order we make, so that they can be found and filtered. */
export const ORDER_TAG = "Lockstep";
/** Carries the marketplace's line id on Shopify's line; a leading underscore hides it from the buyer. */
export const LINE_KEY = "_lockstep_line";

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
  taxCollectedByMarketplace: boolean;
  buyer: RemoteBuyer | null;
  lines: { remoteLineId: string; variantGid: string; sku: string | null; quantity: number; unitAmount: string }[];
  customer: CustomerDecision;
}

export type CustomerDecision =
  | { kind: "existing"; gid: string }
  | { kind: "new"; email: string | null; phone: string | null; name: string | null }
  /** The marketplace says nothing that makes a person. */
  | { kind: "guest" };

export function draftOrder(facts: DraftFacts): OrderCreateOrderInput {
  const currency = facts.currency as OrderCreateOrderInput["currency"] & string;
  const money = (amount: string) => ({ shopMoney: { amount, currencyCode: currency } });
  const address = facts.buyer?.shippingAddress ? mailingAddress(facts.buyer.shippingAddress, facts.buyer) : undefined;
  const processedAt = new Date(Math.min(facts.soldAt.getTime(), facts.now.getTime())).toISOString();
  return {
    currency,
    processedAt,
    sourceName: facts.marketplace,
    sourceIdentifier: facts.key,
    tags: [ORDER_TAG, facts.marketplace],
    customAttributes: [
      { key: "Marketplace", value: facts.marketplace },
      { key: "Marketplace order", value: facts.displayName },
    ],
    metafields: [{ ...ORDER_KEY, type: "id", value: facts.key }],
    financialStatus: "PAID",
    lineItems: facts.lines.map((line) => ({
      variantId: line.variantGid,
      quantity: line.quantity,
      priceSet: money(line.unitAmount),
      requiresShipping: true,
      // The tax of the order is given as a whole, as the marketplace gives it.
      taxable: false,
      properties: [{ name: LINE_KEY, value: line.remoteLineId }],
    })),
    shippingLines: isPositive(facts.shippingAmount)
      ? [{ title: `${facts.marketplace} shipping`, priceSet: money(facts.shippingAmount) }]
      : [],
    taxLines: isPositive(facts.taxAmount)
      ? [
          {
            title: facts.taxCollectedByMarketplace ? `Tax collected by ${facts.marketplace}` : "Tax",
            rate: taxRate(facts),
            priceSet: money(facts.taxAmount),
            channelLiable: facts.taxCollectedByMarketplace,
          },
        ]
      : [],
    transactions: [
      {
        kind: "SALE",
        status: "SUCCESS",
        gateway: facts.marketplace,
        amountSet: money(facts.totalAmount),
        processedAt,
      },
    ],
    ...(address ? { shippingAddress: address } : {}),
    ...customerInput(facts),
  };
}

function customerInput(facts: DraftFacts): Pick<OrderCreateOrderInput, "customer"> {
  const { customer, marketplace } = facts;
  switch (customer.kind) {
    case "guest":
      return {};
    case "existing":
      return { customer: { toAssociate: { id: customer.gid } } };
    case "new":
      return {
        customer: {
          toUpsert: {
            ...splitName(customer.name),
            ...(customer.email ? { email: customer.email } : {}),
            ...(customer.phone ? { phone: customer.phone } : {}),
            tags: [ORDER_TAG, marketplace],
          },
        },
      };
  }
}

function mailingAddress(
  address: RemoteAddress,
  buyer: RemoteBuyer,
): NonNullable<OrderCreateOrderInput["shippingAddress"]> {
  const isCode = address.region !== null && /^[A-Z0-9]{2,3}$/.test(address.region);
  return {
    ...splitName(address.name ?? buyer.name),
    company: address.company,
    address1: address.line1,
    address2: address.line2,
    city: address.city,
    ...(isCode ? { provinceCode: address.region } : { province: address.region }),
    zip: address.postalCode,
    countryCode: address.countryCode as NonNullable<OrderCreateOrderInput["shippingAddress"]>["countryCode"],
    phone: buyer.phoneIsMasked ? null : buyer.phone,
  };
}

function isPositive(amount: string): boolean {
  return Number(amount) > 0;
}

/** Shopify wants a rate with a tax line; the marketplace gives only the amount. */
function taxRate(facts: DraftFacts): string {
  const net = Number(facts.totalAmount) - Number(facts.taxAmount);
  return net > 0 ? (Number(facts.taxAmount) / net).toFixed(4) : "0";
}
