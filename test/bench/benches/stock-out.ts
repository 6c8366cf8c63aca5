/**
 * A push of few listings: what it costs, however many others there are, and however much they sold and were pushed before.
 * A limit is an R for each statement that reads, a W for each that writes or commits, and half as much again.
 */
import type { Db } from "#app/db.server.ts";
import { pushQuantities } from "#app/flows/push-quantities.ts";
import { recordVerified, supersedeUnfinished } from "#app/history/history.ts";
import { acquireLease } from "#app/leases/leases.ts";
import { createBenchRuntime } from "../bench-runtime.ts";
import { createInstantMarketplace } from "../instant-marketplace.ts";
import type { Question } from "../question.ts";
import { BEST_SELLER, makeInStep, NOW, SHOP_ID } from "../seeded-database.ts";
import { openAccount } from "./order-in.ts";

const CHANNEL_ID = 1;
/** Which nothing else is asked of. */
const QUIET_CHANNEL_ID = 2;
const CHANNEL = { channelId: CHANNEL_ID };

let asked = 0;

const remoteIdOf = (item: number) => `item-${item}`;

/** `available`: of each item in Shopify now; listings show what was sent last. */
async function push(db: Db, items: readonly number[], available: number): Promise<void> {
  const gids = items.map((item) => `gid://shopify/InventoryItem/${item}`);
  await db.level.updateMany({ where: { shopId: SHOP_ID, inventoryItemGid: { in: gids } }, data: { available } });
  const where = { channelId: CHANNEL_ID, remoteId: { in: items.map(remoteIdOf) } };
  await db.listing.updateMany({ where, data: { version: { increment: 1 }, decreasing: true, staleSince: NOW } });
  const listings = await db.listing.findMany({ where, select: { remoteId: true, acknowledgedQuantity: true } });
  const shown = new Map(listings.map((listing) => [listing.remoteId, listing.acknowledgedQuantity ?? 0]));
  const rt = createBenchRuntime(db, (ebay) => createInstantMarketplace(shown, ebay));
  await pushQuantities(rt, CHANNEL);
  const left = await db.listing.count({ where: { ...where, decreasing: true } });
  if (left > 0) throw new Error(`${left} listings were not pushed`);
}

const FEW = [1_401, 1_402, 1_403, 1_404];
const MANY = Array.from({ length: 10 }, (_, n) => 1_601 + n);

async function endPushes(db: Db): Promise<void> {
  const { count } = await db.listing.updateMany({
    where: { channelId: CHANNEL_ID, acknowledgedQuantity: { lte: 0 } },
    data: { acknowledgedQuantity: 10, observedQuantity: 10 },
  });
  await db.channel.update({ where: { id: CHANNEL_ID }, data: { pushApprovedAt: NOW, brakeReason: null } });
  if (count > 100) throw new Error("more than was pushed");
  await makeInStep(db);
}

const pushing = { prepare: openAccount, end: endPushes };

export const stockOutQuestions: Question[] = [
  {
    name: "push the best-seller",
    limit: { reads: 60, writes: 12 },
    ...pushing,
    ask: (db) => push(db, [BEST_SELLER], 200 + (asked++ % 100)),
  },
  {
    name: "push 4 listings, weighed by the brake",
    limit: { reads: 100, writes: 25 },
    ...pushing,
    ask: (db) => push(db, FEW, 200 + (asked++ % 100)),
  },
  {
    name: "push 10 listings",
    limit: { reads: 250, writes: 80 },
    ...pushing,
    ask: (db) => push(db, MANY, 200 + (asked++ % 100)),
  },
  {
    name: "the best-seller is sold out, and comes back",
    limit: { reads: 120, writes: 30 },
    ...pushing,
    async ask(db) {
      await push(db, [BEST_SELLER], 0);
      await push(db, [BEST_SELLER], 200 + (asked++ % 100));
    },
  },
  {
    name: "a worker died in the middle of a push",
    limit: { reads: 20, writes: 6 },
    ask: (db) => supersedeUnfinished(db, QUIET_CHANNEL_ID, NOW),
  },
  {
    name: "an accepted write of the best-seller shows",
    limit: { reads: 10, writes: 3 },
    async ask(db) {
      const where = { channelId_remoteId: { channelId: CHANNEL_ID, remoteId: remoteIdOf(BEST_SELLER) } };
      const { id } = await db.listing.findUniqueOrThrow({ where });
      await recordVerified(db, [id], NOW);
    },
  },
  {
    name: "a lease is taken",
    limit: { reads: 6, writes: 2 },
    ask: (db) => acquireLease(db, { name: "ship:1", holder: "bench", now: new Date(NOW.getTime() + 1_000), ttlMs: 0 }),
  },
];
