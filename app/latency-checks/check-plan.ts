/**
 * What timing one SKU would do, and why it can't be done now. Pure: what the merchant is shown before they begin it is decided
 * by the same rules as what is begun. One unit is taken away for a moment and put back, so no listing ever shows too many; it
 * must not show none either, for a listing at 0 is gone where a marketplace takes it away for good.
 */
/** Units that are taken away. */
export const UNITS_TAKEN = 1;
/** Where 0 can't be taken back, so many must be left: sales go on meanwhile. */
const LEFT_WHERE_FINAL_MIN = 4;
/** At the location that the unit is taken from. */
const AT_LOCATION_MIN = 2;

export interface Place {
  gid: string;
  name: string;
  available: number;
}

export interface ListingToTime {
  id: number;
  channelId: number;
  channel: string;
  title: string;
  isInStep: boolean;
  /** No number is ours to move there, whatever the stock is. */
  isLeftAlone: boolean;
  /** What its status says, with the reason. */
  why: string;
  /** Locations that its channel sells from; none: all that are open. */
  locationGids: readonly string[];
  /** What it should show now; null: nothing is published. */
  quantity: number | null;
  /** At 0 its marketplace takes it away, or marks it as sold. */
  zeroIsFinal: boolean;
}

export interface SkuToTime {
  name: string;
  /** Shopify has it, and counts it. */
  isCounted: boolean;
  /** Units that the merchant holds it at; null: they do not. */
  heldAt: number | null;
  /** The SKU of another check that has not ended; null: there is none. */
  underWay: string | null;
  /** Open locations where Shopify says how many there are. */
  places: readonly Place[];
  /** There are more than are looked at. */
  hasMore: boolean;
  listings: readonly ListingToTime[];
}

export interface TimedListing {
  listingId: number;
  channelId: number;
  channel: string;
  title: string;
  from: number;
  to: number;
}

export interface UntimedListing {
  listingId: number;
  channel: string;
  title: string;
  why: string;
}

export type CheckPlan =
  | { ok: true; place: Pick<Place, "gid" | "name">; timed: TimedListing[]; untimed: UntimedListing[] }
  | { ok: false; why: string; untimed: UntimedListing[] };

const drawsOn = ({ locationGids }: ListingToTime, gid: string): boolean =>
  locationGids.length === 0 || locationGids.includes(gid);

/** Where most listings sell from, then where there is most; null: nowhere is a unit to spare. */
export function placeToTakeFrom({ places, listings }: Pick<SkuToTime, "places" | "listings">): Place | null {
  const follow = (gid: string): number => listings.filter((listing) => drawsOn(listing, gid)).length;
  const [best] = places
    .filter((place) => place.available >= AT_LOCATION_MIN)
    .sort(
      (a, b) =>
        follow(b.gid) - follow(a.gid) || b.available - a.available || (a.gid < b.gid ? -1 : Number(a.gid > b.gid)),
    );
  return best ?? null;
}

/** Those of whose stock a unit at this location is. */
export function listingsThatFollow(listings: readonly ListingToTime[], place: Place): number[] {
  return listings.filter((listing) => drawsOn(listing, place.gid)).map((listing) => listing.id);
}

/** `after`: what each listing would show with a unit less at `place`. */
export function planCheck(sku: SkuToTime, place: Place | null, after: ReadonlyMap<number, number | null>): CheckPlan {
  const why = refusalOf(sku);
  if (why !== null) return { ok: false, why, untimed: [] };
  if (!place)
    return {
      ok: false,
      why: `There is no unit to spare: ${AT_LOCATION_MIN} or more are needed at one location.`,
      untimed: [],
    };
  const timed: TimedListing[] = [];
  const untimed: UntimedListing[] = [];
  for (const listing of sku.listings) {
    const { id, channelId, channel, title } = listing;
    const to = after.get(id) ?? null;
    const risk = riskOf(listing, to);
    if (risk !== null) return { ok: false, why: risk, untimed: [] };
    const moves = movesOf(listing, to, place);
    if (typeof moves === "string") untimed.push({ listingId: id, channel, title, why: moves });
    else timed.push({ listingId: id, channelId, channel, title, ...moves });
  }
  if (timed.length === 0) return { ok: false, why: "None of its listings can be timed now.", untimed };
  return { ok: true, place: { gid: place.gid, name: place.name }, timed, untimed };
}

function refusalOf({ isCounted, heldAt, underWay, hasMore, listings }: SkuToTime): string | null {
  if (underWay !== null) return `A check of ${underWay} is under way. Wait until it has ended.`;
  if (!isCounted) return "Shopify does not count this item, so there is no number to time.";
  if (heldAt !== null) return `You hold this SKU at ${heldAt} on every channel. Release it first, or choose another.`;
  if (listings.length === 0) return "No listing is matched to this SKU.";
  return hasMore ? "This SKU has too many listings to time at once. Choose another." : null;
}

/** What a unit less would do that must not be; null: nothing. */
function riskOf({ isLeftAlone, channel, quantity, zeroIsFinal }: ListingToTime, to: number | null): string | null {
  if (isLeftAlone || quantity === null || to === null || quantity === to) return null;
  if (to === 0) return `There is no unit to spare: ${channel} would show 0.`;
  return zeroIsFinal && to < LEFT_WHERE_FINAL_MIN
    ? `There is no unit to spare: ${channel} takes a listing away for good at 0, so it must keep ${LEFT_WHERE_FINAL_MIN} or more.`
    : null;
}

/** Words: why it is not timed. */
function movesOf(listing: ListingToTime, to: number | null, place: Place): { from: number; to: number } | string {
  const { isInStep, why, quantity: from } = listing;
  if (!isInStep || from === null || to === null) return why;
  if (!drawsOn(listing, place.gid)) return `It does not sell from ${place.name}, where the unit is taken.`;
  return from === to ? `It shows ${to} with a unit less too, so there is no change to time.` : { from, to };
}
