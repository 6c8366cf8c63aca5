/**
 * A placed order as its marketplace has it now, against the order as Shopify has it now. Pure. What differs and is neither
 * carried over by itself nor settled by a shipment or a cancellation is for the merchant: each difference has a key that
 * stays the same while it does.
 *
 * Of Shopify's numbers: `quantity` counts every unit that a line ever had, `currentQuantity` leaves out those refunded or
 * edited out, shipped ones too, and `unfulfilledQuantity` those that will never be shipped. A refund that does not restock
 * may leave its units to be shipped (Refund, restock_type) or not (the admin): both are understood.
 */
import { compareAmounts, subtractAmounts } from "#connectors/contract/money.ts";
import type { OrderProgressFragment } from "../shopify/operations.generated.ts";
import { ADJUSTMENT_TITLE } from "./order-draft.ts";
import { unitsOf } from "./picture.ts";

export interface OrderDifference {
  key: string;
  severity: "critical" | "warning";
  title: string;
  /** What happened, to what, and what to do. */
  message: string;
}

export interface ComparedOrder {
  displayName: string;
  shopifyOrderName: string | null;
  stage: string;
  /** pending, paid, cancelled: the marketplace's word. */
  remoteStatus: string;
  /** What the marketplace gave back of it. */
  refundedAmount: string;
  lines: readonly ComparedLine[];
}

interface ComparedLine {
  id: number;
  title: string;
  quantity: number;
  quantityCancelled: number;
  shopifyLineGid: string | null;
}

/** Only where Shopify answered: a reading that failed is no answer. */
export type InShopify =
  | OrderProgressFragment
  /** Shopify said so. */
  | "deleted"
  /** Shopify shows no such order; `isOld`: it shows apps no orders older than 60 days unless it grants them all. */
  | { notShown: true; isOld: boolean };

export interface Compared {
  /** "eBay" */
  marketplace: string;
  order: ComparedOrder;
  inShopify: InShopify;
  /** All of it left, by what we relay. */
  isShipped: boolean;
}

/** Whoever reads no more lines of an order can't say that one is not there. */
const LINES_READ_MAX = 250;

export function compareOrder(compared: Compared): OrderDifference[] {
  const { order, inShopify } = compared;
  if (order.stage !== "placed" || order.remoteStatus === "cancelled") return [];
  if (inShopify === "deleted" || "notShown" in inShopify) return compared.isShipped ? [] : [gone(compared, inShopify)];
  if (inShopify.cancelledAt) return [];
  const lines = asInShopify(order.lines).flatMap((line) => unitsOfLine(line, inShopify) ?? []);
  return [
    ...unitsMissing(compared, lines),
    ...unitsTooMany(compared, lines),
    ...linesAdded(compared, inShopify),
    ...moneyBack(compared, lines, inShopify),
  ];
}

/** Whether anything of it is still to be shipped. */
export function isOpenInShopify({ cancelledAt, lineItems }: OrderProgressFragment): boolean {
  return cancelledAt === null && lineItems.nodes.some((line) => line.unfulfilledQuantity > 0);
}

interface LineUnits {
  line: ComparedLine;
  /** What the buyer is to get, as the marketplace has it. */
  wanted: number;
  /** On their way, or shipped. */
  going: number;
  /** To be shipped still. */
  open: number;
  /** Refunded before they were shipped; of them `restocked` are back in stock. */
  refunded: number;
  restocked: number;
  /** Units that were shipped, and refunded after that, by refund. */
  returned: ReadonlyMap<string, number>;
  /** Shopify's count of all that the line ever had. Null: it has no such line. */
  everOrdered: number | null;
}

/** Of an order that the merchant entered by hand several lines may be one there: they are compared as one. */
function asInShopify(lines: readonly ComparedLine[]): ComparedLine[] {
  const together = new Map<string, ComparedLine>();
  for (const line of lines) {
    const key = line.shopifyLineGid ?? String(line.id);
    const before = together.get(key);
    together.set(
      key,
      before
        ? {
            ...before,
            quantity: before.quantity + line.quantity,
            quantityCancelled: before.quantityCancelled + line.quantityCancelled,
          }
        : line,
    );
  }
  return [...together.values()];
}

type ShopifyLine = OrderProgressFragment["lineItems"]["nodes"][number];

/** Null where Shopify's line is beyond what was read. */
function unitsOfLine(line: ComparedLine, inShopify: OrderProgressFragment): LineUnits | null {
  const wanted = unitsOf(line);
  const there = inShopify.lineItems.nodes.find((one) => one.id === line.shopifyLineGid);
  if (there) return { line, wanted, everOrdered: there.quantity, ...countUnits(there, inShopify) };
  if (inShopify.lineItems.nodes.length >= LINES_READ_MAX) return null;
  return { line, wanted, everOrdered: null, going: 0, open: 0, refunded: 0, restocked: 0, returned: new Map() };
}

const WENT_NOWHERE: ReadonlySet<string> = new Set(["CANCELLED", "ERROR", "FAILURE"]);

