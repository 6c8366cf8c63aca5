/** Rule 1: an order in Shopify is what the marketplace's order was when it was placed, whole and no more. */
import { orderTotal, type Order as ShopifyOrder } from "#test/emulators/shopify/store.ts";
import { LINE_KEY, type Scene } from "../scene.ts";
import { type SimOrder, type SimState, unitsOf } from "../sim-orders.ts";

/** From a reading of an order to the call that makes it in Shopify, at most: it leaves within 15 s, and Shopify is slow at times. */
const ON_ITS_WAY_MS = 30_000;

/** What is wrong with it; none: it is right. */
export function mistakesOf(scene: Scene, order: SimOrder, made: ShopifyOrder): string[] {
  const states = statesBefore(scene, order, Date.parse(made.createdAt));
  if (states.length === 0) return [`${order.id} was not to be placed, and is ${made.name} in Shopify`];
  const has = [...linesOf(made), ...moneyOf(made)].join(", ");
  const wanted = states.map((state) => [...linesWanted(order, state), ...moneyWanted(order, state)].join(", "));
  if (wanted.includes(has)) return [];
  return [`${order.id} is ${made.name} in Shopify with ${has}, and should be ${wanted.join(" or ")}`];
}

/**
 * What the app could take the order for when Shopify made it: the last that reads had shown, and all that they may not have
 * stored yet, or that was on its way already. A worker that died or stood still may not have stored what it read.
 */
function statesBefore(scene: Scene, { states }: SimOrder, madeAtMs: number): SimState[] {
  const isStored = (seenMs: number) =>
    seenMs < madeAtMs - ON_ITS_WAY_MS &&
    !scene.workerFailuresMs.some((atMs) => atMs >= seenMs && atMs <= seenMs + ON_ITS_WAY_MS);
  const known = states.findLastIndex((state) => state.seenAtMs.some(isStored));
  // Shopify's times are whole seconds.
  const wasSeen = (state: SimState) => state.seenAtMs.some((seenMs) => seenMs < madeAtMs + 1_000);
  const isToPlace = (state: SimState) => state.isPaid && !state.isCancelled && unitsOf(state) > 0;
  return states.slice(Math.max(0, known)).filter((state) => isToPlace(state) && wasSeen(state));
}

/** What a line takes units of may have been said since by the merchant: it is nothing that the marketplace shows. */
function linesWanted(order: SimOrder, { lines }: SimState): string[] {
  const skuOf = ({ id, sku }: SimState["lines"][number]) => order.lines.find((line) => line.id === id)?.sku ?? sku;
  return inWords(lines.map((line) => ({ ...line, sku: skuOf(line), units: unitsOf(line) })));
}

function linesOf(made: ShopifyOrder): string[] {
  return inWords(
    made.lineItems.flatMap((line) => {
      const id = line.customAttributes.find((one) => one.key === LINE_KEY)?.value;
      return id === undefined ? [] : [{ id, sku: line.sku, units: line.quantity, pence: penceOf(line.price) }];
    }),
  );
}

function inWords(lines: readonly { id: string; sku: string | null; units: number; pence: number }[]): string[] {
  const there = lines.filter((line) => line.units > 0).sort((a, b) => (a.id < b.id ? -1 : 1));
  return there.map(({ id, sku, units, pence }) => `${units} ${sku} at ${pence} (${id})`);
}

/**
 * Shopify's order is to come to what is left to pay: the units that are left, what is charged beside them, less what was
 * given back for no unit. It takes nothing below zero but one discount on goods: more than they cost comes off postage, then
 * off tax. All in pence.
 */
function moneyWanted({ charges }: SimOrder, state: SimState): string[] {
  const goods = state.lines.reduce((sum, line) => sum + line.pence * unitsOf(line), 0);
  const charged = goods + charges.shipping + charges.tax;
  const paid = Math.max(0, charged + charges.adjustment - state.goodwill);
  const missing = Math.max(0, charged - paid);
  const discount = Math.min(missing, goods);
  const offShipping = Math.min(missing - discount, charges.shipping);
  const tax = charges.tax - (missing - discount - offShipping);
  const contained = charges.taxIncluded;
  const hasTax = tax > 0 || contained > 0;
  return moneyInWords({
    paid,
    total: paid,
    extra: Math.max(0, paid - charged),
    discount,
    shipping: charges.shipping - offShipping,
    tax,
    contained,
    isCollected: hasTax && charges.isTaxCollected,
  });
}

function moneyOf(made: ShopifyOrder): string[] {
  const extra = made.lineItems.filter((line) => !line.customAttributes.some((one) => one.key === LINE_KEY));
  const taxLines = made.taxLines as { priceSet: MoneySet; channelLiable?: boolean | null }[];
  const taxes = sumOf(taxLines.map((line) => line.priceSet.shopMoney.amount));
  // Shopify counts all taxes as contained, or none: where there are both, the contained one is told in the note.
  const told = /Tax contained in the prices: ([\d.]+)/.exec(made.note ?? "")?.[1] ?? "0";
  return moneyInWords({
    paid: sumOf((made.transactions as { amountSet: MoneySet }[]).map((one) => one.amountSet.shopMoney.amount)),
    total: penceOf(orderTotal(made)),
    extra: extra.reduce((sum, line) => sum + penceOf(line.price) * line.quantity, 0),
    discount: penceOf(made.discountCode?.amount ?? "0"),
    shipping: sumOf(made.shippingLines.map((line) => line.price)),
    tax: made.taxesIncluded ? 0 : taxes,
    contained: made.taxesIncluded ? taxes : penceOf(told),
    isCollected: taxLines.some((line) => line.channelLiable === true),
  });
}

interface MoneySet {
  shopMoney: { amount: string };
}

function moneyInWords(money: Record<string, number | boolean>): string[] {
  return Object.entries(money).flatMap(([what, amount]) => (amount ? [`${what} ${amount}`] : []));
}

function penceOf(amount: string): number {
  return Math.round(Number(amount) * 100);
}

function sumOf(amounts: readonly string[]): number {
  return amounts.reduce((sum, amount) => sum + penceOf(amount), 0);
}
