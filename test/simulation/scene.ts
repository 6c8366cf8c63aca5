/**
 * Where a run takes place: a shop with a few products, its marketplaces, and what is true there, read from Shopify's and
 * the marketplaces' own state and never from the app's tables.
 */
import type { StoreSeed } from "#test/emulators/shopify/demo-store.ts";
import type { Level, Order as ShopifyOrder } from "#test/emulators/shopify/store.ts";
import { createRandom, type Random } from "#test/support/world/random.ts";
import type { TestDatabase } from "#test/support/world/test-database.ts";
import type { TestWorker } from "#test/support/world/worker.ts";
import { createWorld, type World } from "#test/support/world/world.ts";
import { type Channels, naturesOf } from "./natures.ts";
import { Neighbour, neighbourStore } from "./neighbour.ts";
import { OrderReads } from "./oracle/order-reads.ts";
import { Shortages } from "./oracle/shortages.ts";
import { nobodyTurnedAway } from "./oracle/turned-away.ts";
import { DESK, Post } from "./post.ts";
import { createSimMarketplace, type SimListing, type SimMarketplace } from "./sim-marketplace.ts";
import { type SimOrder, unitsOf, unitsOfSku } from "./sim-orders.ts";
import { Terms } from "./terms.ts";

export interface Violation {
  rule: number;
  atMs: number;
  what: string;
  /** The app threw what it should not throw: a defect, but not what the rule is about. */
  isDefect: boolean;
}

/** On a line in Shopify, the marketplace's id of it. */
export const LINE_KEY = "_lockstep_line";
/** What buyers buy and staff restock. */
export const STAPLES = ["A", "B", "C", "D"];
/** Shopify does not count it. */
export const UNTRACKED = "U";
/** Two variants carry it. */
export const TWINS = "T";
/** No variant carries it. */
export const STRAY = "S";
/** Nobody buys these; a wrong import wipes them all at once. On the first marketplace alone. */
export const BULK_MAX = 40;
const BULK_MIN = 6;
const BULK_STOCK = 6;

/** How a product leaves the shop's sale in Shopify, or seems to. */
export type Fate = "active" | "archived" | "deleted" | "unstocked" | "draft" | "unlisted";
/** Nobody buys these; in the middle of a run their products leave, each in its own way, and one comes back. */
export const LEAVING = {
  G1: "archived",
  G2: "deleted",
  G3: "unstocked",
  G4: "draft",
  G5: "unlisted",
  G6: "archived",
} as const satisfies Record<string, Fate>;
export const RETURNING = "G6";
const LEAVING_STOCK = 8;

const LOCATIONS = ["Warehouse", "Shop", "Depot", "Attic"] as const;
const LOCATIONS_MIN = 2;
/** A worker's clock is as much off at most. */
export const CLOCK_SKEW_MS_MAX = 2_000;
const TICK_MS = 5_000;
const SLOW_TICK_MS = 5 * 60_000;
const OLD_ORDER_MS = 10 * 24 * 60 * 60_000;
const OLD_ORDERS = 2;

/** What there is once the scene is open. */
interface Held {
  world: World;
  markets: SimMarketplace[];
  neighbour: Neighbour;
  post: Post;
  orderReads: OrderReads;
}

