/**
 * What happens in a run: buyers, staff, and all that goes wrong. Each event draws from its own generator, made of the seed
 * and its number, so that leaving one out does not change the others.
 */
import { pauseChannel, resumeChannel } from "#app/flows/manage-channel.ts";
import { storeSeedSchema } from "#test/emulators/shopify/demo-store.ts";
import { DEFAULT_SETTINGS, type EmulatorSettings } from "#test/emulators/shopify/emulator-settings.ts";
import { createRandom, type Random } from "#test/support/world/random.ts";
import type { TestWorker } from "#test/support/world/worker.ts";
import type { Merchant } from "./merchant.ts";
import type { Rules } from "./oracle/rules.ts";
import { OrderEvents } from "./order-events.ts";
import { CLOCK_SKEW_MS_MAX, LEAVING, RETURNING, type Scene, STAPLES } from "./scene.ts";
import { NO_FAULTS, type SimListing, type SimMarketplace } from "./sim-marketplace.ts";

/** Most events come in a rush, as in a shop on a busy day; between rushes there is time for what is under way. */
const RUSH = { share: 0.85, gapMs: { min: 5, max: 120 } };
const LULL_MS = { min: 200, max: 1_500 };
/** A killed worker dies at one of its next awaits. */
const FUSE_MAX = 40;
/** Longer than a lease lasts. */
const PAUSE_MS = { min: 50_000, max: 70_000 };
/** Whoever answers a merchant may stand still, or die: they press again. */
const ANSWER_MS = 80_000;
const PRESSES_MAX = 3;
/** A worker stands still at any of its next calls. */
const CALLS_TO_PAUSE_MAX = 12;
/** The merchant pauses a channel for so long. */
const HOLD_MS = { min: 500, max: 8_000 };

/** An order that is not in Shopify by then waits for something. */
const ARRIVES_WITHIN_MS = 20_000;
const LOOKS_EVERY_MS = 5;
const COUNTED_WITHIN_MS = 200;
const SLOW_READ_MS = 500;
/** SKUs of what staff add while the catalogue is read. */
const NOVELTY = "N";

/** Of what Shopify has of an order, what it may not show: enough, or too little, to know what was made. */
const WITHHELD = ["Order.customer", "Order.name"];
/** A marketplace takes no change of one listing for so long. */
const REFUSES_MS = { min: 5_000, max: 40_000 };
/** What a marketplace may refuse as a whole for a while, for a reason that it gives. */
const REFUSABLE = ["confirmShipment", "readShipments", "cancelOrder", "readOrder", "readOrders", "readListings"];
/** What Shopify may refuse for a while, with a user error. */
const REFUSALS = [
  { refusedMutations: ["orderCreate"] },
  { refusedMutations: ["inventoryMoveQuantities"] },
  { refusesCustomers: true },
  { ordersPerMinuteMax: 5, ordersOverLimit: "user-error" },
  { ordersPerMinuteMax: 5, ordersOverLimit: "throttled" },
] as const satisfies Partial<EmulatorSettings>[];

const POST_ILL_MS = { min: 10_000, max: 60_000 };

/** A delivery is for several orders. */
const DELIVERED_MAX = 9;

const STATUSES = { archived: "ARCHIVED", draft: "DRAFT", unlisted: "UNLISTED" } as const;

export class Events {
  readonly #faultsUntilMs = new Map<SimMarketplace, number>();
  /** What ends by itself, and when. */
  #passing: { untilMs: number; end: () => void }[] = [];
  #fuse: { worker: TestWorker; awaitsLeft: number } | null = null;
  /** The next worker that reads listings stands still so long; or the one that makes the call after so many. */
  #pauseMs: number | null = null;
  #callsToPause: number | null = null;
  /** When staff made a product. */
  readonly #madeMs = new Map<string, number>();
  #deliveriesSeen = 0;
  #lastCaller: TestWorker | null = null;
  readonly #orders: OrderEvents;
  private readonly scene: Scene;
  private readonly rules: Rules;
  private readonly merchant: Merchant;
  private readonly seed: number;

