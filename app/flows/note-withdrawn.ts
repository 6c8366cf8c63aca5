/**
 * Writes down on listings that their variant is not for sale in Shopify any more, or is again, and tells the merchant: one
 * alert per channel for what was taken to zero, one for what waits for their word. What the number becomes is decided by
 * the push, from the same facts.
 */
import { isAlertOpen, type NewAlert, raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { type Channel, findChannel } from "../channels/channels.ts";
import type { Tx } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { type Listing, recordWithdrawn } from "../listings/listings.ts";
import { listed } from "../plain-words.ts";
import type { Runtime } from "../runtime.ts";
import { readWithdrawn, WITHDRAWN, type WithdrawnCounts } from "../views/withdrawn-facts.ts";

/** What may have changed: variants, the stock of items, a match, what a channel sells from, or a whole shop. */
export type WithdrawnScope =
  | { variantIds: readonly number[] }
  | { inventoryItemGids: readonly string[] }
  | { listingIds: readonly number[] }
  | { channelId: number }
  | "all";

/** Returns the listings on which it changed. */
export async function noteWithdrawn(
  rt: Runtime,
  tx: Tx,
  shopId: number,
  scope: WithdrawnScope,
): Promise<Pick<Listing, "id" | "channelId" | "withdrawnAs">[]> {
  const changed = await recordWithdrawn(tx, factsOf(shopId, scope));
  const channelIds = [...new Set(changed.map((one) => one.channelId))].sort((a, b) => a - b);
  for (const channelId of channelIds) {
    const isNew = changed.some((one) => one.channelId === channelId && one.withdrawnAs !== null);
    await tellWithdrawn(rt, tx, channelId, { isNew });
  }
  return changed;
}

function factsOf(shopId: number, scope: WithdrawnScope): Prisma.Sql {
  const where =
    scope === "all"
      ? Prisma.sql`true`
      : "variantIds" in scope
        ? Prisma.sql`l."variantId" = ANY(${[...scope.variantIds]}::int[])`
        : "inventoryItemGids" in scope
          ? Prisma.sql`v."inventoryItemGid" = ANY(${[...scope.inventoryItemGids]}::text[])`
          : "listingIds" in scope
            ? Prisma.sql`l.id = ANY(${[...scope.listingIds]}::int[])`
            : Prisma.sql`l."channelId" = ${scope.channelId}`;
  return Prisma.sql`
    SELECT l.id, ${WITHDRAWN} AS withdrawn FROM "Listing" l JOIN "Variant" v ON v.id = l."variantId"
      JOIN "Channel" c ON c.id = l."channelId" AND c."shopId" = ${shopId} JOIN "Shop" s ON s.id = l."shopId"
    WHERE l."shopId" = ${shopId} AND v."shopId" = ${shopId} AND l."removedAt" IS NULL AND ${where}`;
}

/** Nothing new is there: what is said of these channels is set right, one channel after the other in one order. */
export async function retellWithdrawn(rt: Runtime, tx: Tx, channelIds: Iterable<number>): Promise<void> {
  for (const channelId of [...new Set(channelIds)].sort((a, b) => a - b))
    await tellWithdrawn(rt, tx, channelId, { isNew: false });
}

/** `isNew`: there is more than before. What is said already, and was closed by the merchant, is not said again. */
export async function tellWithdrawn(
  rt: Runtime,
  tx: Tx,
  channelId: number,
  { isNew }: { isNew: boolean },
): Promise<void> {
  const channel = await findChannel(tx, channelId);
  if (!channel) return;
  const now = rt.clock.now();
  const counts = await readWithdrawn(tx, channelId);
  const asked: AlertKey = `asked:${channelId}`;
  if (counts.asked.listings > 0) await raiseAlert(tx, askedAlert(channel, asked, counts), now);
  else await resolveAlert(tx, channel.shopId, asked, now);
  const gone: AlertKey = `gone:${channelId}`;
  if (counts.zero.listings + counts.excluded.listings === 0) await resolveAlert(tx, channel.shopId, gone, now);
  else if (isNew || (await isAlertOpen(tx, channel.shopId, gone)))
    await raiseAlert(tx, goneAlert(channel, gone, counts), now);
}

function askedAlert(channel: Channel, key: AlertKey, { asked }: WithdrawnCounts): NewAlert {
  const { listings, titles } = asked;
  return {
    shopId: channel.shopId,
    channelId: channel.id,
    key,
    severity: "warning",
    title: `${channel.name}: ${listings === 1 ? "a listing needs" : `${listings} listings need`} your decision`,
    message: `${named(listings, titles)} ${listings === 1 ? "is" : "are"} not for sale in Shopify, or not counted there. Until you decide, the number shown does not go up. Open each listing, and take it to 0 or leave it on sale; the channel's settings decide it for all.`,
    action: `/app/listings?channel=${channel.id}&status=asked`,
  };
}

function goneAlert(channel: Channel, key: AlertKey, { zero, excluded }: WithdrawnCounts): NewAlert {
  const parts: string[] = [];
  if (zero.listings > 0) {
    const waits = channel.state !== "connected" || channel.pushApprovedAt === null;
    parts.push(
      waits
        ? `${named(zero.listings, zero.titles)} ${zero.listings === 1 ? "is" : "are"} deleted, archived or stocked nowhere in Shopify, and may still be on sale: nothing is changed there while ${channel.state === "connected" ? "the channel waits for your approval" : "the channel is stopped"}.`
        : `${named(zero.listings, zero.titles)} ${zero.listings === 1 ? "is" : "are"} not for sale in Shopify any more, so ${zero.listings === 1 ? "its listing goes" : "their listings go"} to 0. To sell again, bring the product back in Shopify or match the listing to another variant.`,
    );
  }
  if (excluded.listings > 0)
    parts.push(
      `${named(excluded.listings, excluded.titles)} ${excluded.listings === 1 ? "is" : "are"} not for sale in Shopify either, and left alone because you excluded ${excluded.listings === 1 ? "it" : "them"}: include ${excluded.listings === 1 ? "it" : "them"}, or end ${excluded.listings === 1 ? "it" : "them"} there.`,
    );
  const total = zero.listings + excluded.listings;
  return {
    shopId: channel.shopId,
    channelId: channel.id,
    key,
    endsByHand: true,
    reopens: true,
    severity: "warning",
    title: `${channel.name}: ${total === 1 ? "a product is" : `${total} products are`} gone in Shopify`,
    message: parts.join(" "),
    action: `/app/listings?channel=${channel.id}&status=gone`,
  };
}

function named(listings: number, titles: readonly string[]): string {
  const quoted = titles.map((title) => `“${title}”`);
  const more = listings - titles.length;
  return more > 0 ? `${quoted.join(", ")} and ${more} more` : listed(quoted);
}