export class Scene {
  readonly counts = { oversold: 0, unpreventable: 0, asked: 0, turnedAway: nobodyTurnedAway() };
  readonly trace: string[] = [];
  readonly violations: Violation[] = [];
  readonly book = new StockBook(this);
  readonly terms = new Terms();
  /** SKUs of a range, as many as the seed says. On the first marketplace all of it, on others a part. */
  bulk: readonly string[] = [];
  readonly shortages = new Shortages(this, STAPLES);
  /** Before each await of a worker. */
  onAwait: (worker: TestWorker, what: string) => void = () => undefined;
  tickMs = TICK_MS;
  /** Whether the clocks of the workers' machines go back and ahead. */
  hasOddClocks = false;
  startedMs = 0;
  /** Orders sold before these were ours to import. */
  connectedMs = Number.POSITIVE_INFINITY;
  /** When workers were killed, and when they began and ceased to stand still. */
  readonly workerFailuresMs: number[] = [];
  /** Variants that may have gone before the worker that was told of them had stored them: a reading may bring them yet. */
  readonly unheardOf = new Set<string>();
  /** When Shopify was told to fail, or not to show something of the orders that it makes. */
  readonly shopifyFailuresMs: number[] = [];
  /** Each tracking number that a fulfilment in Shopify ever had, by its gid. */
  readonly trackings = new Map<string, (string | null)[]>();
  /** Orders that the merchant entered in Shopify by hand, by their marketplace's id. */
  readonly entered = new Set<string>();
  /** Orders that lost, by their marketplace's id, and what the merchant said of each and was told is done. */
  readonly verdicts = new Map<string, "taken all the same" | "given up">();
  /** When the merchant had said who is mailed what: what was open before comes as it was by default. */
  mailAskedMs = Number.POSITIVE_INFINITY;
  /** When the mail of the day leaves. */
  dailyMs = Number.POSITIVE_INFINITY;
  /** Channels that the merchant has paused. */
  readonly pausedSinceMs = new Map<SimMarketplace, number>();
  private held: Held | null = null;

  /** How far the clocks of two workers may be apart. */
  get clocksApartMs(): number {
    return this.hasOddClocks ? 2 * CLOCK_SKEW_MS_MAX : 0;
  }

  /** When a worker was last killed or stood still. */
  get workerFailedMs(): number {
    return Math.max(Number.NEGATIVE_INFINITY, ...this.workerFailuresMs);
  }

  get world(): World {
    if (!this.held) throw new Error("the scene is not open");
    return this.held.world;
  }

  get markets(): readonly SimMarketplace[] {
    return this.held?.markets ?? [];
  }

  get neighbour(): Neighbour {
    if (!this.held) throw new Error("the scene is not open");
    return this.held.neighbour;
  }

  get post(): Post {
    if (!this.held) throw new Error("the scene is not open");
    return this.held.post;
  }

  get orderReads(): OrderReads {
    if (!this.held) throw new Error("the scene is not open");
    return this.held.orderReads;
  }

  get nowMs(): number {
    return this.world.time.nowMs();
  }

  async open(database: TestDatabase, seed: number, channels: Channels): Promise<void> {
    const draw = createRandom(seed).fork();
    this.hasOddClocks = draw.chance(0.5);
    const bulk = Array.from({ length: draw.between(BULK_MIN, BULK_MAX) }, (_, index) => `E${index + 1}`);
    this.bulk = bulk;
    let markets: SimMarketplace[] = [];
    let neighbour: Neighbour | null = null;
    let post: Post | null = null;
    const world = await createWorld({
      database,
      seed,
      store: storeOf(seed, bulk, draw),
      otherStores: [neighbourStore],
      listings: [],
      workers: 2,
      tickMs: () => this.tickMs,
      latencyMs: 30,
      onAwait: (worker, what) => this.onAwait(worker, what),
      markets({ time, random }) {
        markets = naturesOf(channels).map((nature) => createSimMarketplace(nature, time, random.fork()));
        neighbour = new Neighbour(time, random.fork());
        return [...markets, neighbour.market].map((market) => ({ connector: market.connector, fetch: market.fetch }));
      },
      mailer(time) {
        post = new Post(time, draw.fork());
        return post.mailer;
      },
      onTaskError: (task, error) => {
        if (!(error instanceof Error) || error.name !== "RemoteFailureError") this.defect(task, error);
      },
    });
    if (!neighbour || !post) throw new Error("the world made no marketplaces");
    if (this.hasOddClocks)
      for (const worker of world.workers) worker.skewMs = draw.between(-CLOCK_SKEW_MS_MAX, CLOCK_SKEW_MS_MAX);
    this.held = { world, markets, neighbour, post, orderReads: new OrderReads(markets, world.time) };
    await this.neighbour.install(world);
    // Not known of Shopify; where it does not refuse, nothing but our own care keeps an order from being made twice.
    world.shopify.world.settings.refusesDuplicateUniqueMetafields = seed % 4 === 0;
    // An item that Shopify can't tell the stock of is not counted here, so that nothing but the others hangs on it.
    const uncounted = [...this.store.variants.values()].find((one) => one.sku === UNTRACKED);
    if (uncounted && seed % 2 === 1) world.shopify.world.settings.unreadableItems = [uncounted.inventoryItemId];
    this.startedMs = world.time.nowMs();
    for (const market of markets) {
      for (const sku of [...STAPLES, UNTRACKED, ...Object.keys(LEAVING)]) market.addListing(sku, 1);
      // Two listings of one variant, as merchants do.
      market.addListing("B", 1);
      for (const sku of [TWINS, STRAY]) market.addListing(sku, 4);
      const share = market === markets[0] ? bulk.length : draw.between(0, bulk.length);
      for (const sku of bulk.slice(0, share)) market.addListing(sku, 1);
      this.#sellLongAgo(market);
    }
    for (const sku of [...STAPLES, ...bulk]) this.book.note(sku);
  }

