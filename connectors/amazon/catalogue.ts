/**
 * All listings, by the report GET_MERCHANT_LISTINGS_ALL_DATA: the one way to all of them, as searchListingsItems pages
 * through 1,000 at most.
 *
 * Amazon makes a report when it comes to it, in half a minute or half an hour, and a connector cannot wait. While it is
 * being made, reading says `throttled` with a time to come back, and coming back with the same cursor (null) goes on with the
 * same report: known to this process, or else found at Amazon (getReports), so that no retry and no restart begins a
 * second one. An empty page with a cursor would say "go on at once", which the limits of getReport do not bear.
 */

import { z } from "zod";
import { fail, type Result, succeed } from "../contract/failures.ts";
import { decimalPattern, toExact } from "../contract/money.ts";
import type { ListingPage, RemoteListing, Unreadable } from "../contract/remote-types.ts";
import { cutText, KEY_MAX, mendedText, shownUrl, units } from "../contract/storable.ts";
import { callAmazon } from "./client.ts";
import { download, nextToken, readAllPages } from "./feeds.ts";
import { countItems, FBA_REASON, isAddressable, isAmazonChannel, UNADDRESSABLE_REASON } from "./items.ts";
import { toMoney } from "./money.ts";
import { type AmazonSession, tokenOf } from "./session.ts";

const REPORT_TYPE = "GET_MERCHANT_LISTINGS_ALL_DATA";

const LISTINGS_PER_PAGE = 500;

/** When to look again at a report in the making: getReport gives back two calls a second, the app has other things to do. */
const LOOK_AGAIN_MS = 15_000;

/** A report in the making for longer than this is given up for another. */
const PENDING_MAX_MS = 60 * 60 * 1000;

/** A finished report that this process did not ask for is used while it is fresh: it answers a question asked before a restart. */
const FRESH_MS = 3 * 60 * 1000;

/** Documents kept, of all merchants: enough for the pages of those that are being read. */
const DOCUMENTS_KEPT_MAX = 8;

export interface CatalogueMemory {
  /** Reports in the making, by seller. */
  pending: Map<string, { reportId: string; since: number }>;
  /** Parsed documents, oldest first, so that a page does not cost a download. */
  documents: Map<string, Row[]>;
}

export function catalogueMemory(): CatalogueMemory {
  return { pending: new Map(), documents: new Map() };
}

export type Row = Readonly<Record<string, string>>;

const cursorSchema = z.object({ documentId: z.string().min(1), row: z.number().int().nonnegative() });

const reportSchema = z.object({
  reportId: z.string().min(1),
  processingStatus: z.enum(["CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE"]),
  createdTime: z.iso.datetime({ offset: true }),
  processingEndTime: z.iso.datetime({ offset: true }).optional(),
  reportDocumentId: z.string().optional(),
});
type Report = z.infer<typeof reportSchema>;

const emptyPage: ListingPage = { listings: [], unreadable: [], nextCursor: null, total: 0 };

export async function readAmazonListings(session: AmazonSession, cursor: string | null): Promise<Result<ListingPage>> {
  if (cursor !== null) {
    const { documentId, row } = cursorSchema.parse(JSON.parse(cursor));
    return readPage(session, documentId, row);
  }
  const report = await currentReport(session);
  if (!report.ok) return report;
  switch (report.value.processingStatus) {
    case "IN_QUEUE":
    case "IN_PROGRESS": {
      const since = Date.parse(report.value.createdTime);
      session.catalogues.pending.set(session.sellerId, { reportId: report.value.reportId, since });
      const message = "Amazon is still making the list of your listings; it takes some minutes";
      return fail({ kind: "throttled", scope: "account", retryAfterMs: LOOK_AGAIN_MS, message });
    }
    case "FATAL":
      session.catalogues.pending.delete(session.sellerId);
      return fail({
        kind: "unavailable",
        scope: "account",
        message: "Amazon gave up making the list of your listings",
      });
    case "CANCELLED": {
      session.catalogues.pending.delete(session.sellerId);
      // "An automatic cancellation if there is no data to return", or somebody's hand: only a count tells.
      const count = await countItems(session);
      if (!count.ok) return count;
      if (count.value === 0) return succeed(emptyPage);
      return fail({
        kind: "unavailable",
        scope: "item",
        message: "Amazon cancelled the making of the list of your listings",
      });
    }
    case "DONE": {
      const documentId = report.value.reportDocumentId;
      if (documentId === undefined)
        return fail({ kind: "unavailable", scope: "account", message: "Amazon's report has no document" });
      const page = await readPage(session, documentId, 0);
      if (page.ok) session.catalogues.pending.delete(session.sellerId);
      return page;
    }
  }
}

