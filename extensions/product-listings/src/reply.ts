/**
 * What the app's backend (`/api/product-listings`) says to the block. A block that was deployed earlier goes on asking
 * newer backends: add to these shapes, and never take away. Quantities are whole units; times are ISO 8601 in UTC.
 */
export type Tone = "neutral" | "info" | "success" | "caution" | "warning" | "critical";

/** One listing of the product's variants. */
export interface ListingRow {
  id: number;
  /** "eBay · fern_and_flint" */
  channel: string;
  /** Its title over there. */
  title: string;
  sku: string | null;
  /** What the marketplace last showed or accepted; null: not known. */
  shows: number | null;
  /** What it should show; null: its quantity is left alone. */
  shouldShow: number | null;
  /** A key of `status` in the block's locales. */
  status: string;
  tone: Tone;
  /** What went wrong, in words; null: nothing. */
  problem: string | null;
  /** When the marketplace last accepted a quantity; null: never. */
  pushedAt: string | null;
  /** What the merchant may do with it now. */
  mayPause: boolean;
  mayResume: boolean;
  mayPush: boolean;
}

export interface ProductListings {
  /** The most urgent first; no more than there is room for. */
  rows: ListingRow[];
  /** How many there are in all, how many need the merchant, and how many are on their way. */
  listings: number;
  needYou: number;
  updating: number;
}

export type Act = "pause" | "resume" | "push";

/** `ask`: it would change what the listing shows, so the merchant must say yes; then the same with `approved`. */
export type Reply =
  | { ok: true; product: ProductListings }
  | { ok: false; message: string; reason?: "no-plan"; ask?: boolean };
