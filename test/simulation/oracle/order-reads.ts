/** When the orders of a marketplace were last really read: its own calls say so, not the app. */
import type { VirtualTime } from "#test/support/world/virtual-time.ts";
import type { SimMarketplace } from "../sim-marketplace.ts";

export class OrderReads {
  readonly #readAtMs = new Map<SimMarketplace, number>();

  constructor(markets: readonly SimMarketplace[], time: Pick<VirtualTime, "nowMs">) {
    for (const market of markets)
      market.onSending(async ({ operation }) => {
        const sentMs = time.nowMs();
        return (answer) => {
          if (operation !== "readOrders" || !isLastPage(answer)) return;
          this.#readAtMs.set(market, Math.max(sentMs, this.#readAtMs.get(market) ?? 0));
        };
      });
  }

  /** When the last page of them was asked for that was answered: what changed before is in it. */
  lastMs(market: SimMarketplace): number {
    return this.#readAtMs.get(market) ?? Number.NEGATIVE_INFINITY;
  }
}

function isLastPage(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "more" in answer && answer.more === false;
}
