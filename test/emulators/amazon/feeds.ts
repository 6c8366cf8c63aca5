/** Feeds, worked through: listings (JSON) and cancellations (XML). Pure over the state; no HTTP. */
import { z } from "zod";
import { addMs } from "#app/clock.ts";
import { accept, patchesSchema, readPatches } from "./listings.ts";
import { cancelLines, orderStatus } from "./orders.ts";
import { type AmazonState, type Feed, nextNumber, type StoredDocument, uuid } from "./state.ts";

export const LISTINGS_FEED = "JSON_LISTINGS_FEED";
export const CANCELLATION_FEED = "POST_ORDER_ACKNOWLEDGEMENT_DATA";

const listingsFeedSchema = z.object({
  header: z.object({ sellerId: z.string(), version: z.literal("2.0") }),
  messages: z
    .array(
      z.object({
        messageId: z.number().int().positive(),
        sku: z.string().min(1),
        operationType: z.literal("PATCH"),
        productType: z.string(),
        patches: patchesSchema,
      }),
    )
    .min(1)
    .max(25_000),
});
type ListingsFeed = z.infer<typeof listingsFeedSchema>;

export function storeDocument(
  state: AmazonState,
  kind: string,
  contentType: string,
  content: string | null,
  now: Date,
): StoredDocument {
  const documentId = `amzn1.tortuga.4.eu.${uuid(state, kind)}`;
  const document = { documentId, contentType, content, madeAt: now.toISOString() };
  state.documents.set(documentId, document);
  return document;
}

export function queueFeed(state: AmazonState, feedType: string, input: StoredDocument, now: Date): Feed {
  const startsAt = addMs(now, state.settings.feedQueueMs);
  const feed: Feed = {
    feedId: String(50_000_000_000 + nextNumber(state, "feed")),
    feedType,
    inputDocumentId: input.documentId,
    createdAt: now.toISOString(),
    startsAt: startsAt.toISOString(),
    endsAt: addMs(startsAt, state.settings.feedProcessMs).toISOString(),
    status: "IN_QUEUE",
    resultDocumentId: null,
    skus: feedType === LISTINGS_FEED ? (readListingsFeed(input)?.messages.map((one) => one.sku) ?? []) : [],
  };
  for (const sku of feed.skus) {
    if (state.items.get(sku)?.waiting.length)
      state.mishaps.push(`A feed was queued for ${sku} beside a PATCH in flight.`);
  }
  state.feeds.set(feed.feedId, feed);
  return feed;
}

/** A PATCH beside a feed that is not through: the older one would win. */
export function noteRace(state: AmazonState, sku: string): void {
  for (const feed of state.feeds.values()) {
    const open = feed.status === "IN_QUEUE" || feed.status === "IN_PROGRESS";
    if (open && feed.skus.includes(sku)) state.mishaps.push(`${sku} was patched while feed ${feed.feedId} held it.`);
  }
}