  constructor(scene: Scene, rules: Rules, merchant: Merchant, seed: number) {
    this.scene = scene;
    this.rules = rules;
    this.merchant = merchant;
    this.seed = seed;
    this.#orders = new OrderEvents(scene, rules);
    scene.onAwait = (worker, what) => {
      this.#noteShopify();
      if (what === "fetch") this.#lastCaller = worker;
      if (what === "fetch" && this.#callsToPause !== null && this.#callsToPause-- <= 0) this.#pause();
      this.#burn(worker);
    };
    for (const market of scene.markets) {
      market.onSending(async (call) => {
        if (call.operation === "readQuantities" && this.#callsToPause === null) this.#pause();
        return () => undefined;
      });
    }
  }

  /** Time goes by until event number `index`, which happens if it is among the kept. */
  async pass(index: number, isKept: boolean): Promise<void> {
    const random = this.#generator(index);
    const gapMs = random.chance(RUSH.share) ? RUSH.gapMs : LULL_MS;
    await this.scene.world.run(random.between(gapMs.min, gapMs.max));
    for (const [market, untilMs] of this.#faultsUntilMs) {
      if (this.scene.nowMs < untilMs) continue;
      market.faults = { ...NO_FAULTS };
      this.#faultsUntilMs.delete(market);
    }
    const over = this.#passing.filter(({ untilMs }) => this.scene.nowMs >= untilMs);
    this.#passing = this.#passing.filter((one) => !over.includes(one));
    for (const { end } of over) end();
    if (isKept) this.#happen(random);
    this.scene.shortages.note();
    this.rules.note();
  }

  /** What the app does in Shopify gives units and takes them, too. */
  #noteShopify(): void {
    const { length } = this.scene.world.shopify.deliveries.all;
    if (length === this.#deliveriesSeen) return;
    this.#deliveriesSeen = length;
    this.scene.shortages.note();
    this.rules.noteStock();
  }

  #generator(index: number): Random {
    return createRandom(Math.imul(this.seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  }

  /** All faults stop. */
  endFaults(): void {
    const { shopify } = this.scene.world;
    for (const market of this.scene.markets) market.faults = { ...NO_FAULTS };
    this.#faultsUntilMs.clear();
    for (const { end } of this.#passing) end();
    this.#passing = [];
    this.#fuse = null;
    this.#pauseMs = null;
    this.#callsToPause = null;
    const { bulkOperationMs, bulkResult, bulkRowsLost, bulkRowOrder, bulkRefusal } = DEFAULT_SETTINGS;
    Object.assign(shopify.world.settings, { bulkOperationMs, bulkResult, bulkRowsLost, bulkRowOrder, bulkRefusal });
    shopify.faults.clear();
    shopify.deliveries.clearDisturbances();
  }

  /**
   * Of each staple one more is sold, and staff count it just as the order arrives in Shopify: what the app reads of it then
   * is old by the time it is stored.
   */
  countAsOrdersArrive(): void {
    for (const [index, sku] of STAPLES.entries()) void this.#countAsOrderArrives(sku, this.#generator(-2 - index));
  }

  async #countAsOrderArrives(sku: string, random: Random): Promise<void> {
    const { scene } = this;
    const { time } = scene.world;
    const listings = scene.markets.flatMap((market) =>
      scene.staples(market).flatMap((listing) => (listing.sku === sku ? [{ market, listing }] : [])),
    );
    if (listings.length === 0) return;
    const { market, listing } = random.pick(listings);
    const order = this.#orders.sell(market, [{ listing, units: 1 }], {
      pay: true,
      buyer: "buyer-1",
      visibleAfterMs: 0,
    });
    if (!order) return;
    void this.#orders.hint(market, order);
    const endMs = time.nowMs() + ARRIVES_WITHIN_MS;
    while (scene.shopifyOrdersOf(order).length === 0 && time.nowMs() < endMs) await time.sleep(LOOKS_EVERY_MS);
    scene.world.shopify.faults.add({ operation: "nodes", kind: "delay-after", delayMs: SLOW_READ_MS, times: 1 });
    await time.sleep(random.between(0, COUNTED_WITHIN_MS));
    this.#setStock(sku, Math.max(0, scene.world.available(sku)) + random.between(1, 3));
  }

  /** One of each staple that there is, on some marketplace, and paid for. */
  sellOneOfEach(round: number): void {
    const random = this.#generator(-10 - round);
    for (const sku of STAPLES) {
      const market = random.pick(this.scene.markets);
      const listing = this.scene.staples(market).find((one) => one.sku === sku && market.shown(one) > 0);
      const order =
        listing &&
        this.#orders.sell(market, [{ listing, units: 1 }], { pay: true, buyer: "buyer-2", visibleAfterMs: 0 });
      if (order) void this.#orders.hint(market, order);
    }
  }

  /** The merchant tidies up the shop. */
  withdraw(): void {
    const { scene } = this;
    const { controls } = scene.world.shopify;
    const shop = scene.world.shopDomain;
    for (const [sku, fate] of Object.entries(LEAVING)) {
      const variant = [...scene.store.variants.values()].find((one) => one.sku === sku);
      if (!variant) continue;
      scene.log(`${sku} is ${fate} in Shopify`);
      if (fate === "deleted") controls.deleteProduct(shop, variant.productId);
      else if (fate === "unstocked") {
        for (const { itemId, locationId } of [...scene.store.levels.values()])
          if (itemId === variant.inventoryItemId) controls.disconnectItem(shop, itemId, locationId);
      } else controls.setProductStatus(shop, variant.productId, STATUSES[fate]);
    }
  }

  /** One is sold again. */
  bringBack(): void {
    const { scene } = this;
    const variant = [...scene.store.variants.values()].find((one) => one.sku === RETURNING);
    if (!variant) return;
    scene.log(`${RETURNING} is active in Shopify again`);
    scene.world.shopify.controls.setProductStatus(scene.world.shopDomain, variant.productId, "ACTIVE");
  }

  #happen(random: Random): void {
    const dice = random.next();
    if (dice < 0.38) this.#orders.buy(random);
    else if (dice < 0.4) this.#orders.buyUnknown(random);
    else if (dice < 0.48) this.#orders.storefront(random);
    else if (dice < 0.61) this.#restock(random);
    else if (dice < 0.7) this.#orders.payOrCancel(random);
    else if (dice < 0.78) this.#orders.ship(random);
    else if (dice < 0.8) this.#orders.cancelInShopify(random);
    else if (dice < 0.815) this.#orders.refundInShopify(random);
    else if (dice < 0.83) this.#readCatalogue(random);
    else if (dice < 0.86) void this.merchant.decide(random);
    else if (dice < 0.9) this.#workAtLocations(random);
    else this.#fault(random);
  }

