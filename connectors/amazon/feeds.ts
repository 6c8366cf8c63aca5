/**
 * Feeds: a document that Amazon works through when it comes to it. createFeedDocument gives an address, the content is put
 * there, createFeed queues it, getFeed says how far it is, and a result document what came of each message.
 *
 * Never a queued feed and a PATCH in flight for one SKU: the feed, older, would win. So a feed that was not finished when we
 * last looked is remembered with its SKUs, and nothing is written to those until it is. Amazon itself is the memory
 * after a restart (getFeeds), where feeds are in use at all.
 */
import { z } from "zod";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import { callAmazon, isNotFound, parseJson } from "./client.ts";
import { type AmazonSession, tokenOf } from "./session.ts";

export const LISTINGS_FEED = "JSON_LISTINGS_FEED";

/** Looks at a new feed before we leave it to the next call. A connector cannot wait; small feeds are done in a moment at times. */
const POLLS_MAX = 3;

/** How long we trust our own knowledge of open feeds before asking Amazon again: getFeeds gives back a call in 45 s. */
const REDISCOVER_MS = 60_000;

/** Feeds are through in minutes, on bad days in hours. One older than this does not hold up a SKU any more. */
const OPEN_MAX_MS = 6 * 60 * 60 * 1000;

interface OpenFeed {
  /** Null: found at Amazon, not made by this process, so it may touch any SKU. */
  skus: ReadonlySet<string> | null;
  since: number;
}

interface SellerFeeds {
  open: Map<string, OpenFeed>;
  /** When Amazon was last asked; null: never, or not since a createFeed whose reply was lost. */
  discoveredAt: number | null;
}

export type FeedMemory = Map<string, SellerFeeds>;

function feedsOf(session: AmazonSession): SellerFeeds {
  const known = session.feeds.get(session.sellerId);
  if (known) return known;
  const fresh: SellerFeeds = { open: new Map(), discoveredAt: null };
  session.feeds.set(session.sellerId, fresh);
  return fresh;
}

const documentSchema = z.object({ feedDocumentId: z.string().min(1), url: z.url() });
const createdSchema = z.object({ feedId: z.string().min(1) });
const statusSchema = z.enum(["CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE"]);
const feedSchema = z.object({
  feedId: z.string().min(1),
  processingStatus: statusSchema,
  createdTime: z.iso.datetime({ offset: true }),
  resultFeedDocumentId: z.string().optional(),
});
type Feed = z.infer<typeof feedSchema>;

/** Puts content where Amazon reads it. Repeatable: a document that no feed names does nothing. */
export async function uploadFeed(
  session: AmazonSession,
  document: { contentType: string; content: string },
): Promise<Result<{ feedDocumentId: string }>> {
  const made = await callAmazon(session.transport, {
    operation: "createFeedDocument",
    method: "POST",
    address: `${session.origins.api}/feeds/2021-06-30/documents`,
    token: tokenOf(session),
    body: { contentType: document.contentType },
    effect: "read",
    reply: documentSchema,
  });
  if (!made.ok) return made;
  const { feedDocumentId } = made.value;
  const url = documentUrl(session, made.value.url);
  if (url === null) return fail(elsewhere("uploadDocument"));
  const put = await session.transport.send({
    operation: "uploadDocument",
    method: "PUT",
    url,
    // The address is signed for this very content type.
    headers: { "content-type": document.contentType },
    body: document.content,
    effect: "read",
  });
  return put.ok ? succeed({ feedDocumentId }) : put;
}

export async function createFeed(
  session: AmazonSession,
  feedType: string,
  feedDocumentId: string,
): Promise<Result<{ feedId: string }>> {
  return callAmazon(session.transport, {
    operation: "createFeed",
    method: "POST",
    address: `${session.origins.api}/feeds/2021-06-30/feeds`,
    token: tokenOf(session),
    body: { feedType, marketplaceIds: [session.marketplace.id], inputFeedDocumentId: feedDocumentId },
    effect: "write",
    reply: createdSchema,
  });
}

async function getFeed(session: AmazonSession, feedId: string): Promise<Result<Feed>> {
  return callAmazon(session.transport, {
    operation: "getFeed",
    method: "GET",
    address: `${session.origins.api}/feeds/2021-06-30/feeds/${encodeURIComponent(feedId)}`,
    token: tokenOf(session),
    effect: "read",
    reply: feedSchema,
  });
}

function isOver(feed: Feed): boolean {
  return feed.processingStatus !== "IN_QUEUE" && feed.processingStatus !== "IN_PROGRESS";
}

