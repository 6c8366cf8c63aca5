/**
 * Who must go without, by what is true at a moment: what Shopify counts and has given to orders, handed out by the time of
 * sale. In doubt an order is short: at worst a wrong loss passes, never is a right one blamed.
 */
import { currentQuantity } from "#test/emulators/shopify/store.ts";
import type { Scene } from "../scene.ts";
import { unitsOf } from "../sim-orders.ts";

/** Shopify's time of an order is in whole seconds. */
const SAME_TIME_MS = 1_000;
/** What was cancelled there so long before a reading of orders is stored after it; until then the order wants its units. */
const TO_HEAR_MS = 60_000;

interface Claim {
  id: string;
  sku: string | null;
  soldAtMs: number;
  units: number;
  isInShopify: boolean;
}

export class Shortages {
  /** By order: until when it was without, as far as is known. */
  readonly #untilMs = new Map<string, number>();
  private readonly scene: Scene;
  private readonly skus: readonly string[];

  constructor(scene: Scene, skus: readonly string[]) {
    this.scene = scene;
    this.skus = skus;
  }

  /** Called after each change that may leave somebody without, or give to who was. */
  note(): void {
    const { nowMs } = this.scene;
    for (const [id, untilMs] of this.#untilMs) if (untilMs > nowMs) this.#untilMs.set(id, nowMs);
    const claims = this.#claims();
    for (const sku of this.skus)
      for (const id of this.#without(sku, claims)) this.#untilMs.set(id, Number.POSITIVE_INFINITY);
  }

  /** Whether the marketplace's order was without at some time from then on. */
  wasShort(orderId: string, fromMs: number): boolean {
    return (this.#untilMs.get(orderId) ?? Number.NEGATIVE_INFINITY) >= fromMs;
  }

  #without(sku: string, claims: readonly Claim[]): string[] {
    const ofSku = claims.filter((claim) => claim.sku === sku);
    const taken = ofSku.filter((claim) => claim.isInShopify).reduce((sum, claim) => sum + claim.units, 0);
    const units = this.scene.sellable(sku) + taken;
    // Of sales of one moment each may be the last.
    const upTo = (soldAtMs: number) =>
      ofSku.filter((claim) => claim.soldAtMs <= soldAtMs).reduce((sum, claim) => sum + claim.units, 0);
    return ofSku.filter((claim) => upTo(claim.soldAtMs) > units).map(({ id }) => id);
  }

  /** Of all orders that are neither shipped nor cancelled. */
  #claims(): Claim[] {
    const { scene } = this;
    const inShopify = [...scene.store.orders.values()];
    const isOver = (order: (typeof inShopify)[number]) =>
      order.cancelledAt || order.cancelPending || order.fulfillments.length > 0;
    const own = inShopify
      .filter((order) => !order.sourceIdentifier && !isOver(order))
      .flatMap(({ id, createdAt, lineItems }) =>
        lineItems.map((line) => ({
          id,
          sku: line.sku,
          soldAtMs: Date.parse(createdAt) - SAME_TIME_MS,
          units: currentQuantity(line),
          isInShopify: true,
        })),
      );
    const made = new Map(inShopify.map((order) => [order.sourceIdentifier?.split("/").at(-1), order]));
    const theirs = scene.markets.flatMap((market) => {
      const heardMs = Math.min(scene.nowMs, scene.orderReads.lastMs(market)) - TO_HEAR_MS;
      return scene.ordersOf(market).flatMap(({ id, lines, soldAtMs, updatedAtMs, cancelledAtMs }) => {
        const order = made.get(id);
        if ((cancelledAtMs ?? scene.nowMs) < heardMs || (order && isOver(order))) return [];
        const claim = { id, soldAtMs: soldAtMs + market.nature.clockSkewMs, isInShopify: order !== undefined };
        if (order) return order.lineItems.map((line) => ({ ...claim, sku: line.sku, units: currentQuantity(line) }));
        return lines.map((line) => ({
          ...claim,
          sku: line.sku,
          units: updatedAtMs < heardMs ? unitsOf(line) : line.units,
        }));
      });
    });
    return [...own, ...theirs];
  }
}
