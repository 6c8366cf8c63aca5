/**
 * Items, read. An item is one thing: it can be bought once. Our `remoteId` is its id (a UUID), the SKU its `item_reference`.
 *
 * The list gives "IDs, references, status and errors; not complete listing copy" (a third party's reading of Vinted's own
 * description), so title, price and picture are taken where they are there, and nothing depends on them.
 */
import { z } from "zod";
import type { QuantityReading } from "../contract/connector.ts";
import { fail, type Result, succeed } from "../contract/failures.ts";
import type { ListingPage, ListingRef, RemoteListing, Unreadable } from "../contract/remote-types.ts";
import {
  currencyCode,
  keyText,
  optionalKey,
  optionalText,
  ownValue,
  plainText,
  shownUrl,
} from "../contract/storable.ts";
import { callVinted, describeIssues, isMissing, type VintedSession } from "./client.ts";
import { decimalSchema } from "./order-json.ts";

const ITEMS_PER_PAGE = "100";

/** What each status means. One that is not here is not guessed at. */
const STATUSES: Readonly<Record<string, { quantity: number | null; state: RemoteListing["state"] } | "gone">> = {
  PUBLISHED: { quantity: 1, state: "active" },
  ACTIVE: { quantity: 1, state: "active" },
  // Between our order and Vinted's doing: it may be on sale in a moment, so we do not say 0.
  IN_PROGRESS: { quantity: null, state: "inactive" },
  DRAFT: { quantity: 0, state: "inactive" },
  RESERVED: { quantity: 0, state: "inactive" },
  HIDDEN: { quantity: 0, state: "inactive" },
  // 0 and not missing: a sale that no order explains yet must be counted as one.
  SOLD: { quantity: 0, state: "ended" },
  FAILED: { quantity: 0, state: "ended" },
  DELETED: "gone",
};

const text = optionalText.catch(null);

/** An unknown one is shown to the merchant. */
const statusSchema = plainText(60).transform((status) => status.toUpperCase());

export const itemSchema = z.object({
  id: keyText,
  item_reference: optionalKey.catch(null),
  status: statusSchema,
  title: text,
  price: decimalSchema.nullish().catch(undefined),
  currency: currencyCode.nullish().catch(undefined),
  url: z.string().nullish().catch(undefined).transform(shownUrl),
  photo_urls: z.array(z.string()).default([]).catch([]),
});
export type Item = z.infer<typeof itemSchema>;

const pageSchema = z.object({
  // Parsed one by one, so that one odd item does not hide its page.
  items: z.array(z.unknown()),
});

const cursorSchema = z.object({ after: z.string().min(1) });

export async function readVintedListings(session: VintedSession, cursor: string | null): Promise<Result<ListingPage>> {
  const after = cursor === null ? null : cursorSchema.parse(JSON.parse(cursor)).after;
  const read = await fetchItems(session, after);
  if (!read.ok) return read;
  const listings: RemoteListing[] = [];
  const unreadable: Unreadable[] = [];
  for (const one of read.value.items) {
    const parsed = itemSchema.safeParse(one);
    const meaning = parsed.success ? ownValue(STATUSES, parsed.data.status) : undefined;
    if (!parsed.success || meaning === undefined) {
      const why = parsed.success ? `status: "${parsed.data.status}" is not known` : describeIssues(parsed.error);
      unreadable.push({ remoteId: idOf(one), why: `Item: ${why}` });
    } else if (meaning !== "gone") listings.push(toListing(parsed.data, meaning));
  }
  const { lastId } = read.value;
  // How many items Vinted puts into a page at most is not sure: only an empty page is the end.
  const nextCursor = lastId === null ? null : JSON.stringify({ after: lastId });
  return succeed({ listings, unreadable, nextCursor, total: null });
}

/** One page; `lastId` null: there is nothing after it. */
export async function fetchItems(
  session: VintedSession,
  after: string | null,
): Promise<Result<{ items: unknown[]; lastId: string | null }>> {
  const read = await callVinted(session, {
    operation: "getItems",
    method: "GET",
    path: "/api/v1/items",
    query: { limit: ITEMS_PER_PAGE, ...(after === null ? {} : { after_item_id: after }) },
    effect: "read",
    reply: pageSchema,
  });
  if (!read.ok) return read;
  const { items } = read.value;
  if (items.length === 0) return succeed({ items, lastId: null });
  const lastId = idOf(items.at(-1));
  if (lastId === null || lastId === after) {
    return fail({
      kind: "unavailable",
      scope: "account",
      message: "getItems: Vinted's page does not say where it ends",
    });
  }
  return succeed({ items, lastId });
}

function idOf(value: unknown): string | null {
  const parsed = z.object({ id: keyText }).safeParse(value);
  return parsed.success ? parsed.data.id : null;
}

function toListing(item: Item, { quantity, state }: { quantity: number | null; state: RemoteListing["state"] }) {
  return {
    ref: { remoteId: item.id, sku: item.item_reference, groupId: null },
    title: item.title ?? item.item_reference ?? `Item ${item.id}`,
    barcode: null,
    quantity,
    price: item.price && item.currency ? { amount: item.price, currency: item.currency } : null,
    state,
    url: item.url,
    imageUrl: shownUrl(item.photo_urls[0]),
    unmanagedBecause: null,
  } satisfies RemoteListing;
}

export type ItemState = { quantity: number | null; state: RemoteListing["state"]; status: string };

/** Null when Vinted has the item no more. */
export async function fetchItemState(session: VintedSession, ref: ListingRef): Promise<Result<ItemState | null>> {
  const read = await callVinted(session, {
    operation: "getItemStatus",
    concerns: "item",
    method: "GET",
    path: `/api/v1/items/${encodeURIComponent(ref.remoteId)}/status`,
    effect: "read",
    reply: z.object({ status: statusSchema }),
  });
  if (!read.ok) return isMissing(read.failure) ? succeed(null) : read;
  const { status } = read.value;
  const meaning = ownValue(STATUSES, status);
  if (meaning === "gone") return succeed(null);
  if (meaning !== undefined) return succeed({ ...meaning, status });
  const message = `Item ${ref.remoteId}: its status "${status}" is not known, so nothing is done with it.`;
  return fail({ kind: "rejected", scope: "item", message, code: "unknown-status" });
}

export async function readVintedQuantities(
  session: VintedSession,
  refs: readonly ListingRef[],
): Promise<QuantityReading[]> {
  return Promise.all(
    refs.map(async (ref): Promise<QuantityReading> => {
      const read = await fetchItemState(session, ref);
      if (!read.ok) return { outcome: "failed", failure: read.failure };
      if (read.value === null) return { outcome: "missing" };
      return { outcome: "read", quantity: read.value.quantity, state: read.value.state };
    }),
  );
}
