/** Thousands of listings change at once: what pushing them takes of our own work, the marketplace answering at once. */
import type { Db } from "#app/db.server.ts";
import { pushQuantities } from "#app/flows/push-quantities.ts";
import { createBenchRuntime } from "../bench-runtime.ts";
import { createInstantMarketplace } from "../instant-marketplace.ts";
import type { Line } from "../question.ts";
import { makeStale, SHOP_ID } from "../seeded-database.ts";
import type { Yardsticks } from "../yardsticks.ts";

const CHANNEL_ID = 1;
const READS_EACH_MAX = 10;

/** A delivery was counted: each of the first items has one unit less. Leaves them pushed. */
export async function benchPush(db: Db, { readMs }: Yardsticks, { changed }: { changed: number }): Promise<Line[]> {
  const listings = await db.listing.findMany({
    where: { channelId: CHANNEL_ID },
    select: { remoteId: true, acknowledgedQuantity: true },
  });
  const shown = new Map(listings.map((listing) => [listing.remoteId, listing.acknowledgedQuantity ?? 0]));
  const rt = createBenchRuntime(db, (ebay) => createInstantMarketplace(shown, ebay));
  const credentialsSealed = rt.secrets.seal(JSON.stringify({ token: "t" }));
  await db.channel.update({ where: { id: CHANNEL_ID }, data: { credentialsSealed } });
  await db.$executeRaw`
    UPDATE "Level" SET available = available - 1 WHERE "shopId" = ${SHOP_ID}
      AND "inventoryItemGid" IN (SELECT 'gid://shopify/InventoryItem/' || n FROM generate_series(1, ${changed}::int) n)`;
  await makeStale(db, changed);
  const startedAt = performance.now();
  await pushQuantities(rt, { channelId: CHANNEL_ID });
  const eachMs = (performance.now() - startedAt) / changed;
  const left = await db.listing.count({ where: { channelId: CHANNEL_ID, decreasing: true } });
  const limitMs = READS_EACH_MAX * readMs;
  return [
    {
      name: `push ${changed.toLocaleString("en")} changed listings: each${left > 0 ? `, and ${left} were not pushed` : ""}`,
      ...{ tookMs: eachMs, limitMs, limit: `${READS_EACH_MAX} R`, pages: null },
      isRight: left === 0,
      isReached: eachMs <= limitMs && left === 0,
    },
  ];
}
