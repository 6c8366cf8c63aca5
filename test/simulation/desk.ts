/**
 * What the merchant does about orders when they look: they read what they are told, and do as it says, or say that it is
 * done. What is to be done they see for themselves, on the marketplace and in Shopify.
 */
import { acknowledgeAlert } from "#app/flows/acknowledge-alert.ts";
import { closeAlert } from "#app/flows/close-alert.ts";
import {
  acceptBackorder,
  cancelLoser,
  recordEnteredByHand,
  retryCancellation,
  retryOrder,
  retryShipment,
} from "#app/flows/manage-order.ts";
import type { Reply } from "#app/flows/reply.ts";
import { retryMany } from "#app/flows/retry-many.ts";
import { shipmentLines } from "#app/shipments/shipments.ts";
import { currentQuantity, fulfillableQuantity, type Order as ShopifyOrder } from "#test/emulators/shopify/store.ts";
import type { Random } from "#test/support/world/random.ts";
import { LINE_KEY, type Scene, STRAY } from "./scene.ts";
import type { SimMarketplace } from "./sim-marketplace.ts";
import { hasAny, type SimOrder, unitsOf } from "./sim-orders.ts";

/** They do not always do what is asked, and have their reasons. */
const DOES_AS_ASKED = 0.7;
const ENTERS_BY_HAND = 0.3;
const CANCELS_BY_HAND = 0.2;
/** At each look, of which there are dozens. */
const SEES_TO = 0.01;
/** To cancel where the marketplace lets no app is asked of them again. */
const RETRIES = 0.5;
/** Who is to go without takes thinking, and meanwhile units may come. */
const DECIDES_CONFLICT = 0.3;

interface Told {
  id: number;
  key: string;
  title: string;
}

export class Desk {
  private readonly scene: Scene;
  private readonly random: Random;
  /** In pence, for no item, by the order in Shopify. */
  readonly #refunded = new Map<string, number>();
  /** A button is pressed, and answered or not. */
  private readonly press: (button: () => Promise<unknown>) => Promise<void>;

  constructor(scene: Scene, random: Random, press: Desk["press"]) {
    this.scene = scene;
    this.random = random;
    this.press = press;
  }

  async look(): Promise<void> {
    for (const told of await this.#told(["unreadable-order:", "refunded:", "shipment-changed:"])) {
      if (told.key.startsWith("refunded:")) await this.#refund(told);
      await this.#done(told);
    }
    await this.#lookAtHeld();
    await this.#lookAtRefused();
    await this.#seeTo();
  }

