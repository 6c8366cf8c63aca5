/** What listings show now. */
import { z } from "zod";
import type { QuantityReading } from "../contract/connector.ts";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type { ListingRef } from "../contract/remote-types.ts";
import { callEbay, chunk, describeIssues, explain, rowErrors } from "./client.ts";
import { type Item, itemSchema, listingState, shownQuantity } from "./listing-json.ts";
import { BULK_ROWS_MAX } from "./manifest.ts";
import { isMissing, type OffersOfSku, readOffers } from "./offers.ts";
import { bearer, type EbaySession } from "./session.ts";

const itemRowSchema = z.object({
  sku: z.string(),
  statusCode: z.number().int(),
  inventoryItem: z.unknown().optional(),
  errors: rowErrors,
});

const itemRowsSchema = z.object({ responses: z.array(itemRowSchema) });

/** "could not be found or is not available in the system"; "We didn't find the resource/entity". */
const NO_SUCH_ITEM = new Set([25702, 25710]);

export async function readEbayQuantities(
  session: EbaySession,
  refs: readonly ListingRef[],
): Promise<QuantityReading[]> {
  const skus = [...new Set(refs.flatMap((ref) => (ref.sku === null ? [] : [ref.sku])))];
  const itemReads = new Map<string, Result<Item | null>>();
  const offerReads = new Map<string, Result<OffersOfSku>>();
  await Promise.all([
    ...chunk(skus, BULK_ROWS_MAX).map(async (some) => {
      for (const [sku, item] of await readItems(session, some)) itemReads.set(sku, item);
    }),
    ...skus.map(async (sku) => {
      offerReads.set(sku, await readOffers(session, sku));
    }),
  ]);

  return refs.map((ref): QuantityReading => {
    const item = ref.sku === null ? undefined : itemReads.get(ref.sku);
    const offers = ref.sku === null ? undefined : offerReads.get(ref.sku);
    if (!item || !offers) return { outcome: "failed", failure: withoutSku(ref) };
    if (!item.ok) return { outcome: "failed", failure: item.failure };
    if (!offers.ok) return { outcome: "failed", failure: offers.failure };
    if (item.value === null) return { outcome: "missing" };
    const offer = offers.value.offers.find((one) => one.offerId === ref.remoteId);
    if (!offer) {
      const broken = offers.value.unreadable.find((one) => one.remoteId === ref.remoteId);
      if (broken)
        return {
          outcome: "failed",
          failure: { kind: "rejected", scope: "item", message: broken.why, code: "unreadable" },
        };
      return { outcome: "missing" };
    }
    const state = listingState(offer);
    return { outcome: "read", quantity: state === "ended" ? null : shownQuantity(item.value, offer), state };
  });
}

export function withoutSku(ref: ListingRef): Failure {
  return {
    kind: "rejected",
    scope: "item",
    message: `eBay offer ${ref.remoteId} has no SKU, so its quantity cannot be addressed.`,
  };
}

async function readItems(session: EbaySession, skus: readonly string[]): Promise<Map<string, Result<Item | null>>> {
  const read = await callEbay(session.transport, {
    operation: "bulkGetInventoryItem",
    concerns: skus.length === 1 ? "item" : "account",
    method: "POST",
    address: `${session.origins.api}/sell/inventory/v1/bulk_get_inventory_item`,
    headers: bearer(session),
    body: { requests: skus.map((sku) => ({ sku })) },
    effect: "read",
    reply: itemRowsSchema,
  });
  if (!read.ok) {
    // eBay may refuse the whole call for one SKU it does not like (25708): ask one by one, so that the others are read.
    if (read.failure.kind === "rejected" && skus.length > 1) {
      const singles = await Promise.all(skus.map((sku) => readItems(session, [sku])));
      return new Map(singles.flatMap((one) => [...one]));
    }
    const none: Result<Item | null> = isMissing(read.failure) ? succeed(null) : read;
    return new Map(skus.map((sku) => [sku, none]));
  }
  const rows = new Map(read.value.value.responses.map((row) => [row.sku, row]));
  return new Map(skus.map((sku) => [sku, readItemRow(rows.get(sku), sku)]));
}

function readItemRow(row: z.infer<typeof itemRowSchema> | undefined, sku: string): Result<Item | null> {
  if (!row)
    return fail({
      kind: "unavailable",
      scope: "item",
      message: `bulkGetInventoryItem: eBay's reply leaves out SKU ${sku}`,
    });
  const first = row.errors?.[0];
  if (row.statusCode === 404 || (first?.errorId !== undefined && NO_SUCH_ITEM.has(first.errorId))) return succeed(null);
  if (row.statusCode === 429) {
    return fail({
      kind: "throttled",
      scope: "item",
      retryAfterMs: null,
      message: `SKU ${sku}: ${explain(row.statusCode, first)}`,
    });
  }
  if (row.statusCode >= 500)
    return fail({ kind: "unavailable", scope: "item", message: `SKU ${sku}: ${explain(row.statusCode, first)}` });
  if (row.statusCode < 200 || row.statusCode >= 300) {
    return fail({ kind: "rejected", scope: "item", message: `SKU ${sku}: ${explain(row.statusCode, first)}` });
  }
  const parsed = itemSchema.safeParse(withSku(row.inventoryItem, sku));
  if (parsed.success) return succeed(parsed.data);
  return fail({
    kind: "rejected",
    scope: "item",
    message: `SKU ${sku}: ${describeIssues(parsed.error)}`,
    code: "unreadable",
  });
}

/** In a bulk reply the SKU stands beside the item, and inside it only at times. */
function withSku(item: unknown, sku: string): unknown {
  return typeof item === "object" && item !== null ? { sku, ...item } : item;
}
