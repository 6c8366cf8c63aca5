/** eBay, as the contract wants it. */
import type { Connector } from "../contract/connector.ts";
import { checkEbayAccess } from "./account.ts";
import { applicationToken, ebayAuthorization, type OauthSettings } from "./auth.ts";
import { cancelEbayOrder } from "./cancellations.ts";
import { ebayFailure, ebayOrigins } from "./client.ts";
import { readEbayListings } from "./listings.ts";
import { ebayManifest } from "./manifest.ts";
import { type NotificationSettings, parseEbayNotification, subscribeToEbay } from "./notifications.ts";
import { readEbayOnSale } from "./on-sale.ts";
import { readEbayOrder, readEbayOrders } from "./orders.ts";
import { ebaySignatures } from "./public-keys.ts";
import { readEbayQuantities } from "./quantities.ts";
import type { EbaySession } from "./session.ts";
import { confirmEbayShipment, readEbayShipments } from "./shipments.ts";
import { writeEbayPrices, writeEbayQuantities } from "./writes.ts";

export interface EbaySettings extends OauthSettings {
  /** Unset: https://api.ebay.com. https://api.sandbox.ebay.com, or an emulator's origin, which then serves every host. */
  apiOrigin?: string | undefined;
  /** 32 to 80 characters of A-Z a-z 0-9 _ -; ours to choose, known to eBay and us alone. */
  notificationVerificationToken: string;
  /** Where eBay writes when it cannot deliver notifications; unset: as set in eBay's developer portal. */
  notificationAlertEmail?: string | undefined;
}

export function createEbayConnector(settings: EbaySettings): Connector {
  if (!/^[A-Za-z0-9_-]{32,80}$/.test(settings.notificationVerificationToken)) {
    throw new Error("eBay's notification verification token must be 32 to 80 characters of A-Z, a-z, 0-9, _ and -");
  }
  const origins = ebayOrigins(settings.apiOrigin);
  const ownToken = applicationToken(settings, origins);
  const verify = ebaySignatures(origins, ownToken);
  const notifications: NotificationSettings = {
    origins,
    verificationToken: settings.notificationVerificationToken,
    alertEmail: settings.notificationAlertEmail,
    applicationToken: ownToken,
  };

  return {
    manifest: ebayManifest,
    authorization: ebayAuthorization(settings, origins),
    toFailure: ebayFailure,

    open(channel) {
      const session: EbaySession = { ...channel, now: () => channel.now(), origins };
      return {
        checkAccess: () => checkEbayAccess(session),
        readListings: (cursor) => readEbayListings(session, cursor),
        readOnSale: (cursor) => readEbayOnSale(session, cursor),
        readQuantities: (refs) => readEbayQuantities(session, refs),
        writeQuantities: (writes) => writeEbayQuantities(session, writes),
        writePrices: (writes) => writeEbayPrices(session, writes),
        readOrders: (input) => readEbayOrders(session, input),
        readOrder: (remoteId) => readEbayOrder(session, remoteId),
        readShipments: (orderRemoteId) => readEbayShipments(session, orderRemoteId),
        confirmShipment: (shipment) => confirmEbayShipment(session, shipment),
        cancelOrder: (cancellation) => cancelEbayOrder(session, cancellation),
        subscribe: ({ endpoint }) => subscribeToEbay(session, notifications, endpoint),
      };
    },

    parseNotification: (raw, context) =>
      parseEbayNotification(raw, settings.notificationVerificationToken, verify, context),
  };
}
