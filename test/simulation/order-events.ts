/** What happens to orders: buyers buy, pay and think better of it, marketplaces and staff cancel, staff ship. */
import { fulfillableQuantity, type Order as ShopifyOrder } from "#test/emulators/shopify/store.ts";
import type { Random } from "#test/support/world/random.ts";
import { drawBuyer, EMAILS } from "./buyers.ts";
import type { Rules } from "./oracle/rules.ts";
import { noteTurnedAway } from "./oracle/turned-away.ts";
import { type Scene, STAPLES, STRAY, TWINS, UNTRACKED } from "./scene.ts";
import type { BasketLine, Purchase, SimListing, SimMarketplace } from "./sim-marketplace.ts";
import { CANCELLED_UNITS, type SimCharges, type SimOrder, unitsOf, unitsOfSku } from "./sim-orders.ts";

/** How many lines an order has, and units a line. */
const LINES = [1, 1, 1, 1, 1, 1, 2, 2, 3, 4];
const UNITS = [1, 1, 1, 1, 1, 2, 2, 3, 4, 5];
/** What one unit costs, in pence: few amounts that divide well. */
const PENCE = [999, 1_000, 1_249, 333, 1];
const PARCELS_MAX = 4;
const CARRIERS = ["Royal Mail", "DPD", "Evri"];
/** Given back for no unit, in pence. */
const GOODWILL_PENCE = { min: 1, max: 400 };

export class OrderEvents {
  private readonly scene: Scene;
  private readonly rules: Rules;

  constructor(scene: Scene, rules: Rules) {
    this.scene = scene;
    this.rules = rules;
  }

