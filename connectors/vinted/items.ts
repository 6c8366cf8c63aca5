/**
 * Items, read. An item is one thing: it can be bought once. Our `remoteId` is its UUID, which it keeps when it is relisted;
 * the SKU is its `item_reference`.
 *
 * Two lists. /items/imported has what was made on the site and handed to the API later: with a title and an address, without
 * a reference. /items has what was made through the API: with a reference, without title, price, address or picture. One
 * that is in both goes by its reference, so that list is read last.
 */
import { z } from "zod";
import type { QuantityReading } from "../contract/connector.ts";
import { fail, type Result, succeed } from "../contract/failures.ts";
import type { ListingPage, ListingRef, RemoteListing, Unreadable } from "../contract/remote-types.ts";
import { cutText, keyText, optionalKey, optionalText, ownValue, plainText, shownUrl } from "../contract/storable.ts";
import { callVinted, describeIssues, isMissing, type VintedSession } from "./client.ts";

/** The most that a page may hold. */
const ITEMS_PER_PAGE = "250";

interface Meaning {
  quantity: number | null;
  state: RemoteListing["state"];
}

const ON_SALE: Meaning = { quantity: 1, state: "active" };
const NEVER_ON_SALE: Meaning = { quantity: 0, state: "ended" };

/** The ten of the spec. It does not say what they mean; what was inferred is in the README, Unconfirmed. */
const STATUSES: Readonly<Record<string, Meaning | "gone">> = {
  ACTIVE: ON_SALE,
  // Something asked for was not done, so it stands as it did: a buyer may have it, and 0 has to be sent again.
  DELETE_INTERNAL_ERROR: ON_SALE,
  UPDATE_INTERNAL_ERROR: ON_SALE,
  UPDATE_VALIDATION_ERROR: ON_SALE,
  // Between our call and Vinted's doing: it may be on sale in a moment, so we do not say 0.
  IN_PROGRESS: { quantity: null, state: "inactive" },
  // 0 and not missing: a sale that no order explains yet must be counted as one.
  SOLD: { quantity: 0, state: "ended" },
  // Its sale fell through, and it waits to be relisted.
  SALE_CANCELLED: { quantity: 0, state: "inactive" },
  VALIDATION_ERROR: NEVER_ON_SALE,
  INTERNAL_ERROR: NEVER_ON_SALE,
  DELETED: "gone",
};

/** An unknown one is shown to the merchant. */
const statusSchema = plainText(60);

/** Why Vinted did not take an item: read as far as it goes. */
const errorsSchema = z
  .array(z.object({ field: z.string(), message: z.string() }))
  .optional()
  .catch(undefined);

const itemSchema = z.object({
  item_id: keyText,
  item_reference: optionalKey.catch(null),
  status: statusSchema,
  errors: errorsSchema,
});

const importedSchema = z.object({
  id: keyText,
  status: statusSchema,
  title: optionalText.catch(null),
  url: z.string().nullish().catch(undefined).transform(shownUrl),
});

/** What both lists come to. */
interface Item {
  id: string;
  reference: string | null;
  status: string;
  title: string | null;
  url: string | null;
  errors: z.infer<typeof errorsSchema>;
}

interface ItemList {
  operation: string;
  path: string;
  schema: z.ZodType<Item>;
  /** The id alone, which is the way on. */
  id: z.ZodType<string>;
}

const LISTS: Readonly<Record<"imported" | "made", ItemList>> = {
  imported: {
    operation: "getImportedItems",
    path: "/api/v1/items/imported",
    schema: importedSchema.transform((one) => ({ ...one, reference: null, errors: undefined })),
    id: z.object({ id: keyText }).transform((one) => one.id),
  },
  made: {
    operation: "getItems",
    path: "/api/v1/items",
    schema: itemSchema.transform(({ item_id: id, item_reference: reference, status, errors }) => {
      return { id, reference, status, errors, title: null, url: null };
    }),
    id: z.object({ item_id: keyText }).transform((one) => one.item_id),
  },
};

const cursorSchema = z.object({ list: z.enum(["imported", "made"]), after: z.string().min(1).nullable() });
type Position = z.infer<typeof cursorSchema>;