  /** From before the merchant knew of us: not ours to import. */
  #sellLongAgo(market: SimMarketplace): void {
    const listing = market.addListing(STRAY, OLD_ORDERS);
    for (let index = 0; index < OLD_ORDERS; index += 1) {
      const order = market.buy(listing, 1, { pay: true, buyer: "buyer-1", visibleAfterMs: 0 });
      if (!order) continue;
      order.soldAtMs -= OLD_ORDER_MS;
      order.paidAtMs = order.soldAtMs;
    }
  }

  close(): void {
    this.held?.world.close();
  }

  get virtualMs(): number {
    return this.held ? this.nowMs - this.startedMs : 0;
  }

  slowDown(): void {
    this.tickMs = SLOW_TICK_MS;
  }

  log(text: string): void {
    this.trace.push(`${this.virtualMs} ${text}`);
  }

  violate(rule: number, what: string): void {
    this.log(`VIOLATION ${rule} ${what}`);
    this.violations.push({ rule, atMs: this.virtualMs, what, isDefect: false });
  }

  defect(where: string, error: unknown): void {
    const what = `${where}: ${error instanceof Error ? (error.stack ?? error.message) : error}`;
    this.log(`DEFECT ${what.split("\n")[0]}`);
    this.violations.push({ rule: 8, atMs: this.virtualMs, what, isDefect: true });
  }

  get store() {
    return this.world.shopify.store(this.world.shopDomain);
  }

  /** Orders of the time since the channels are connected. */
  ordersOf(market: SimMarketplace): SimOrder[] {
    return [...market.orders.values()].filter((order) => order.soldAtMs >= this.connectedMs);
  }

  shopifyOrdersOf(order: SimOrder) {
    return [...this.store.orders.values()].filter((one) => one.sourceIdentifier?.endsWith(`/${order.id}`));
  }

  /** Units of marketplace orders that Shopify does not have. */
  pendingUnits(sku: string): number {
    return this.markets
      .flatMap((market) => this.ordersOf(market))
      .filter(
        (order) =>
          order.cancelledAtMs === null && !order.isGarbled && !this.entered.has(order.id) && unitsOfSku(order, sku) > 0,
      )
      .filter((order) => this.shopifyOrdersOf(order).length === 0)
      .reduce((sum, order) => sum + unitsOfSku(order, sku), 0);
  }

  /** Units of each line of an order that is not paid for. */
  unpaidUnits(sku: string): number[] {
    return this.markets
      .flatMap((market) => this.ordersOf(market))
      .filter((order) => order.paidAtMs === null && order.cancelledAtMs === null)
      .flatMap((order) => order.lines.filter((line) => line.sku === sku).map(unitsOf))
      .filter((units) => units > 0);
  }

  /** Units that Shopify has and no order took: those that it holds back for unpaid orders too. */
  counted(sku: string): number {
    return this.world.available(sku) + this.world.reserved(sku);
  }

  /** Locations that Shopify sells from. */
  get activeLocations(): string[] {
    return [...this.store.locations.values()].filter((one) => one.isActive).map((one) => one.id);
  }

  /** Those that a channel sells from: of the active ones those that the merchant chose for it, or all. */
  locationsOf(market: SimMarketplace): string[] {
    const chosen = this.terms.locationsOf(market).now;
    return this.activeLocations.filter((gid) => chosen.length === 0 || chosen.includes(gid));
  }

  levelsOf(sku: string) {
    const variant = [...this.store.variants.values()].find((one) => one.sku === sku);
    return [...this.store.levels.values()].filter((level) => level.itemId === variant?.inventoryItemId);
  }

  /** Units that are really there, and may be sold. */
  real(sku: string): number {
    return this.#unsold(sku, this.activeLocations);
  }

  /** What a channel may sell of a SKU: at its locations, less what marketplaces sold and Shopify does not have. */
  free(sku: string, market: SimMarketplace): number {
    return this.#unsold(sku, this.locationsOf(market));
  }

  /** Units that Shopify has at its active locations and no order took. */
  sellable(sku: string): number {
    return this.#availableAt(sku, this.activeLocations) + this.#keptFor(sku);
  }

  /** Units that Shopify shows as available at its active locations. */
  shown(sku: string): number {
    return this.#availableAt(sku, this.activeLocations);
  }

  /** What Shopify holds back for unpaid orders it does not have available any more. */
  #unsold(sku: string, locations: readonly string[]): number {
    return this.#availableAt(sku, locations) - (this.pendingUnits(sku) - this.#keptFor(sku));
  }

  /** Of what Shopify holds back for unpaid orders that which they will get: what they take is taken where the shop sells from. */
  #keptFor(sku: string): number {
    const kept = this.levelsOf(sku).filter((level) => this.activeLocations.includes(level.locationId));
    return kept.reduce((units, level) => units + level.quantities.reserved - awayForChecks(level), 0);
  }

  /** Units that Shopify holds back for unpaid orders. */
  reserved(sku: string): number {
    return this.levelsOf(sku).reduce((units, level) => units + level.quantities.reserved, 0);
  }

  #availableAt(sku: string, locations: readonly string[]): number {
    const levels = this.levelsOf(sku).filter((level) => locations.includes(level.locationId));
    return levels.reduce((units, level) => units + level.quantities.available, 0);
  }

  /** Shared out over the active locations that stock it; what lies elsewhere stays there, as far as `units` goes. */
  setStock(sku: string, units: number): void {
    const { controls } = this.world.shopify;
    const active = this.activeLocations;
    const [first, ...rest] = this.levelsOf(sku).sort(
      (a, b) => Number(active.includes(b.locationId)) - Number(active.includes(a.locationId)),
    );
    if (!first) throw new Error(`${sku} is stocked nowhere`);
    let left = units;
    const set = ({ itemId, locationId, quantities }: typeof first, available: number) => {
      left -= available;
      if (quantities.available !== available)
        controls.setAvailable(this.world.shopDomain, itemId, locationId, available);
    };
    for (const level of rest) set(level, Math.max(0, Math.min(left, level.quantities.available)));
    set(first, left);
    this.noteStock(sku);
  }

  noteStock(sku: string): void {
    this.book.note(sku);
    this.shortages.note();
  }

  /** What Shopify itself has of such a product, as a channel sees it. */
  fateOf(sku: string, market: SimMarketplace): Fate {
    const variant = [...this.store.variants.values()].find((one) => one.sku === sku);
    const product = variant && this.store.products.get(variant.productId);
    if (!variant || !product) return "deleted";
    if (product.status === "ARCHIVED") return "archived";
    if (!this.isStocked(sku, market)) return "unstocked";
    return product.status === "DRAFT" ? "draft" : product.status === "UNLISTED" ? "unlisted" : "active";
  }

  /** Somewhere that this marketplace sells from. */
  isStocked(sku: string, market: SimMarketplace): boolean {
    const locations = this.locationsOf(market);
    return this.levelsOf(sku).some((level) => locations.includes(level.locationId));
  }

  isGone(sku: string, market: SimMarketplace): boolean {
    return ["archived", "deleted", "unstocked"].includes(this.fateOf(sku, market));
  }

  /** Where a listing is deleted at zero, only the merchant brings it back, as a new one. */
  listAgain(sku: string): void {
    for (const market of this.markets) {
      const { atZero } = market.connector.manifest.capabilities;
      if (atZero !== "deleted" || this.world.available(sku) <= 0) continue;
      if (this.staples(market).some((one) => one.sku === sku)) continue;
      market.addListing(sku, 1);
      this.log(`${sku} is listed again on ${market.nature.key}`);
    }
  }

  staples(market: SimMarketplace): SimListing[] {
    return [...market.listings.values()].filter((one) => !one.removed && STAPLES.includes(one.sku));
  }
}