function countUnits(line: ShopifyLine, { fulfillments, refunds }: OrderProgressFragment) {
  const parcels = fulfillments
    .filter(({ status }) => !WENT_NOWHERE.has(status))
    .flatMap(({ createdAt, fulfillmentLineItems }) =>
      fulfillmentLineItems.nodes
        .filter((one) => one.lineItem.id === line.id)
        .map((one) => ({ at: Date.parse(createdAt), units: one.quantity ?? 0 })),
    );
  const goingBy = (at: number) => parcels.reduce((sum, parcel) => sum + (parcel.at <= at ? parcel.units : 0), 0);
  const going = goingBy(Number.POSITIVE_INFINITY);
  let [refunded, restocked, returnedUnits] = [0, 0, 0];
  const returned = new Map<string, number>();
  const refundTime = (createdAt: string | null | undefined) =>
    createdAt ? Date.parse(createdAt) : Number.POSITIVE_INFINITY;
  for (const refund of [...refunds].sort((a, b) => refundTime(a.createdAt) - refundTime(b.createdAt))) {
    for (const { quantity, restockType, lineItem } of refund.refundLineItems.nodes) {
      if (lineItem.id !== line.id) continue;
      // Without restocking it is not said which units they were: shipped ones, where there were as many.
      const shipped = Math.max(0, goingBy(refundTime(refund.createdAt)) - returnedUnits);
      const back = restockType === "RETURN" ? quantity : restockType === "CANCEL" ? 0 : Math.min(quantity, shipped);
      returnedUnits += back;
      if (back > 0) returned.set(refund.id, (returned.get(refund.id) ?? 0) + back);
      refunded += quantity - back;
      if (restockType !== "NO_RESTOCK") restocked += quantity - back;
    }
  }
  const kept = line.currentQuantity - (going - returnedUnits);
  const open = Math.max(0, Math.min(line.unfulfilledQuantity, kept));
  return { going, open, refunded, restocked, returned };
}

/** The marketplace waits for units that Shopify will not ship. */
function unitsMissing({ marketplace, order }: Compared, lines: readonly LineUnits[]): OrderDifference[] {
  const short = lines.filter((one) => one.wanted > one.going + one.open);
  const toDo = `${marketplace} still waits for it, and Shopify moves no money there. Cancel or refund it on ${marketplace}, then choose Done.`;
  if (short.length > 1 && lines.every((one) => one.going + one.open === 0)) {
    const title = `Nothing of order ${order.displayName} will be shipped`;
    const what = `All of it was refunded or taken off ${inShopifyAs(order)} in Shopify.`;
    return [{ key: "missing:all", severity: "critical", title, message: `${what} ${toDo}` }];
  }
  return short.map((one) => {
    const units = one.wanted - one.going - one.open;
    const item = inWords(units, one.line);
    return {
      key: `missing:${one.line.id}:${units}`,
      severity: "critical",
      title: `${item} of order ${order.displayName} will not be shipped`,
      message: `${howMissing(one, units, order)} ${toDo}`,
    };
  });
}

function howMissing({ everOrdered, refunded, restocked }: LineUnits, units: number, order: ComparedOrder): string {
  const where = inShopifyAs(order);
  if (everOrdered === null) return `${where} in Shopify does not have it.`;
  if (refunded === 0) return `${units} ${were(units)} taken off ${where} in Shopify.`;
  if (refunded < units) return `${units} were refunded or taken off ${where} in Shopify.`;
  const stock =
    restocked >= units ? "put back in stock" : restocked === 0 ? "not put back in stock" : "partly restocked";
  return `${units} ${were(units)} refunded in ${where} in Shopify, and ${stock}.`;
}

/** Shopify would ship units that the marketplace does not want any more, or never sold. */
function unitsTooMany({ marketplace, order }: Compared, lines: readonly LineUnits[]): OrderDifference[] {
  const over = lines
    .map((one) => ({ ...one, units: Math.min(one.open, one.going + one.open - one.wanted) }))
    .filter((one) => one.units > 0);
  const where = inShopifyAs(order);
  const total = lines.reduce((sum, one) => sum + one.wanted, 0);
  if (total === 0 && over.length > 0 && lines.every((one) => one.going === 0)) {
    const title = `Do not ship ${where}: ${marketplace} gave all of it back`;
    const message = `Nothing of order ${order.displayName} is to be sent any more. Cancel ${where} in Shopify and restock it. If you send it all the same, choose Done.`;
    return [{ key: "too-many:all", severity: "critical", title, message }];
  }
  return over.map((one) => {
    const { units, line, everOrdered } = one;
    const item = inWords(units, line);
    const isGivenBack = line.quantityCancelled > 0 && (everOrdered ?? 0) <= line.quantity;
    const left = `is for ${one.wanted} now`;
    return {
      key: `too-many:${line.id}:${units}`,
      severity: "critical",
      title: isGivenBack
        ? `Do not ship ${item} of ${where}: ${marketplace} gave ${it(units)} back`
        : `${item} too many in ${where}`,
      message: isGivenBack
        ? `Order ${order.displayName} ${left}. Refund or take ${units} off ${where} in Shopify, with restock, before it is posted. If you send ${it(units)} all the same, choose Done.`
        : `${where} in Shopify has ${one.going + one.open}, and order ${order.displayName} on ${marketplace} ${left}: the buyer did not pay for more there. Take ${units} off in Shopify before it is posted. If that is meant, choose Done.`,
    };
  });
}

