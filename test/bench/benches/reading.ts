/**
 * A marketplace's listings are read: what a page of them costs, however many there are.
 * A limit is an R for each statement that reads, a W for each that writes or commits, and half as much again.
 */

import type { Db } from "#app/db.server.ts";
import { countOnSale } from "#app/flows/count-on-sale.ts";
import { reconcileListings } from "#app/flows/reconcile-listings.ts";
import type { OpenChannel } from "#connectors/contract/connector.ts";
import { succeed } from "#connectors/contract/failures.ts";
import type { RemoteListing } from "#connectors/contract/remote-types.ts";
import { createBenchRuntime } from "../bench-runtime.ts";
import { createInstantMarketplace } from "../instant-marketplace.ts";
import type { Question } from "../question.ts";
import { makeInStep, NOW } from "../seeded-database.ts";
import { openAccount } from "./order-in.ts";

const CHANNEL_ID = 1;
const CHANNEL = { channelId: CHANNEL_ID };
const ITEMS = [1_701, 1_702, 1_703, 1_704, 1_705];

let asked = 0;

function listing(item: number, facts: Partial<RemoteListing> = {}): RemoteListing {
  return {
    ref: { remoteId: `item-${item}`, sku: `SKU-${item}`, groupId: null },
    ...{ title: `Linen shirt ${item}`, barcode: null, price: { amount: "19.00", currency: "GBP" }, state: "active" },
    ...{ quantity: 3 + (asked % 5), url: null, imageUrl: null, unmanagedBecause: null },
    ...facts,
  };
}

/** One without a name can't be read beside them: so nothing that was not shown is taken for gone. */
const NAMELESS = { remoteId: null, why: "it has no number" };

const withAnswers = (db: Db, answers: Partial<OpenChannel>) =>
  createBenchRuntime(db, (ebay) => createInstantMarketplace(new Map(), ebay, answers));

async function endReading(db: Db): Promise<void> {
  await db.listing.deleteMany({ where: { remoteId: { startsWith: "bench-" } } });
  await db.channel.update({
    where: { id: CHANNEL_ID },
    data: { listingsReadAt: NOW, onSaleDueAt: new Date(NOW.getTime() + 86_400_000) },
  });
  await makeInStep(db);
}

const reading = { prepare: openAccount, end: endReading };

export const readingQuestions: Question[] = [
  {
    name: "a page of 5 listings, one of them new",
    limit: { reads: 200, writes: 40 },
    ...reading,
    async ask(db) {
      asked += 1;
      const fresh = listing(1_706, {
        ref: { remoteId: `bench-${process.hrtime.bigint()}`, sku: "SKU-1706", groupId: null },
      });
      const page = {
        listings: [...ITEMS.map((item) => listing(item)), fresh],
        unreadable: [NAMELESS],
        nextCursor: null,
        total: null,
      };
      await reconcileListings(withAnswers(db, { readListings: async () => succeed(page) }), CHANNEL);
    },
  },
  {
    name: "what is on sale and not kept",
    limit: { reads: 30, writes: 8 },
    ...reading,
    async ask(db) {
      const onSale = ITEMS.map((item) => ({ remoteId: `item-${item}`, title: "x", sku: null, url: null }));
      const page = { onSale, total: 5, nextCursor: null };
      await countOnSale(withAnswers(db, { readOnSale: async () => succeed(page) }), CHANNEL);
    },
  },
];
