/** Feeds API and Reports API 2021-06-30, and the presigned addresses that their documents lie at. */
import { gzipSync } from "node:zlib";
import type { Context, Hono } from "hono";
import { z } from "zod";
import { addMs, type Clock } from "#app/clock.ts";
import type { Faults } from "#test/emulators/kit.ts";
import { invalidInput, notFound } from "./errors.ts";
import { CANCELLATION_FEED, LISTINGS_FEED, queueFeed, storeDocument } from "./feeds.ts";
import { type Gateway, listOf, originOf, readBody } from "./gateway.ts";
import { type AmazonState, type Feed, nextNumber, type Report, type StoredDocument } from "./state.ts";

const FEEDS = "/feeds/2021-06-30";
const REPORTS = "/reports/2021-06-30";
const LISTINGS_REPORT = "GET_MERCHANT_LISTINGS_ALL_DATA";

export function mountDocuments(gateway: Gateway, app: Hono, state: AmazonState, faults: Faults, clock: Clock): void {
  mountFeeds(gateway, state, clock);
  mountReports(gateway, state, clock);
  mountStore(app, state, faults, clock);
}

function mountFeeds(gateway: Gateway, state: AmazonState, clock: Clock): void {
  gateway.route("POST", `${FEEDS}/documents`, { name: "createFeedDocument" }, async (c) => {
    const body = await readBody(c, z.object({ contentType: z.string().min(1) }));
    if (!body.ok) return body.reply;
    const document = storeDocument(state, "feed-document", body.value.contentType, null, clock.now());
    return c.json({ feedDocumentId: document.documentId, url: address(c, state, document, clock, "put") }, 201);
  });

  const specification = z.object({
    feedType: z.enum([LISTINGS_FEED, CANCELLATION_FEED]),
    marketplaceIds: z.array(z.string()).min(1).max(25),
    inputFeedDocumentId: z.string(),
  });
  gateway.route("POST", `${FEEDS}/feeds`, { name: "createFeed" }, async (c) => {
    const body = await readBody(c, specification);
    if (!body.ok) return body.reply;
    const input = state.documents.get(body.value.inputFeedDocumentId);
    if (!input || input.content === null) return invalidInput(c, "The feed document was not uploaded.");
    return c.json({ feedId: queueFeed(state, body.value.feedType, input, clock.now()).feedId }, 202);
  });

  gateway.route("GET", `${FEEDS}/feeds`, { name: "getFeeds" }, (c) => {
    const asked = askedOf(c, "feedTypes");
    if (asked === null) return invalidInput(c, "nextToken is the only parameter where it is given.");
    const { types, statuses, since } = asked;
    const found = [...state.feeds.values()].filter(
      (feed) =>
        (types.length === 0 || types.includes(feed.feedType)) &&
        (statuses.length === 0 || statuses.includes(feed.status)) &&
        feed.createdAt >= since,
    );
    const { rows, ...next } = pageOf(state, found.reverse(), asked);
    return c.json({ feeds: rows.map((feed) => feedJson(state, feed)), ...next });
  });

  gateway.route("GET", `${FEEDS}/feeds/:feedId`, { name: "getFeed" }, (c) => {
    const feed = state.feeds.get(c.req.param("feedId") ?? "");
    return feed ? c.json(feedJson(state, feed)) : notFound(c, "No such feed.");
  });

  gateway.route("GET", `${FEEDS}/documents/:documentId`, { name: "getFeedDocument" }, (c) => {
    const document = state.documents.get(c.req.param("documentId") ?? "");
    if (!document) return notFound(c, "No such document.");
    return c.json({ feedDocumentId: document.documentId, ...whereToGet(c, state, document, clock) });
  });
}

function mountReports(gateway: Gateway, state: AmazonState, clock: Clock): void {
  const specification = z.object({
    reportType: z.literal(LISTINGS_REPORT),
    marketplaceIds: z.array(z.string()).min(1).max(25),
  });
  gateway.route("POST", `${REPORTS}/reports`, { name: "createReport" }, async (c) => {
    const body = await readBody(c, specification);
    if (!body.ok) return body.reply;
    const now = clock.now();
    const report: Report = {
      reportId: String(60_000_000_000 + nextNumber(state, "report")),
      reportType: body.value.reportType,
      createdAt: now.toISOString(),
      doneAt: addMs(now, state.settings.reportMs).toISOString(),
      status: "IN_QUEUE",
      documentId: null,
    };
    state.reports.set(report.reportId, report);
    return c.json({ reportId: report.reportId }, 202);
  });

  gateway.route("GET", `${REPORTS}/reports`, { name: "getReports" }, (c) => {
    const asked = askedOf(c, "reportTypes");
    if (asked === null) return invalidInput(c, "nextToken is the only parameter where it is given.");
    const { types, statuses, since } = asked;
    const found = [...state.reports.values()].filter(
      (report) =>
        (types.length === 0 || types.includes(report.reportType)) &&
        (statuses.length === 0 || statuses.includes(report.status)) &&
        report.createdAt >= since,
    );
    const { rows, ...next } = pageOf(state, found.reverse(), asked);
    return c.json({ reports: rows.map((one) => reportJson(state, one)), ...next });
  });

  gateway.route("GET", `${REPORTS}/reports/:reportId`, { name: "getReport" }, (c) => {
    const report = state.reports.get(c.req.param("reportId") ?? "");
    return report ? c.json(reportJson(state, report)) : notFound(c, "No such report.");
  });

  gateway.route("GET", `${REPORTS}/documents/:documentId`, { name: "getReportDocument" }, (c) => {
    const document = state.documents.get(c.req.param("documentId") ?? "");
    if (!document) return notFound(c, "No such document.");
    return c.json({ reportDocumentId: document.documentId, ...whereToGet(c, state, document, clock) });
  });
}

