/** Vinted Pro, as the contract wants it. */
import type { Connector } from "../contract/connector.ts";
import { checkVintedAccess } from "./account.ts";
import { cancelVintedOrder } from "./cancellations.ts";
import { type VintedSession, vintedFailure, vintedOrigin } from "./client.ts";
import { readVintedListings, readVintedQuantities } from "./items.ts";
import { tokenFields, vintedManifest } from "./manifest.ts";
import { parseVintedNotification } from "./notifications.ts";
import { readVintedOrder, readVintedOrders } from "./orders.ts";
import { confirmVintedShipment, readVintedShipments } from "./shipments.ts";
import { writeVintedPrices, writeVintedQuantities } from "./writes.ts";

export interface VintedSettings {
  /** The signing keys of this installation's webhooks, with commas between them; unset: every webhook is refused. */
  webhookSecret?: string | undefined;
  /** Unset: https://pro.svc.vinted.com. https://pro-public-sandbox.svc.vinted.com, or an emulator's origin. */
  apiOrigin?: string | undefined;
}

export function createVintedConnector(settings: VintedSettings): Connector {
  const origin = vintedOrigin(settings.apiOrigin);
  const secrets = (settings.webhookSecret ?? "").split(",").flatMap((one) => one.trim() || []);

  return {
    manifest: vintedManifest,
    authorization: { kind: "keys", fields: tokenFields },
    toFailure: vintedFailure,

    open(channel) {
      const session: VintedSession = { ...channel, now: () => channel.now(), origin };
      return {
        checkAccess: () => checkVintedAccess(session),
        readListings: (cursor) => readVintedListings(session, cursor),
        readQuantities: (refs) => readVintedQuantities(session, refs),
        writeQuantities: (writes) => writeVintedQuantities(session, writes),
        writePrices: (writes) => writeVintedPrices(writes),
        readOrders: (input) => readVintedOrders(session, input),
        readOrder: (remoteId) => readVintedOrder(session, remoteId),
        readShipments: (orderRemoteId) => readVintedShipments(session, orderRemoteId),
        confirmShipment: (shipment) => confirmVintedShipment(session, shipment),
        cancelOrder: (cancellation) => cancelVintedOrder(session, cancellation),
        // POST /webhooks tells the webhook's signing key once, in its reply, and this contract has no place to keep it: webhooks
        // are made in the portal, where the merchant sees the key.
        subscribe: async () => ({ ok: true, value: { topics: [] } }),
      };
    },

    parseNotification: async (raw) => parseVintedNotification(raw, secrets),
  };
}
