/**
 * SKUs that will make trouble: missing, shared, alike but for case or spaces, or with characters that marketplaces and
 * spreadsheets spoil. Each question has an index of its own (migration sku_check), and looks at no more than is set here.
 */
import { Prisma } from "../generated/prisma/client.ts";
import type { Runtime } from "../runtime.ts";
import { nameVariant } from "./listings.ts";

export const SKU_CHECKS = ["missing", "shared", "alike", "odd"] as const;
export type SkuCheck = (typeof SKU_CHECKS)[number];

export function isSkuCheck(value: string): value is SkuCheck {
  return SKU_CHECKS.some((one) => one === value);
}

export interface CheckedVariant {
  id: number;
  name: string;
  sku: string | null;
  /** Where its SKU is mended in the admin. */
  path: string;
}

export interface SkuCheckView {
  check: SkuCheck;
  /** Variants that belong together: those that share a SKU, or whose SKUs are alike; else one each. */
  groups: CheckedVariant[][];
  /** How many there are of each kind, `countMax` at most. */
  counts: Record<SkuCheck, number>;
  countMax: number;
  /** There are more than are counted. */
  isMore: boolean;
  /** Where comparing SKUs goes on; null: all were compared. */
  nextFrom: string | null;
  /** SKUs that were compared, at most. */
  comparedMax: number;
}

/** What is counted, at most. */
const COUNT_MAX = 1_000;
/** SKUs that are compared with each other, in the order of what is alike. */
const COMPARED_MAX = 10_000;
const SHOWN_MAX = 50;
const OF_GROUP_MAX = 10;

/** As the indexes of the migration sku_check have them. */
const PLAIN = Prisma.sql`lower(regexp_replace(v.sku, '\\s+', '', 'g'))`;
const IS_ODD = Prisma.sql`(v.sku ~ '[^A-Za-z0-9._/-]' OR v.sku ~ '^[-.0]' OR length(v.sku) > 40)`;

const present = (shopId: number) => Prisma.sql`v."shopId" = ${shopId} AND v."removedAt" IS NULL`;

/** `from`: where to go on comparing; null: from the beginning. */
export async function readSkuCheck(
  rt: Pick<Runtime, "db">,
  shopId: number,
  { check, from = null, comparedMax = COMPARED_MAX }: { check: SkuCheck; from?: string | null; comparedMax?: number },
): Promise<SkuCheckView> {
  const [compared, missing, odd] = await Promise.all([
    compareSkus(rt, shopId, from ?? "", comparedMax),
    findIds(rt, Prisma.sql`${present(shopId)} AND v.sku IS NULL`, Prisma.sql`v."shopId", v.sku, v.id`),
    findIds(rt, Prisma.sql`${present(shopId)} AND ${IS_ODD}`, Prisma.sql`v."shopId", v.id`),
  ]);
  const found: Record<SkuCheck, number[][]> = {
    missing: missing.map((id) => [id]),
    odd: odd.map((id) => [id]),
    shared: compared.shared,
    alike: compared.alike,
  };
  const shown = found[check].slice(0, SHOWN_MAX);
  const variants = await rt.db.variant.findMany({ where: { shopId, id: { in: shown.flat() } } });
  const byId = new Map(variants.map((variant) => [variant.id, variant]));
  const groups = shown.map((ids) =>
    ids.flatMap((id) => {
      const variant = byId.get(id);
      if (!variant) return [];
      const { name, sku, productId } = nameVariant(variant);
      const variantId = variant.gid.split("/").at(-1);
      return [{ id, name, sku, path: `/products/${productId}/variants/${variantId}` }];
    }),
  );
  const countOf = (kind: SkuCheck): number => Math.min(COUNT_MAX, found[kind].length);
  return {
    check,
    groups,
    counts: { missing: countOf("missing"), shared: countOf("shared"), alike: countOf("alike"), odd: countOf("odd") },
    countMax: COUNT_MAX,
    isMore: found[check].length > COUNT_MAX,
    nextFrom: compared.nextFrom,
    comparedMax,
  };
}

/** One more than is counted. */
async function findIds(rt: Pick<Runtime, "db">, where: Prisma.Sql, order: Prisma.Sql): Promise<number[]> {
  const rows = await rt.db.$queryRaw<{ id: number }[]>`
    SELECT v.id FROM "Variant" v WHERE ${where} ORDER BY ${order} LIMIT ${COUNT_MAX + 1}`;
  return rows.map((row) => row.id);
}

interface Compared {
  shared: number[][];
  alike: number[][];
  nextFrom: string | null;
}

/** Those that are the same but for case and spaces stand beside each other in the index. */
async function compareSkus(
  rt: Pick<Runtime, "db">,
  shopId: number,
  from: string,
  comparedMax: number,
): Promise<Compared> {
  const rows = await rt.db.$queryRaw<{ ids: number[] | null; isAlike: boolean; nextFrom: string | null }[]>`
    WITH compared AS MATERIALIZED (
      SELECT v.id, v.sku, ${PLAIN} AS plain FROM "Variant" v WHERE ${present(shopId)} AND v.sku IS NOT NULL AND ${PLAIN} >= ${from}
      ORDER BY v."shopId", ${PLAIN}, v.id LIMIT ${comparedMax + 1}
    ), grouped AS (
      SELECT plain, (array_agg(id ORDER BY id))[1:${OF_GROUP_MAX}] AS ids, COUNT(DISTINCT sku) > 1 AS "isAlike" FROM compared
      GROUP BY plain HAVING COUNT(*) > 1 ORDER BY plain LIMIT ${2 * COUNT_MAX + 2})
    SELECT g.ids, g."isAlike", n."nextFrom" FROM (
      SELECT CASE WHEN COUNT(*) > ${comparedMax} THEN MAX(plain) END AS "nextFrom" FROM compared) n LEFT JOIN grouped g ON true`;
  const groupsOf = (isAlike: boolean) =>
    rows.flatMap(({ ids, ...row }) => (ids && row.isAlike === isAlike ? [ids] : []));
  return { shared: groupsOf(false), alike: groupsOf(true), nextFrom: rows[0]?.nextFrom ?? null };
}
