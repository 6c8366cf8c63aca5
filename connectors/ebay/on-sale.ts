/**
 * All that the account has on sale, however it was listed. Listings of Seller Hub and of the Trading API don't show in the
 * Inventory API, so `readEbayListings` can't tell of them.
 */
import { z } from "zod";
import { fail, type Result, succeed } from "../contract/failures.ts";
import type { OnSale, OnSalePage } from "../contract/remote-types.ts";
import { KEY_MAX, shownUrl } from "../contract/storable.ts";
import type { EbaySession } from "./session.ts";
import { callTrading, elementsOf, textOf } from "./trading.ts";

/** "For most Trading API calls, the maximum value is 200": PaginationType. */
const PER_PAGE = 200;

const cursorSchema = z.object({ page: z.number().int().positive() });
const count = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

export async function readEbayOnSale(session: EbaySession, cursor: string | null): Promise<Result<OnSalePage>> {
  const page = cursor === null ? 1 : cursorSchema.parse(JSON.parse(cursor)).page;
  const read = await callTrading(
    session,
    "GetMyeBaySelling",
    `<ActiveList><Include>true</Include><Pagination><EntriesPerPage>${PER_PAGE}</EntriesPerPage><PageNumber>${page}</PageNumber></Pagination></ActiveList><HideVariations>true</HideVariations>`,
  );
  if (!read.ok) return read;
  // Without anything on sale there is no list.
  const [list] = elementsOf(read.value, "ActiveList");
  if (list === undefined) return succeed({ onSale: [], total: 0, nextCursor: null });
  const total = count.safeParse(textOf(list, "TotalNumberOfEntries"));
  const pages = count.safeParse(textOf(list, "TotalNumberOfPages"));
  if (!total.success || !pages.success) {
    const message = "GetMyeBaySelling: eBay's reply does not say how many listings there are";
    return fail({ kind: "rejected", scope: "account", message, code: "unreadable-reply" });
  }
  const onSale = elementsOf(list, "Item").flatMap((item) => toOnSale(item) ?? []);
  const more = page < pages.data && onSale.length > 0;
  return succeed({ onSale, total: total.data, nextCursor: more ? JSON.stringify({ page: page + 1 }) : null });
}

function toOnSale(item: string): OnSale | null {
  const itemId = textOf(item, "ItemID");
  if (itemId === null || itemId.length > KEY_MAX) return null;
  return {
    remoteId: itemId,
    title: textOf(item, "Title") ?? itemId,
    sku: textOf(item, "SKU"),
    url: shownUrl(textOf(item, "ViewItemURL")),
  };
}