export async function readVintedListings(session: VintedSession, cursor: string | null): Promise<Result<ListingPage>> {
  const position: Position =
    cursor === null ? { list: "imported", after: null } : cursorSchema.parse(JSON.parse(cursor));
  const read = await fetchItems(session, position);
  if (!read.ok) return read;
  // How many items a page holds if there are more is not promised: only an empty page is the end.
  if (read.value.lastId === null && position.list === "imported") {
    return readVintedListings(session, JSON.stringify({ list: "made", after: null } satisfies Position));
  }
  const listings: RemoteListing[] = [];
  const unreadable: Unreadable[] = [];
  const { schema, id } = LISTS[position.list];
  for (const one of read.value.items) {
    const parsed = schema.safeParse(one);
    const meaning = parsed.success ? ownValue(STATUSES, parsed.data.status) : undefined;
    if (!parsed.success || meaning === undefined) {
      const why = parsed.success ? `status: "${parsed.data.status}" is not known` : describeIssues(parsed.error);
      unreadable.push({ remoteId: id.safeParse(one).data ?? null, why: `Item: ${why}` });
    } else if (meaning !== "gone") listings.push(toListing(parsed.data, meaning));
  }
  const { lastId } = read.value;
  const next = lastId === null ? null : JSON.stringify({ ...position, after: lastId } satisfies Position);
  return succeed({ listings, unreadable, nextCursor: next, total: null });
}

/** One page; `lastId` null: there is nothing after it. */
async function fetchItems(
  session: VintedSession,
  { list, after }: Position,
): Promise<Result<{ items: unknown[]; lastId: string | null }>> {
  const { operation, path, id } = LISTS[list];
  const read = await callVinted(session, {
    operation,
    method: "GET",
    path,
    query: { limit: ITEMS_PER_PAGE, ...(after === null ? {} : { after_item_id: after }) },
    effect: "read",
    // Parsed one by one, so that one odd item does not hide its page.
    reply: z.object({ items: z.array(z.unknown()) }),
  });
  if (!read.ok) return read;
  const { items } = read.value;
  if (items.length === 0) return succeed({ items, lastId: null });
  const lastId = id.safeParse(items.at(-1)).data ?? null;
  if (lastId === null || lastId === after) {
    const message = `${operation}: Vinted's page does not say where it ends`;
    return fail({ kind: "unavailable", scope: "account", message });
  }
  return succeed({ items, lastId });
}

function toListing(item: Item, { quantity, state }: Meaning): RemoteListing {
  return {
    ref: { remoteId: item.id, sku: item.reference, groupId: null },
    title: item.title ?? item.reference ?? `Item ${item.id}`,
    barcode: null,
    quantity,
    price: null,
    state,
    url: item.url,
    imageUrl: null,
    unmanagedBecause: whyNotOnSale(item.status, item.errors),
  };
}

const ERRORS_MAX = 300;

/** For the merchant; null where it is, was or can be on sale. */
function whyNotOnSale(status: string, errors: Item["errors"]): string | null {
  if (ownValue(STATUSES, status) !== NEVER_ON_SALE) return null;
  const said = (errors ?? []).map(({ field, message }) => `${field}: ${message}`).join("; ");
  const why = said === "" ? `it has the status ${status} and gives no reason` : cutText(said, ERRORS_MAX);
  return `Vinted did not put this item on sale: ${why}. Mend it where it was made.`;
}

export interface ItemState extends Meaning {
  status: string;
  /** Set where it never went on sale, in words for the merchant. */
  notOnSale: string | null;
}

/** Null when Vinted has the item no more. */
export async function fetchItemState(
  session: VintedSession,
  ref: Pick<ListingRef, "remoteId">,
): Promise<Result<ItemState | null>> {
  const read = await callVinted(session, {
    operation: "getItemStatus",
    concerns: "item",
    method: "GET",
    path: `/api/v1/items/${encodeURIComponent(ref.remoteId)}/status`,
    effect: "read",
    reply: z.object({ status: statusSchema, errors: errorsSchema }),
  });
  if (!read.ok) return isMissing(read.failure) ? succeed(null) : read;
  const { status, errors } = read.value;
  const meaning = ownValue(STATUSES, status);
  if (meaning === "gone") return succeed(null);
  if (meaning !== undefined) return succeed({ ...meaning, status, notOnSale: whyNotOnSale(status, errors) });
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
