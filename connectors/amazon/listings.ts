/**
 * Quantities and prices of single SKUs: read twenty a call, written by PATCH one a call, or many at once by feed.
 *
 * ACCEPTED is "understood", not "live": what became of it is read afterwards, here at once for what Amazon refuses on the
 * spot, and by the app's own later reading (`acceptance: "verify"`) for the rest.
 */

import { z } from "zod";
import type { QuantityReading, WriteResult } from "../contract/connector.ts";
import { type Failure, type Result, succeed } from "../contract/failures.ts";
import { decimalPattern, toExact } from "../contract/money.ts";
import type { ListingRef, PriceWrite, QuantityWrite } from "../contract/remote-types.ts";
import { callAmazon, scrub } from "./client.ts";
import { blockedByFeeds, feedListings, type ListingsMessage } from "./feeds.ts";
import {
  chunk,
  FBA_REASON,
  type ItemFacts,
  isAddressable,
  itemAddress,
  justSeen,
  readItems,
  UNADDRESSABLE_REASON,
} from "./items.ts";
import { isLanding, rememberAccepted, settledQuantity } from "./landing.ts";
import { type AmazonSession, tokenOf } from "./session.ts";

/** Calls of patchListingsItem in one go: its burst. */
const PATCHES_AT_ONCE = 5;

export async function readAmazonQuantities(
  session: AmazonSession,
  refs: readonly ListingRef[],
): Promise<QuantityReading[]> {
  const items = await readItems(
    session,
    refs.flatMap((ref) => ref.sku ?? []),
  );
  return refs.map((ref): QuantityReading => {
    const read = items.get(ref.sku ?? "");
    if (!read) return { outcome: "failed", failure: withoutSku(ref) };
    if (!read.ok) return { outcome: "failed", failure: read.failure };
    if (read.value === null) return { outcome: "missing" };
    // Moved to Amazon's warehouse since the catalogue was read. What cannot be read is not written.
    if (read.value.fulfilledByAmazon) return { outcome: "failed", failure: heldByAmazon(ref.sku ?? "") };
    const quantity = settledQuantity(session, ref.sku ?? "", read.value.quantity);
    return { outcome: "read", quantity, state: read.value.state };
  });
}

function withoutSku(ref: ListingRef): Failure {
  return {
    kind: "rejected",
    scope: "item",
    message: `Amazon listing ${ref.remoteId} has no SKU, so it cannot be addressed.`,
  };
}

function heldByAmazon(sku: string): Failure {
  return { kind: "rejected", scope: "item", message: `SKU ${sku}: ${FBA_REASON}`, code: "fulfilled-by-amazon" };
}

function unaddressable(sku: string): Failure {
  return { kind: "rejected", scope: "item", message: `SKU ${sku}: ${UNADDRESSABLE_REASON}`, code: "unaddressable" };
}

/** One change of one SKU, as a PATCH and a feed's message both say it. */
interface Change {
  sku: string;
  attribute: "fulfillment_availability" | "purchasable_offer";
  patch: ListingsMessage["patches"][number];
  /** Null: a price. */
  quantity: number | null;
  isShown(facts: ItemFacts): boolean;
}

export async function writeAmazonQuantities(
  session: AmazonSession,
  writes: readonly QuantityWrite[],
): Promise<WriteResult[]> {
  return writeChanges(
    session,
    writes.map(({ ref, quantity }): Change | Failure => {
      if (ref.sku === null) return withoutSku(ref);
      if (!Number.isSafeInteger(quantity) || quantity < 0) {
        return {
          kind: "rejected",
          scope: "item",
          message: `SKU ${ref.sku}: ${quantity} is not a quantity; it must be 0 or more units.`,
        };
      }
      return {
        sku: ref.sku,
        attribute: "fulfillment_availability",
        // Merge and not replace: replace would wipe handling time and restock date ("Merge a listing").
        patch: {
          op: "merge",
          path: "/attributes/fulfillment_availability",
          value: [{ fulfillment_channel_code: "DEFAULT", quantity }],
        },
        quantity,
        isShown: (facts) => facts.quantity === quantity,
      };
    }),
  );
}

