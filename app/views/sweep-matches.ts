/** What a change of many listings matches them to, a page at a time; and those that it leaves alone, because nothing is clear. */
import type { Clue, Unclear } from "../listings/matching.ts";
import type { Runtime } from "../runtime.ts";
import { nameVariant, type VariantName } from "./listings.ts";
import { type Beside, type BesidePage, besideId, besidePage, isBackwards, PAGE_SIZE } from "./paging.ts";

export interface SweepMatchRow {
  /** Of the listing. */
  id: number;
  title: string;
  sku: string | null;
  channel: string;
  /** Null: none is clear. */
  variant: VariantName | null;
  /** What decided it, or why nothing did. */
  because: string;
  /** What the listing showed when it was worked out, and what it would; null: not known, or its number stays. */
  shown: number | null;
  quantity: number | null;
  leftOut: boolean;
  /** It waits for the merchant: they can leave it out, or take it in again. */
  canTick: boolean;
}

export async function readSweepMatches(
  { db }: Pick<Runtime, "db">,
  shopId: number,
  sweepId: number,
  { clear, beside }: { clear: boolean; beside: Beside },
): Promise<BesidePage<SweepMatchRow>> {
  const sweep = await db.sweep.findFirst({ where: { id: sweepId, shopId }, select: { state: true, doneId: true } });
  if (!sweep) return { rows: [], next: null, previous: null };
  const backwards = isBackwards(beside);
  const found = await db.sweepMatch.findMany({
    where: {
      sweepId,
      variantId: clear ? { not: null } : null,
      ...(beside === null ? {} : { listingId: { [backwards ? "lt" : "gt"]: besideId(beside) } }),
    },
    orderBy: { listingId: backwards ? "desc" : "asc" },
    take: PAGE_SIZE + 1,
  });
  const { rows, ...pages } = besidePage(
    found.map(({ listingId, ...match }) => ({ id: listingId, ...match })),
    beside,
  );
  const [listings, variants] = await Promise.all([
    db.listing.findMany({
      where: { shopId, id: { in: rows.map(({ id }) => id) } },
      select: { id: true, title: true, sku: true, channel: { select: { name: true } } },
    }),
    db.variant.findMany({ where: { shopId, id: { in: rows.flatMap(({ variantId }) => variantId ?? []) } } }),
  ]);
  const listingOf = new Map(listings.map((listing) => [listing.id, listing]));
  const variantOf = new Map(variants.map((variant) => [variant.id, nameVariant(variant)]));
  return {
    ...pages,
    rows: rows.flatMap(({ id, variantId, because, shown, quantity, leftOut }) => {
      const listing = listingOf.get(id);
      if (!listing) return [];
      const variant = variantId === null ? null : (variantOf.get(variantId) ?? null);
      const canTick = clear && sweep.state === "asking" && id > sweep.doneId;
      const { title, sku, channel } = listing;
      return [
        {
          id,
          title,
          sku,
          channel: channel.name,
          variant,
          because: sayBecause(because),
          shown,
          quantity,
          leftOut,
          canTick,
        },
      ];
    }),
  };
}

const CLUE_WORDS: Record<Clue, string> = {
  sku: "Same SKU",
  "plain-sku": "Same SKU, but for case, spaces or punctuation",
  barcode: "Same barcode",
  title: "Same title",
};

const UNCLEAR_WORDS: Record<Unclear, string> = {
  none: "No variant in Shopify has its SKU, its barcode or its title.",
  several: "Several variants in Shopify have its SKU, its barcode or its title.",
  apart: "Its SKU, its barcode and its title lead to different variants.",
};

function sayBecause(because: string): string {
  const words: Partial<Record<string, string>> = { ...CLUE_WORDS, ...UNCLEAR_WORDS };
  return words[because] ?? "";
}
