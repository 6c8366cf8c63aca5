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
  // One look-up a row, and the plan counts them so: a list of ids goes down the index as often, and counts as one.
  const named = await db.$queryRaw<Named[]>`
    SELECT l.id, l.title, l.sku, c.name AS channel,
      v.id AS "variantId", v."productTitle", v.title AS "variantTitle", v.sku AS "variantSku", v."productGid"
    FROM unnest(${rows.map(({ id }) => id)}::int[], ${rows.map(({ variantId }) => variantId)}::int[]) AS m("listingId", "variantId")
      CROSS JOIN LATERAL (SELECT * FROM "Listing" l WHERE l.id = m."listingId" AND l."shopId" = ${shopId} OFFSET 0) l
      CROSS JOIN LATERAL (SELECT * FROM "Channel" c WHERE c.id = l."channelId" OFFSET 0) c
      LEFT JOIN LATERAL (SELECT * FROM "Variant" v WHERE v.id = m."variantId" AND v."shopId" = ${shopId} OFFSET 0) v ON TRUE`;
  const namedOf = new Map(named.map((one) => [one.id, one]));
  return {
    ...pages,
    rows: rows.flatMap(({ id, because, shown, quantity, leftOut }) => {
      const its = namedOf.get(id);
      if (!its) return [];
      const canTick = clear && sweep.state === "asking" && id > sweep.doneId;
      const { title, sku, channel } = its;
      return [
        {
          id,
          title,
          sku,
          channel,
          variant: nameMatch(its),
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

/** A listing, and the variant that it is to stand for. */
type Named = { id: number; title: string; sku: string | null; channel: string } & (
  | { variantId: null }
  | { variantId: number; productTitle: string; variantTitle: string; variantSku: string | null; productGid: string }
);

function nameMatch(its: Named): VariantName | null {
  if (its.variantId === null) return null;
  const { variantId: id, variantTitle: title, variantSku: sku, productTitle, productGid } = its;
  return nameVariant({ id, title, sku, productTitle, productGid });
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
