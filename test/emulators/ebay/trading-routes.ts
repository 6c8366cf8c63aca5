/**
 * The old Trading API: XML, and 200 whatever happened; Ack says how it went. GetUserPreferences and GetMyeBaySelling, from
 * their documentation pages (there is no spec among ours).
 */
import type { Clock } from "#app/clock.ts";
import type { Gateway } from "./gateway.ts";
import { shownQuantity } from "./listings.ts";
import { BASE_SCOPE, KNOWN_SCOPES } from "./oauth.ts";
import type { EbayState, Item } from "./state.ts";

const XML = { "content-type": "text/xml;charset=utf-8" };
const CALLS = ["GetUserPreferences", "GetMyeBaySelling"] as const;
/** "For most Trading API calls, the maximum value is 200 and the default value is 25 entries per page": PaginationType. */
const ENTRIES = { default: 25, max: 200 };

type Answer = { ack: "Success"; xml: string } | { ack: "Failure"; code: number; why: string };

export function mountTrading(gateway: Gateway, state: EbayState, clock: Clock): void {
  const rule = {
    name: { names: CALLS, of: (c: { req: { header(name: string): string | undefined } }) => callOf(c) },
    api: "TradingAPI",
    scopes: [BASE_SCOPE, ...KNOWN_SCOPES],
    token: "user",
    tokenFrom: (c: { req: { header(name: string): string | undefined } }) =>
      c.req.header("x-ebay-api-iaf-token") ?? null,
  } as const;
  gateway.route("POST", "/ws/api.dll", rule, async (c) => {
    const call = callOf(c);
    const hasLevel = c.req.header("x-ebay-api-compatibility-level") !== undefined;
    const request = await c.req.text();
    const answer: Answer = !hasLevel
      ? unsupported(call)
      : call === "GetUserPreferences"
        ? { ack: "Success", xml: preferences(state, request) }
        : call === "GetMyeBaySelling"
          ? mySelling(state, request)
          : unsupported(call);
    return c.body(responseXml(call, clock.now(), answer), 200, XML);
  });
}

function callOf(c: { req: { header(name: string): string | undefined } }): string {
  return (c.req.header("x-ebay-api-call-name") ?? "Unknown").replace(/\W/g, "");
}

function preferences(state: EbayState, request: string): string {
  const asked = /<ShowOutOfStockControlPreference>\s*true\s*</i.test(request);
  const { outOfStockControl } = state.settings;
  return asked ? `<OutOfStockControlPreference>${outOfStockControl}</OutOfStockControlPreference>` : "";
}

/** The active list alone: every listing with its variations once, whichever API made it. */
function mySelling(state: EbayState, request: string): Answer {
  const [, active = ""] = /<ActiveList>(.*?)<\/ActiveList>/s.exec(request) ?? [];
  if (!/<Include>\s*true\s*</i.test(active)) return { ack: "Success", xml: "" };
  const perPage = numberIn(active, "EntriesPerPage") ?? ENTRIES.default;
  const page = numberIn(active, "PageNumber") ?? 1;
  if (perPage < 1 || perPage > ENTRIES.max || page < 1) {
    return { ack: "Failure", code: 37, why: "Input data for tag <Pagination> is invalid or missing." };
  }
  const byListing = new Map<string, Item>();
  for (const item of state.items.values()) {
    const { listingId } = item.offer;
    if (listingId !== null && !byListing.has(listingId)) byListing.set(listingId, item);
  }
  const all = [...byListing.values()];
  if (all.length === 0) return { ack: "Success", xml: "" };
  const shown = all.slice((page - 1) * perPage, page * perPage);
  const pages = Math.ceil(all.length / perPage);
  const result = `<PaginationResult><TotalNumberOfPages>${pages}</TotalNumberOfPages><TotalNumberOfEntries>${all.length}</TotalNumberOfEntries></PaginationResult>`;
  const items = shown.map((item) => itemXml(state, item)).join("");
  return { ack: "Success", xml: `<ActiveList><ItemArray>${items}</ItemArray>${result}</ActiveList>` };
}

function numberIn(xml: string, name: string): number | null {
  const found = new RegExp(`<${name}>\\s*(\\d{1,9})\\s*<`).exec(xml)?.[1];
  return found === undefined ? null : Number(found);
}

function itemXml(state: EbayState, item: Item): string {
  const { listingId, availableQuantity, soldQuantity } = item.offer;
  const group = item.groupKey === null ? undefined : state.groups.get(item.groupKey);
  // Of variations each has a SKU of its own, which HideVariations leaves out.
  const sku = group ? "" : `<SKU>${escaped(item.sku)}</SKU>`;
  return (
    `<Item><ItemID>${listingId}</ItemID>` +
    `<ListingDetails><ViewItemURL>https://www.ebay.com/itm/${listingId}</ViewItemURL></ListingDetails>` +
    `<ListingType>FixedPriceItem</ListingType><Quantity>${availableQuantity + soldQuantity}</Quantity>` +
    `${sku}<Title>${escaped(group?.title ?? item.title)}</Title>` +
    `<QuantityAvailable>${shownQuantity(item)}</QuantityAvailable></Item>`
  );
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function unsupported(call: string): Answer {
  const why = `The API call "${call}" is invalid or not supported in this release, or the compatibility level is missing.`;
  return { ack: "Failure", code: 2, why };
}

function responseXml(call: string, now: Date, answer: Answer): string {
  const inner =
    answer.ack === "Success"
      ? answer.xml
      : `<Errors><ShortMessage>${escaped(answer.why)}</ShortMessage><LongMessage>${escaped(answer.why)}</LongMessage><ErrorCode>${answer.code}</ErrorCode><SeverityCode>Error</SeverityCode><ErrorClassification>RequestError</ErrorClassification></Errors>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<${call}Response xmlns="urn:ebay:apis:eBLBaseComponents"><Timestamp>${now.toISOString()}</Timestamp><Ack>${answer.ack}</Ack><Version>1399</Version>${inner}</${call}Response>`;
}
