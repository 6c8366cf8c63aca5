/**
 * How many listings of each channel have which status. Of a shop with few, they are counted each time. Of one with many,
 * that takes a second, so a page shows what was counted last, says when, and has them counted again behind it.
 */
import type { Db } from "../db.server.ts";
import type { Runtime } from "../runtime.ts";
import { countStatuses, type StatusGroup } from "./listing-facts.ts";

export interface StatusCounts {
  groups: StatusGroup[];
  /** When, if it was not just now. */
  countedAt: Date | null;
}

/** Up to here, it takes no longer than the rest of a page. */
const COUNTED_EACH_TIME_MAX = 20_000;
const COUNTED_AGAIN_MS = 30_000;

interface Kept {
  groups: StatusGroup[];
  countedAt: Date;
  isCounting: boolean;
}

/** By database and shop, of shops with many listings alone. Each process has its own. */
const kept = new WeakMap<Db, Map<number, Kept>>();

export async function readStatusCounts(
  { db, clock, logger }: Pick<Runtime, "db" | "clock" | "logger">,
  shopId: number,
): Promise<StatusCounts> {
  const ofShops = kept.get(db) ?? new Map<number, Kept>();
  kept.set(db, ofShops);
  const count = async (): Promise<StatusGroup[]> => {
    const countedAt = clock.now();
    const groups = await countStatuses(db, shopId);
    const listings = groups.reduce((sum, group) => sum + group.listings, 0);
    if (listings > COUNTED_EACH_TIME_MAX) ofShops.set(shopId, { groups, countedAt, isCounting: false });
    else ofShops.delete(shopId);
    return groups;
  };
  const last = ofShops.get(shopId);
  if (!last) return { groups: await count(), countedAt: null };
  if (!last.isCounting && clock.now().getTime() - last.countedAt.getTime() >= COUNTED_AGAIN_MS) {
    last.isCounting = true;
    count().catch((error: unknown) => {
      last.isCounting = false;
      logger.warn({ shopId, error }, "the listings could not be counted again");
    });
  }
  return { groups: last.groups, countedAt: last.countedAt };
}
