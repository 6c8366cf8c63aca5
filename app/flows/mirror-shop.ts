/**
 * Mirrors a shop: locations, every variant, every level. The first time it is the import after installation, later the
 * reconciliation that finds what webhooks did not bring. It may be stopped anywhere, and goes on with the reading that it
 * had begun; one that can't come to its end, or is too old, is followed by another. An answer that is missing or partial
 * removes nothing.
 */
import { z } from "zod";
import type { Failure } from "#connectors/contract/failures.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import { nextReadNumber, recordCatalogueStockRead } from "../catalogue/catalogue.ts";
import { addMs } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { holdsLease, underLease } from "../leases/leases.ts";
import { unmatchChangedKeys } from "../listings/listings.ts";
import { closeRun, openRun, type Run, recordProgress } from "../runs/runs.ts";
import type { Runtime } from "../runtime.ts";
import { readLocations, readProfile } from "../shopify/catalogue.ts";
import { type BulkRefusal, startCatalogueBulk } from "../shopify/catalogue-bulk.ts";
import { defineOrderKey } from "../shopify/orders.ts";
import { findShop, recordMirrored, recordProfile, type Shop } from "../shops/shops.ts";
import { noteStocked } from "./apply-inventory-change.ts";
import { checkAccess } from "./check-access.ts";
import { matchAgain } from "./match-listings.ts";
import {
  type Read,
  type Reading,
  ReadingLostError,
  removeWhatIsGone,
  storeBulk,
  storePages,
} from "./mirror-catalogue.ts";
import { orThrow, RemoteFailureError } from "./or-throw.ts";
import { endShopPutOff, putOffShopWork } from "./put-off-shop-work.ts";
import { applyLocations } from "./refresh-locations.ts";
import { takeInStatuses } from "./take-in-statuses.ts";

/** A reading older than this is not taken up again: too much has changed since. */
const READING_MS_MAX = 12 * 60 * 60_000;
/** So many bulk operations in a row may come to nothing before the catalogue is read by pages. */
const BULKS_LOST_MAX = 3;

const NOTHING_READ: Read = { variants: 0, levels: 0, corrected: 0, unreadableRows: 0 };

/** What a run keeps of its reading. */
const checkpointSchema = z.object({
  readNumber: z.string().regex(/^\d+$/).transform(BigInt),
  askedAt: z.coerce.date(),
  way: z.discriminatedUnion("by", [
    z.object({ by: z.literal("bulk"), bulkId: z.string() }),
    z.object({
      by: z.literal("pages"),
      after: z.string().nullable(),
      read: z.object({
        variants: z.number(),
        levels: z.number(),
        corrected: z.number(),
        unreadableRows: z.number(),
      }),
    }),
    /** The latest bulk operations came to nothing, and another reading is needed. */
    z.object({ by: z.literal("none") }),
  ]),
  bulksLost: z.number(),
});
type Checkpoint = z.infer<typeof checkpointSchema>;

export async function mirrorShop(rt: Runtime, { shopId }: { shopId: number }): Promise<void> {
  const shop = await findShop(rt.db, { id: shopId });
  if (!shop || shop.uninstalledAt) return;
  await underLease(rt, { name: `mirror:${shopId}`, holder: rt.workerId }, async (lease) => {
    const run = await inTransaction(rt.db, (tx) =>
      openRun(tx, { shopId, channelId: null, kind: "mirror-shop", now: rt.clock.now() }),
    );
    try {
      await mirror(rt, shop, run);
    } catch (error) {
      // Whoever stood still for so long that another took over does not know what that one has read.
      if (await inTransaction(rt.db, (tx) => holdsLease(tx, lease))) await showProblem(rt, shop, run, error);
    }
  });
}

async function mirror(rt: Runtime, shop: Shop, run: Run): Promise<void> {
  const admin = rt.admin(shop.domain);
  // If it can't be told now, what is missing shows in what fails.
  await checkAccess(rt, shop);
  const reading = { shopId: shop.id, readNumber: await nextReadNumber(rt.db) };
  const profile = orThrow(await readProfile(admin));
  const locations = orThrow(await readLocations(admin));
  await inTransaction(rt.db, async (tx) => {
    await recordProfile(tx, reading, profile);
    await applyLocations(rt, tx, reading, locations);
  });
  orThrow(await defineOrderKey(admin));

  const { checkpoint, refusal } = await resumeOrBegin(rt, shop, run);
  try {
    const read = await readCatalogue(rt, shop, run, checkpoint, refusal);
    const gone = await removeWhatIsGone(rt, shop, checkpoint);
    await endReading(rt, shop, run, checkpoint, read, gone);
  } catch (error) {
    // Whatever else fails, the same reading goes on from where it was.
    if (error instanceof ReadingLostError)
      await keep(rt, run, { ...checkpoint, way: { by: "none" }, bulksLost: checkpoint.bulksLost + 1 });
    throw error;
  }
}

