/** Quantities and prices, written. */

import { z } from "zod";
import { nextDayIn } from "../contract/calendar-day.ts";
import type { WriteResult } from "../contract/connector.ts";
import type { Failure } from "../contract/failures.ts";
import { decimalPattern, toExact } from "../contract/money.ts";
import type { ListingRef, Money, PriceWrite, QuantityWrite } from "../contract/remote-types.ts";
import { CONCURRENT_ACCESS, callEbay, chunk, type EbayError, explain, rowErrors, SYSTEM_ERROR } from "./client.ts";
import { BULK_ROWS_MAX, EBAY_DAY } from "./manifest.ts";
import { withoutSku } from "./quantities.ts";
import { bearer, type EbaySession } from "./session.ts";

interface PriceQuantityRow {
  sku: string;
  shipToLocationAvailability?: { quantity: number };
  offers: { offerId: string; availableQuantity?: number; price?: { value: string; currency: string } }[];
}

const writeRowSchema = z.object({
  sku: z.string().optional(),
  offerId: z.string().optional(),
  statusCode: z.number().int(),
  errors: rowErrors,
});
type WriteRow = z.infer<typeof writeRowSchema>;
const writeRowsSchema = z.object({ responses: z.array(writeRowSchema) });

export async function writeEbayQuantities(
  session: EbaySession,
  writes: readonly QuantityWrite[],
): Promise<WriteResult[]> {
  return writeRows(
    session,
    writes,
    (write) =>
      Number.isSafeInteger(write.quantity) && write.quantity >= 0
        ? null
        : {
            kind: "rejected",
            scope: "item",
            message: `${write.quantity} is not a quantity: whole units from 0 up.`,
            code: "quantity",
          },
    (sku, some) => ({
      sku,
      // With two offers of one SKU (a listing and an auction) the smaller numbers stand in the offers.
      shipToLocationAvailability: { quantity: Math.max(...some.map((write) => write.quantity)) },
      offers: some.map((write) => ({ offerId: write.ref.remoteId, availableQuantity: write.quantity })),
    }),
  );
}

export async function writeEbayPrices(session: EbaySession, writes: readonly PriceWrite[]): Promise<WriteResult[]> {
  return writeRows(
    session,
    writes,
    (write) =>
      isPrice(write.price)
        ? null
        : { kind: "rejected", scope: "item", message: "A price must be a positive decimal.", code: "price" },
    (sku, some) => ({
      sku,
      offers: some.map((write) => ({
        offerId: write.ref.remoteId,
        price: { value: write.price.amount, currency: write.price.currency },
      })),
    }),
  );
}

function isPrice(price: Money): boolean {
  return decimalPattern.test(price.amount) && toExact(price.amount) > 0n && /^[A-Z]{3}$/.test(price.currency);
}

/** One row a SKU, 25 rows a call, one result a write, in order. */
async function writeRows<W extends { ref: ListingRef }>(
  session: EbaySession,
  writes: readonly W[],
  refuse: (write: W) => Failure | null,
  toRow: (sku: string, writes: readonly W[]) => PriceQuantityRow,
): Promise<WriteResult[]> {
  const results = new Map<W, WriteResult>();
  const bySku = new Map<string, W[]>();
  for (const write of writes) {
    const failure = write.ref.sku === null ? withoutSku(write.ref) : refuse(write);
    if (failure !== null || write.ref.sku === null) {
      results.set(write, { outcome: "failed", failure: failure ?? withoutSku(write.ref) });
      continue;
    }
    const same = bySku.get(write.ref.sku) ?? [];
    // "An issue will occur if duplicate offerId values are passed": a later write of the same offer stands for the earlier.
    bySku.set(write.ref.sku, [...same.filter((one) => one.ref.remoteId !== write.ref.remoteId), write]);
  }

  for (const skus of chunk([...bySku.keys()], BULK_ROWS_MAX)) {
    const rows = skus.map((sku) => toRow(sku, bySku.get(sku) ?? []));
    const outcomes = await sendRows(session, rows);
    for (const sku of skus) {
      for (const write of bySku.get(sku) ?? []) {
        results.set(write, outcomes.get(write.ref.remoteId) ?? unmentioned(write.ref));
      }
    }
  }
  return writes.map((write) => {
    const own = results.get(write);
    if (own) return own;
    const last = bySku.get(write.ref.sku ?? "")?.find((one) => one.ref.remoteId === write.ref.remoteId);
    return (last && results.get(last)) ?? unmentioned(write.ref);
  });
}