/** What Shopify's stock must be: what was last counted, less the orders since, and back what was cancelled since. */
class StockBook {
  /** By SKU; `held`: what each order had of it then. */
  readonly #counted = new Map<string, { units: number; held: Map<string, number> }>();
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** The stock was counted just now. */
  note(sku: string): void {
    const orders = [...this.#scene.store.orders.values()];
    const held = new Map(orders.map((order) => [order.id, this.#unitsOf(order, sku)]));
    this.#counted.set(sku, { units: this.#scene.counted(sku), held });
  }

  expected(sku: string): number {
    const counted = this.#counted.get(sku);
    if (!counted) throw new Error(`${sku} was never counted`);
    const orders = [...this.#scene.store.orders.values()];
    const taken = orders.map((order) => this.#unitsOf(order, sku) - (counted.held.get(order.id) ?? 0));
    return counted.units - taken.reduce((sum, units) => sum + units, 0);
  }

  /** Units that an order took out of stock: all that were not put back. What is cancelled comes back, whoever cancels it. */
  #unitsOf({ lineItems, refunds, cancelledAt }: ShopifyOrder, sku: string): number {
    if (cancelledAt) return 0;
    const ofSku = lineItems.filter(
      ({ variantId }) => variantId && this.#scene.store.variants.get(variantId)?.sku === sku,
    );
    const restocked = refunds.flatMap((refund) => refund.lines).filter((one) => one.restockType !== "no_restock");
    const back = restocked.filter((one) => ofSku.some((line) => line.id === one.lineItemId));
    const sum = (of: readonly { quantity: number }[]) => of.reduce((units, { quantity }) => units + quantity, 0);
    // What staff take off an order they put back.
    const takenOff = ofSku.reduce((units, line) => units + line.editedOutQuantity, 0);
    return sum(ofSku) - sum(back) - takenOff;
  }
}

/** Every product is stocked at every location, its units shared out as it happens. */
function storeOf(seed: number, bulk: readonly string[], draw: Random): StoreSeed {
  const locations = LOCATIONS.slice(0, draw.between(LOCATIONS_MIN, LOCATIONS.length));
  const shareOut = (units: number) => {
    const stock = Object.fromEntries(locations.map((name) => [name, 0]));
    for (let unit = 0; unit < units; unit += 1) {
      const name = draw.pick(locations);
      stock[name] = (stock[name] ?? 0) + 1;
    }
    return stock;
  };
  const product = (title: string, stock: number, variants = 1) => ({
    title,
    variants: Array.from({ length: variants }, (_, index) => ({
      title: variants > 1 ? `No. ${index + 1}` : "Default Title",
      sku: title,
      price: "10.00",
      stock: shareOut(stock),
    })),
  });
  return {
    handle: `sim-${seed}`,
    name: "Simulation",
    email: DESK,
    locations: locations.map((name) => ({ name })),
    products: [
      ...STAPLES.map((sku, index) => product(sku, 3 + 4 * index)),
      ...bulk.map((sku) => product(sku, BULK_STOCK)),
      ...Object.keys(LEAVING).map((sku) => product(sku, LEAVING_STOCK)),
      product(TWINS, 5, 2),
      { title: UNTRACKED, variants: [{ sku: UNTRACKED, price: "10.00", tracked: false, stock: shareOut(0) }] },
    ],
  };
}

/** Reserved for no order: a SKU is being timed, and that unit nobody gets until it is back. */
function awayForChecks({ byDocument }: Level): number {
  const ofChecks = [...byDocument].filter(([document]) => document.startsWith("lockstep://latency-checks/"));
  return ofChecks.reduce((units, [, kept]) => units + kept, 0);
}