/** `refusal`: why the reading that begins is one by pages; null where it was begun before. */
async function resumeOrBegin(
  rt: Runtime,
  shop: Shop,
  run: Run,
): Promise<{ checkpoint: Checkpoint; refusal: BulkRefusal | null }> {
  const held = parseCheckpoint(run.checkpoint);
  const isRecent = held && held.askedAt > addMs(rt.clock.now(), -READING_MS_MAX);
  if (isRecent && held.way.by !== "none") return { checkpoint: held, refusal: null };

  const begun = { readNumber: await nextReadNumber(rt.db), askedAt: rt.clock.now(), bulksLost: held?.bulksLost ?? 0 };
  const start = begun.bulksLost < BULKS_LOST_MAX ? orThrow(await startCatalogueBulk(rt.admin(shop.domain))) : null;
  const way: Checkpoint["way"] =
    start?.state === "started"
      ? { by: "bulk", bulkId: start.id }
      : { by: "pages", after: null, read: { ...NOTHING_READ } };
  const checkpoint = { ...begun, way };
  await keep(rt, run, checkpoint);
  if (way.by === "bulk") await resolveAlert(rt.db, shop.id, BULK_REFUSED, rt.clock.now());
  return { checkpoint, refusal: start?.state === "refused" ? start.because : null };
}

async function readCatalogue(
  rt: Runtime,
  shop: Shop,
  run: Run,
  checkpoint: Checkpoint,
  refusal: BulkRefusal | null,
): Promise<Read> {
  const { way, ...reading } = checkpoint;
  if (way.by === "bulk") return storeBulk(rt, shop, run, { ...reading, bulkId: way.bulkId });
  const { after, read } = way.by === "pages" ? way : { after: null, read: NOTHING_READ };
  let isSaid = refusal === null;
  return storePages(rt, shop, run, { ...reading, after, read }, async (nextCursor, soFar) => {
    await keep(rt, run, { ...checkpoint, way: { by: "pages", after: nextCursor, read: soFar } });
    const message = "Reading products and stock page by page";
    await recordProgress(rt.db, run.id, { done: soFar.variants, message });
    // Only now is it certain that bulk operations are refused, and not all that we ask.
    if (!isSaid) await showBulkRefused(rt, shop, refusal ?? "not-enabled");
    isSaid = true;
  });
}

function parseCheckpoint(text: string | null): Checkpoint | null {
  if (text === null) return null;
  try {
    return checkpointSchema.parse(JSON.parse(text));
  } catch {
    // Of another version of the app.
    return null;
  }
}

function keep(rt: Runtime, run: Run, { readNumber, ...rest }: Checkpoint): Promise<void> {
  const checkpoint = JSON.stringify({ ...rest, readNumber: readNumber.toString() });
  return recordProgress(rt.db, run.id, { checkpoint, message: "Shopify is preparing the catalogue" });
}

async function endReading(
  rt: Runtime,
  shop: Shop,
  run: Run,
  { askedAt: startedAt, readNumber }: Reading,
  { variants, levels, corrected, unreadableRows }: Read,
  gone: number,
): Promise<void> {
  // A row that could not be read may have been a level: then this reading does not tell where all is stocked.
  if (unreadableRows === 0) {
    const now = rt.clock.now();
    const firstRead = await recordCatalogueStockRead(rt.db, { shopId: shop.id, readNumber, now });
    if (shop.statusesReadAt) await noteStocked(rt, shop, firstRead);
  }
  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    await unmatchChangedKeys(tx, shop.id, null);
    await matchAgain(rt, tx, shop.id, null);
    if (!shop.statusesReadAt) await takeInStatuses(rt, tx, shop);
    await recordMirrored(tx, shop.id, startedAt);
    const parts = [
      shop.mirroredAt
        ? `Compared ${levels} stock levels with Shopify: ${corrected === 0 ? "all right" : `${corrected} corrected`}`
        : `Read ${variants} variants and ${levels} stock levels from Shopify`,
    ];
    if (gone > 0) parts.push(`${gone} variants are gone`);
    if (unreadableRows > 0) parts.push(`${unreadableRows} rows could not be read`);
    const message = parts.join(", ");
    await closeRun(tx, run.id, { state: "done", message, now });
    await recordAttempt(tx, { shopId: shop.id, kind: "mirror", outcome: "done", message, startedAt, finishedAt: now });
    await resolveAlert(tx, shop.id, "mirror", now);
    await endShopPutOff(tx, shop.id, "mirror");
    if (unreadableRows === 0) await resolveAlert(tx, shop.id, UNREADABLE_ROWS, now);
  });
  if (unreadableRows > 0) await showUnreadableRows(rt, shop, unreadableRows);
}