export async function writeAmazonPrices(session: AmazonSession, writes: readonly PriceWrite[]): Promise<WriteResult[]> {
  const { id: marketplaceId, currency, site } = session.marketplace;
  return writeChanges(
    session,
    writes.map(({ ref, price }): Change | Failure => {
      if (ref.sku === null) return withoutSku(ref);
      if (!decimalPattern.test(price.amount) || toExact(price.amount) <= 0n) {
        return {
          kind: "rejected",
          scope: "item",
          message: `SKU ${ref.sku}: "${price.amount}" is not a price above 0.`,
        };
      }
      if (price.currency !== currency) {
        return {
          kind: "rejected",
          scope: "item",
          message: `SKU ${ref.sku}: ${site} sells in ${currency}, not ${price.currency}.`,
        };
      }
      return {
        sku: ref.sku,
        attribute: "purchasable_offer",
        patch: {
          op: "replace",
          path: "/attributes/purchasable_offer",
          value: [
            {
              marketplace_id: marketplaceId,
              currency,
              our_price: [{ schedule: [{ value_with_tax: Number(price.amount) }] }],
            },
          ],
        },
        quantity: null,
        isShown: (facts) => facts.price !== null && toExact(facts.price.amount) === toExact(price.amount),
      };
    }),
  );
}

async function writeChanges(session: AmazonSession, asked: readonly (Change | Failure)[]): Promise<WriteResult[]> {
  // A SKU named twice gets its last value alone: one change in flight per SKU.
  const wanted = new Map<string, Change>();
  for (const one of asked) if ("sku" in one) wanted.set(one.sku, one);
  const results = await settleChanges(session, [...wanted.values()]);
  return asked.map((one): WriteResult => {
    if (!("sku" in one)) return { outcome: "failed", failure: one };
    return (
      results.get(one.sku) ?? {
        outcome: "failed",
        failure: { kind: "unavailable", scope: "item", message: `SKU ${one.sku}` },
      }
    );
  });
}

async function settleChanges(session: AmazonSession, changes: readonly Change[]): Promise<Map<string, WriteResult>> {
  const results = new Map<string, WriteResult>();
  const failed = (sku: string, failure: Failure) => void results.set(sku, { outcome: "failed", failure });
  if (changes.length === 0) return results;

  const skus = changes.map((one) => one.sku);
  const blocked = await blockedByFeeds(session, skus, feedsInUse(session));
  if (!blocked.ok) {
    for (const sku of skus) failed(sku, blocked.failure);
    return results;
  }
  const unseen = await readItems(
    session,
    skus.filter((sku) => justSeen(session, sku) === null),
  );
  const clear = changes.filter(({ sku, attribute }) => {
    const feedId = blocked.value.get(sku);
    const read: Result<ItemFacts | null> = unseen.get(sku) ?? succeed(justSeen(session, sku));
    if (feedId !== undefined) {
      const message = `SKU ${sku}: an earlier change still waits in Amazon's feed ${feedId}; this one was not sent`;
      failed(sku, { kind: "outcome-unknown", scope: "item", message });
    } else if (!read.ok) failed(sku, nothingSent(read.failure));
    else if (read.value === null) failed(sku, noSuchListing(sku));
    else if (!isAddressable(sku)) failed(sku, unaddressable(sku));
    else if (read.value.fulfilledByAmazon && attribute === "fulfillment_availability") failed(sku, heldByAmazon(sku));
    return !results.has(sku);
  });

  const before = new Map(clear.map(({ sku }) => [sku, justSeen(session, sku)?.quantity ?? null]));
  // What is in flight by PATCH stays there: a feed beside it might land first.
  const inFlight = clear.filter(({ sku }) => isLanding(session, sku));
  const free = clear.filter((change) => !inFlight.includes(change));
  const fed = free.length > session.patchesMax ? await sendByFeed(session, free) : null;
  const sent = new Map([...(fed ?? []), ...(await sendByPatch(session, fed ? inFlight : clear))]);
  for (const { sku, quantity } of clear) {
    const result = sent.get(sku);
    if (!result) continue;
    results.set(sku, result);
    if (quantity !== null && result.outcome === "accepted") {
      rememberAccepted(session, sku, before.get(sku) ?? null, quantity);
    }
  }
  return results;
}

/** Feeds are in use only where a call may hold more writes than go by PATCH. */
function feedsInUse(session: AmazonSession): boolean {
  return session.patchesMax < session.writeBatchMax;
}

/** The reading before the write failed, so the write did not happen. */
function nothingSent(failure: Failure): Failure {
  return failure.kind === "outcome-unknown"
    ? { kind: "unavailable", scope: "item", message: failure.message }
    : failure;
}

function noSuchListing(sku: string): Failure {
  return {
    kind: "rejected",
    scope: "item",
    message: `SKU ${sku}: Amazon has no such listing any more.`,
    code: "not-found",
  };
}