const PAGE_SIZE = 10;

const askedSchema = z.object({
  types: z.array(z.string()),
  statuses: z.array(z.string()),
  since: z.string(),
  pageSize: z.number().int().min(1).max(100),
  offset: z.number().int().nonnegative(),
});
type Asked = z.infer<typeof askedSchema>;

/** What a search asks for, by its parameters or by the token that stands for them. Null: both, or a token of nobody's. */
function askedOf(c: Context, typesName: string): Asked | null {
  const token = c.req.query("nextToken");
  if (token === undefined) {
    const parsed = askedSchema.safeParse({
      types: listOf(c, typesName),
      statuses: listOf(c, "processingStatuses"),
      since: c.req.query("createdSince") ?? "",
      pageSize: Number(c.req.query("pageSize") ?? PAGE_SIZE),
      offset: 0,
    });
    return parsed.success ? parsed.data : null;
  }
  if (Object.keys(c.req.query()).length > 1) return null;
  const parsed = askedSchema.safeParse(JSON.parse(Buffer.from(token, "base64url").toString("utf8")));
  return parsed.success ? parsed.data : null;
}

function pageOf<T>(state: AmazonState, all: readonly T[], asked: Asked): { rows: T[]; nextToken?: string } {
  const size = Math.min(asked.pageSize, state.settings.listPageMax);
  const end = asked.offset + size;
  const rows = all.slice(asked.offset, end);
  if (end >= all.length) return { rows };
  return { rows, nextToken: Buffer.from(JSON.stringify({ ...asked, offset: end })).toString("base64url") };
}

function feedJson(state: AmazonState, feed: Feed) {
  return {
    feedId: feed.feedId,
    feedType: feed.feedType,
    marketplaceIds: [state.marketplace.id],
    createdTime: feed.createdAt,
    processingStatus: feed.status,
    ...(feed.status === "IN_QUEUE" ? {} : { processingStartTime: feed.startsAt }),
    ...(feed.status === "DONE" || feed.status === "FATAL" ? { processingEndTime: feed.endsAt } : {}),
    ...(feed.resultDocumentId === null ? {} : { resultFeedDocumentId: feed.resultDocumentId }),
  };
}

function reportJson(state: AmazonState, report: Report) {
  return {
    reportId: report.reportId,
    reportType: report.reportType,
    marketplaceIds: [state.marketplace.id],
    createdTime: report.createdAt,
    processingStatus: report.status,
    ...(report.status === "IN_QUEUE" ? {} : { processingStartTime: report.createdAt }),
    ...(report.status === "DONE" ? { processingEndTime: report.doneAt } : {}),
    ...(report.documentId === null ? {} : { reportDocumentId: report.documentId }),
  };
}

function whereToGet(c: Context, state: AmazonState, document: StoredDocument, clock: Clock) {
  const url = address(c, state, document, clock, "get");
  if (!state.settings.gzip) return { url };
  // With the parameter, the download's own header says "gzip", and HTTP clients unpack it.
  const named = c.req.query("enableContentEncodingUrlHeader") === "true";
  return { url: `${url}&encoding=${named ? "gzip" : "identity"}`, compressionAlgorithm: "GZIP" };
}

function address(c: Context, state: AmazonState, document: StoredDocument, clock: Clock, verb: "get" | "put"): string {
  const expires = addMs(clock.now(), state.settings.documentLifeMs).toISOString();
  const query = new URLSearchParams({ verb, expires });
  return `${originOf(c)}/presigned/${encodeURIComponent(document.documentId)}?${query}`;
}

/** What S3 does: no token, an end, and its own errors in XML. */
function mountStore(app: Hono, state: AmazonState, faults: Faults, clock: Clock): void {
  const denied = (c: Context, code: string) =>
    c.body(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`, 403, { "content-type": "application/xml" });
  const find = (c: Context, verb: string) => {
    const live = c.req.query("verb") === verb && (c.req.query("expires") ?? "") > clock.now().toISOString();
    return live ? (state.documents.get(c.req.param("documentId") ?? "") ?? null) : null;
  };

  app.put("/presigned/:documentId", faults.around("uploadDocument"), async (c) => {
    const document = find(c, "put");
    if (!document) return denied(c, "AccessDenied");
    if (c.req.header("x-amz-access-token")) return denied(c, "TokenLeaked");
    if (c.req.header("content-type") !== document.contentType) return denied(c, "SignatureDoesNotMatch");
    document.content = await c.req.text();
    return c.body(null, 200);
  });

  app.get("/presigned/:documentId", faults.around("downloadDocument"), (c) => {
    const document = find(c, "get");
    if (document?.content === null || !document) return denied(c, "AccessDenied");
    const headers = { "content-type": document.contentType };
    const encoding = c.req.query("encoding");
    if (encoding === undefined) return c.body(document.content, 200, headers);
    const packed = new Uint8Array(gzipSync(document.content));
    return c.body(packed, 200, encoding === "gzip" ? { ...headers, "content-encoding": "gzip" } : headers);
  });
}