  #restock(random: Random): void {
    const { scene } = this;
    const sku = random.pick(STAPLES);
    const units = random.between(1, DELIVERED_MAX);
    const fewer = random.chance(0.25) ? random.between(0, 4) : 0;
    this.#setStock(sku, Math.max(0, Math.max(0, scene.world.available(sku)) + units - fewer));
  }

  /** One is closed or opened again, or units are carried from one to another. */
  #workAtLocations(random: Random): void {
    const { scene } = this;
    const { controls } = scene.world.shopify;
    const shop = scene.world.shopDomain;
    const location = random.pick([...scene.store.locations.values()]);
    if (random.chance(0.5)) {
      // One is always open.
      if (location.isActive && scene.activeLocations.length === 1) return;
      controls.setLocationActive(shop, location.id, !location.isActive);
      scene.log(`${location.name} is ${location.isActive ? "open again" : "closed"}`);
      this.rules.note();
      scene.shortages.note();
      return;
    }
    const sku = random.pick(STAPLES);
    const [from, to] = [random.pick(scene.levelsOf(sku)), random.pick(scene.levelsOf(sku))];
    const units = Math.min(from.quantities.available, random.between(1, 4));
    if (from === to || units <= 0) return;
    controls.setAvailable(shop, from.itemId, from.locationId, from.quantities.available - units);
    controls.setAvailable(shop, to.itemId, to.locationId, to.quantities.available + units);
    scene.log(`${units} of ${sku} are carried to ${scene.store.locations.get(to.locationId)?.name}`);
  }

  /**
   * The catalogue is read, as it is every half hour, and staff work on it meanwhile: what the reading brings is old, and
   * may be short of rows, without a file, in another order, or refused.
   */
  #readCatalogue(random: Random): void {
    const { scene } = this;
    const { world } = scene;
    Object.assign(world.shopify.world.settings, {
      bulkOperationMs: random.pick([500, 3_000, 10_000]),
      bulkResult: random.chance(0.25) ? "no-address" : "file",
      bulkRowsLost: random.chance(0.3) ? random.between(1, 20) : 0,
      bulkRowOrder: random.chance(0.5) ? "children-first" : "parents-first",
      bulkRefusal: random.chance(0.2) ? random.pick(["user-error", "access-denied", "forbidden"] as const) : null,
    });
    world.queue.add("mirror-shop", { shopId: world.shopId }, 0);
    scene.log("the catalogue is read");
    const work = random.between(0, 2);
    void world.time.sleep(random.between(0, 3_000)).then(() => this.#changeCatalogue(work));
  }

  /** What nobody buys: a product is made, changed or deleted. */
  #changeCatalogue(work: number): void {
    const { scene } = this;
    const { controls } = scene.world.shopify;
    const [novelty] = [...scene.store.variants.values()].filter((one) => one.sku?.startsWith(NOVELTY));
    if (!novelty || work === 0) {
      const sku = `${NOVELTY}${scene.store.products.size}`;
      const seed = { title: sku, variants: [{ sku, price: "5.00" }] };
      const id = controls.addProduct(scene.world.shopDomain, storeSeedSchema.shape.products.element.parse(seed));
      this.#madeMs.set(id, scene.nowMs);
      scene.log(`${sku} is new in the shop`);
    } else if (work === 1) {
      const madeMs = this.#madeMs.get(novelty.productId) ?? 0;
      if (scene.workerFailuresMs.some((atMs) => atMs > madeMs - PAUSE_MS.max)) scene.unheardOf.add(novelty.id);
      controls.deleteProduct(scene.world.shopDomain, novelty.productId);
      scene.log(`${novelty.sku} is deleted`);
    } else {
      const edit = { barcode: `${scene.nowMs}`, sku: `${novelty.sku}-` };
      controls.editVariant(scene.world.shopDomain, novelty.id, edit);
      scene.log(`${novelty.sku} is edited`);
    }
  }

  #setStock(sku: string, units: number): void {
    const { scene } = this;
    scene.log(`stock of ${sku} set to ${units}`);
    scene.setStock(sku, units);
    scene.listAgain(sku);
  }

  #fault(random: Random): void {
    const { scene } = this;
    const { world } = scene;
    const market = random.pick(scene.markets);
    const kind = random.between(0, 19);
    const ill = (faults: Partial<SimMarketplace["faults"]>, what: string): void => {
      market.faults = { ...NO_FAULTS, ...faults };
      this.#faultsUntilMs.set(market, scene.nowMs + random.between(2_000, 30_000));
      scene.log(`${market.nature.key} ${what}`);
    };
    switch (kind) {
      case 0:
      case 1:
        ill({ unavailable: 0.5, replyLost: 0.3 }, "is unwell");
        return;
      case 2:
        ill({ throttled: 0.6 }, "throttles");
        return;
      case 3:
        ill({ requestLost: 0.5, slow: 0.3 }, "loses requests");
        return;
      case 4:
        if (scene.staples(market).length > 0) {
          this.editByHand(market, random.pick(scene.staples(market)), random.between(0, 3));
        }
        return;
      case 5:
      case 6: {
        const topic = random.pick([
          "inventory_levels/update",
          "fulfillments/create",
          "fulfillments/update",
          "orders/cancelled",
          "orders/updated",
        ]);
        const how = random.pick(["drop", "duplicate", "delay"] as const);
        const times = random.between(1, 3);
        const delayMs = how === "drop" ? 0 : random.between(500, 20_000);
        world.shopify.deliveries.disturb({ kind: how, topic, times, delayMs });
        scene.log(`webhooks ${topic}: ${how}`);
        return;
      }
      case 7:
        world.shopify.faults.add({
          operation: random.pick(["orderCreate", "inventoryMoveQuantities", "nodes", "*"]),
          kind: random.pick(["status", "status-after", "drop-before", "drop-after"] as const),
          status: 503,
          times: random.between(1, 3),
        });
        scene.shopifyFailuresMs.push(scene.nowMs);
        scene.log("Shopify is unwell");
        return;
      case 8:
        // Done over there, and we do not know it.
        world.shopify.faults.add({
          operation: "orderCreate",
          kind: random.pick(["status-after", "drop-after"] as const),
          status: 503,
          times: 1,
        });
        scene.shopifyFailuresMs.push(scene.nowMs);
        scene.log("Shopify makes the next order and does not say so");
        return;
      case 9:
        this.#pauseMs = random.between(PAUSE_MS.min, PAUSE_MS.max);
        this.#callsToPause = random.chance(0.6) ? random.between(0, CALLS_TO_PAUSE_MAX) : null;
        return;
      case 16:
        this.#setClock(random);
        return;
      case 17:
        this.#troublePost(random);
        return;
      case 18:
        this.#refuseCalls(market, random);
        return;
      case 19:
        this.#refuseInShopify(random);
        return;
      case 11:
        this.#refuse(market, random);
        return;
      case 12:
        this.#withhold(random);
        return;
      case 10:
        void this.#hold(market, random.between(HOLD_MS.min, HOLD_MS.max));
        return;
      default: {
        const worker = world.workers[random.between(0, world.workers.length - 1)];
        if (worker) this.#fuse = { worker, awaitsLeft: random.between(0, FUSE_MAX) };
      }
    }
  }

  /** Mail leaves half a minute after what it is about, so that the server is unwell for longer than anything else here. */
  #troublePost(random: Random): void {
    const { post, nowMs } = this.scene;
    post.trouble = random.pick(["puts off", "silent", "doubted"] as const);
    const end = () => {
      post.trouble = null;
    };
    this.#passing.push({ untilMs: nowMs + random.between(POST_ILL_MS.min, POST_ILL_MS.max), end });
    this.scene.log(`the mail server is unwell: ${post.trouble}`);
  }

  /** There is one mail of the day, which no trouble at another time would meet. */
  async troubleDailyMail(): Promise<void> {
    const { scene } = this;
    await scene.world.time.sleep(scene.dailyMs - scene.nowMs - POST_ILL_MS.min);
    this.#troublePost(this.#generator(-20));
    await scene.world.time.sleep(POST_ILL_MS.max);
    scene.post.trouble = null;
  }

  /** The clock of a worker's machine is set, back or ahead. */
  #setClock(random: Random): void {
    const { scene } = this;
    const index = random.between(0, scene.world.workers.length - 1);
    const worker = scene.world.workers[index];
    if (!worker || !scene.hasOddClocks) return;
    worker.skewMs = random.between(-CLOCK_SKEW_MS_MAX, CLOCK_SKEW_MS_MAX);
    scene.log(`the clock of worker ${index} is ${worker.skewMs} ms off`);
  }

  /** A marketplace takes no change of one listing, or does not say what it shows. All others go on. */
  #refuse(market: SimMarketplace, random: Random): void {
    const { scene } = this;
    const staples = scene.staples(market);
    if (staples.length === 0) return;
    const { remoteId, sku } = random.pick(staples);
    const forMs = random.between(REFUSES_MS.min, REFUSES_MS.max);
    const retryAfterS = Math.ceil(forMs / 1_000);
    const says = random.pick([{ retryAfterS }, "not now", "no"] as const);
    market.refusals.set(remoteId, { readsToo: random.chance(0.3), says });
    this.#passing.push({ untilMs: scene.nowMs + forMs, end: () => market.refusals.delete(remoteId) });
    scene.log(`${market.nature.key} takes no changes of ${remoteId} (${sku}): ${JSON.stringify(says)}`);
    const sinceMs = scene.nowMs;
    void scene.world.time.sleep(forMs / 2).then(() => this.rules.checkScope(market, { remoteId, sinceMs }));
  }

  /** It says no to a kind of call, as if that were final. The merchant is told, and tries again. */
  #refuseCalls(market: SimMarketplace, random: Random): void {
    const { scene } = this;
    const calls = REFUSABLE.filter(() => random.chance(0.5));
    for (const call of calls) market.refusedCalls.add(call);
    const end = () => {
      for (const call of calls) market.refusedCalls.delete(call);
    };
    this.#passing.push({ untilMs: scene.nowMs + random.between(REFUSES_MS.min, REFUSES_MS.max), end });
    scene.log(`${market.nature.key} refuses ${calls.join(", ") || "nothing"}`);
  }

  /** Shopify does nothing of a kind of change, or takes few orders a minute, and says so in a user error. */
  #refuseInShopify(random: Random): void {
    const { scene } = this;
    const { settings } = scene.world.shopify.world;
    const refusal = random.pick(REFUSALS);
    Object.assign(settings, refusal);
    const { refusedMutations, refusesCustomers, ordersPerMinuteMax, ordersOverLimit } = DEFAULT_SETTINGS;
    const end = () =>
      Object.assign(settings, { refusedMutations, refusesCustomers, ordersPerMinuteMax, ordersOverLimit });
    this.#passing.push({ untilMs: scene.nowMs + random.between(REFUSES_MS.min, REFUSES_MS.max), end });
    scene.shopifyFailuresMs.push(scene.nowMs);
    scene.log(`Shopify refuses: ${JSON.stringify(refusal)}`);
  }

  /** Shopify makes orders, and answers with an error about a field that it may not show. */
  #withhold(random: Random): void {
    const { scene } = this;
    const { settings } = scene.world.shopify.world;
    const field = random.pick(WITHHELD);
    settings.deniedFields = [field];
    const end = () => {
      settings.deniedFields = [];
    };
    this.#passing.push({ untilMs: scene.nowMs + random.between(2_000, 15_000), end });
    scene.shopifyFailuresMs.push(scene.nowMs);
    scene.log(`Shopify does not show ${field}`);
  }

  /** The merchant presses Pause, and a little later Resume. */
  async #hold(market: SimMarketplace, ms: number): Promise<void> {
    const { scene } = this;
    const { time, database } = scene.world;
    if (scene.pausedSinceMs.has(market)) return;
    const where = { connectorKey: market.nature.key };
    const { id: channelId } = await time.busy(database.db.channel.findFirstOrThrow({ where, select: { id: true } }));
    const press = async (button: typeof pauseChannel): Promise<void> => {
      for (let tries = 0; tries < PRESSES_MAX; tries += 1) {
        const answer = button(scene.world.rt, { shopId: scene.world.shopId, channelId }).catch(() => null);
        if (await Promise.race([answer, time.sleep(ANSWER_MS)])) return;
      }
    };
    await press(pauseChannel);
    const isPaused = await time.busy(database.db.channel.count({ where: { ...where, state: "paused" } }));
    if (isPaused === 0) return;
    scene.pausedSinceMs.set(market, scene.nowMs);
    scene.log(`${market.nature.key} is paused`);
    await time.sleep(ms);
    scene.pausedSinceMs.delete(market);
    await press(resumeChannel);
    scene.log(`${market.nature.key} is resumed`);
  }

  /** Only downwards: a hand that raises a listing oversells by itself. */
  editByHand(market: SimMarketplace, listing: SimListing, quantity: number): void {
    if (quantity >= market.shown(listing)) return;
    listing.quantity = quantity;
    this.rules.edited(listing);
    this.scene.log(`${market.nature.key} ${listing.remoteId} (${listing.sku}) is set to ${quantity} by hand`);
  }

  /** In the middle of a push, for longer than its lease lasts. */
  #pause(): void {
    const { scene } = this;
    const worker = this.#lastCaller;
    const { workers } = scene.world;
    // One of them must be there to take over.
    if (this.#pauseMs === null || !worker || workers.some((one) => one.isPaused)) return;
    worker.pause(this.#pauseMs);
    scene.workerFailuresMs.push(scene.nowMs, scene.nowMs + this.#pauseMs);
    scene.log(`worker ${workers.indexOf(worker)} stands still`);
    this.#pauseMs = null;
    this.#callsToPause = null;
  }

  #burn(worker: TestWorker): void {
    const { scene } = this;
    if (this.#fuse?.worker !== worker || this.#fuse.awaitsLeft-- > 0) return;
    this.#fuse = null;
    const index = scene.world.workers.indexOf(worker);
    scene.workerFailuresMs.push(scene.nowMs);
    this.rules.workerDied();
    scene.log(`worker ${index} is killed`);
    scene.world.replaceWorker(index);
  }
}