/** Each wait is longer than the one before, up to minutes; the run itself keeps what was read. */
async function showProblem(rt: Runtime, shop: Shop, run: Run, error: unknown): Promise<void> {
  const now = rt.clock.now();
  rt.logger.warn({ shop: shop.domain, why: error instanceof Error ? error.message : String(error) }, "mirror failed");
  const why = sayProblem(error);
  await putOffShopWork(rt, { shopId: shop.id, work: "mirror", why });
  await recordProgress(rt.db, run.id, { message: `${why}. Lockstep tries again by itself` });
  await raiseAlert(
    rt.db,
    {
      shopId: shop.id,
      key: "mirror",
      severity: shop.mirroredAt ? "warning" : "critical",
      title: "Shopify's stock could not be read",
      message: shop.mirroredAt
        ? `${why}. Nothing was changed by it. Lockstep tries again by itself; until then it relies on what Shopify reports as it happens.`
        : `${why}. Lockstep tries again by itself; nothing is pushed to marketplaces before the first reading is done.`,
      action: "/app",
    },
    now,
  );
}

function sayProblem(error: unknown): string {
  if (error instanceof ReadingLostError) return error.message;
  return error instanceof RemoteFailureError ? PROBLEMS[error.failure.kind] : "Something went wrong in Lockstep itself";
}

const PROBLEMS: Record<Failure["kind"], string> = {
  throttled: "Shopify asked Lockstep to wait, because too much was asked at once",
  unauthorized: "Shopify refused Lockstep's access to this shop",
  rejected: "Shopify refused a part of what Lockstep has to read",
  unavailable: "Shopify did not answer",
  "outcome-unknown": "Shopify did not answer",
};

const BULK_REFUSED = "bulk-refused";
const UNREADABLE_ROWS = "mirror-rows";

/** For whoever runs this installation; the merchant's listings are kept in step meanwhile. */
async function showBulkRefused(rt: Runtime, shop: Shop, because: BulkRefusal): Promise<void> {
  const mend =
    because === "no-allowlist"
      ? "Shopify does not let an app read in bulk that has no IP allowlist, or asks from an address that is not on it. Whoever runs Lockstep adds the address in the Dev Dashboard: the app, then IP allowlist"
      : "Shopify lets an app read in bulk only where that was asked for, and switches it off after 31 days without use. Whoever runs Lockstep asks for it in the Partner Dashboard: the app, then API access requests, then bulk operations";
  rt.logger.warn({ shop: shop.domain, because }, `bulk reading refused: ${mend}`);
  await raiseAlert(
    rt.db,
    {
      shopId: shop.id,
      key: BULK_REFUSED,
      severity: "info",
      title: "Shopify does not let Lockstep read all products at once",
      message: `They are read page by page meanwhile, which takes longer; stock is kept in step. ${mend}.`,
      action: "/app",
    },
    rt.clock.now(),
  );
}

async function showUnreadableRows(rt: Runtime, shop: Shop, rows: number): Promise<void> {
  await raiseAlert(
    rt.db,
    {
      shopId: shop.id,
      key: UNREADABLE_ROWS,
      severity: "warning",
      title: `${rows} ${rows === 1 ? "row" : "rows"} of Shopify's list could not be read`,
      message:
        "Products that Lockstep knows were asked for one by one. A new product may be missing: if a listing finds no product, open that product in Shopify and save it once.",
      action: "/app/listings",
    },
    rt.clock.now(),
  );
}
