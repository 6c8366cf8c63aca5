/** Rule 1: an order in Shopify is what the marketplace's order was when it was placed, whole and no more. */
import type { Order as ShopifyOrder } from "#test/emulators/shopify/store.ts";
import type { Scene } from "../scene.ts";
import { type SimOrder, type SimState, unitsOf } from "../sim-orders.ts";

/** On Shopify's line, the marketplace's id of it. */
const LINE_KEY = "_lockstep_line";
/** From a reading of an order to the call that makes it in Shopify, at most: it leaves within 15 s, and Shopify is slow at times. */
const ON_ITS_WAY_MS = 30_000;

/** What is wrong with it; none: it is right. */
export function mistakesOf(scene: Scene, order: SimOrder, made: ShopifyOrder): string[] {
  const states = statesBefore(scene, order, Date.parse(made.createdAt));
  if (states.length === 0) return [`${order.id} was not paid, or not shown as paid, and is ${made.name} in Shopify`];
  const has = linesOf(made);
  const wanted = states.map(linesWanted);
  if (wanted.includes(has)) return [];
  return [`${order.id} is ${made.name} in Shopify with ${has || "nothing"}, and was ${wanted.join(" or ")}`];
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
  return states.slice(Math.max(0, known)).filter((state) => state.isPaid && !state.isCancelled && wasSeen(state));
}

function linesWanted(state: SimState): string {
  return inWords(state.lines.map((line) => ({ id: line.id, sku: line.sku, units: unitsOf(line) })));
}

function linesOf({ lineItems }: ShopifyOrder): string {
  return inWords(
    lineItems.map(({ sku, quantity, customAttributes }) => ({
      id: customAttributes.find((one) => one.key === LINE_KEY)?.value ?? "no line of it",
      sku,
      units: quantity,
    })),
  );
}

function inWords(lines: readonly { id: string; sku: string | null; units: number }[]): string {
  const there = lines.filter((line) => line.units > 0).sort((a, b) => (a.id < b.id ? -1 : 1));
  return there.map(({ id, sku, units }) => `${units} ${sku} (${id})`).join(", ");
}
