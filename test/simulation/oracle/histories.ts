/**
 * Rule 10: what history says of a push is what the marketplace saw: each number that it took is told of, with what was
 * shown before and why; and nothing is told of that did not happen.
 */
import type { Scene } from "../scene.ts";
import type { Difference } from "./difference.ts";

interface Sent {
  remoteId: string;
  quantity: number;
  atMs: number;
  /** What the marketplace last said that it shows; or, where it shows late what it took, what it took. */
  shown: readonly (number | null)[];
  /** Whether it said that it took it. */
  isAccepted: boolean;
}

interface Told {
  quantity: number | null;
  quantityBefore: number | null;
  outcome: string;
  message: string;
  startedAt: Date;
}

export class Histories {
  readonly #sent: Sent[] = [];
  readonly #lastRead = new Map<string, number | null>();
  /** Where what is taken shows late: what was taken last. */
  readonly #lastTaken = new Map<string, number>();
  private readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
    for (const market of scene.markets)
      market.onSending(async ({ operation, remoteIds, writes }) => {
        const sent = writes.map(
          (write): Sent => ({
            ...write,
            atMs: scene.nowMs,
            shown: this.#shown(write.remoteId),
            isAccepted: false,
          }),
        );
        this.#sent.push(...sent);
        return (answer) => {
          if (!Array.isArray(answer)) return;
          for (const [index, row] of answer.entries()) {
            if (operation === "readQuantities") this.#noteRead(remoteIds[index], row);
            const one = sent[index];
            if (!one) continue;
            one.isAccepted = row?.status === 200;
            if (one.isAccepted && market.nature.visibleAfterMs > 0) this.#lastTaken.set(one.remoteId, one.quantity);
          }
        };
      });
  }

  async differences(): Promise<Difference[]> {
    const { db } = this.scene.world.database;
    const { shopId } = this.scene.world;
    const rows = await db.attempt.findMany({
      where: { shopId, kind: "push" },
      select: {
        id: true,
        listingId: true,
        quantity: true,
        quantityBefore: true,
        outcome: true,
        message: true,
        startedAt: true,
      },
      orderBy: { id: "asc" },
    });
    const listings = await db.listing.findMany({ where: { shopId }, select: { id: true, remoteId: true } });
    const nameOf = new Map(listings.map((one) => [one.id, one.remoteId]));
    const told = new Map<string, typeof rows>();
    for (const row of rows) {
      const remoteId = nameOf.get(row.listingId ?? 0) ?? "";
      told.set(remoteId, [...(told.get(remoteId) ?? []), row]);
    }
    const wrong: string[] = [];
    for (const sent of this.#sent) {
      const name = `${sent.remoteId} → ${sent.quantity}, ${Math.round((sent.atMs - this.scene.startedMs) / 1_000)} s in`;
      const mistakes = this.#rowsOf(sent, told.get(sent.remoteId) ?? []).map((row) => this.#mistakeOf(row, sent));
      const [first = "has nothing of it"] = mistakes;
      if (!mistakes.includes(null)) wrong.push(`history ${first} (${name})`);
    }
    const accepted = (outcome: string) => outcome === "accepted" || outcome === "verified";
    for (const [remoteId, of] of told)
      for (const row of of.filter((one) => accepted(one.outcome)))
        if (!this.#sent.some((one) => one.remoteId === remoteId && one.quantity === row.quantity))
          wrong.push(`history says that ${remoteId} took ${row.quantity}, and nobody sent it`);
    return wrong.map((what) => ({ rule: 10, what, isUntold: false }));
  }

  /** The last one that was written down before it left; where clocks are apart, any that may have been that. */
  #rowsOf<Row extends Told>({ atMs }: Sent, rows: readonly Row[]): Row[] {
    const apartMs = this.scene.clocksApartMs;
    const before = rows.filter((row) => row.startedAt.getTime() <= atMs + apartMs).reverse();
    const [last] = before;
    if (!last) return [];
    return apartMs === 0
      ? [last]
      : before.filter((row) => row.startedAt.getTime() >= last.startedAt.getTime() - 2 * apartMs);
  }

  /** Null: it says what happened. */
  #mistakeOf(row: Told, sent: Sent): string | null {
    if (row.quantity !== sent.quantity) return `has ${row.quantity}`;
    if (!sent.shown.includes(row.quantityBefore))
      return `says that it showed ${row.quantityBefore}, and it had said ${sent.shown.join(" or ")}`;
    if (row.outcome !== "superseded" && endOf(row.message) !== sent.quantity) return `says “${row.message}”`;
    return null;
  }

  #shown(remoteId: string): (number | null)[] {
    const taken = this.#lastTaken.get(remoteId);
    return [this.#lastRead.get(remoteId) ?? null, ...(taken === undefined ? [] : [taken])];
  }

  #noteRead(remoteId: string | undefined, row: { outcome?: string; quantity?: number }): void {
    if (remoteId === undefined) return;
    // What is not there shows none.
    if (row?.outcome === "missing") this.#lastRead.set(remoteId, 0);
    if (row?.outcome === "read") this.#lastRead.set(remoteId, row.quantity ?? null);
  }
}

/** The number that a sentence comes to, worked out from its parts: "12 available − 2 sold − 1 buffer = 9, capped at 5". */
export function endOf(message: string): number | null {
  const sentence = /(-?\d+) available(.*)$/u.exec(message);
  if (!sentence) return /show 0/u.test(message) ? 0 : null;
  const [, available = "0", rest = ""] = sentence;
  if (/: show 0/u.test(rest)) return 0;
  const taken = [...rest.matchAll(/− (\d+) /gu)].reduce((sum, [, units]) => sum + Number(units), 0);
  const plain = Math.max(0, Number(available) - taken);
  const said = /= (\d+)/u.exec(rest);
  if (said && Number(said[1]) !== plain) return null;
  if (/of which this listing stands for one/u.test(rest)) return 1;
  if (/which other listings of it stand for/u.test(rest)) return 0;
  const bounds = [...rest.matchAll(/(?:capped at|marketplace shows|held at) (\d+)/gu)].map(([, units]) =>
    Number(units),
  );
  return Math.min(plain, ...bounds);
}
