/** Customers as lines of a CSV file, a page of the database at a time. */
import type { Runtime } from "../runtime.ts";
import { csvHeading, csvLine } from "./csv.ts";
import {
  type CustomerFilters,
  type CustomerRow,
  findCustomers,
  type Place,
  readPlaces,
  readRows,
} from "./customers.ts";

const PAGE = 500;
const HEADINGS = [
  "Customer",
  "Name",
  "Shopify customer",
  "Stage",
  "First purchase",
  "Last purchase",
  "Channel",
  "Orders on channel",
  "Currency",
  "Spent on channel",
];

/** One line for each channel and currency: amounts of two currencies are never added up. */
export async function* exportCustomers(
  rt: Runtime,
  shopId: number,
  { typed, gids, ...filters }: CustomerFilters & { typed: string; gids: readonly string[] },
): AsyncGenerator<string> {
  yield csvHeading(HEADINGS);
  if (typed !== "") {
    const { rows } = await findCustomers(rt, shopId, { ...filters, typed, gids });
    yield rows.map(linesOf).join("");
    return;
  }
  // By place, not by customer: one who buys meanwhile moves to the beginning, and ends nothing.
  for (let start: Place | null = null; ; ) {
    const places: Place[] = await readPlaces(rt, shopId, filters, { start, take: PAGE });
    const ids = places.map((place) => place.id);
    yield (await readRows(rt, shopId, ids)).map(linesOf).join("");
    start = places.at(-1) ?? null;
    if (places.length < PAGE) return;
  }
}

function linesOf(row: CustomerRow): string {
  const shopifyId = row.customerGid?.split("/").at(-1) ?? null;
  const person = [row.id, row.name, shopifyId, row.said.label, row.firstAt, row.lastAt];
  return row.channels
    .flatMap(({ channel, orders, spent }) =>
      spent.map(({ currency, amount }) => csvLine([...person, channel, orders, currency, amount])),
    )
    .join("");
}
