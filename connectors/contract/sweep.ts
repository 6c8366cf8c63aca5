/**
 * Where the next sweep over a marketplace's orders begins: `overlapMs` before this one began, not ended, for an order shows
 * late, in a page that may have been read by then. Never before `from`, where this one began or may begin: a merchant's
 * import cut-off would creep backwards.
 */
export function nextSweepFrom({ from, startedAt }: { from: Date; startedAt: Date }, overlapMs: number): Date {
  return new Date(Math.max(from.getTime(), startedAt.getTime() - overlapMs));
}
