/**
 * Quantities and prices, written.
 *
 * updateListingInventory replaces all products of a listing, so all writes to one listing become one read, one change and
 * one write. Every step can be the last one: a call limit may end a write between two calls. So each leaves the listing as
 * it was, as it shall be, or with less for sale than either, and the same write goes on from there.
 */
import { z } from "zod";
import type { WriteResult } from "../contract/connector.ts";
import type { Failure, Result } from "../contract/failures.ts";
import type { ListingRef, PriceWrite, QuantityWrite } from "../contract/remote-types.ts";
import { CONFLICT, callEtsy, callerOf, NOT_FOUND } from "./client.ts";
import {
  changeOfferings,
  findProduct,
  type Inventory,
  inventorySchema,
  isSame,
  listingIdOf,
  type Product,
  productKey,
  sharing,
  stateSchema,
  toRequest,
  totalUnits,
  unitsOf,
  unmanagedBecause,
  withQuantities,
} from "./inventory.ts";
import {
  type CurrentListing,
  fetchListing,
  inventoryAddress,
  isMissing,
  PLACEHOLDER_UNITS,
  unmanagedListing,
} from "./listings.ts";
import { QUANTITY_MAX, RENEW_SOLD_OUT } from "./manifest.ts";
import { toEtsy } from "./money.ts";
import { type EtsySession, shopAddress } from "./session.ts";

/** A 409 means that another change came between: read and try again, this often. */
const ATTEMPTS_MAX = 3;

/** Null: done. */
type Outcome = Failure | null;

export function writeEtsyQuantities(session: EtsySession, writes: readonly QuantityWrite[]): Promise<WriteResult[]> {
  return writeByListing(writes, refuseQuantity, (listingId, mine) =>
    persist(session, listingId, (current) => writeQuantitiesOf(session, listingId, current, mine)),
  );
}

export function writeEtsyPrices(session: EtsySession, writes: readonly PriceWrite[]): Promise<WriteResult[]> {
  return writeByListing(
    writes,
    () => null,
    (listingId, mine) => persist(session, listingId, (current) => writePricesOf(session, listingId, current, mine)),
  );
}

function refuseQuantity(write: QuantityWrite): Failure | null {
  const { quantity } = write;
  if (!Number.isSafeInteger(quantity) || quantity < 0) return refusal(`${quantity} is not a quantity.`);
  if (quantity <= QUANTITY_MAX) return null;
  return refusal(`Etsy takes at most ${QUANTITY_MAX} of one item, and ${quantity} were to be shown.`);
}

function refusal(message: string, code?: string): Failure {
  return { kind: "rejected", scope: "item", message, ...(code === undefined ? {} : { code }) };
}

/** What becomes of each write to one listing. */
type Outcomes<W> = Map<W, Outcome>;

/** Each listing by itself, side by side: one that fails fails alone. Results in the order of the writes. */
async function writeByListing<W extends { ref: ListingRef }>(
  writes: readonly W[],
  refuse: (write: W) => Failure | null,
  send: (listingId: string, writes: readonly W[]) => Promise<Outcomes<W>>,
): Promise<WriteResult[]> {
  const outcomes: Outcomes<W> = new Map();
  const byListing = new Map<string, Map<string, W>>();
  for (const write of writes) {
    const failure = refuse(write);
    if (failure) {
      outcomes.set(write, failure);
      continue;
    }
    const same = byListing.get(listingIdOf(write.ref)) ?? new Map<string, W>();
    // A later write of the same product stands for the earlier.
    same.set(write.ref.remoteId, write);
    byListing.set(listingIdOf(write.ref), same);
  }
  await Promise.all(
    [...byListing].map(async ([listingId, mine]) => {
      for (const [write, outcome] of await send(listingId, [...mine.values()])) outcomes.set(write, outcome);
    }),
  );
  return writes.map((write) => {
    const last = byListing.get(listingIdOf(write.ref))?.get(write.ref.remoteId);
    const failure = outcomes.has(write) ? outcomes.get(write) : last && outcomes.get(last);
    return failure ? { outcome: "failed", failure } : { outcome: "accepted" };
  });
}

/** Reads the listing and changes it; again when a conflict came between. */
async function persist<W>(
  session: EtsySession,
  listingId: string,
  change: (current: Result<CurrentListing>) => Promise<Outcomes<W>>,
): Promise<Outcomes<W>> {
  for (let attempt = 1; ; attempt += 1) {
    const outcomes = await change(await fetchListing(session, listingId));
    const isConflict = [...outcomes.values()].some((one) => one?.kind === "rejected" && one.code === CONFLICT);
    if (!isConflict) return outcomes;
    if (attempt < ATTEMPTS_MAX) continue;
    return new Map(
      [...outcomes].map(([write, one]) => [
        write,
        // Nothing was done, and the same call may go through later.
        one?.kind === "rejected" && one.code === CONFLICT
          ? { kind: "unavailable", scope: "item", message: one.message }
          : one,
      ]),
    );
  }
}