export interface ListingsMessage {
  sku: string;
  patches: readonly { op: "merge" | "replace"; path: string; value: readonly unknown[] }[];
}

/** What came of one message: refused with Amazon's words, taken, or not known. */
export type MessageOutcome = "taken" | { refused: string } | { failure: Failure };

/** Sends a JSON_LISTINGS_FEED and looks whether it is through. One outcome per message, in order. */
export async function feedListings(
  session: AmazonSession,
  messages: readonly ListingsMessage[],
): Promise<Result<MessageOutcome[]>> {
  const content = JSON.stringify({
    header: { sellerId: session.sellerId, version: "2.0" },
    messages: messages.map(({ sku, patches }, index) => ({
      messageId: index + 1,
      sku,
      operationType: "PATCH",
      productType: "PRODUCT",
      patches,
    })),
  });
  const uploaded = await uploadFeed(session, { contentType: "application/json; charset=UTF-8", content });
  // Nothing is queued yet: the caller may do it another way.
  if (!uploaded.ok) return uploaded;
  const feeds = feedsOf(session);
  const created = await createFeed(session, LISTINGS_FEED, uploaded.value.feedDocumentId);
  if (!created.ok) {
    if (created.failure.kind === "outcome-unknown") feeds.discoveredAt = null;
    return created;
  }
  const { feedId } = created.value;
  const openedAt = session.now().getTime();
  feeds.open.set(feedId, { skus: new Set(messages.map((one) => one.sku)), since: openedAt });
  for (let poll = 0; poll < POLLS_MAX; poll += 1) {
    const feed = await getFeed(session, feedId);
    if (!feed.ok || !isOver(feed.value)) continue;
    feeds.open.delete(feedId);
    return succeed(await outcomesOf(session, feed.value, messages.length));
  }
  return succeed(messages.map(() => unknownOutcome(`Amazon has the change in its queue (feed ${feedId})`)));
}

function unknownOutcome(message: string): MessageOutcome {
  return { failure: { kind: "outcome-unknown", scope: "item", message } };
}

const reportSchema = z.object({
  issues: z.array(
    z.object({ messageId: z.number().int().optional(), severity: z.string(), message: z.string().default("") }),
  ),
});

async function outcomesOf(session: AmazonSession, feed: Feed, count: number): Promise<MessageOutcome[]> {
  const all = (outcome: MessageOutcome) => Array.from({ length: count }, () => outcome);
  if (feed.processingStatus === "CANCELLED") {
    return all({
      failure: { kind: "unavailable", scope: "item", message: `Amazon cancelled feed ${feed.feedId} before it began` },
    });
  }
  // "Some, none, or all of the operations within the feed may have completed successfully."
  if (feed.processingStatus === "FATAL") return all(unknownOutcome(`Amazon gave up on feed ${feed.feedId}`));
  const report = feed.resultFeedDocumentId ? await readResult(session, feed.resultFeedDocumentId) : null;
  const parsed = reportSchema.safeParse(report?.ok ? parseJson(report.value) : null);
  if (!parsed.success) return all(unknownOutcome(`The result of feed ${feed.feedId} could not be read`));
  const errors = parsed.data.issues.filter((issue) => issue.severity === "ERROR");
  const ofAll = errors.find((issue) => issue.messageId === undefined);
  return Array.from({ length: count }, (_, index) => {
    const refused = errors.find((issue) => issue.messageId === index + 1) ?? ofAll;
    return refused ? { refused: refused.message } : "taken";
  });
}

async function readResult(session: AmazonSession, documentId: string): Promise<Result<string>> {
  const found = await callAmazon(session.transport, {
    operation: "getFeedDocument",
    method: "GET",
    address: `${session.origins.api}/feeds/2021-06-30/documents/${encodeURIComponent(documentId)}`,
    // Then the download says that it is compressed, and fetch unpacks it.
    query: { enableContentEncodingUrlHeader: "true" },
    token: tokenOf(session),
    effect: "read",
    reply: documentSchema,
  });
  return found.ok ? download(session, found.value.url) : found;
}

/** A report of 500,000 listings is near it; a longer text fits no string. */
const DOCUMENT_BYTES_MAX = 400 * 1024 * 1024;

/** Where Amazon keeps documents: S3 and CloudFront, as in all examples of its documentation. */
const DOCUMENT_HOST = /(^|[.-])s3([.-][a-z0-9-]+)*\.amazonaws\.com$|^[a-z0-9]+\.cloudfront\.net$/;

