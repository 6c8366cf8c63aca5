/** Amazon, as the contract wants it. */
import type { Connector } from "../contract/connector.ts";
import { checkAmazonAccess } from "./account.ts";
import { amazonAuthorization, applicationToken, type LwaSettings } from "./auth.ts";
import { cancelAmazonOrder } from "./cancellations.ts";
import { catalogueMemory, readAmazonListings } from "./catalogue.ts";
import { amazonFailure } from "./client.ts";
import type { FeedMemory } from "./feeds.ts";
import type { LandingMemory } from "./landing.ts";
import { readAmazonQuantities, writeAmazonPrices, writeAmazonQuantities } from "./listings.ts";
import { amazonManifest, BATCH_MAX, PATCHES_MAX } from "./manifest.ts";
import { amazonOrigins, marketplaceById } from "./marketplaces.ts";
import { refuseNotification, subscribeToAmazon } from "./notifications.ts";
import { readAmazonOrder, readAmazonOrders } from "./orders.ts";
import { amazonHintQueue, type SqsSettings } from "./queue.ts";
import type { AmazonSession } from "./session.ts";
import { confirmAmazonShipment, readAmazonShipments } from "./shipments.ts";

export interface AmazonSettings extends LwaSettings {
  /** The store to sell in: A1F83G8C2ARO7P is amazon.co.uk. One per installation. */
  marketplaceId: string;
  /** Unset: the production host of the store's region. A sandbox's, or an emulator's origin. */
  apiOrigin?: string | undefined;
  /** Unset: https://api.amazon.com, or the emulator's origin. */
  lwaOrigin?: string | undefined;
  /** False: never ask for buyers, for an application without the restricted roles whose questions Amazon refuses. Default true. */
  buyerData?: boolean | undefined;
  /** Where notifications lie. Unset: orders are found by polling alone. */
  sqs?: SqsSettings | undefined;
  /** Bulk: README.md, "A batch". Listings per call, and how many of them go by PATCH before a feed is made. */
  bulk?: { writeBatchMax: number; patchesMax: number } | undefined;
}

export function createAmazonConnector(settings: AmazonSettings): Connector {
  const marketplace = marketplaceById(settings.marketplaceId);
  if (!marketplace) {
    throw new Error(`"${settings.marketplaceId}" is not a marketplace id of Amazon's, such as A1F83G8C2ARO7P`);
  }
  const origins = amazonOrigins(marketplace, settings.apiOrigin, settings.lwaOrigin);
  const { writeBatchMax, patchesMax } = settings.bulk ?? { writeBatchMax: BATCH_MAX, patchesMax: PATCHES_MAX };
  const ownToken = applicationToken(settings, origins);
  const catalogues = catalogueMemory();
  const feeds: FeedMemory = new Map();
  const landings: LandingMemory = new Map();
  const { sqs } = settings;

  return {
    manifest: amazonManifest({ writeBatchMax, hintQueue: sqs !== undefined }),
    authorization: amazonAuthorization(settings, origins),
    toFailure: amazonFailure,

    open(channel) {
      const session: AmazonSession = {
        ...channel,
        now: () => channel.now(),
        origins,
        marketplace,
        buyerData: settings.buyerData ?? true,
        sellerId: channel.credentials.sellingPartnerId ?? "",
        writeBatchMax,
        patchesMax,
        seen: new Map(),
        catalogues,
        feeds,
        landings,
      };
      return {
        checkAccess: () => checkAmazonAccess(session),
        readListings: (cursor) => readAmazonListings(session, cursor),
        readQuantities: (refs) => readAmazonQuantities(session, refs),
        writeQuantities: (writes) => writeAmazonQuantities(session, writes),
        writePrices: (writes) => writeAmazonPrices(session, writes),
        readOrders: (input) => readAmazonOrders(session, input),
        readOrder: (remoteId) => readAmazonOrder(session, remoteId),
        readShipments: (orderRemoteId) => readAmazonShipments(session, orderRemoteId),
        confirmShipment: (shipment) => confirmAmazonShipment(session, shipment),
        cancelOrder: (cancellation) => cancelAmazonOrder(session, cancellation),
        subscribe: () => subscribeToAmazon(session, sqs?.queueArn ?? null, ownToken),
        ...(sqs ? { queue: amazonHintQueue(session.transport, sqs) } : {}),
      };
    },

    parseNotification: async () => refuseNotification(),
  };
}