function forAll<W>(writes: readonly W[], outcome: Outcome): Outcomes<W> {
  return new Map(writes.map((write) => [write, outcome]));
}

function notThere(listingId: string, failure: Failure): Failure {
  return isMissing(failure) ? refusal(`Etsy has no listing ${listingId} any more.`, NOT_FOUND) : failure;
}

/** Sorts out the writes that concern no product of this listing, or one that is not to be written. */
function addressed<W extends { ref: ListingRef }>(
  listingId: string,
  inventory: Inventory,
  writes: readonly W[],
  refuse: (product: Product, write: W) => Outcome | "skip",
): { outcomes: Outcomes<W>; products: Map<Product, W> } {
  const outcomes: Outcomes<W> = new Map();
  const products = new Map<Product, W>();
  for (const write of writes) {
    const product = findProduct(inventory, listingId, write.ref.remoteId);
    const problem = product
      ? refuse(product, write)
      : refusal(`Etsy's listing ${listingId} has this variation no more. Read the listings again.`);
    if (problem === "skip") outcomes.set(write, null);
    else if (problem || !product) outcomes.set(write, problem);
    else products.set(product, write);
  }
  return { outcomes, products };
}

async function writeQuantitiesOf(
  session: EtsySession,
  listingId: string,
  current: Result<CurrentListing>,
  writes: readonly QuantityWrite[],
): Promise<Outcomes<QuantityWrite>> {
  if (!current.ok) return forAll(writes, notThere(listingId, current.failure));
  const { inventory } = current.value;
  const { outcomes, products } = addressed(listingId, inventory, writes, (product, write) => {
    const because = unmanagedBecause(inventory, product);
    if (because === null) return null;
    // A hidden variation is at zero already.
    return write.quantity === 0 && unitsOf(product) === 0 ? "skip" : refusal(because);
  });
  if (products.size === 0) return outcomes;
  const wanted = new Map([...products].map(([product, write]) => [keyOf(product), write.quantity]));
  const outcome = await setQuantities({ session, listingId, ...current.value }, wanted);
  for (const write of products.values()) outcomes.set(write, outcome);
  return outcomes;
}

interface Target extends CurrentListing {
  session: EtsySession;
  listingId: string;
}

/** Units by product, as `keyOf` names it. */
type Wanted = ReadonlyMap<string, number>;

function keyOf(product: Product): string {
  return productKey("", product.property_values);
}

async function setQuantities(listing: Target, wanted: Wanted): Promise<Outcome> {
  const isAnyWanted = [...wanted.values()].some((quantity) => quantity > 0);
  if (listing.state === "active") return setWhileOnSale(listing, wanted);
  // Nothing of it can be bought, whatever its inventory says: that is zero.
  if (!isAnyWanted) return null;
  if (listing.state === "sold_out") return renew(listing, wanted);
  const because = unmanagedListing(listing.state, listing.inventory);
  return because === null ? switchOn(listing, wanted) : refusal(because);
}

async function setWhileOnSale(listing: Target, wanted: Wanted): Promise<Outcome> {
  const { inventory } = listing;
  const next = withQuantities(inventory, (product) => wanted.get(keyOf(product)) ?? null);
  if (totalUnits(next) > 0) return replace(listing, next);
  // "One offering must have quantity greater than 0" (github.com/etsy/open-api, issue 395): one stays, and the listing is
  // switched off. Should somebody switch it on at Etsy, it is one that is for sale, and not what there was before.
  const kept = inventory.products.find((one) => unitsOf(one) > 0);
  const left = withQuantities(inventory, (product) => (product === kept ? PLACEHOLDER_UNITS : 0));
  const failure = await replace(listing, left);
  return failure ?? setState(listing, "inactive");
}

/**
 * A listing that we switched off comes back. It is switched on with the one unit left on it, and only then filled: what is
 * for sale in between is one unit of something that has stock.
 */
async function switchOn(listing: Target, wanted: Wanted): Promise<Outcome> {
  const { inventory } = listing;
  const first = inventory.products.find((product) => (wanted.get(keyOf(product)) ?? 0) > 0);
  const placeholder = inventory.products.find((product) => unitsOf(product) > 0);
  if (placeholder && !((wanted.get(keyOf(placeholder)) ?? 0) > 0)) {
    const moved = withQuantities(inventory, (product) => (product === first ? PLACEHOLDER_UNITS : 0));
    const failure = await replace(listing, moved);
    if (failure) return failure;
  }
  return (await setState(listing, "active")) ?? fill(listing, wanted);
}

/** "Setting a `sold_out` listing to active will update the quantity to 1 and renew the listing": Etsy charges for that. */
async function renew(listing: Target, wanted: Wanted): Promise<Outcome> {
  if (!listing.session.options?.has(RENEW_SOLD_OUT)) {
    return refusal(
      "This listing has sold out at Etsy, and putting it back on sale costs Etsy's listing fee (0.20 USD). Renew it at Etsy, or let Lockstep do so in this channel's settings.",
      "renewal-not-agreed",
    );
  }
  return (await setState(listing, "active")) ?? fill(listing, wanted);
}