async function currentReport(session: AmazonSession): Promise<Result<Report>> {
  const now = session.now().getTime();
  const pending = session.catalogues.pending.get(session.sellerId);
  if (pending && pending.since + PENDING_MAX_MS > now) return getReport(session, pending.reportId);
  const found = await findReport(session, now);
  if (!found.ok) return found;
  if (found.value) return succeed(found.value);
  const created = await callAmazon(session.transport, {
    operation: "createReport",
    method: "POST",
    address: `${session.origins.api}/reports/2021-06-30/reports`,
    token: tokenOf(session),
    body: { reportType: REPORT_TYPE, marketplaceIds: [session.marketplace.id] },
    // A second report would change nothing but the merchant's list of reports.
    effect: "read",
    reply: z.object({ reportId: z.string().min(1) }),
  });
  if (!created.ok) return created;
  session.catalogues.pending.set(session.sellerId, { reportId: created.value.reportId, since: now });
  return getReport(session, created.value.reportId);
}

function getReport(session: AmazonSession, reportId: string): Promise<Result<Report>> {
  return callAmazon(session.transport, {
    operation: "getReport",
    method: "GET",
    address: `${session.origins.api}/reports/2021-06-30/reports/${encodeURIComponent(reportId)}`,
    token: tokenOf(session),
    effect: "read",
    reply: reportSchema,
  });
}

/** The newest one in the making, or just made. */
async function findReport(session: AmazonSession, now: number): Promise<Result<Report | null>> {
  const read = await readAllPages(
    session,
    {
      operation: "getReports",
      address: `${session.origins.api}/reports/2021-06-30/reports`,
      query: {
        reportTypes: REPORT_TYPE,
        marketplaceIds: session.marketplace.id,
        processingStatuses: "IN_QUEUE,IN_PROGRESS,DONE",
        createdSince: new Date(now - PENDING_MAX_MS).toISOString(),
      },
    },
    z
      .object({ reports: z.array(reportSchema), nextToken })
      .transform(({ reports: rows, ...page }) => ({ rows, ...page })),
  );
  if (!read.ok) return read;
  const usable = read.value
    .filter((one) => one.processingStatus !== "DONE" || Date.parse(one.processingEndTime ?? "") > now - FRESH_MS)
    .sort((a, b) => Date.parse(b.createdTime) - Date.parse(a.createdTime));
  return succeed(usable[0] ?? null);
}

async function readPage(session: AmazonSession, documentId: string, start: number): Promise<Result<ListingPage>> {
  const rows = await readDocument(session, documentId);
  if (!rows.ok) return rows;
  const listings: RemoteListing[] = [];
  const unreadable: Unreadable[] = [];
  for (const row of rows.value.slice(start, start + LISTINGS_PER_PAGE)) {
    const listing = toListing(session, row);
    if ("why" in listing) unreadable.push(listing);
    else listings.push(listing);
  }
  const next = start + LISTINGS_PER_PAGE;
  const nextCursor = next < rows.value.length ? JSON.stringify({ documentId, row: next }) : null;
  return succeed({ listings, unreadable, nextCursor, total: rows.value.length });
}

