/** What happens to listings: changes, sales, ends. Pure over the state; no HTTP. */
import { z } from "zod";
import { addMs } from "#app/clock.ts";
import { decimal, parseMinor } from "./money.ts";
import type { ListingSeed } from "./seed.ts";
import { type AmazonState, type Change, type Item, nextNumber, noise } from "./state.ts";

const PLACEHOLDER_IMAGE = "https://m.media-amazon.example/images/placeholder.jpg";

export type Done = { ok: true } | { ok: false; why: string };

export function addListing(state: AmazonState, seed: ListingSeed, now: Date): Item {
  const priceMinor = parseMinor(seed.price);
  if (priceMinor === null) throw new Error(`${seed.sku}: "${seed.price}" is not a price.`);
  if (state.items.has(seed.sku)) throw new Error(`There is a listing with SKU ${seed.sku} already.`);
  const item: Item = {
    sku: seed.sku,
    asin: `B0${noise(state, "asin").slice(0, 8).toUpperCase()}`,
    title: seed.title,
    barcode: seed.barcode ?? null,
    imageUrl: seed.imageUrl ?? PLACEHOLDER_IMAGE,
    priceMinor,
    currency: seed.currency ?? state.marketplace.defaultCurrencyCode,
    channel: seed.fulfilledByAmazon ? "AMAZON_EU" : "DEFAULT",
    quantity: seed.quantity,
    handlingDays: 2,
    issues: [],
    createdAt: now.toISOString(),
    changedAt: now.toISOString(),
    waiting: [],
  };
  state.items.set(item.sku, item);
  return item;
}

export function removeListing(state: AmazonState, sku: string): Done {
  state.unsettled.delete(sku);
  return state.items.delete(sku) ? { ok: true } : noListing(sku);
}

function noListing(sku: string): Done {
  return { ok: false, why: `There is no listing with SKU ${sku}.` };
}

export function isBuyable(item: Item): boolean {
  return item.quantity > 0 && !item.issues.some((issue) => issue.code === TAKEN_DOWN);
}

/** The code of the issue that stands for "Amazon took it off sale". */
const TAKEN_DOWN = "18742";

export function takeDown(state: AmazonState, sku: string, message: string): Done {
  const item = state.items.get(sku);
  if (!item) return noListing(sku);
  item.issues.push({ code: TAKEN_DOWN, message, severity: "ERROR", attributeNames: [] });
  return { ok: true };
}

/** The seller changes the quantity by hand in Seller Central: the drift that Lockstep has to notice. */
export function editQuantity(state: AmazonState, sku: string, quantity: number, now: Date): Done {
  const item = state.items.get(sku);
  if (!item) return noListing(sku);
  if (item.channel !== "DEFAULT") return { ok: false, why: `Amazon counts the stock of ${sku}.` };
  item.quantity = quantity;
  item.changedAt = now.toISOString();
  return { ok: true };
}

/** The seller moves a listing to Amazon's warehouse or back. */
export function moveStock(state: AmazonState, sku: string, channel: Item["channel"]): Done {
  const item = state.items.get(sku);
  if (!item) return noListing(sku);
  item.channel = channel;
  return { ok: true };
}

/** ACCEPTED: understood, to be applied after the lag. */
export function accept(state: AmazonState, item: Item, change: Change, dueAt: Date): void {
  item.waiting.push({ dueAt: dueAt.toISOString(), change });
  item.waiting.sort((a, b) => a.dueAt.localeCompare(b.dueAt));
  state.unsettled.add(item.sku);
}

export function dueAfterLag(state: AmazonState, now: Date): Date {
  return addMs(now, state.settings.listingLagMs);
}

/** Applies what is due of one listing. */
export function settleItem(state: AmazonState, item: Item, now: Date): void {
  const at = now.toISOString();
  while (item.waiting[0] && item.waiting[0].dueAt <= at) {
    const next = item.waiting.shift();
    if (next) apply(state, item, next.change, next.dueAt);
  }
  if (item.waiting.length === 0) state.unsettled.delete(item.sku);
}

function apply(state: AmazonState, item: Item, change: Change, at: string): void {
  const attribute = change.quantity === undefined ? "purchasable_offer" : "fulfillment_availability";
  item.issues = item.issues.filter((issue) => !issue.attributeNames.includes(attribute));
  const refusal = state.refusals.get(item.sku);
  if (refusal !== undefined) {
    item.issues.push({ code: "90244", message: refusal, severity: "ERROR", attributeNames: [attribute] });
    return;
  }
  if (change.toMerchant && item.channel !== "DEFAULT") {
    state.mishaps.push(`${item.sku} was taken out of Amazon's warehouse by a quantity.`);
    item.channel = "DEFAULT";
  }
  if (change.wipesHandlingTime) item.handlingDays = null;
  if (change.quantity !== undefined) item.quantity = change.quantity;
  if (change.priceMinor !== undefined) item.priceMinor = change.priceMinor;
  item.changedAt = at;
}

const patchSchema = z.object({
  op: z.enum(["add", "replace", "merge", "delete"]),
  path: z.string(),
  value: z.array(z.record(z.string(), z.unknown())).optional(),
});
export const patchesSchema = z.array(patchSchema).min(1);
export type Patch = z.infer<typeof patchSchema>;

const availabilitySchema = z.object({
  fulfillment_channel_code: z.string().min(1),
  quantity: z.number().int().nonnegative().optional(),
});
const offerSchema = z.object({
  marketplace_id: z.string().min(1),
  currency: z.string().length(3),
  our_price: z
    .array(z.object({ schedule: z.array(z.object({ value_with_tax: z.number().positive() })).min(1) }))
    .min(1),
});

/** What patches ask, or the issue that makes them INVALID. */
export function readPatches(
  state: AmazonState,
  patches: readonly Patch[],
): Change | { invalid: string; attribute: string } {
  const change: Change = {};
  for (const { op, path, value } of patches) {
    const attribute = path.replace(/^\/attributes\//, "");
    if (op === "delete") return { invalid: `'${attribute}' cannot be deleted here.`, attribute };
    if (path === "/attributes/fulfillment_availability") {
      const parsed = availabilitySchema.safeParse(value?.[0]);
      if (!parsed.success) return { invalid: `'quantity' of '${attribute}' is invalid.`, attribute };
      change.toMerchant = parsed.data.fulfillment_channel_code === "DEFAULT";
      if (op !== "merge") change.wipesHandlingTime = true;
      if (parsed.data.quantity !== undefined) change.quantity = parsed.data.quantity;
    } else if (path === "/attributes/purchasable_offer") {
      const parsed = offerSchema.safeParse(value?.[0]);
      const price = parsed.success ? parsed.data.our_price[0]?.schedule[0]?.value_with_tax : undefined;
      if (!parsed.success || price === undefined)
        return { invalid: `'our_price' is required but not supplied.`, attribute };
      if (parsed.data.currency !== state.marketplace.defaultCurrencyCode) {
        return { invalid: `The currency '${parsed.data.currency}' is not that of the store.`, attribute };
      }
      change.priceMinor = Math.round(price * 100);
    } else return { invalid: `The attribute '${attribute}' does not exist.`, attribute };
  }
  return change;
}

export function priceOf(item: Item): string {
  return decimal(item.priceMinor);
}

/** The number of a submission: looks like Amazon's. */
export function submissionId(state: AmazonState): string {
  return noise(state, `submission${nextNumber(state, "submission")}`).slice(0, 32);
}
