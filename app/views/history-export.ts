/** The history as a CSV file: what is filtered, newest first, read and written a page at a time. */
import type { Runtime } from "../runtime.ts";
import { csvHeading, csvLine } from "./csv.ts";
import { type HistoryFilters, readHistoryAfter } from "./history.ts";

/** A spreadsheet takes a million lines; whoever needs more takes fewer days at once. */
const ROWS_MAX = 100_000;
const ROWS_PER_READ = 500;

const HEADINGS = ["Time (UTC)", "What", "Channel", "SKU", "Listing", "Order", "Quantity", "Outcome", "Message", "Who"];

export async function* historyCsv(
  rt: Runtime,
  shop: { id: number; timezone: string },
  filters: HistoryFilters,
  rowsMax = ROWS_MAX,
): AsyncGenerator<string> {
  yield csvHeading(HEADINGS);
  let written = 0;
  for (let after: Awaited<ReturnType<typeof readHistoryAfter>>["last"] = null; ; ) {
    const { rows, last } = await readHistoryAfter(rt, shop, filters, {
      after,
      limit: Math.min(ROWS_PER_READ, rowsMax - written),
    });
    yield rows
      .map((row) =>
        csvLine([
          row.at,
          row.kind,
          row.channel,
          row.listing?.sku ?? null,
          row.listing?.title ?? null,
          row.order?.name ?? null,
          row.change,
          row.said?.label ?? null,
          row.message,
          row.who,
        ]),
      )
      .join("");
    written += rows.length;
    if (last === null) return;
    if (written >= rowsMax) {
      yield csvLine([`Only the newest ${rowsMax} lines are here. Choose fewer days for the rest.`]);
      return;
    }
    after = last;
  }
}
