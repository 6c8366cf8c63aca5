/** Etsy, as the contract wants it. */
import type { Connector } from "../contract/connector.ts";
import { fail, succeed } from "../contract/failures.ts";
import { checkEtsyAccess } from "./account.ts";
import { etsyAuthorization, type OauthSettings } from "./auth.ts";
import { apiKeyOf, etsyFailure, etsyOrigins } from "./client.ts";
import { readEtsyListings, readEtsyQuantities } from "./listings.ts";
import { etsyManifest } from "./manifest.ts";
import { createSignatureCheck, parseEtsyNotification } from "./notifications.ts";
import { readEtsyOrder, readEtsyOrders } from "./orders.ts";
import type { EtsySession } from "./session.ts";
import { confirmEtsyShipment, readEtsyShipments } from "./shipments.ts";
import { writeEtsyPrices, writeEtsyQuantities } from "./writes.ts";

export interface EtsySettings extends OauthSettings {
  /** The signing secret of the webhook endpoint in Etsy's portal: "whsec_" and base64. Unset: no notification is taken. */
  webhookSecret?: string | undefined;
  /** Unset: https://openapi.etsy.com. Or an emulator's origin, which then serves the consent page too. */
  apiOrigin?: string | undefined;
}

export function createEtsyConnector(settings: EtsySettings): Connector {
  const origins = etsyOrigins(settings.apiOrigin);
  const apiKey = apiKeyOf(settings);
  const check = createSignatureCheck(settings.webhookSecret);

  return {
    manifest: etsyManifest,
    authorization: etsyAuthorization(settings, origins),
    toFailure: etsyFailure,

    open(channel) {
      const session: EtsySession = { ...channel, now: () => channel.now(), origins, apiKey };
      return {
        checkAccess: () => checkEtsyAccess(session),
        readListings: (cursor) => readEtsyListings(session, cursor),
        readQuantities: (refs) => readEtsyQuantities(session, refs),
        writeQuantities: (writes) => writeEtsyQuantities(session, writes),
        writePrices: (writes) => writeEtsyPrices(session, writes),
        readOrders: (input) => readEtsyOrders(session, input),
        readOrder: (remoteId) => readEtsyOrder(session, remoteId),
        readShipments: (orderRemoteId) => readEtsyShipments(session, orderRemoteId),
        confirmShipment: (shipment) => confirmEtsyShipment(session, shipment),
        // The API has no operation for it (the spec's receipts can be read, updated as shipped, and tracked).
        cancelOrder: async ({ orderRemoteId }) =>
          fail({
            kind: "rejected",
            scope: "item",
            message: `Etsy lets nobody cancel through its API. Cancel order ${orderRemoteId} in Etsy's Shop Manager: open the order and choose Cancel there; Lockstep then sees it.`,
            code: "not-supported",
          }),
        // Webhooks are registered once per app, by hand, in Etsy's portal: there is nothing to ask for, and nothing was.
        subscribe: async () => succeed({ topics: [] }),
      };
    },

    parseNotification: async (raw, { now }) => parseEtsyNotification(raw, check, now),
  };
}
