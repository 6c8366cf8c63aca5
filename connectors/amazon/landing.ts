/**
 * Quantities that Amazon has ACCEPTED and may not show yet. Until one shows, the listing's number is the one before, and taking
 * it for a sale would be wrong: so it counts as not said. A memory of this process only: without it a reading in those
 * minutes looks like units sold, which publishes too few for a while and never too many.
 */
import type { AmazonSession } from "./session.ts";

/** How long an accepted quantity may take to show; after that what Amazon shows is what it is. */
const LANDING_MS = 15 * 60 * 1000;

interface Landing {
  before: number;
  written: number;
  at: number;
}

export type LandingMemory = Map<string, Landing>;

function keyOf(session: AmazonSession, sku: string): string {
  return `${session.sellerId}:${sku}`;
}

export function rememberAccepted(session: AmazonSession, sku: string, before: number | null, written: number): void {
  const key = keyOf(session, sku);
  if (before === null || before === written) session.landings.delete(key);
  else session.landings.set(key, { before, written, at: session.now().getTime() });
}

/** The quantity shown, or null while it may be the one from before our last write. */
export function settledQuantity(session: AmazonSession, sku: string, shown: number | null): number | null {
  const key = keyOf(session, sku);
  const landing = session.landings.get(key);
  if (landing === undefined || shown === null) return shown;
  const { before, written, at } = landing;
  // Sales only lower: above the old number an increase is there, at or below the new one a decrease is.
  const landed = written > before ? shown > before : shown <= written;
  if (!landed && at + LANDING_MS > session.now().getTime()) return null;
  session.landings.delete(key);
  return shown;
}

/** True while an accepted quantity was not seen to show: a PATCH in flight. */
export function isLanding(session: AmazonSession, sku: string): boolean {
  const landing = session.landings.get(keyOf(session, sku));
  return landing !== undefined && landing.at + LANDING_MS > session.now().getTime();
}