async function readDocument(session: AmazonSession, documentId: string): Promise<Result<Row[]>> {
  const { documents } = session.catalogues;
  // Document ids are "unique only in combination with a seller ID".
  const key = `${session.sellerId}:${documentId}`;
  const kept = documents.get(key);
  if (kept) return succeed(kept);
  const found = await callAmazon(session.transport, {
    operation: "getReportDocument",
    method: "GET",
    address: `${session.origins.api}/reports/2021-06-30/documents/${encodeURIComponent(documentId)}`,
    // Then the download says that it is compressed, and fetch unpacks it.
    query: { enableContentEncodingUrlHeader: "true" },
    token: tokenOf(session),
    effect: "read",
    reply: z.object({ url: z.url() }),
  });
  if (!found.ok) return found;
  const text = await download(session, found.value.url);
  if (!text.ok) return text;
  const rows = parseRows(text.value);
  if (rows === null) {
    return fail({
      kind: "rejected",
      scope: "item",
      message: "Amazon's list of listings has no column seller-sku: it is not the report that was asked for",
      code: "unreadable-reply",
    });
  }
  documents.set(key, rows);
  for (const oldest of documents.keys()) {
    if (documents.size <= DOCUMENTS_KEPT_MAX) break;
    documents.delete(oldest);
  }
  return succeed(rows);
}

/** Tabs between fields, no quoting ("Do not wrap fields in quotes"), names in the first line. */
export function parseRows(text: string): Row[] | null {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const names = (lines.shift() ?? "").split("\t").map((name) => name.trim().toLowerCase());
  if (!names.includes("seller-sku")) return null;
  return lines
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const fields = line.split("\t");
      return Object.fromEntries(names.map((name, index) => [name, fieldOf(name, fields[index] ?? "")]));
    });
}

/** SKUs that differ by a space are two listings. */
function fieldOf(name: string, field: string): string {
  return name === "seller-sku" ? field : field.trim();
}

/** The transport decodes UTF-8, and Amazon writes some stores' reports in Windows-1252. */
const UNDECODED = "\uFFFD";

function toListing(session: AmazonSession, row: Row): RemoteListing | Unreadable {
  const sku = row["seller-sku"] ?? "";
  if (sku.trim() === "") {
    return { remoteId: cutText(row["listing-id"] ?? "", KEY_MAX) || null, why: "Report: seller-sku is empty" };
  }
  if (sku.length > KEY_MAX) return { remoteId: cutText(sku, KEY_MAX), why: "Report: seller-sku is too long" };
  if (sku.includes(UNDECODED)) {
    return { remoteId: sku, why: "Report: seller-sku has letters in an encoding that could not be read" };
  }
  const { quantity = "", price = "" } = row;
  if (quantity !== "" && !units.safeParse(/^\d+$/.test(quantity) ? Number(quantity) : null).success) {
    return { remoteId: sku, why: "Report: quantity is not a whole number" };
  }
  if (price !== "" && !decimalPattern.test(price)) return { remoteId: sku, why: "Report: price is not a number" };
  const byAmazon = isAmazonChannel(row["fulfillment-channel"] ?? "");
  const asin = row.asin1 ?? "";
  return {
    // The SKU is what Amazon addresses a listing by, and what tells it from its fellows on the same product page.
    ref: { remoteId: sku, sku, groupId: null },
    title: mendedText(row["item-name"]) ?? sku,
    barcode: barcodeOf(row),
    quantity: byAmazon || quantity === "" ? null : Number(quantity),
    price: price === "" ? null : toMoney(toExact(price), session.marketplace.currency),
    state: stateOf(row, byAmazon),
    url: asin === "" ? null : `https://www.${session.marketplace.site}/dp/${encodeURIComponent(asin)}`,
    imageUrl: shownUrl(row["image-url"]),
    unmanagedBecause: byAmazon ? FBA_REASON : isAddressable(sku) ? null : UNADDRESSABLE_REASON,
  };
}

/** product-id-type: 1 ASIN, 2 ISBN, 3 UPC, 4 EAN ("Inventory reports"). */
function barcodeOf(row: Row): string | null {
  const id = row["product-id"] ?? "";
  return ["2", "3", "4"].includes(row["product-id-type"] ?? "") && /^[0-9Xx]{8,14}$/.test(id) ? id : null;
}

/** "Inactive" is also how a listing at 0 is called, which comes back by itself. */
function stateOf(row: Row, byAmazon: boolean): RemoteListing["state"] {
  if (row.status === "Active") return "active";
  return row.status === "Inactive" && row.quantity === "0" && !byAmazon ? "active" : "inactive";
}
