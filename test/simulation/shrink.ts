/** Fewer events that still break the same rule: whole chunks are left out, ever smaller ones. */

/**
 * `stillFails` is asked about several lists at once, `atOnce` at most. Ends when no single event can be left out, or when
 * `isTimeUp` says so. The list that comes back was seen to fail, unless it is the one that was given.
 */
export async function shrink(
  kept: readonly number[],
  stillFails: (kept: readonly number[]) => Promise<boolean>,
  { atOnce, isTimeUp, onShorter }: { atOnce: number; isTimeUp: () => boolean; onShorter?: (left: number) => void },
): Promise<number[]> {
  let shortest = [...kept];
  let chunks = 2;
  if (shortest.length > 0 && !isTimeUp() && (await stillFails([]))) return [];
  while (shortest.length > 1 && !isTimeUp()) {
    const size = Math.ceil(shortest.length / chunks);
    const starts = Array.from({ length: Math.ceil(shortest.length / size) }, (_, index) => index * size);
    let shorter: number[] | null = null;
    for (let first = 0; first < starts.length && !shorter && !isTimeUp(); first += atOnce) {
      const candidates = starts
        .slice(first, first + atOnce)
        .map((start) => shortest.filter((_, index) => index < start || index >= start + size));
      const failing = await Promise.all(candidates.map(stillFails));
      shorter = candidates[failing.indexOf(true)] ?? null;
    }
    if (shorter) {
      shortest = shorter;
      chunks = Math.max(2, chunks - 1);
      onShorter?.(shortest.length);
    } else if (size === 1) break;
    else chunks = Math.min(shortest.length, chunks * 2);
  }
  return shortest;
}