function unmentioned(ref: ListingRef): WriteResult {
  const message = `bulkUpdatePriceQuantity: eBay's reply says nothing of offer ${ref.remoteId}`;
  return { outcome: "failed", failure: { kind: "outcome-unknown", scope: "item", message } };
}

/** Results by offer id. */
async function sendRows(session: EbaySession, rows: readonly PriceQuantityRow[]): Promise<Map<string, WriteResult>> {
  const sent = await callEbay(session.transport, {
    operation: "bulkUpdatePriceQuantity",
    concerns: rows.length === 1 ? "item" : "account",
    method: "POST",
    address: `${session.origins.api}/sell/inventory/v1/bulk_update_price_quantity`,
    headers: bearer(session),
    body: { requests: rows },
    effect: "write",
    reply: writeRowsSchema,
  });
  if (!sent.ok) {
    // The spec says both "up to 25" and "only one SKU per call". When eBay refuses the whole call, for its size or for
    // one row, each row is tried by itself: a bad row blocks none of its neighbours.
    if (sent.failure.kind === "rejected" && rows.length > 1) {
      const singles = await Promise.all(rows.map((row) => sendRows(session, [row])));
      return new Map(singles.flatMap((one) => [...one]));
    }
    const failed: WriteResult = { outcome: "failed", failure: sent.failure };
    return new Map(rows.flatMap((row) => row.offers.map((offer) => [offer.offerId, failed])));
  }
  const replies = sent.value.value.responses;
  const results = new Map<string, WriteResult>();
  for (const row of rows) {
    for (const offer of row.offers) {
      const mine = replies.filter((reply) =>
        reply.offerId === undefined ? reply.sku === row.sku : reply.offerId === offer.offerId,
      );
      if (mine.length === 0) continue;
      const bad = mine.find((reply) => reply.statusCode < 200 || reply.statusCode >= 300);
      results.set(
        offer.offerId,
        bad === undefined
          ? { outcome: "accepted" }
          : { outcome: "failed", failure: rowFailure(bad, row.sku, session.now()) },
      );
    }
  }
  return results;
}

/** The spec gives the 250 revisions a day no error of their own; eBay says it in words, under a general id. */
function isRevisionLimit(error: EbayError | undefined): boolean {
  const words = error?.longMessage ?? error?.message ?? "";
  return /revis/i.test(words) && /limit|maximum|exceed|threshold|too many|calendar day|per day/i.test(words);
}

function rowFailure(row: WriteRow, sku: string, now: Date): Failure {
  const first: EbayError | undefined = row.errors?.[0];
  const message = `SKU ${sku}: ${explain(row.statusCode, first)}`;
  if (isRevisionLimit(first)) {
    return {
      kind: "throttled",
      scope: "group",
      retryAfterMs: nextDayIn(EBAY_DAY, now).getTime() - now.getTime(),
      message,
    };
  }
  // The call as a whole was taken: too much was asked of this listing, not by this account.
  if (row.statusCode === 429) return { kind: "throttled", scope: "group", retryAfterMs: null, message };
  if (row.statusCode === 401) return { kind: "unauthorized", scope: "account", message };
  if (first?.errorId === CONCURRENT_ACCESS) return { kind: "unavailable", scope: "item", message };
  // A system error in a row leaves open whether the item, the offer or neither was changed.
  if (row.statusCode >= 500 || first?.errorId === SYSTEM_ERROR)
    return { kind: "outcome-unknown", scope: "item", message };
  return { kind: "rejected", scope: "item", message, code: String(first?.errorId ?? `http-${row.statusCode}`) };
}
