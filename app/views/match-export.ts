/** What listings stand for, as the CSV file that matching reads: a page of the database at a time. */
import { Prisma } from "../generated/prisma/client.ts";
import { MATCH_HEADINGS } from "../listings/match-csv.ts";
import type { Runtime } from "../runtime.ts";
import { csvHeading, csvLine } from "./csv.ts";

const ROWS_PER_READ = 500;

export const MATCH_EXPORTS = ["all", "unmatched", "template"] as const;
export type MatchExport = (typeof MATCH_EXPORTS)[number];

export function isMatchExport(value: string): value is MatchExport {
  return MATCH_EXPORTS.some((one) => one === value);
}

interface Row {
  remoteId: string;
  sku: string | null;
  title: string;
  variantSku: string | null;
  barcode: string | null;
}

export async function* exportMatches(
  rt: Pick<Runtime, "db">,
  shopId: number,
  which: MatchExport,
): AsyncGenerator<string> {
  yield csvHeading(MATCH_HEADINGS);
  if (which === "template") return;
  const channels = await rt.db.channel.findMany({
    where: { shopId, state: { not: "disconnected" } },
    select: { id: true, name: true },
    orderBy: { id: "asc" },
  });
  const loose = which === "unmatched" ? Prisma.sql`AND l."variantId" IS NULL AND NOT l.excluded` : Prisma.empty;
  for (const channel of channels) {
    for (let after = ""; ; ) {
      // By the marketplace's id: the index of it has each channel's in order.
      const rows = await rt.db.$queryRaw<Row[]>`
        SELECT l."remoteId", l.sku, l.title, v.sku AS "variantSku", v.barcode FROM (
          SELECT l.* FROM "Listing" l WHERE l."channelId" = ${channel.id} AND l."remoteId" > ${after} AND l."removedAt" IS NULL ${loose}
          ORDER BY l."remoteId" LIMIT ${ROWS_PER_READ}) l
        LEFT JOIN "Variant" v ON v.id = l."variantId" ORDER BY l."remoteId"`;
      yield rows
        .map((row) => csvLine([channel.name, row.remoteId, row.sku, row.title, row.variantSku, row.barcode]))
        .join("");
      if (rows.length < ROWS_PER_READ) break;
      after = rows.at(-1)?.remoteId ?? after;
    }
  }
}
