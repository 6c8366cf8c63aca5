/**
 * Stores a reading of the whole catalogue with its levels, as it comes, by one bulk operation or by pages. What such a
 * reading says is some minutes old when it is stored: whatever was asked for later stays as it is, and nothing is taken
 * away before Shopify, asked by id, says that it is gone.
 */
import { listNotReadSince, upsertVariants, type VariantFacts } from "../catalogue/catalogue.ts";
import { inTransaction } from "../db.server.ts";
import { applyLevels, type LevelChange, type LevelReading, listLevelKeys } from "../inventory/levels.ts";
import { watchVariants } from "../inventory/stock-watch.ts";
import { keepRules } from "../listing-rules/listing-rules.ts";
import { markStale } from "../listings/listings.ts";
import { type Run, recordProgress } from "../runs/runs.ts";
import type { Runtime } from "../runtime.ts";
import { readVariantsPage } from "../shopify/catalogue.ts";
import { readBulk } from "../shopify/catalogue-bulk.ts";
import { CatalogueFile } from "../shopify/catalogue-file.ts";
import type { Shop } from "../shops/shops.ts";
import { readLevelsAgain } from "./apply-inventory-change.ts";
import { followRules } from "./follow-rules.ts";
import { noteWithdrawn } from "./note-withdrawn.ts";
import { orThrow } from "./or-throw.ts";
import { refreshVariants, VARIANTS_PER_READ_MAX } from "./refresh-product.ts";
import { wakeChannels } from "./wake-channels.ts";

/** Rows per transaction: short enough for others to get in between. */
const CHUNK = 500;
/** How often a bulk operation is asked after: the longer it has taken, the more rarely. */
const POLL_MS = { min: 1_000, max: 15_000, share: 0.05 };

/** One reading of the catalogue, of which nothing is believed that was known later. */
export interface Reading {
  /** `nextReadNumber`, taken before Shopify was asked. */
  readNumber: bigint;
  askedAt: Date;
}

export interface Read {
  variants: number;
  levels: number;
  corrected: number;
  unreadableRows: number;
}

/** This reading can't come to its end, however often it is taken up again: another one is needed. */
export class ReadingLostError extends Error {
  override name = "ReadingLostError";
}

export async function storeBulk(
  rt: Runtime,
  shop: Shop,
  run: Run,
  reading: Reading & { bulkId: string },
): Promise<Read> {
  const { url, objectCount } = await waitForBulk(rt, shop, run, reading);
  const file = new CatalogueFile();
  const store = new Store(rt, shop, run, reading, objectCount);
  if (url) {
    const lines = await rt.admin(shop.domain).download(url);
    if (!lines.ok && lines.failure.kind === "rejected") throw new ReadingLostError(lines.failure.message);
    for await (const line of orThrow(lines)) await store.add(file.read(line));
  }
  file.end();
  await store.flush();
  if (objectCount > 0 && file.lines === file.unreadable)
    throw new ReadingLostError("Shopify counted products, and its file shows none");
  if (file.unreadable > 0) {
    const row = file.firstUnreadable;
    rt.logger.warn({ shop: shop.domain, unreadable: file.unreadable, row }, "rows of the catalogue left out");
  }
  const corrected = store.corrected + (await readAgainWhatDiffers(rt, shop, store, run));
  const { variants, levels } = store;
  return { variants, levels, corrected, unreadableRows: file.unreadable };
}

async function waitForBulk(
  rt: Runtime,
  shop: Shop,
  run: Run,
  { bulkId, askedAt }: Reading & { bulkId: string },
): Promise<{ url: string | null; objectCount: number }> {
  for (;;) {
    const progress = orThrow(await readBulk(rt.admin(shop.domain), bulkId));
    if (progress.state === "done") return progress;
    if (progress.state === "failed") throw new ReadingLostError(progress.why);
    await recordProgress(rt.db, run.id, { done: progress.objectCount, message: "Shopify is preparing the catalogue" });
    const takenMs = rt.clock.now().getTime() - askedAt.getTime();
    await rt.clock.sleep(Math.min(POLL_MS.max, Math.max(POLL_MS.min, takenMs * POLL_MS.share)));
  }
}

/** `after`: where a page that was stored before ended. Calls `stored` after each page. */
export async function storePages(
  rt: Runtime,
  shop: Shop,
  run: Run,
  reading: Reading & { after: string | null; read: Read },
  stored: (after: string | null, read: Read) => Promise<void>,
): Promise<Read> {
  let { after, read } = reading;
  const reference = `run:${run.id}`;
  do {
    const page = orThrow(await readVariantsPage(rt.admin(shop.domain), after));
    await inTransaction(rt.db, (tx) => storeVariants(rt, shop, tx, page.variants, reading.readNumber));
    const items = page.variants.map((variant) => variant.inventoryItemGid);
    const changes = await readLevelsAgain(rt, shop, items, reference, { yields: true });
    after = page.nextCursor;
    read = {
      ...read,
      variants: read.variants + page.variants.length,
      levels: read.levels + items.length,
      corrected: read.corrected + changes.length,
    };
    await stored(after, read);
  } while (after !== null);
  return read;
}

