/**
 * Mirrors a shop: locations, every variant, every level, by one bulk operation. The first time it is the import after
 * installation, later the reconciliation that finds what webhooks did not bring. It may be stopped anywhere and goes on
 * from the bulk operation it had started.
 */
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import { removeVariantsNotIn, upsertVariants } from "../catalogue/catalogue.ts";
import { inTransaction } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { applyLevels, type LevelChange, listLevelKeys, replaceLocations } from "../inventory/levels.ts";
import { underLease } from "../leases/leases.ts";
import { listUnmatched, markStale, unmatchChangedKeys } from "../listings/listings.ts";
import { closeRun, openRun, type Run, recordProgress } from "../runs/runs.ts";
import type { Runtime } from "../runtime.ts";
import {
  type Catalogue,
  parseCatalogue,
  readBulk,
  readLocations,
  readProfile,
  startCatalogueBulk,
} from "../shopify/catalogue.ts";
import { defineOrderKey } from "../shopify/orders.ts";
import { findShop, recordMirrored, recordProfile, type Shop } from "../shops/shops.ts";
import { readLevelsAgain } from "./apply-inventory-change.ts";
import { matchListings } from "./match-listings.ts";
import { orThrow } from "./or-throw.ts";
import { wakeChannels } from "./wake-channels.ts";

const POLL_MS = 1_000;
const POLLS_MAX = 3_600;
/** Rows per transaction: short enough for others to get in between. */
const CHUNK = 500;

export async function mirrorShop(rt: Runtime, { shopId }: { shopId: number }): Promise<void> {
  const shop = await findShop(rt.db, { id: shopId });
  if (!shop || shop.uninstalledAt) return;
  await underLease(rt, { name: `mirror:${shopId}`, holder: rt.workerId }, async () => {
    const run = await inTransaction(rt.db, (tx) =>
      openRun(tx, { shopId, channelId: null, kind: "mirror-shop", now: rt.clock.now() }),
    );
    try {
      await mirror(rt, shop, run);
    } catch (error) {
      await showProblem(rt, shop, run, error instanceof Error ? error.message : String(error));
    }
  });
}

async function mirror(rt: Runtime, shop: Shop, run: Run): Promise<void> {
  const admin = rt.admin(shop.domain);
  const profile = orThrow(await readProfile(admin));
  const locations = orThrow(await readLocations(admin));
  await inTransaction(rt.db, async (tx) => {
    await recordProfile(tx, shop.id, profile);
    await replaceLocations(tx, shop.id, locations);
  });
  orThrow(await defineOrderKey(admin));

  const startedAt = rt.clock.now();
  let bulkId = run.checkpoint;
  if (!bulkId) {
    bulkId = orThrow(await startCatalogueBulk(admin));
    await recordProgress(rt.db, run.id, { checkpoint: bulkId, message: "Shopify is preparing the catalogue" });
  }
  for (let polls = 0; ; polls += 1) {
    const progress = orThrow(await readBulk(admin, bulkId));
    if (progress.state === "done") {
      const text = progress.url ? orThrow(await admin.download(progress.url)) : "";
      return store(rt, shop, run, parseCatalogue(text), startedAt);
    }
    if (progress.state === "failed" || polls >= POLLS_MAX) {
      await recordProgress(rt.db, run.id, { checkpoint: null });
      throw new Error(
        `Shopify could not prepare the catalogue: ${progress.state === "failed" ? progress.why : "it took too long"}`,
      );
    }
    await recordProgress(rt.db, run.id, { done: progress.objectCount, message: "Shopify is preparing the catalogue" });
    await rt.clock.sleep(POLL_MS);
  }
}

async function store(rt: Runtime, shop: Shop, run: Run, catalogue: Catalogue, startedAt: Date): Promise<void> {
  const { variants, levels } = catalogue;
  const total = variants.length + levels.length;
  const cause = shop.mirroredAt ? "reconcile" : "mirror";
  const reference = `run:${run.id}`;
  let done = 0;
  let corrected = 0;
  const advance = (by: number) => {
    done += by;
    return recordProgress(rt.db, run.id, { done, total, message: "Storing products and stock" });
  };

  for (const chunk of inChunks(variants)) {
    await inTransaction(rt.db, async (tx) => {
      const now = rt.clock.now();
      const variantIds = await upsertVariants(tx, shop.id, chunk);
      await wakeChannels(rt, tx, await markStale(tx, shop.id, { variantIds }, { decreasing: true, now }));
    });
    await advance(chunk.length);
  }
  const unclear = new Set<string>();
  for (const chunk of inChunks(levels)) {
    await inTransaction(rt.db, async (tx) => {
      const now = rt.clock.now();
      const applied = await applyLevels(tx, { shopId: shop.id, readings: chunk, cause, reference, now });
      await markChanged(rt, shop, tx, applied.changes);
      corrected += applied.changes.length;
      for (const gid of applied.unclear) unclear.add(gid);
    });
    await advance(chunk.length);
  }
  // The catalogue is some minutes old: what it shows differently, or no more, is asked for again.
  const shown = new Set(levels.map((level) => `${level.inventoryItemGid} ${level.locationGid}`));
  for (const level of await listLevelKeys(rt.db, shop.id))
    if (!shown.has(`${level.inventoryItemGid} ${level.locationGid}`)) unclear.add(level.inventoryItemGid);
  for (const chunk of inChunks([...unclear])) corrected += (await readLevelsAgain(rt, shop, chunk, reference)).length;

  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const removed = await removeVariantsNotIn(tx, { shopId: shop.id, keep: variants.map((one) => one.gid), now });
    await wakeChannels(rt, tx, await markStale(tx, shop.id, { variantIds: removed }, { decreasing: true, now }));
    await unmatchChangedKeys(tx, shop.id);
    await matchListings(rt, tx, shop.id, await listUnmatched(tx, shop.id));
    await recordMirrored(tx, shop.id, startedAt);
    const message =
      cause === "mirror"
        ? `Read ${variants.length} variants and ${levels.length} stock levels from Shopify`
        : `Compared ${levels.length} stock levels with Shopify: ${corrected === 0 ? "all right" : `${corrected} corrected`}`;
    await closeRun(tx, run.id, { state: "done", message, now });
    await recordAttempt(tx, { shopId: shop.id, kind: "mirror", outcome: "done", message, startedAt, finishedAt: now });
    await resolveAlert(tx, shop.id, "mirror", now);
  });
}

async function markChanged(
  rt: Runtime,
  shop: Shop,
  tx: Parameters<typeof markStale>[0],
  changes: readonly LevelChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const scope = { inventoryItemGids: changes.map((change) => change.inventoryItemGid) };
  await wakeChannels(rt, tx, await markStale(tx, shop.id, scope, { decreasing: true, now: rt.clock.now() }));
}

async function showProblem(rt: Runtime, shop: Shop, run: Run, why: string): Promise<void> {
  rt.logger.warn({ shop: shop.domain, why }, "mirror failed");
  const now = rt.clock.now();
  await recordProgress(rt.db, run.id, { message: `Will try again: ${why}` });
  await raiseAlert(
    rt.db,
    {
      shopId: shop.id,
      key: "mirror",
      severity: shop.mirroredAt ? "warning" : "critical",
      title: "Shopify's stock could not be read",
      message: `${why}. Lockstep tries again by itself; nothing is pushed to marketplaces before the first read is done.`,
      action: "/app",
    },
    now,
  );
}

function* inChunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += CHUNK) yield rows.slice(start, start + CHUNK);
}
