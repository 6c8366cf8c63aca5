/** What Vinted Pro (its API v0.360.0) is and can do, as data. */
import { z } from "zod";
import type { CredentialField, Manifest } from "../contract/connector.ts";

const MINUTE_MS = 60_000;

/** "access_key,signing_key", in one piece, as the portal shows it. */
export const vintedCredentials = z.object({
  token: z
    .string()
    .trim()
    .regex(/^[\x21-\x2b\x2d-\x7e]+,[\x21-\x2b\x2d-\x7e]+$/, "two keys with a comma between them"),
});

export const tokenFields: readonly CredentialField[] = [
  {
    name: "token",
    label: "Access token",
    help: "From the Vinted Pro Integrations portal: the whole line, two keys with a comma between them.",
    secret: true,
  },
];

/** Items per request that creates, updates or deletes. */
export const ITEMS_PER_CALL_MAX = 100;

/** Vinted states no delay: see orders.ts for what we make of that. */
export const ORDER_VISIBILITY_LAG_MS = 2 * MINUTE_MS;

export const vintedManifest: Manifest = {
  key: "vinted",
  name: "Vinted",
  credentials: vintedCredentials,
  capabilities: {
    // One-off items: a listing stands for one unit at most.
    quantities: false,
    quantityMax: 1,
    writeBatchMax: ITEMS_PER_CALL_MAX,
    readBatchMax: 25,
    atZero: "deleted",
    // 202: taken, not done.
    acceptance: "verify",
    cancellation: "whole-order",
    partialShipment: false,
    // The sold item is gone from sale.
    saleLowersQuantity: true,
    // Nothing is uploaded: Vinted's own label is the shipment.
    shipmentNotifiesBuyer: false,
    // PUT replaces the whole item, and no read gives the whole item.
    prices: false,
    orderVisibilityLagMs: ORDER_VISIBILITY_LAG_MS,
    // Not documented.
    saleTimeToleranceMs: 2_000,
    orderPollEveryMs: MINUTE_MS,
    lateWriteMaxMs: 5 * MINUTE_MS,
    revisionsPerGroupAndDay: null,
    hintQueue: false,
  },
  limits: [
    {
      name: "vinted-second",
      operations: "*",
      scope: "channel",
      callsMax: 5,
      windowMs: 1_000,
      source: "Vinted publishes none: our own choice, until it says 429",
    },
  ],
  signatureHeader: "x-vpi-webhook-hmac-sha256",
  // No time in Vinted's API terms. Returns by Pro sellers (14 days by law, and what they take) are over by then.
  buyerDataKeptMs: 90 * 24 * 60 * 60_000,
  requestTimeoutMs: 20_000,
};