/** Null for an address that Amazon does not keep documents at: it comes in a reply, and we would read or write there. */
function documentUrl(session: AmazonSession, address: string): URL | null {
  const url = URL.parse(address);
  if (url === null) return null;
  const isAmazons = url.protocol === "https:" && url.port === "" && DOCUMENT_HOST.test(url.hostname);
  // An emulator keeps them itself.
  return isAmazons || url.origin === session.origins.api ? url : null;
}

function elsewhere(operation: string): Failure {
  return {
    kind: "rejected",
    scope: "item",
    message: `${operation}: the address is not one of Amazon's`,
    code: "foreign-address",
  };
}

/** From a presigned address: no token goes there. */
export async function download(session: AmazonSession, address: string): Promise<Result<string>> {
  const url = documentUrl(session, address);
  if (url === null) return fail(elsewhere("downloadDocument"));
  const got = await session.transport.send({
    operation: "downloadDocument",
    method: "GET",
    url,
    effect: "read",
    replyBytesMax: DOCUMENT_BYTES_MAX,
  });
  return got.ok ? succeed(got.value.text) : got;
}

export const nextToken = z.string().min(1).nullish().catch(null);

/** A hundred a page: more of them than this are no seller's feeds or reports of some hours, but a page that does not end. */
const PAGES_MAX = 20;

/** Feeds or reports, to the last page: "include this token as the only parameter" (nextToken of both operations). */
export async function readAllPages<T>(
  session: AmazonSession,
  call: { operation: string; address: string; query: Record<string, string> },
  reply: z.ZodType<{ rows: T[]; nextToken?: string | null | undefined }>,
): Promise<Result<T[]>> {
  const all: T[] = [];
  let query: Record<string, string> = { ...call.query, pageSize: "100" };
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const read = await callAmazon(session.transport, {
      operation: call.operation,
      method: "GET",
      address: call.address,
      query,
      token: tokenOf(session),
      effect: "read",
      reply,
    });
    if (!read.ok) return read;
    all.push(...read.value.rows);
    if (!read.value.nextToken) return succeed(all);
    query = { nextToken: read.value.nextToken };
  }
  return fail({
    kind: "unavailable",
    scope: "account",
    message: `${call.operation}: Amazon's pages do not end`,
  });
}

/** Which of these SKUs a feed that is not through yet may still change; with the words for it. */
export async function blockedByFeeds(
  session: AmazonSession,
  skus: readonly string[],
  feedsInUse: boolean,
): Promise<Result<Map<string, string>>> {
  const feeds = feedsOf(session);
  const now = session.now().getTime();
  if (feedsInUse && (feeds.discoveredAt === null || feeds.discoveredAt + REDISCOVER_MS <= now)) {
    const asked = await discover(session, feeds, now);
    if (!asked.ok && feeds.discoveredAt === null) return asked;
  }
  for (const [feedId, feed] of [...feeds.open]) {
    if (feed.since + OPEN_MAX_MS <= now) {
      feeds.open.delete(feedId);
      continue;
    }
    if (feed.skus !== null && !skus.some((sku) => feed.skus?.has(sku))) continue;
    const read = await getFeed(session, feedId);
    if (read.ok ? isOver(read.value) : isNotFound(read.failure)) feeds.open.delete(feedId);
  }
  const blocked = new Map<string, string>();
  for (const [feedId, feed] of feeds.open) {
    for (const sku of skus) if (feed.skus === null || feed.skus.has(sku)) blocked.set(sku, feedId);
  }
  return succeed(blocked);
}

async function discover(session: AmazonSession, feeds: SellerFeeds, now: number): Promise<Result<null>> {
  const read = await readAllPages(
    session,
    {
      operation: "getFeeds",
      address: `${session.origins.api}/feeds/2021-06-30/feeds`,
      query: {
        feedTypes: LISTINGS_FEED,
        marketplaceIds: session.marketplace.id,
        processingStatuses: "IN_QUEUE,IN_PROGRESS",
        createdSince: new Date(now - OPEN_MAX_MS).toISOString(),
      },
    },
    z.object({ feeds: z.array(feedSchema), nextToken }).transform(({ feeds: rows, ...page }) => ({ rows, ...page })),
  );
  if (!read.ok) return fail(read.failure);
  for (const { feedId, createdTime } of read.value) {
    if (!feeds.open.has(feedId)) feeds.open.set(feedId, { skus: null, since: Date.parse(createdTime) });
  }
  feeds.discoveredAt = now;
  return succeed(null);
}
