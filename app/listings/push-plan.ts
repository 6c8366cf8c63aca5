/**
 * A push, decided. Pure: from what was known and what was read to what is to be stored and sent.
 */
import type { Capabilities, QuantityReading } from "#connectors/contract/connector.ts";
import type { Failure } from "#connectors/contract/failures.ts";
import { addMs } from "../clock.ts";
import type { Listing } from "../generated/prisma/client.ts";
import { decideQuantity, type Explanation } from "../inventory/quantity.ts";
import { type Interpretation, interpretObservation, type SoldSince } from "./observation.ts";
import type { ObservationRecord } from "./push-state.ts";
import { parseUnseen, sumUnseen } from "./unseen.ts";

/** Between the start and the end of this the listings were read. */
export interface ReadingTime {
  begunAt: Date;
  endedAt: Date;
}

export interface ReadListing {
  listing: Listing;
  /** What it shows, as far as we know now. */
  shown: number | null;
  unclear: Interpretation["unclear"];
}

export interface Learned {
  observations: ObservationRecord[];
  read: ReadListing[];
  /** Gone for good. */
  missing: Listing[];
  unread: { listing: Listing; failure: Failure }[];
  /** Variants of which more or fewer units than before seem sold here without an order. */
  variantIdsWithUnseen: number[];
}

/** What the readings of `stale`, one each and in order, mean. */
export function learn(
  stale: readonly Listing[],
  readings: readonly QuantityReading[],
  soldSince: ReadonlyMap<number, SoldSince>,
  capabilities: Pick<Capabilities, "saleLowersQuantity" | "atZero" | "lateWriteMaxMs">,
  time: ReadingTime,
): Learned {
  const learned: Learned = { observations: [], read: [], missing: [], unread: [], variantIdsWithUnseen: [] };
  for (const [index, listing] of stale.entries()) {
    const reading = readings[index];
    if (!reading) continue;
    if (reading.outcome === "failed") {
      learned.unread.push({ listing, failure: reading.failure });
      continue;
    }
    const isGone = reading.outcome === "missing";
    // Where zero takes a listing away, being away is what zero looks like.
    if (isGone && capabilities.atZero !== "deleted") {
      learned.missing.push(listing);
      continue;
    }
    const shown = isGone ? 0 : reading.quantity;
    const meant = interpretObservation(
      {
        acknowledgedQuantity: listing.acknowledgedQuantity,
        unclear:
          listing.unclearQuantity === null || listing.unclearSince === null
            ? null
            : {
                quantity: listing.unclearQuantity,
                before: listing.unclearBefore,
                accepted: listing.unclearAccepted,
                mayStillLand: addMs(listing.unclearSince, capabilities.lateWriteMaxMs) > time.endedAt,
                soldSince: soldSince.get(listing.id)?.sinceUnclear ?? 0,
              },
        soldSince: soldSince.get(listing.id)?.sinceAcknowledged ?? 0,
      },
      shown,
      capabilities.saleLowersQuantity,
    );
    const from = listing.acknowledgedAt ?? listing.seenAt;
    const guess = meant.unclear === "waiting" ? { guess: true } : {};
    const doubt = listing.unclearQuantity === null ? {} : { doubtful: true };
    // Stryker disable next-line ConditionalExpression: where no number is shown none is missing, and this goes nowhere
    const seen = shown === null ? {} : { shown };
    const added =
      meant.unseenAdded > 0 ? [{ units: meant.unseenAdded, from, to: time.begunAt, ...seen, ...guess, ...doubt }] : [];
    const held = parseUnseen(listing.unseen);
    const kept = held.filter((one) => !one.guess);
    learned.observations.push({
      id: listing.id,
      observedQuantity: shown,
      acknowledgedQuantity: meant.acknowledgedQuantity,
      unseen: [...kept, ...added],
      keepsUnclear: meant.unclear === "waiting",
      missingSince: isGone && added.length > 0 ? time.endedAt : isGone ? listing.missingSince : null,
    });
    learned.read.push({
      listing,
      shown: meant.unclear === "waiting" ? shown : meant.acknowledgedQuantity,
      unclear: meant.unclear,
    });
    if (sumUnseen([...kept, ...added]) !== sumUnseen(held) && listing.variantId !== null)
      learned.variantIdsWithUnseen.push(listing.variantId);
  }
  return learned;
}

/** A listing with the number it should show, decided now. */
export interface Due {
  listing: Listing;
  quantity: number;
  /** What it showed. */
  before: number | null;
  explanation: Explanation;
}

export interface Plan {
  writes: Due[];
  /** Shows the right number already, or nothing may be published (null). */
  unchanged: { id: number; quantity: number | null; version: number }[];
  /** Increases that wait for an order read. */
  increases: { id: number; quantity: number; version: number }[];
  /** Accepted and not shown yet, or to be raised once it is known what took units off it: looked at again then. */
  toShow: { id: number; lookAt: Date }[];
}

