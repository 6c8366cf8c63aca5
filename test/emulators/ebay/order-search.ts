/** getOrders: its filters, its order, its pages over a set that keeps changing. */
import { type EbayError, fulfillmentError } from "./errors.ts";
import { wholeNumber } from "./gateway.ts";
import { fulfilment, visibleOrders } from "./orders.ts";
import type { EbayState, Order } from "./state.ts";

const DEFAULT_LIMIT = 50;
const LIMIT_MAX = 200;
const ORDER_IDS_MAX = 50;
const DAY_MS = 24 * 60 * 60 * 1_000;
/** "By default, when no filters are used this call returns all orders created within the last 90 days." */
const DEFAULT_AGE_MS = 90 * DAY_MS;
const RANGE_YEARS_MAX = 2;
const RANGE_MAX_MS = RANGE_YEARS_MAX * 365.25 * DAY_MS;

export interface OrderQuery {
  filter?: string;
  limit?: string;
  offset?: string;
  orderIds?: string;
}

export type Found =
  | { ok: true; orders: Order[]; total: number; limit: number; offset: number; paged: boolean }
  | { ok: false; error: EbayError };

interface DateRange {
  from: string;
  to: string | null;
}

interface Criteria {
  creationdate?: DateRange;
  lastmodifieddate?: DateRange;
  statuses?: string[];
}

export function searchOrders(state: EbayState, query: OrderQuery, now: Date): Found {
  // "If one or more order ID values are specified, all other query parameters will be ignored."
  if (query.orderIds !== undefined) return byIds(state, query.orderIds);
  const limit = wholeNumber(query.limit, DEFAULT_LIMIT);
  if (limit === null || limit < 1 || limit > LIMIT_MAX) {
    return failed(31100, `Invalid limit: ${query.limit}`, { limitvalue: query.limit ?? "" });
  }
  const offset = wholeNumber(query.offset, 0);
  if (offset === null) return failed(31000, `Invalid offset: ${query.offset}`, { offsetvalue: query.offset ?? "" });
  const criteria = readFilter(query.filter ?? "", now);
  if ("errorId" in criteria) return { ok: false, error: criteria };

  const matching = visibleOrders(state, now).filter((order) => matches(order, criteria, now));
  // "If creationdate and lastmodifieddate are both included, only creationdate is used", for the order too.
  const key = criteria.lastmodifieddate && !criteria.creationdate ? "modifiedAt" : "createdAt";
  matching.sort((a, b) => (a[key] === b[key] ? a.orderId.localeCompare(b.orderId) : a[key] < b[key] ? -1 : 1));
  const start = offset === 0 ? 0 : Math.max(0, offset - state.settings.orderPagesOverlap);
  return { ok: true, orders: matching.slice(start, start + limit), total: matching.length, limit, offset, paged: true };
}

function byIds(state: EbayState, orderIds: string): Found {
  const ids = orderIds.split(",").filter(Boolean);
  if (ids.length > ORDER_IDS_MAX) {
    return failed(30900, `Exceeded maximum number of order IDs (the current limit is ${ORDER_IDS_MAX})`);
  }
  const orders = [...new Set(ids)].flatMap((id) => state.orders.get(id) ?? []);
  return { ok: true, orders, total: orders.length, limit: ORDER_IDS_MAX, offset: 0, paged: false };
}

function matches(order: Order, criteria: Criteria, now: Date): boolean {
  if (criteria.statuses && !criteria.statuses.includes(fulfilment(order))) return false;
  if (criteria.creationdate) return inRange(order.createdAt, criteria.creationdate);
  if (criteria.lastmodifieddate) return inRange(order.modifiedAt, criteria.lastmodifieddate);
  return new Date(order.createdAt).getTime() >= now.getTime() - DEFAULT_AGE_MS;
}

/** Both ends belong to the range. */
function inRange(at: string, range: DateRange): boolean {
  return at >= range.from && (range.to === null || at <= range.to);
}

/** "lastmodifieddate:[from..to],orderfulfillmentstatus:{A|B}": criteria by comma, none inside the brackets. */
function readFilter(filter: string, now: Date): Criteria | EbayError {
  const criteria: Criteria = {};
  for (const part of filter.split(",").filter(Boolean)) {
    const found = /^\s*(\w+):(.+)$/.exec(part);
    const name = found?.[1]?.toLowerCase() ?? part;
    const value = found?.[2]?.trim() ?? "";
    if (name === "creationdate" || name === "lastmodifieddate") {
      const range = readRange(name, value, now);
      if ("errorId" in range) return range;
      criteria[name] = range;
    } else if (name === "orderfulfillmentstatus") {
      const statuses = readStatuses(value);
      if (!statuses) return invalidValue(name, value);
      criteria.statuses = statuses;
    } else return fulfillmentError(30700, `Invalid filter name: ${name}`, { fieldname: name });
  }
  return criteria;
}

function readRange(name: string, value: string, now: Date): DateRange | EbayError {
  const found = /^\[(.*)\.\.(.*)\]$/.exec(value);
  if (!found) return invalidValue(name, value);
  if (!found[1]) return fulfillmentError(30820, "Start date is missing");
  const from = isoDate(found[1]);
  const to = found[2] ? isoDate(found[2]) : null;
  if (from === null || (found[2] && to === null)) return fulfillmentError(30810, "Invalid date format");
  const nowText = now.toISOString();
  if (from > nowText || (to !== null && to > nowText)) {
    return fulfillmentError(30850, "Start and end dates can't be in the future");
  }
  if (to !== null && from > to) return fulfillmentError(30840, "Start date should be before end date");
  if (new Date(to ?? nowText).getTime() - new Date(from).getTime() > RANGE_MAX_MS) {
    return fulfillmentError(
      30830,
      `Time range between start date and end date must be within '${RANGE_YEARS_MAX}' years.`,
    );
  }
  return { from, to };
}

/** Normalised, so that times compare as text. */
function isoDate(text: string): string | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text)) return null;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** "Only the combinations shown here are currently supported." */
const STATUS_COMBINATIONS = ["NOT_STARTED|IN_PROGRESS", "FULFILLED|IN_PROGRESS"].map(sorted);

function sorted(combination: string): string {
  return combination.split("|").sort().join("|");
}

function readStatuses(value: string): string[] | null {
  const inside = /^\{([A-Z_|]+)\}$/.exec(value)?.[1];
  return inside && STATUS_COMBINATIONS.includes(sorted(inside)) ? inside.split("|") : null;
}

function invalidValue(name: string, value: string): EbayError {
  return fulfillmentError(30800, `Invalid filter value ${value} for filter ${name}`, {
    fieldname: name,
    fieldvalue: value,
  });
}

function failed(errorId: number, message: string, parameters?: Record<string, string>): Found {
  return { ok: false, error: fulfillmentError(errorId, message, parameters) };
}
