/**
 * What is in the collections that rules name is read from Shopify, and listings of what came into one, or left it, follow
 * their rules. Shopify dates no such change, and of many it tells nothing: each collection is read whole once a day as well.
 */
import { listVariantIdsOfProducts, nextReadNumber } from "../catalogue/catalogue.ts";
import { addMs } from "../clock.ts";
import {
  type Collection,
  findDueCollection,
  listCollections,
  recordCollectionGone,
  recordCollectionRead,
  recordNotShown,
  recordProducts,
} from "../collections/collections.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { type Lease, storeUnder, underLease } from "../leases/leases.ts";
import { keepRules } from "../listing-rules/listing-rules.ts";
import type { Runtime } from "../runtime.ts";
import { readCollectionPage, readCollectionsOfProduct } from "../shopify/collections.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { followRules } from "./follow-rules.ts";
import { orThrow } from "./or-throw.ts";
import { endShopPutOff, putOffShopWork } from "./put-off-shop-work.ts";

const AGAIN_AFTER_MS = 24 * 60 * 60_000;
/** Products of one transaction: others get in between. */
const SET = 250;
/** Collections of one task: the tick finds the others. */
const TURN_MAX = 20;
/** Pages of 250 products that a person waits for. */
const PAGES_NOW = 8;

type OfShop = Pick<Shop, "id" | "domain">;

export async function readCollections(rt: Runtime, { shopId }: { shopId: number }): Promise<void> {
  const shop = await findShop(rt.db, { id: shopId });
  if (!shop || shop.uninstalledAt) return;
  await underReading(rt, shop, async (lease) => {
    for (let read = 0; read < TURN_MAX; read += 1) {
      const due = await findDueCollection(rt.db, shopId, rt.clock.now());
      if (!due || !(await readCollection(rt, shop, due, lease, Number.POSITIVE_INFINITY))) return;
    }
  });
}

/** For whoever waits: a small one is read at once, all others by a task. False: it is not read yet. */
export async function readCollectionNow(rt: Runtime, shop: OfShop, collection: Collection): Promise<boolean> {
  const read = await underReading(rt, shop, (lease) => readCollection(rt, shop, collection, lease, PAGES_NOW));
  if (!read.busy && read.value) return true;
  await inTransaction(rt.db, (tx) => rt.queue.send(tx, "read-collections", { shopId: shop.id }));
  return false;
}

function underReading<T>(rt: Runtime, shop: OfShop, work: (lease: Lease) => Promise<T>) {
  return underLease(rt, { name: `collections:${shop.id}`, holder: rt.workerId }, work);
}

/** False: Shopify did not answer, another worker goes on with it, or it has more pages than these. */
async function readCollection(
  rt: Runtime,
  shop: OfShop,
  collection: Collection,
  lease: Lease,
  pagesMax: number,
): Promise<boolean> {
  const readNumber = await nextReadNumber(rt.db);
  let title = collection.title;
  let after: string | null = null;
  for (let pages = 0; ; pages += 1) {
    if (pages === pagesMax) return false;
    const page = await readCollectionPage(rt.admin(shop.domain), collection.gid, after);
    if (!page.ok) {
      await putOffShopWork(rt, { shopId: shop.id, work: "collections", why: page.failure.message });
      return false;
    }
    if (!page.value) return endRead(rt, lease, (tx, times) => recordCollectionGone(tx, collection, times));
    const { productGids, nextCursor } = page.value;
    const products = productGids.map((productGid) => ({ productGid, isIn: true }));
    const isOurs = await storeUnder(rt.db, lease, async (tx) => {
      await keepRules(tx, shop.id);
      await follow(rt, tx, shop, await recordProducts(tx, collection.id, products, { readNumber }));
    });
    if (!isOurs) return false;
    title = page.value.title;
    after = nextCursor;
    if (!after) break;
  }
  for (let left = SET; left === SET; ) {
    const isOurs = await storeUnder(rt.db, lease, async (tx) => {
      await keepRules(tx, shop.id);
      const gone = await recordNotShown(tx, collection.id, { readNumber, take: SET });
      left = gone.length;
      await follow(rt, tx, shop, gone);
    });
    if (!isOurs) return false;
  }
  return endRead(rt, lease, async (tx, times) => {
    await recordCollectionRead(tx, collection, { title, readNumber, ...times });
    await endShopPutOff(tx, shop.id, "collections");
  });
}

function endRead(
  rt: Runtime,
  lease: Lease,
  record: (tx: Tx, times: { now: Date; next: Date }) => Promise<void>,
): Promise<boolean> {
  const now = rt.clock.now();
  return storeUnder(rt.db, lease, (tx) => record(tx, { now, next: addMs(now, AGAIN_AFTER_MS) }));
}

async function follow(rt: Runtime, tx: Tx, shop: OfShop, productGids: readonly string[]): Promise<void> {
  const variantIds = await listVariantIdsOfProducts(tx, shop.id, productGids);
  await followRules(rt, tx, shop.id, { variantIds });
}

/** A product was changed: on its own page it may have been put into a collection, and of that one Shopify tells nothing. */
export async function followProductIntoCollections(rt: Runtime, shop: Shop, productGid: string): Promise<void> {
  const watched = (await listCollections(rt.db, shop.id)).filter((one) => one.readAt && !one.goneAt);
  if (watched.length === 0) return;
  const readNumber = await nextReadNumber(rt.db);
  const asked = watched.map((one) => one.gid);
  const said = orThrow(await readCollectionsOfProduct(rt.admin(shop.domain), productGid, asked));
  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    await keepRules(tx, shop.id);
    const moved: string[] = [];
    for (const { id, gid, dueAt } of watched) {
      const one = said.find((other) => other.gid === gid);
      // Without an answer it is gone, and what was in it stays.
      if (!one) continue;
      const read = { readNumber, isBeingRead: dueAt <= now };
      moved.push(...(await recordProducts(tx, id, [{ productGid, isIn: one.isIn }], read)));
    }
    await follow(rt, tx, shop, [...new Set(moved)]);
  });
}
