/** Read model of what was altered lately, by whom, and whether it can be undone. */
import { sayMoves } from "../changes/effect.ts";
import type { Runtime } from "../runtime.ts";
import { BY_RULE } from "../stock-rules/patterns.ts";

export interface ChangeRow {
  id: number;
  at: string;
  who: string;
  message: string;
  /** What it did to numbers; null: nothing. */
  moves: string | null;
  listing: { id: number; title: string } | null;
  /** The latest of its setting, and not taken back. */
  canUndo: boolean;
  undone: { at: string; who: string } | null;
}

const CHANGES_MAX = 5;

/** The latest changes of one channel, its listings' included, of one listing, variant, of some settings, or some buyers. `viewer`: who looks. */
export async function readChanges(
  rt: Pick<Runtime, "db">,
  shopId: number,
  of:
    | { channelId: number }
    | { listingId: number }
    | { variantId: number }
    | { setting: string | { in: string[] } }
    | { customerRecordId: { in: number[] } },
  viewer: string | null,
): Promise<ChangeRow[]> {
  const changes = await rt.db.change.findMany({
    where: { shopId, ...of },
    include: { undone: { select: { changedAt: true, actor: true } } },
    orderBy: { id: "desc" },
    take: CHANGES_MAX,
  });
  const ids = changes.flatMap((change) => change.listingId ?? []);
  const listings = await rt.db.listing.findMany({ where: { id: { in: ids } }, select: { id: true, title: true } });
  const seen = new Set<string>();
  return changes.map((change) => {
    const setting = `${change.setting} ${change.listingId} ${change.variantId} ${change.customerRecordId}`;
    const isLatest = !seen.has(setting);
    seen.add(setting);
    return {
      id: change.id,
      at: change.changedAt.toISOString(),
      who: sayWho(change.actor, viewer),
      message: change.message,
      moves: sayMoves(change),
      listing: listings.find((listing) => listing.id === change.listingId) ?? null,
      canUndo: isLatest && change.undone === null,
      undone: change.undone && {
        at: change.undone.changedAt.toISOString(),
        who: sayWho(change.undone.actor, viewer),
      },
    };
  });
}

/** Shopify tells us ids of people, and no names. */
export function sayWho(actor: string | null, viewer: string | null): string {
  if (actor === null) return "Somebody";
  if (actor === BY_RULE) return "A rule of yours";
  return actor === viewer ? "You" : `A staff member (id ${actor})`;
}
