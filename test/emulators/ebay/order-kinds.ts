/**
 * Orders that are not a parcel to their buyer, by sell_fulfillment_v1_oas3.json: Program, FulfillmentStartInstruction. The
 * third parties' addresses are invented.
 */
import { addMs } from "#app/clock.ts";
import type { Order, OrderKind } from "./state.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

const AUTHENTICATOR = {
  fullName: "Hub Partner",
  contactAddress: { addressLine1: "1850 Airport Road", city: "Sacramento", countryCode: "US", postalCode: "95834" },
  primaryPhone: { phoneNumber: "8595550100" },
};
/** "For Click and Collect orders, the shipping destination will be a brick-and-mortar store." */
const COLLECTION_STORE = {
  fullName: "Store 1234",
  companyName: "Corner & Co",
  contactAddress: { addressLine1: "2 High Street", city: "Leeds", countryCode: "GB", postalCode: "LS1 1AA" },
  primaryPhone: { phoneNumber: "01130000000" },
};

/** The part of an order that names the program it is in; nothing for most. */
export function fulfillmentProgram(order: Order): Record<string, unknown> {
  if (order.kind === "authenticity-guarantee") return { program: { authenticityVerification: { status: "PENDING" } } };
  // "It is only returned for paid orders".
  if (order.kind === "fulfilled-by-ebay" && order.paidAt !== null) {
    return { program: { fulfillmentProgram: { fulfilledBy: "EBAY" } } };
  }
  return {};
}

export function startInstruction(order: Order, contact: Record<string, unknown>): Record<string, unknown> {
  const at = new Date(order.createdAt);
  const estimated = {
    minEstimatedDeliveryDate: addMs(at, 3 * DAY_MS).toISOString(),
    maxEstimatedDeliveryDate: addMs(at, 6 * DAY_MS).toISOString(),
  };
  const shipped = (shipTo: Record<string, unknown>) => ({
    fulfillmentInstructionsType: "SHIP_TO",
    ...estimated,
    shippingStep: { shipTo, ...postage(order) },
  });
  const byKind: Record<OrderKind, () => Record<string, unknown>> = {
    // The spec has ebaySupportedFulfillment true here; some were seen without it.
    "authenticity-guarantee": () => shipped(AUTHENTICATOR),
    "click-and-collect": () => shipped(COLLECTION_STORE),
    "fulfilled-by-ebay": () => ({ fulfillmentInstructionsType: "FULFILLED_BY_EBAY", ...estimated }),
    digital: () => ({ fulfillmentInstructionsType: "DIGITAL" }),
    "gift-card": () => ({ fulfillmentInstructionsType: "DIGITAL" }),
    "in-store-pickup": () => ({
      fulfillmentInstructionsType: "PREPARE_FOR_PICKUP",
      pickupStep: { merchantLocationKey: "FRONT-STORE" },
    }),
  };
  return order.kind === null ? shipped(contact) : byKind[order.kind]();
}

/** What the buyer chose at checkout: one service for each site will do. */
function postage(order: Order): { shippingCarrierCode: string; shippingServiceCode: string } {
  return order.lines[0]?.marketplaceId === "EBAY_GB"
    ? { shippingCarrierCode: "RoyalMail", shippingServiceCode: "UK_RoyalMailTracked48" }
    : { shippingCarrierCode: "USPS", shippingServiceCode: "USPSPriority" };
}