function readListingsFeed(document: StoredDocument): ListingsFeed | null {
  try {
    const parsed = listingsFeedSchema.safeParse(JSON.parse(document.content ?? ""));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function processFeed(state: AmazonState, feed: Feed, now: Date): void {
  const input = state.documents.get(feed.inputDocumentId);
  if (!input) {
    feed.status = "FATAL";
    return;
  }
  const result =
    feed.feedType === LISTINGS_FEED ? processListings(state, feed, input, now) : processCancellation(state, input, now);
  feed.resultDocumentId = storeDocument(state, "result", result.contentType, result.content, now).documentId;
  feed.status = "DONE";
}

interface Result {
  contentType: string;
  content: string;
}

interface FeedIssue {
  messageId?: number;
  sku?: string;
  code: string;
  severity: "ERROR";
  message: string;
  attributeName?: string;
}

function processListings(state: AmazonState, feed: Feed, input: StoredDocument, now: Date): Result {
  const parsed = readListingsFeed(input);
  const issues: FeedIssue[] = [];
  if (!parsed || parsed.header.sellerId !== state.seller.sellerId) {
    issues.push({ code: "4000001", severity: "ERROR", message: "The provided feed is not valid." });
  }
  const messages = issues.length > 0 ? [] : (parsed?.messages ?? []);
  for (const { messageId, sku, patches } of messages) {
    const item = state.items.get(sku);
    if (!item) {
      issues.push({ messageId, sku, code: "13013", severity: "ERROR", message: "This SKU does not exist." });
      continue;
    }
    const change = readPatches(state, patches);
    if ("invalid" in change) {
      const { invalid: message, attribute: attributeName } = change;
      issues.push({ messageId, sku, code: "99022", severity: "ERROR", message, attributeName });
      continue;
    }
    accept(state, item, change, now);
  }
  const invalid = new Set(issues.map((issue) => issue.messageId)).size;
  const report = {
    header: { sellerId: state.seller.sellerId, version: "2.0", feedId: feed.feedId },
    issues,
    summary: {
      errors: issues.length,
      warnings: 0,
      messagesProcessed: messages.length,
      messagesAccepted: messages.length === 0 ? 0 : messages.length - invalid,
      messagesInvalid: messages.length === 0 ? 0 : invalid,
    },
  };
  return { contentType: "application/json; charset=UTF-8", content: JSON.stringify(report) };
}

/** OrderAcknowledgement with StatusCode Failure: the items named, or all when none is, will not come. */
function processCancellation(state: AmazonState, input: StoredDocument, now: Date): Result {
  const xml = input.content ?? "";
  const one = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? "";
  const itemIds = [...xml.matchAll(/<AmazonOrderItemCode>([^<]*)<\/AmazonOrderItemCode>/g)].map(
    (found) => found[1] ?? "",
  );
  const order = state.orders.get(one("AmazonOrderID"));
  const problem = cancellationProblem(state, xml, order ? orderStatus(order) : null);
  if (problem === null && order) cancelLines(state, order, itemIds.length > 0 ? itemIds : null, "MERCHANT", now);
  const content = `<?xml version="1.0" encoding="UTF-8"?>
<AmazonEnvelope><Header><DocumentVersion>1.02</DocumentVersion></Header><MessageType>ProcessingReport</MessageType><Message><MessageID>1</MessageID><ProcessingReport><StatusCode>Complete</StatusCode><ProcessingSummary><MessagesProcessed>1</MessagesProcessed><MessagesSuccessful>${problem === null ? 1 : 0}</MessagesSuccessful><MessagesWithError>${problem === null ? 0 : 1}</MessagesWithError></ProcessingSummary>${problem === null ? "" : `<Result><ResultDescription>${problem}</ResultDescription></Result>`}</ProcessingReport></Message></AmazonEnvelope>`;
  return { contentType: "text/xml; charset=UTF-8", content };
}

const REASONS = new Set([
  "NoInventory",
  "ShippingAddressUndeliverable",
  "CustomerExchange",
  "BuyerCanceled",
  "GeneralAdjustment",
  "CarrierCreditDecision",
  "RiskAssessmentInformationNotValid",
  "CarrierCoverageFailure",
  "CustomerReturn",
  "MerchandiseNotReceived",
  "PriceError",
]);

function cancellationProblem(state: AmazonState, xml: string, status: string | null): string | null {
  if (!xml.includes(`<MerchantIdentifier>${state.seller.sellerId}</MerchantIdentifier>`)) return "Wrong merchant.";
  if (!xml.includes("<MessageType>OrderAcknowledgement</MessageType>")) return "Wrong message type.";
  if (!xml.includes("<StatusCode>Failure</StatusCode>")) return "Only Failure is emulated.";
  const reasons = [...xml.matchAll(/<CancelReason>([^<]*)<\/CancelReason>/g)].map((found) => found[1] ?? "");
  if (reasons.some((reason) => !REASONS.has(reason))) return "Unknown CancelReason.";
  if (status === null) return "No such order.";
  if (status !== "UNSHIPPED" && status !== "PARTIALLY_SHIPPED") return `The order is ${status}.`;
  return null;
}
