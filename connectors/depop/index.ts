/** Depop, as the contract wants it. */
import type { Connector } from "../contract/connector.ts";
import { checkDepopAccess } from "./account.ts";
import { depopAuthorization, keyFields } from "./auth.ts";
import { type DepopSession, depopFailure, depopOrigin } from "./client.ts";
import { readDepopListings, readDepopQuantities } from "./listings.ts";
import { depopManifest } from "./manifest.ts";
import { parseDepopNotification } from "./notifications.ts";
import { cancelDepopOrder, readDepopOrder, readDepopOrders } from "./orders.ts";
import { confirmDepopShipment, readDepopShipments } from "./shipments.ts";
import { writeDepopPrices, writeDepopQuantities } from "./writes.ts";

export interface DepopSettings {
  /** Of an OAuth partner. Without both, a merchant types in an API key. */
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  /** What Depop signs webhooks with; unset: every one is refused, and orders are found by polling. */
  webhookSecret?: string | undefined;
  /** Unset: https://partnerapi.depop.com. https://partnerapi-staging.depop.com, or an emulator's origin. */
  apiOrigin?: string | undefined;
  /** Depop's consent page, as Depop names it to its partners; unset: a guess beside the API (README, Unconfirmed). */
  authorizeUrl?: string | undefined;
}

export function createDepopConnector(settings: DepopSettings): Connector {
  const origin = depopOrigin(settings.apiOrigin);
  const { clientId, clientSecret, webhookSecret } = settings;

  return {
    manifest: depopManifest,
    authorization:
      clientId !== undefined && clientSecret !== undefined
        ? depopAuthorization({ clientId, clientSecret }, origin, settings.authorizeUrl)
        : { kind: "keys", fields: keyFields },
    toFailure: depopFailure,

    open(channel) {
      const session: DepopSession = { ...channel, now: () => channel.now(), origin };
      return {
        checkAccess: () => checkDepopAccess(session),
        readListings: (cursor) => readDepopListings(session, cursor),
        readQuantities: (refs) => readDepopQuantities(session, refs),
        writeQuantities: (writes) => writeDepopQuantities(session, writes),
        writePrices: (writes) => writeDepopPrices(session, writes),
        readOrders: (input) => readDepopOrders(session, input),
        readOrder: (remoteId) => readDepopOrder(session, remoteId),
        readShipments: (orderRemoteId) => readDepopShipments(session, orderRemoteId),
        confirmShipment: (shipment) => confirmDepopShipment(session, shipment),
        cancelOrder: (cancellation) => cancelDepopOrder(session, cancellation),
        // Depop registers a partner's endpoint by hand; there is no call for it, so none is subscribed to here.
        subscribe: async () => ({ ok: true, value: { topics: [] } }),
      };
    },

    parseNotification: async (raw) => parseDepopNotification(raw, webhookSecret),
  };
}