function refused(sku: string, words: string): WriteResult {
  const why = scrub(words).trim() || "without a reason";
  return {
    outcome: "failed",
    failure: { kind: "rejected", scope: "item", message: `SKU ${sku}: Amazon refused the change: ${why}` },
  };
}

/** Null where Amazon gives us no feed now: then the changes go one by one. */
async function sendByFeed(
  session: AmazonSession,
  changes: readonly Change[],
): Promise<Map<string, WriteResult> | null> {
  const sent = await feedListings(
    session,
    changes.map(({ sku, patch }) => ({ sku, patches: [patch] })),
  );
  if (!sent.ok && (sent.failure.kind === "throttled" || sent.failure.kind === "unavailable")) return null;
  return new Map(
    changes.map(({ sku }, index): [string, WriteResult] => {
      if (!sent.ok) return [sku, { outcome: "failed", failure: sent.failure }];
      const outcome = sent.value[index];
      if (outcome === "taken") return [sku, { outcome: "accepted" }];
      if (outcome !== undefined && "refused" in outcome) return [sku, refused(sku, outcome.refused)];
      const failure: Failure = outcome?.failure ?? {
        kind: "outcome-unknown",
        scope: "item",
        message: `SKU ${sku}: no outcome`,
      };
      return [sku, { outcome: "failed", failure: { ...failure, message: `SKU ${sku}: ${failure.message}` } }];
    }),
  );
}

const submissionSchema = z.object({
  status: z.enum(["ACCEPTED", "INVALID", "VALID"]),
  issues: z.array(z.object({ message: z.string().default(""), severity: z.string().optional() })).default([]),
});

async function sendByPatch(session: AmazonSession, changes: readonly Change[]): Promise<Map<string, WriteResult>> {
  const results = new Map<string, WriteResult>();
  let waiting: Failure | null = null;
  for (const some of chunk(changes, PATCHES_AT_ONCE)) {
    if (waiting) {
      // Amazon, or our own budget, said "slow down": asking for each of the rest would only say it again.
      for (const { sku } of some) results.set(sku, { outcome: "failed", failure: waiting });
      continue;
    }
    const sent = await Promise.all(some.map((change) => patch(session, change)));
    for (const [index, { sku }] of some.entries()) {
      const result = sent[index];
      if (!result) continue;
      results.set(sku, result);
      if (result.outcome === "failed" && result.failure.kind === "throttled") waiting ??= result.failure;
    }
  }
  await verify(
    session,
    changes.filter(({ sku }) => results.get(sku)?.outcome === "accepted"),
    results,
  );
  return results;
}

async function patch(session: AmazonSession, change: Change): Promise<WriteResult> {
  const sent = await callAmazon(session.transport, {
    operation: "patchListingsItem",
    concerns: "item",
    method: "PATCH",
    address: itemAddress(session, change.sku),
    query: { marketplaceIds: session.marketplace.id },
    token: tokenOf(session),
    // PRODUCT: "any product type", enough for a patch of the offer.
    body: { productType: "PRODUCT", patches: [change.patch] },
    effect: "write",
    reply: submissionSchema,
  });
  if (!sent.ok) {
    const { failure } = sent;
    return { outcome: "failed", failure: { ...failure, message: `SKU ${change.sku}: ${failure.message}` } };
  }
  if (sent.value.status === "ACCEPTED") return { outcome: "accepted" };
  // The answer to a dry run, which was not asked for: whether anything was changed must be read.
  if (sent.value.status === "VALID") {
    const message = `SKU ${change.sku}: Amazon found the change valid and did not say that it took it`;
    return { outcome: "failed", failure: { kind: "outcome-unknown", scope: "item", message } };
  }
  const errors = sent.value.issues.filter((issue) => issue.severity !== "WARNING" && issue.severity !== "INFO");
  return refused(change.sku, errors.map((issue) => issue.message).join(" "));
}

/** What ACCEPTED became, as far as it shows at once: an error of the attribute we wrote, while our value is not there, is a refusal. */
async function verify(session: AmazonSession, changes: readonly Change[], results: Map<string, WriteResult>) {
  const items = await readItems(
    session,
    changes.map((one) => one.sku),
  );
  for (const change of changes) {
    const read = items.get(change.sku);
    // Not readable now: ACCEPTED stands, and the app looks again.
    if (!read?.ok || read.value === null || change.isShown(read.value)) continue;
    const error = read.value.errors.find((issue) =>
      issue.attributes.some((name) => name === change.attribute || name.startsWith(`${change.attribute}.`)),
    );
    if (error) results.set(change.sku, refused(change.sku, error.message));
  }
}