function linesAdded({ marketplace, order }: Compared, { lineItems }: OrderProgressFragment): OrderDifference[] {
  const ours = new Set(order.lines.map((line) => line.shopifyLineGid));
  return lineItems.nodes.flatMap((line) => {
    const units = Math.min(line.unfulfilledQuantity, line.currentQuantity);
    if (ours.has(line.id) || units <= 0 || line.title.startsWith(ADJUSTMENT_TITLE)) return [];
    const title = [line.title, line.variantTitle].filter(Boolean).join(", ");
    return [
      {
        key: `added:${numberOf(line.id)}:${units}`,
        severity: "warning" as const,
        title: `${inWords(units, { title })} was added to ${inShopifyAs(order)}`,
        message: `It is not in order ${order.displayName} on ${marketplace}: the buyer did not pay for it there, and ${marketplace} is not told when it ships. Take it off in Shopify. If it is meant, choose Done.`,
      },
    ];
  });
}

/** What was refunded in Shopify and takes nothing off what is shipped: the buyer has no money of it yet. */
function moneyBack({ marketplace, order }: Compared, lines: readonly LineUnits[], { refunds }: OrderProgressFragment) {
  // What the marketplace gave back, and the merchant was asked to enter in Shopify.
  let givenBackThere = order.refundedAmount;
  return refunds.flatMap((refund): OrderDifference[] => {
    const { amount, currencyCode } = refund.totalRefundedSet.shopMoney;
    if (Number(amount) <= 0) return [];
    const back = lines.filter((one) => one.returned.has(refund.id) && !isGivenBackThere(one));
    const isForNoItem = refund.refundLineItems.nodes.length === 0;
    if (isForNoItem && compareAmounts(amount, givenBackThere) <= 0) {
      givenBackThere = subtractAmounts(givenBackThere, amount);
      return [];
    }
    if (!isForNoItem && back.length === 0) return [];
    const items = back.map(({ line, returned }) => inWords(returned.get(refund.id) ?? 0, line)).join(", ");
    const what = isForNoItem ? "It was for no item." : `It was for ${items}, which ${marketplace} has as shipped.`;
    return [
      {
        key: `refund:${numberOf(refund.id)}`,
        severity: "warning",
        title: `${amount} ${currencyCode} of ${inShopifyAs(order)} was refunded in Shopify`,
        message: `${what} The buyer has no money of it: Shopify moves none on ${marketplace}. Refund order ${order.displayName} on ${marketplace} too, then choose Done.`,
      },
    ];
  });
}

function isGivenBackThere({ line, returned }: LineUnits): boolean {
  return line.quantityCancelled >= [...returned.values()].reduce((sum, units) => sum + units, 0);
}

function gone({ marketplace, order }: Compared, inShopify: "deleted" | { isOld: boolean }): OrderDifference {
  const name = order.shopifyOrderName ?? "An order";
  const open = `It is still open on ${marketplace} as order ${order.displayName}.`;
  if (inShopify !== "deleted" && inShopify.isOld) {
    return {
      key: "gone",
      severity: "warning",
      title: `Shopify does not show ${name} to Lockstep any more`,
      message: `It was deleted, or it is hidden because it is older than 60 days. ${open} Confirm its shipment on ${marketplace} by hand, or cancel it there. Then choose Done.`,
    };
  }
  return {
    key: "gone",
    severity: "critical",
    title: `${name} was deleted in Shopify`,
    message: `${open} Enter it in Shopify again and confirm its shipment on ${marketplace} by hand, or cancel it there. Then choose Done.`,
  };
}

/** `addressKey`: stands for the address that it has now. */
export function addressChanged(
  { marketplace, order }: Pick<Compared, "marketplace" | "order">,
  addressKey: string,
): OrderDifference {
  const where = inShopifyAs(order);
  return {
    key: addressKey,
    severity: "warning",
    title: `The shipping address of ${where} was changed in Shopify`,
    message: `Order ${order.displayName} on ${marketplace} still has the other one, and ${marketplace} may not stand by a sale that goes elsewhere. Agree the address with the buyer on ${marketplace} before it is posted, then choose Done.`,
  };
}

function inWords(units: number, { title }: { title: string }): string {
  return `${units} × ${title}`;
}

function inShopifyAs({ shopifyOrderName }: ComparedOrder): string {
  return shopifyOrderName ?? "the order";
}

function were(units: number): string {
  return units === 1 ? "was" : "were";
}

function it(units: number): string {
  return units === 1 ? "it" : "them";
}

function numberOf(gid: string): string {
  return gid.split("/").at(-1) ?? gid;
}