/** First look at what an accepted write became, and the longest wait between looks. */
export const FIRST_LOOK_MS = 2_000;
const LOOK_MS_MAX = 60_000;

/** `staleSince`: of each listing, now that it has been read. */
export function planWrites(
  read: readonly ReadListing[],
  explanations: ReadonlyMap<number, Explanation>,
  facts: {
    ordersReadAt: Date | null;
    staleSince: ReadonlyMap<number, Date | null>;
    /** When the orders that may have taken units off a listing will be read; none: nothing is missing on it. */
    explainedAt: ReadonlyMap<number, Date>;
    now: Date;
  },
): Plan {
  const { ordersReadAt, now } = facts;
  const plan: Plan = { writes: [], unchanged: [], increases: [], toShow: [] };
  for (const { listing, shown, unclear } of read) {
    const { id, version, unclearQuantity, unclearSince } = listing;
    const staleSince = facts.staleSince.get(id);
    const explanation = explanations.get(id);
    const quantity = explanation?.quantity ?? null;
    if (unclear === "waiting" && (quantity === null || quantity >= (unclearQuantity ?? 0))) {
      const waitedMs = now.getTime() - (unclearSince ?? now).getTime();
      const lookAt = addMs(now, Math.min(LOOK_MS_MAX, Math.max(FIRST_LOOK_MS, waitedMs)));
      plan.toShow.push({ id, lookAt });
    } else if (!explanation || quantity === null || (quantity === shown && unclear !== "waiting")) {
      plan.unchanged.push({ id, quantity, version });
    } else if (shown !== null && quantity > shown && facts.explainedAt.has(id)) {
      // Sold, or taken off by hand: whichever it was, it is known before it is raised.
      const lookAt = facts.explainedAt.get(id) ?? now;
      plan.toShow.push({ id, lookAt: lookAt > addMs(now, FIRST_LOOK_MS) ? lookAt : addMs(now, LOOK_MS_MAX) });
    } else if (shown !== null && quantity > shown && staleSince && (!ordersReadAt || ordersReadAt < staleSince)) {
      plan.increases.push({ id, quantity, version });
    } else {
      plan.writes.push({ listing, quantity, before: shown, explanation });
    }
  }
  return plan;
}

/**
 * Listings a batch: fewer with each failure of the account in a row. So one listing over which a whole call fails comes to
 * stand alone, where its failure concerns nobody else.
 */
export function batchSize(batchMax: number, failuresInARow: number): number {
  return Math.max(1, Math.floor(batchMax / 2 ** failuresInARow));
}

/** Listings without an answer, one after another, that are no matter of these listings any more. */
const SILENT_ROWS_MAX = 3;

/**
 * Rows that got no answer, in a row and with none between them that did: when they are so many that the account is down,
 * the last one's failure says so. `silent`: how many came before.
 */
export function countSilence(
  silent: number,
  outcomes: readonly { outcome: string; failure?: Failure }[],
): { silent: number; outage: Failure | null } {
  let outage: Failure | null = null;
  for (const { failure } of outcomes) {
    const isSilent =
      failure?.kind === "unavailable" || (failure?.kind === "throttled" && failure.retryAfterMs === null);
    silent = isSilent ? silent + 1 : 0;
    outage = isSilent && silent >= SILENT_ROWS_MAX ? { ...failure, scope: "account" } : null;
  }
  return { silent, outage };
}

/** When the orders of the time in which units went missing will be complete, by listing. */
export function whenExplained(
  observations: readonly ObservationRecord[],
  { orderVisibilityLagMs, saleTimeToleranceMs }: Pick<Capabilities, "orderVisibilityLagMs" | "saleTimeToleranceMs">,
): Map<number, Date> {
  return new Map(
    observations.flatMap(({ id, unseen }) => {
      const ends = unseen.filter((one) => !one.guess).map((one) => one.to.getTime());
      const last = ends.length === 0 ? null : Math.max(...ends);
      return last === null ? [] : [[id, new Date(last + orderVisibilityLagMs + saleTimeToleranceMs)] as const];
    }),
  );
}

/** Listings that showed more than they had accepted last, and more than they should: these may be oversold. */
export function showedTooMany(writes: readonly Due[]): Due[] {
  return writes.filter(({ listing, before, quantity }) => {
    const { acknowledgedQuantity: accepted, unclearQuantity } = listing;
    // Stryker disable next-line ConditionalExpression: no number is not more than one; the types want it said
    return accepted !== null && unclearQuantity === null && before !== null && before > accepted && quantity < before;
  });
}

/** Listings that the merchant is asked about for showing too few, and that don't any more. */
export function noLongerTooFew(read: readonly ReadListing[], explanations: ReadonlyMap<number, Explanation>): number[] {
  return read.flatMap(({ listing, shown }) => {
    const explanation = explanations.get(listing.id);
    if (!listing.editedAt || !explanation || shown === null) return [];
    const { quantity } = decideQuantity({ ...explanation, editedTo: null });
    return quantity !== null && quantity <= shown ? [listing.id] : [];
  });
}