/** Right after it was switched on: what is not wanted now was at zero. */
async function fill(listing: Target, wanted: Wanted): Promise<Outcome> {
  // Read anew: of a listing that is not active Etsy hides the processing profiles, and a renewal changes quantities.
  const fresh = await fetchListing(listing.session, listing.listingId);
  if (!fresh.ok) return fresh.failure;
  const next = withQuantities(fresh.value.inventory, (product) => wanted.get(keyOf(product)) ?? 0);
  return replace({ ...listing, ...fresh.value }, next);
}

/** Writes the whole inventory, if it differs from what is there. */
async function replace(listing: Target, next: Inventory): Promise<Outcome> {
  if (isSame(next, listing.inventory)) return null;
  const hidden = profilesAreHidden(listing);
  if (hidden) return hidden;
  const sent = await callEtsy(callerOf(listing.session), {
    operation: "updateListingInventory",
    concerns: "group",
    method: "PUT",
    address: inventoryAddress(listing.session, listing.listingId),
    body: { json: toRequest(next) },
    effect: "write",
    reply: inventorySchema,
  });
  if (!sent.ok) return notThere(listing.listingId, sent.failure);
  // Etsy answers with the inventory as it is now: it must be what was asked for.
  const isAsAsked = next.products.every((product) => {
    const now = findProduct(sent.value, "", keyOf(product));
    return now !== undefined && unitsOf(now) === unitsOf(product);
  });
  if (isAsAsked) return null;
  return {
    kind: "outcome-unknown",
    scope: "item",
    message: `updateListingInventory: Etsy shows other quantities of listing ${listing.listingId} than were sent`,
  };
}

/**
 * readiness_state_id is "returned only when the listing is active and of type physical"; what we cannot see we would erase.
 */
function profilesAreHidden({ state, isPhysical, inventory }: Target): Outcome {
  if (state === "active" || !isPhysical) return null;
  const isHidden = inventory.products.some((one) => one.offerings.some((each) => each.readiness_state_id == null));
  if (!isHidden) return null;
  return refusal(
    "This listing is switched off, and Etsy does not show its processing profiles until it is on again, so it cannot be changed without losing them. Switch it on at Etsy.",
  );
}

async function setState(listing: Target, state: "active" | "inactive"): Promise<Outcome> {
  const { session, listingId } = listing;
  const sent = await callEtsy(callerOf(session), {
    operation: "updateListing",
    concerns: "group",
    method: "PATCH",
    address: `${shopAddress(session)}/listings/${encodeURIComponent(listingId)}`,
    body: { form: { state } },
    effect: "write",
    reply: z.object({ state: stateSchema }),
  });
  // A 200 that changed nothing has been seen (github.com/etsy/open-api, issue 897).
  if (sent.ok) {
    if ((sent.value.state === "active") === (state === "active")) return null;
    return {
      kind: "outcome-unknown",
      scope: "item",
      message: `updateListing: Etsy shows listing ${listingId} as ${sent.value.state}`,
    };
  }
  if (state === "inactive" && sent.failure.kind === "rejected" && sent.failure.code !== CONFLICT) {
    // Its last unit may have been sold meanwhile: then it is off sale all the same.
    const now = await fetchListing(session, listingId);
    if (now.ok && now.value.state !== "active") return null;
  }
  return notThere(listingId, sent.failure);
}

async function writePricesOf(
  session: EtsySession,
  listingId: string,
  current: Result<CurrentListing>,
  writes: readonly PriceWrite[],
): Promise<Outcomes<PriceWrite>> {
  if (!current.ok) return forAll(writes, notThere(listingId, current.failure));
  const { inventory } = current.value;
  const prices = new Map<string, string>();
  for (const write of writes) prices.set(write.ref.remoteId, `${write.price.amount} ${write.price.currency}`);
  const { outcomes, products } = addressed(listingId, inventory, writes, (product, write) => {
    const shown = product.offerings[0]?.price;
    if (shown && shown.currency_code !== write.price.currency) {
      return refusal(
        `Etsy shows this listing in ${shown.currency_code}; a price in ${write.price.currency} does not fit.`,
      );
    }
    if (!shown || toEtsy(write.price.amount, shown) === null) {
      return refusal(`"${write.price.amount}" is not a price that Etsy can show.`);
    }
    const others = sharing(inventory, product, inventory.price_on_property);
    const isOnePrice = others.every(
      (one) => prices.get(productKey(listingId, one.property_values)) === prices.get(write.ref.remoteId),
    );
    return isOnePrice
      ? null
      : refusal(
          "At Etsy these variations share one price. Turn on that prices vary for each of them, or price them alike.",
        );
  });
  if (products.size === 0) return outcomes;
  const next = changeOfferings(inventory, (product, offering) => {
    const write = products.get(product);
    return { ...offering, price: (write && toEtsy(write.price.amount, offering.price)) ?? offering.price };
  });
  const outcome = await replace({ session, listingId, ...current.value }, next);
  for (const write of products.values()) outcomes.set(write, outcome);
  return outcomes;
}