  /** Of what is open they say now and then that they see to it: nobody is mailed of it any more. */
  async #seeTo(): Promise<void> {
    const { time, database, rt, shopId } = this.scene.world;
    const where = { shopId, resolvedAt: null, acknowledgedAt: null };
    const open = await time.busy(database.db.alert.findMany({ where, select: { id: true }, orderBy: { id: "asc" } }));
    for (const { id: alertId } of open)
      if (this.random.chance(SEES_TO)) await this.press(() => acknowledgeAlert(rt, { shopId, alertId, actor: null }));
  }

  /** What moves units: both sides are made to agree, an order that waits is taken or given up, or cancelled on its marketplace. */
  async decide(): Promise<void> {
    for (const told of await this.#told(["order-difference:"])) await this.#settleDifference(told);
    await this.#cancelThere();
    await this.#decideConflicts();
  }

  async #told(prefixes: readonly string[]): Promise<Told[]> {
    const { time, database, shopId } = this.scene.world;
    const OR = prefixes.map((prefix) => ({ key: { startsWith: prefix } }));
    const where = { shopId, resolvedAt: null, OR };
    const select = { id: true, key: true, title: true };
    return time.busy(database.db.alert.findMany({ where, select, orderBy: { id: "asc" } }));
  }

  #done({ id }: Told): Promise<void> {
    const { rt, shopId } = this.scene.world;
    return this.press(() => closeAlert(rt, { shopId, alertId: id }));
  }

  /** What the marketplace refused is tried again, as the listing's page or the alert says. */
  async #lookAtRefused(): Promise<void> {
    const { rt, shopId, time, database } = this.scene.world;
    const where = { shopId, problem: { not: null }, retryAt: null, removedAt: null };
    const given = await time.busy(
      database.db.listing.findMany({ where, select: { id: true }, orderBy: { id: "asc" } }),
    );
    if (given.length > 0)
      await this.press(() => retryMany(rt, { shopId, listingIds: given.map((one) => one.id), orderIds: [] }));
    for (const { key } of await this.#told(["shipment:"])) {
      const shipmentId = Number(key.split(":")[1]);
      if (this.random.chance(ENTERS_BY_HAND)) await this.#enterThere(shipmentId);
      await this.press(() => retryShipment(rt, { shopId, shipmentId }));
    }
    for (const { key } of await this.#told(["cancellation:"])) {
      const cancellationId = Number(key.split(":")[1]);
      if (this.random.chance(RETRIES)) await this.press(() => retryCancellation(rt, { shopId, cancellationId }));
    }
  }

  /** The merchant tells the marketplace of a parcel that is not there; of one without a number they can't say. */
  async #enterThere(shipmentId: number): Promise<void> {
    const { time, database } = this.scene.world;
    const row = await time.busy(database.db.shipment.findUniqueOrThrow({ where: { id: shipmentId } }));
    const at = await this.#orderOf(row.orderId);
    const { carrier, trackingNumber: tracking } = row;
    if (!at || tracking === null || at.order.parcels.some((parcel) => parcel.tracking === tracking)) return;
    const lines = shipmentLines(row);
    at.order.parcels.push({ remoteId: `by hand ${shipmentId}`, carrier, tracking, lines });
    this.scene.log(`${at.order.id} is shipped there by hand, with ${tracking}`);
  }

  /** What can be placed now is tried again; what nobody can match is entered by hand at times. */
  async #lookAtHeld(): Promise<void> {
    const { scene } = this;
    const { time, database, rt, shopId } = scene.world;
    // What lost waits for their decision, and not for this.
    const where = { shopId, stage: "held", conflict: { isNot: { state: "open" } } };
    const select = { id: true, remoteId: true };
    for (const { id: orderId, remoteId } of await time.busy(database.db.marketplaceOrder.findMany({ where, select }))) {
      const order = this.#order(remoteId)?.order;
      if (order && hasAny(order, [STRAY]) && this.random.chance(ENTERS_BY_HAND)) {
        scene.log(`${remoteId} is entered by hand`);
        // Until it is said otherwise it may be.
        scene.entered.add(remoteId);
        let reply: Reply | null = null;
        await this.press(async () => {
          reply = await recordEnteredByHand(rt, { shopId, orderId });
        });
        if ((reply as Reply | null)?.ok === false) scene.entered.delete(remoteId);
      } else await this.press(() => retryOrder(rt, { shopId, orderId }));
    }
  }

  /** Where apps can't cancel the merchant does, sooner or later. */
  async #cancelThere(): Promise<void> {
    const { scene } = this;
    const { time, database, shopId } = scene.world;
    const where = { shopId, direction: "to-marketplace", state: "task" };
    const include = { order: { select: { remoteId: true } } };
    for (const { order } of await time.busy(
      database.db.cancellation.findMany({ where, include, orderBy: { id: "asc" } }),
    )) {
      const at = this.#order(order.remoteId);
      if (!at || at.order.cancelledAtMs !== null || at.order.parcels.length > 0) continue;
      if (!this.random.chance(CANCELS_BY_HAND)) continue;
      at.market.cancel(at.order);
      scene.log(`${order.remoteId} is cancelled there by hand, as the merchant was asked to`);
    }
  }

  /** Of those who lost some are taken all the same, and some are told that nothing is left; the rest go on waiting. */
  async #decideConflicts(): Promise<void> {
    const { scene } = this;
    const { time, database, rt, shopId } = scene.world;
    const where = { shopId, state: "open" };
    const include = { order: { select: { remoteId: true } } };
    const open = await time.busy(database.db.conflict.findMany({ where, include, orderBy: { id: "asc" } }));
    for (const { orderId, order } of open) {
      if (!this.random.chance(DECIDES_CONFLICT)) continue;
      const verdict = this.random.chance(0.5) ? "taken all the same" : "given up";
      const decide = verdict === "given up" ? cancelLoser : acceptBackorder;
      let reply: Reply | null = null;
      await this.press(async () => {
        reply = await decide(rt, { shopId, orderId });
      });
      scene.log(`${order.remoteId}, which lost, is ${verdict}: ${(reply as Reply | null)?.ok ?? "no answer"}`);
      if ((reply as Reply | null)?.ok) scene.verdicts.set(order.remoteId, verdict);
    }
  }

  /** The marketplace gave money back: in Shopify as much, less what they refunded there before. */
  async #refund({ key, title }: Told): Promise<void> {
    const { scene } = this;
    const pence = Math.round(100 * Number(/gave back ([\d.]+) /.exec(title)?.[1] ?? 0));
    const at = await this.#orderOf(Number(key.split(":")[1]));
    if (!at?.made || at.made.cancelledAt) return;
    const missing = pence - (this.#refunded.get(at.made.id) ?? 0);
    if (missing <= 0) return;
    this.#refunded.set(at.made.id, pence);
    const amount = (missing / 100).toFixed(2);
    scene.log(`${amount} of ${at.made.name} is refunded in Shopify`);
    const request = { lines: [], restock: false, amount };
    scene.world.shopify.controls.refund(scene.world.shopDomain, at.made.id, request);
  }

  /** More or fewer units are on their way in Shopify than the marketplace wants. */
  async #settleDifference(told: Told): Promise<void> {
    const at = await this.#orderOf(Number(told.key.split(":")[1]));
    if (!at?.made || !this.random.chance(DOES_AS_ASKED)) return this.#done(told);
    const { market, order, made } = at;
    if (order.cancelledAtMs !== null || made.cancelledAt || made.cancelPending) return;
    for (const { line, lineItemId, tooMany, missing } of differencesOf(order, made)) {
      if (tooMany > 0) this.#takeOff(made, lineItemId, tooMany);
      if (missing > 0) {
        this.scene.log(`${missing} of ${line.id} are given back there too`);
        market.takeBack(order, line, missing);
      }
    }
  }

  #takeOff({ id, name, lineItems }: ShopifyOrder, lineItemId: string, units: number): void {
    const { scene } = this;
    const { controls } = scene.world.shopify;
    const line = lineItems.find((one) => one.id === lineItemId);
    if (!line) return;
    const isRefund = this.random.chance(0.5);
    scene.log(`${units} ${line.sku} of ${name} are ${isRefund ? "refunded" : "taken off"} in Shopify`);
    const lines = [{ lineItemId, quantity: isRefund ? units : currentQuantity(line) - units }];
    if (isRefund) controls.refund(scene.world.shopDomain, id, { lines, restock: true });
    else controls.editOrder(scene.world.shopDomain, id, { lines, restock: true });
    scene.shortages.note();
  }

  #order(remoteId: string): { market: SimMarketplace; order: SimOrder } | null {
    for (const market of this.scene.markets) {
      const order = market.orders.get(remoteId);
      if (order) return { market, order };
    }
    return null;
  }

  async #orderOf(orderId: number) {
    const { time, database } = this.scene.world;
    const row = await time.busy(database.db.marketplaceOrder.findUnique({ where: { id: orderId } }));
    const at = row && this.#order(row.remoteId);
    return at ? { ...at, made: this.scene.shopifyOrdersOf(at.order)[0] } : null;
  }
}

/** Units of each line that are still to be shipped and nobody wants, and units that are wanted and will not be shipped. */
export function differencesOf(order: SimOrder, made: ShopifyOrder) {
  return order.lines.flatMap((line) => {
    const there = made.lineItems.find((one) => one.customAttributes.some((attribute) => isKeyOf(attribute, line.id)));
    if (!there) return [];
    const open = fulfillableQuantity(made, there);
    const going = currentQuantity(there);
    const wanted = unitsOf(line);
    return [
      {
        line,
        lineItemId: there.id,
        tooMany: Math.max(0, Math.min(open, going - wanted)),
        missing: Math.max(0, wanted - going),
      },
    ];
  });
}

function isKeyOf({ key, value }: { key: string; value: string }, lineId: string): boolean {
  return key === LINE_KEY && value === lineId;
}
