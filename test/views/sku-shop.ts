/** A shop with variants, stock, a channel, listings and orders, row by row: what the screens of SKUs read. */
import type { Runtime } from "#app/runtime.ts";
import type { TestDatabase } from "#test/support/world/test-database.ts";

export const NOW = new Date("2026-11-22T14:30:00Z");

export interface SkuShop {
  rt: Runtime;
  shopId: number;
  shop: { id: number; timezone: string };
  channelId: number;
  variant(
    sku: string | null,
    more?: { productTitle?: string; title?: string; removedAt?: Date; tracked?: boolean },
  ): Promise<number>;
  /** Its stock at one location. */
  level(
    variantId: number,
    available: number | null,
    at?: { gid: string; name: string; active?: boolean },
  ): Promise<void>;
  listing(variantId: number | null, more?: object): Promise<number>;
  /** An order of one line, with its reservation. */
  order(
    of: { variantId: number; listingId?: number; quantity: number; soldAt?: Date },
    reservation: { state: string; createdAt?: Date; settledAt?: Date; hold?: string },
  ): Promise<number>;
}

let made = 0;

export async function createSkuShop(database: TestDatabase, timezone = "Europe/Berlin"): Promise<SkuShop> {
  const { db } = database;
  made += 1;
  const rt = { db, connectors: new Map(), clock: { now: () => NOW } } as unknown as Runtime;
  const { id: shopId } = await db.shop.create({
    data: { domain: `sku-${made}.test`, name: "a", currency: "GBP", timezone, policy: {}, installedAt: NOW },
  });
  const channel = { remoteAccountId: `shop-${made}`, name: "Etsy · shop", connectorKey: "Etsy", state: "connected" };
  const { id: channelId } = await db.channel.create({
    data: { shopId, ...channel, pushApprovedAt: NOW, importOrdersSince: NOW, createdAt: NOW },
  });
  const itemOf = async (id: number) => (await db.variant.findUniqueOrThrow({ where: { id } })).inventoryItemGid;
  return {
    rt,
    shopId,
    shop: { id: shopId, timezone },
    channelId,
    async variant(sku, more = {}) {
      made += 1;
      const gids = { gid: `v${made}`, productGid: `gid://shopify/Product/${made}`, inventoryItemGid: `i${made}` };
      const named = { productTitle: "Mug", title: "Default Title", sku, tracked: true };
      return (await db.variant.create({ data: { shopId, ...gids, ...named, ...more } })).id;
    },
    async level(variantId, available, { gid, name, active = true } = { gid: "shelf", name: "Shelf" }) {
      await db.location.upsert({
        where: { shopId_gid: { shopId, gid } },
        create: { shopId, gid, name, active },
        update: {},
      });
      const inventoryItemGid = await itemOf(variantId);
      await db.level.create({ data: { shopId, inventoryItemGid, locationGid: gid, available, remoteUpdatedAt: NOW } });
    },
    async listing(variantId, more = {}) {
      made += 1;
      const named = { remoteId: `l${made}`, title: "A mug", sku: null, remoteState: "active", seenAt: NOW };
      const versions = { version: 1, acknowledgedVersion: 1, matchedBy: "sku" };
      return (await db.listing.create({ data: { shopId, channelId, variantId, ...named, ...versions, ...more } })).id;
    },
    async order({ variantId, listingId, quantity, soldAt = NOW }, { hold, ...reservation }) {
      made += 1;
      const inventoryItemGid = await itemOf(variantId);
      const money = {
        currency: "GBP",
        totalAmount: "1",
        shippingAmount: "0",
        taxAmount: "0",
        taxCollectedByMarketplace: false,
      };
      const { id, lines } = await db.marketplaceOrder.create({
        data: {
          shopId,
          channelId,
          remoteId: `o${made}`,
          displayName: `O-${made}`,
          remoteStatus: "paid",
          stage: "placed",
          soldAt,
          importedAt: soldAt,
          remoteUpdatedAt: soldAt,
          ...money,
          lines: {
            create: {
              remoteLineId: "1",
              title: "A mug",
              quantity,
              unitAmount: "1",
              soldAt,
              importedAt: soldAt,
              variantId,
              listingId: listingId ?? null,
            },
          },
        },
        include: { lines: true },
      });
      const held = { shopId, inventoryItemGid, locationGid: "shelf", quantity, askedAt: NOW };
      await db.reservation.create({
        data: {
          shopId,
          inventoryItemGid,
          quantity,
          createdAt: soldAt,
          orderLineId: lines[0]?.id ?? 0,
          ...reservation,
          ...(hold ? { hold: { create: { ...held, state: hold } } } : {}),
        },
      });
      return id;
    },
  };
}