  buy(random: Random): void {
    const { scene } = this;
    const market = random.pick(scene.markets);
    if (scene.staples(market).length === 0) return;
    const lagMs = market.connector.manifest.capabilities.orderVisibilityLagMs;
    const order = this.sell(market, this.#basket(market, random), {
      pay: random.chance(0.85),
      buyer: drawBuyer(market.nature.key, random),
      visibleAfterMs: random.chance(0.3) ? random.between(0, lagMs * 0.9) : 0,
      cancelledUnits: random.pick(CANCELLED_UNITS),
      charges: drawCharges(random),
    });
    // Most marketplaces tell at once; hints get lost.
    const isHinted = random.chance(0.7);
    if (order && isHinted) void this.hint(market, order);
  }

  /** What a buyer would like: often one thing, at times several, and the same one twice. */
  #basket(market: SimMarketplace, random: Random): BasketLine[] {
    const lines = random.pick(LINES);
    const units = () => (market.connector.manifest.capabilities.quantities === false ? 1 : random.pick(UNITS));
    return Array.from({ length: lines }, () => ({
      listing: random.pick(this.scene.staples(market)),
      units: units(),
      pence: random.pick(PENCE),
    }));
  }

  /** Of what they would like, buyers take what is shown. */
  sell(market: SimMarketplace, wanted: readonly BasketLine[], purchase: Purchase): SimOrder | null {
    const { scene } = this;
    const real = new Map(wanted.map(({ listing: { sku } }) => [sku, scene.real(sku)]));
    const basket = new Map<SimListing, number>();
    const lines = wanted.flatMap((line) => {
      const taken = basket.get(line.listing) ?? 0;
      const units = Math.min(line.units, market.shown(line.listing) - taken);
      if (units <= 0) return [];
      basket.set(line.listing, taken + units);
      return [{ ...line, units }];
    });
    this.#noteTurnedAway(market, wanted, { basket, real });
    const order = lines.length > 0 ? market.order(lines, purchase) : null;
    if (!order) return null;
    const sold = order.lines.map(({ sku, units }) => `${units} ${sku}, of ${real.get(sku)}`).join("; ");
    scene.log(`${market.nature.key} sells ${sold} (${order.id})`);
    for (const [listing, units] of basket)
      if ((real.get(listing.sku) ?? 0) < unitsOfSku(order, listing.sku)) this.rules.oversold(market, listing, units);
    return order;
  }

  #noteTurnedAway(
    market: SimMarketplace,
    wanted: readonly BasketLine[],
    { basket, real }: { basket: Map<SimListing, number>; real: Map<string, number> },
  ): void {
    const { scene } = this;
    const left = new Map(real);
    for (const [{ sku }, units] of basket) left.set(sku, (left.get(sku) ?? 0) - units);
    for (const listing of new Set(wanted.map((line) => line.listing))) {
      const asked = wanted.reduce((sum, line) => sum + (line.listing === listing ? line.units : 0), 0);
      scene.counts.asked += asked;
      const got = basket.get(listing) ?? 0;
      noteTurnedAway(scene, market, { listing, asked, got, left: left.get(listing.sku) ?? 0 });
      left.set(listing.sku, (left.get(listing.sku) ?? 0) - (asked - got));
    }
  }

  /** Something that Lockstep can't match to one variant, or that Shopify does not count. */
  buyUnknown(random: Random): void {
    const market = random.pick(this.scene.markets);
    const sku = random.pick([TWINS, STRAY, UNTRACKED]);
    const listing = [...market.listings.values()].find((one) => one.sku === sku && one.quantity > 0);
    const order = listing && market.buy(listing, 1, { pay: true, buyer: "buyer-9", visibleAfterMs: 0 });
    if (!order) return;
    // What the merchant has matched by hand is compared with what should show: an order that nobody can read would be missed there.
    order.isGarbled = random.chance(0.5) && listing?.soldAs === null;
    this.scene.log(
      `${market.nature.key} sells ${sku} (${order.id}), which nobody can ${order.isGarbled ? "read" : "match or count"}`,
    );
  }

  async hint(market: SimMarketplace, order: SimOrder): Promise<void> {
    const { world } = this.scene;
    await world.time.sleep(Math.max(50, order.visibleAtMs - world.time.nowMs()));
    const channel = await world.time.busy(
      world.database.db.channel.findFirstOrThrow({ where: { connectorKey: market.nature.key }, select: { id: true } }),
    );
    world.queue.add("import-orders", { channelId: channel.id, orderRemoteId: order.id }, 0);
  }

  storefront(random: Random): void {
    const { scene } = this;
    const sku = random.pick(STAPLES);
    const variant = [...scene.store.variants.values()].find((one) => one.sku === sku);
    if (!variant) return;
    const real = scene.real(sku);
    const bought = scene.world.shopify.controls.storefrontOrder(scene.world.shopDomain, {
      email: random.chance(0.3) ? random.pick(EMAILS) : "someone@buyer.example",
      lines: [{ variantId: variant.id, quantity: 1 }],
    });
    if (!bought.ok) return;
    scene.log(`Shopify sells ${sku}, ${real - 1} left`);
    // Shopify itself sold what a marketplace had sold: nobody but Shopify could have known.
    if (real <= 0) {
      scene.counts.oversold += 1;
      scene.counts.unpreventable += 1;
    }
  }

  payOrCancel(random: Random): void {
    const { scene } = this;
    const open = scene.markets.flatMap((market) =>
      scene
        .ordersOf(market)
        .filter((one) => one.cancelledAtMs === null && one.parcels.length === 0)
        .map((order) => ({ market, order })),
    );
    if (open.length === 0) return;
    const unpaid = open.filter(({ order }) => order.paidAtMs === null);
    const { market, order } = random.pick(unpaid.length > 0 && random.chance(0.5) ? unpaid : open);
    const dice = random.next();
    if (order.paidAtMs !== null) {
      if (dice < 0.2) this.#cancelThere(market, order);
      else if (dice < 0.35) this.#giveBack(market, order, random);
      else if (dice < 0.5) this.#takeBack(market, order, random);
    } else if (dice < 0.1) this.#cancelThere(market, order);
    else {
      if (dice < 0.4) this.#takeBack(market, order, random);
      if (dice < 0.25 || dice >= 0.4) this.#pay(market, order);
    }
  }

  #pay(market: SimMarketplace, order: SimOrder): void {
    market.pay(order);
    this.scene.log(`${order.id} is paid`);
  }

  #cancelThere(market: SimMarketplace, order: SimOrder): void {
    market.cancel(order);
    this.scene.log(`${order.id} is cancelled there`);
  }

  #takeBack(market: SimMarketplace, order: SimOrder, random: Random): void {
    const line = random.pick(order.lines);
    if (unitsOf(line) === 0) return;
    market.takeBack(order, line, random.chance(0.4) ? unitsOf(line) : random.between(1, unitsOf(line)));
    this.scene.log(`${order.id} loses units of ${line.sku} there (${line.id}), ${unitsOf(line)} left`);
  }

  #giveBack(market: SimMarketplace, order: SimOrder, random: Random): void {
    const pence = random.between(GOODWILL_PENCE.min, GOODWILL_PENCE.max);
    market.giveBack(order, pence);
    this.scene.log(`${order.id} gets ${pence} pence back there`);
  }

  /** A parcel leaves with all that is open, or with some of it; or what was said of an earlier one changes. */
  ship(random: Random): void {
    const { scene } = this;
    const ours = [...scene.store.orders.values()].filter(
      (order) => !order.cancelledAt && !order.cancelPending && order.sourceIdentifier,
    );
    const shipped = ours.filter((order) => order.fulfillments.some((one) => one.status === "SUCCESS"));
    if (shipped.length > 0 && random.chance(0.2)) {
      this.#changeParcel(random.pick(shipped), random);
      return;
    }
    const open = ours.filter((order) => order.lineItems.some((line) => fulfillableQuantity(order, line) > 0));
    if (open.length === 0) return;
    const order = random.pick(open);
    const isLast = order.fulfillments.length + 1 >= PARCELS_MAX || random.chance(0.5);
    const lines = order.lineItems.flatMap((line) => {
      const most = fulfillableQuantity(order, line);
      const quantity = isLast ? most : random.between(0, most);
      return quantity > 0 ? [{ lineItemId: line.id, quantity }] : [];
    });
    if (lines.length === 0) return;
    // Some are sent as letters, and get a number later, or none.
    const number = random.chance(0.8) ? `T${order.number}-${order.fulfillments.length + 1}` : null;
    const shipment = scene.world.shopify.controls.fulfill(scene.world.shopDomain, order.id, {
      lines,
      tracking: number ? [{ company: random.pick(CARRIERS), number, url: null }] : [],
    });
    if (!shipment.ok) return;
    scene.trackings.set(shipment.value.id, [number]);
    const units = lines.reduce((sum, line) => sum + line.quantity, 0);
    scene.log(`${shipment.value.name} ships with ${units} units and ${number ?? "no number"}`);
  }

  #changeParcel(order: ShopifyOrder, random: Random): void {
    const { scene } = this;
    const { controls } = scene.world.shopify;
    const parcel = random.pick(order.fulfillments.filter((one) => one.status === "SUCCESS"));
    if (random.chance(0.3)) {
      controls.cancelFulfillment(scene.world.shopDomain, order.id, parcel.id);
      scene.log(`${parcel.name} did not leave after all`);
      return;
    }
    const numbers = scene.trackings.get(parcel.id) ?? [null];
    const number = `T${order.number}-${parcel.id.split("/").at(-1)}-${numbers.length}`;
    scene.trackings.set(parcel.id, [...numbers, number]);
    controls.updateTracking(scene.world.shopDomain, order.id, parcel.id, [
      { company: random.pick(CARRIERS), number, url: null },
    ]);
    scene.log(`${parcel.name} has other tracking, ${number}`);
  }

  /** Staff refund units that were not shipped; the marketplace knows nothing of it. */
  refundInShopify(random: Random): void {
    const { scene } = this;
    const open = [...scene.store.orders.values()].flatMap((order) =>
      order.cancelledAt || order.cancelPending
        ? []
        : order.lineItems
            .filter((line) => fulfillableQuantity(order, line) > 0 && line.variantId !== null)
            .map((line) => ({ order, line })),
    );
    if (open.length === 0) return;
    const { order, line } = random.pick(open);
    const quantity = random.between(1, fulfillableQuantity(order, line));
    const request = { lines: [{ lineItemId: line.id, quantity }], restock: true };
    scene.world.shopify.controls.refund(scene.world.shopDomain, order.id, request);
    scene.log(`${quantity} ${line.sku} of ${order.name} are refunded in Shopify`);
    scene.shortages.note();
  }

  cancelInShopify(random: Random): void {
    const { scene } = this;
    const open = [...scene.store.orders.values()].filter(
      (order) => order.fulfillments.length === 0 && !order.cancelledAt && !order.cancelPending,
    );
    if (open.length === 0) return;
    const order = random.pick(open);
    scene.log(`${order.name} is cancelled in Shopify`);
    scene.world.shopify.controls.cancel(scene.world.shopDomain, order.id, { reason: "CUSTOMER", restock: true });
  }
}

/** Postage, tax in the prices or on top, or both; a tip, a coupon on all of it. */
function drawCharges(random: Random): SimCharges {
  const between = (chance: number, min: number, max: number) => (random.chance(chance) ? random.between(min, max) : 0);
  return {
    shipping: between(0.5, 1, 599),
    tax: between(0.3, 1, 350),
    taxIncluded: between(0.3, 1, 300),
    isTaxCollected: random.chance(0.5),
    adjustment: between(0.15, 1, 200) - between(0.25, 1, 900),
  };
}