/** After a whole reading: what it did not show is asked for by id, and what Shopify has no more is gone. Returns how many. */
export async function removeWhatIsGone(rt: Runtime, shop: Shop, { readNumber }: Reading): Promise<number> {
  let gone = 0;
  for (let afterId = 0; ; ) {
    const page = { shopId: shop.id, readNumber, afterId, take: VARIANTS_PER_READ_MAX };
    const missing = await listNotReadSince(rt.db, page);
    gone += await refreshVariants(
      rt,
      shop,
      missing.map((one) => one.gid),
    );
    const last = missing.at(-1);
    if (!last) return gone;
    afterId = last.id;
  }
}

/** The catalogue is some minutes old: what it shows differently, or no more, is asked for again. */
async function readAgainWhatDiffers(rt: Runtime, shop: Shop, store: Store, run: Run): Promise<number> {
  const items = new Set(store.unclear);
  for (const { inventoryItemGid, locationGid } of await listLevelKeys(rt.db, shop.id))
    if (!store.shown.has(`${inventoryItemGid} ${locationGid}`)) items.add(inventoryItemGid);
  let corrected = 0;
  for (const chunk of inChunks([...items]))
    corrected += (await readLevelsAgain(rt, shop, chunk, `run:${run.id}`)).length;
  return corrected;
}

async function storeVariants(
  rt: Runtime,
  shop: Shop,
  tx: Parameters<typeof upsertVariants>[0],
  variants: readonly VariantFacts[],
  readNumber: bigint,
): Promise<void> {
  await keepRules(tx, shop.id);
  const stored = await upsertVariants(tx, shop.id, variants, readNumber);
  const variantIds = stored.flatMap(({ id, isNews }) => (isNews ? id : []));
  const now = rt.clock.now();
  await wakeChannels(rt, tx, await markStale(tx, shop.id, { variantIds }, { decreasing: true, now }));
  if (variantIds.length > 0) await noteWithdrawn(rt, tx, shop.id, { variantIds });
  await watchVariants(tx, shop.id, variantIds);
  await followRules(rt, tx, shop.id, { variantIds: stored.map(({ id }) => id) });
}

/** Takes rows as they come and stores them by the chunk. */
class Store {
  variants = 0;
  levels = 0;
  corrected = 0;
  /** Items of which this reading can't say what is right. */
  readonly unclear = new Set<string>();
  /** Levels that it showed. */
  readonly shown = new Set<string>();
  #variants: VariantFacts[] = [];
  #levels: LevelReading[] = [];
  private readonly rt: Runtime;
  private readonly shop: Shop;
  private readonly run: Run;
  private readonly reading: Reading;
  private readonly total: number;

  constructor(rt: Runtime, shop: Shop, run: Run, reading: Reading, total: number) {
    this.rt = rt;
    this.shop = shop;
    this.run = run;
    this.reading = reading;
    this.total = total;
  }

  async add({ variants, levels }: { variants: VariantFacts[]; levels: LevelReading[] }): Promise<void> {
    this.#variants.push(...variants);
    this.#levels.push(...levels);
    if (this.#variants.length >= CHUNK || this.#levels.length >= CHUNK) await this.flush();
  }

  async flush(): Promise<void> {
    const variants = this.#variants;
    const levels = this.#levels;
    this.#variants = [];
    this.#levels = [];
    if (variants.length + levels.length === 0) return;
    const { rt, shop } = this;
    const cause = shop.mirroredAt ? "reconcile" : "mirror";
    const reference = `run:${this.run.id}`;
    await inTransaction(rt.db, (tx) => storeVariants(rt, shop, tx, variants, this.reading.readNumber));
    for (const readings of inChunks(levels)) {
      await inTransaction(rt.db, async (tx) => {
        const now = rt.clock.now();
        const applied = await applyLevels(tx, { shopId: shop.id, readings, cause, reference, now });
        await this.#markChanged(tx, applied.changes);
        this.corrected += applied.changes.length;
        for (const gid of applied.unclear) this.unclear.add(gid);
      });
    }
    for (const level of levels) this.shown.add(`${level.inventoryItemGid} ${level.locationGid}`);
    this.variants += variants.length;
    this.levels += levels.length;
    const done = this.variants + this.levels;
    await recordProgress(rt.db, this.run.id, { done, total: this.total, message: "Storing products and stock" });
  }

  async #markChanged(tx: Parameters<typeof markStale>[0], changes: readonly LevelChange[]): Promise<void> {
    if (changes.length === 0) return;
    const { rt, shop } = this;
    const scope = { inventoryItemGids: changes.map((change) => change.inventoryItemGid) };
    await wakeChannels(rt, tx, await markStale(tx, shop.id, scope, { decreasing: true, now: rt.clock.now() }));
  }
}

function* inChunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += CHUNK) yield rows.slice(start, start + CHUNK);
}
