/**
 * Who must go without, by what is true at a moment: what Shopify counts and has given to orders, handed out by the time of
 * sale. In doubt an order is short: at worst a wrong loss passes, never is a right one blamed.
 */
import { ORDER_TAG } from "#app/orders/order-draft.ts";
import { type Scene, STAPLES } from "./scene.ts";

/** Shopify's time of an order is in whole seconds. */
const SAME_TIME_MS = 1_000;

interface Claim {
  id: string;
  soldAtMs: number;
  units: number;
}

export class Shortages {
  /** By order: until when it was without, as far as is known. */
  readonly #untilMs = new Map<string, number>();
  private readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** Called after each change that may leave somebody without, or give to who was. */
  note(): void {
    const { nowMs } = this.scene;
    for (const [id, untilMs] of this.#untilMs) if (untilMs > nowMs) this.#untilMs.set(id, nowMs);
    for (const sku of STAPLES) for (const id of this.#short(sku)) this.#untilMs.set(id, Number.POSITIVE_INFINITY);
  }

  /** Whether the marketplace's order was without at some time from then on. */
  wasShort(orderId: string, fromMs: number): boolean {
    return (this.#untilMs.get(orderId) ?? Number.NEGATIVE_INFINITY) >= fromMs;
  }

  #short(sku: string): string[] {
    const { scene } = this;
    const claims: Claim[] = [];
    // Units of orders that Shopify has, and has taken from what it counts.
    let given = 0;
    for (const market of scene.markets)
      for (const order of scene.ordersOf(market)) {
        if (order.sku !== sku || order.cancelledAtMs !== null) continue;
        const made = scene.shopifyOrdersOf(order);
        if (made.some((one) => one.cancelledAt || one.cancelPending || one.fulfillments.length > 0)) continue;
        if (made.length > 0) given += order.units;
        claims.push({ id: order.id, soldAtMs: order.soldAtMs + market.nature.clockSkewMs, units: order.units });
      }
    for (const order of scene.store.orders.values()) {
      if (order.tags.includes(ORDER_TAG) || order.cancelledAt || order.fulfillments.length > 0) continue;
      const units = order.lineItems.filter((one) => one.sku === sku).reduce((sum, one) => sum + one.quantity, 0);
      given += units;
      claims.push({ id: order.id, soldAtMs: Date.parse(order.createdAt) - SAME_TIME_MS, units });
    }
    let left = scene.counted(sku) + given;
    return claims
      .sort((a, b) => a.soldAtMs - b.soldAtMs)
      .filter(({ units }) => {
        left -= units;
        return left < 0;
      })
      .map(({ id }) => id);
  }
}
