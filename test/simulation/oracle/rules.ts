/**
 * The rules of the design's section 4, checked: some at each call as it leaves and at each sale, the others once things
 * have settled. What is true is taken from Shopify's and the marketplaces' own state; the app's tables are asked only for
 * what the app knew.
 */
import type { Scene } from "../scene.ts";
import type { SimListing, SimMarketplace } from "../sim-marketplace.ts";
import { alertDifferences } from "./alerts.ts";
import { checkBudgets, checkScope } from "./calls.ts";
import type { Difference } from "./difference.ts";
import { Histories } from "./histories.ts";
import { checkHeldForUnpaid } from "./holds.ts";
import { Leaving } from "./leaving.ts";
import { goneDifferences, listingDifferences } from "./listings.ts";
import { Mails } from "./mails.ts";
import { orderHistoryDifferences } from "./order-histories.ts";
import { orderDifferences, placedDifferences } from "./orders.ts";
import { BUDGET_MS_MAX, judgeOversale } from "./oversales.ts";
import { type PreviewedRow, Previews } from "./previews.ts";
import { Sendings } from "./sendings.ts";
import { catalogueDifferences, stockDifferences } from "./stock.ts";

/** What the app itself takes: its clock ticks twice, it reads stock and listings, and counts once more. */
const APP_MS = 20_000;

/** Within this time a marketplace shows what changed: by its orders' lag, its calls, its limits, and until it shows. */
function withinMs({ nature, connector }: SimMarketplace): number {
  const { orderVisibilityLagMs, orderPollEveryMs } = connector.manifest.capabilities;
  const waitMs = Math.max(0, ...nature.limits.map((limit) => limit.windowMs).filter((ms) => ms <= BUDGET_MS_MAX));
  return (
    APP_MS + orderVisibilityLagMs + orderPollEveryMs + 10 * nature.latencyMs.max + 2 * nature.visibleAfterMs + waitMs
  );
}

export class Rules {
  readonly #edited = new Set<SimListing>();
  readonly #sendings: Sendings;
  readonly #leaving: Leaving;
  readonly #histories: Histories;
  readonly #mails: Mails;
  readonly previews: Previews;
  private readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
    this.#sendings = new Sendings(scene);
    this.#leaving = new Leaving(scene);
    this.#histories = new Histories(scene);
    this.#mails = new Mails(scene);
    this.previews = new Previews(scene);
    for (const market of scene.markets) {
      market.onWrite(({ sku, before, quantity }) => scene.log(`${market.nature.key} ${sku} ${before}->${quantity}`));
      market.onSending((call) => this.#sendings.check(market, call));
    }
  }

  edited(listing: SimListing): void {
    this.#edited.add(listing);
  }

  workerDied(): void {
    this.#sendings.workerDied();
  }

  /** After the merchant looked at this preview. */
  async approved(market: SimMarketplace, rows: readonly PreviewedRow[]): Promise<void> {
    const listings = await this.previews.byId();
    const toZero = rows.filter(({ quantity }) => quantity === 0).flatMap((row) => listings.get(row.listingId) ?? []);
    this.#sendings.approved(
      market,
      toZero.map(({ remoteId }) => remoteId),
    );
  }

  /** The merchant altered how much is shown, and approved what they were shown of that. */
  decided(): void {
    this.#sendings.decided();
    this.note();
  }

  /** Something changed that may move a number. */
  note(): void {
    this.#leaving.note();
    this.noteStock();
  }

  /** Something changed that may move Shopify's own numbers. */
  noteStock(): void {
    this.#mails.noteStock();
  }

  /** Whether so much of a channel shows something of these SKUs that it may not go to zero unseen. */
  mustWaitForZero(market: SimMarketplace, skus: readonly string[]): boolean {
    const { terms } = this.scene;
    const shows = [...market.listings.values()].filter(
      (one) => skus.includes(terms.skuOf(one).now) && !terms.excludedOf(one).now && market.shown(one) > 0,
    );
    return this.#sendings.isMuch(market, shows.length);
  }

  /**
   * In quiet times, after something changed that nobody but the app tells of: each marketplace has its own time to show it,
   * and then shows no fewer than there are, and no more.
   */
  async checkOffered(what: string): Promise<void> {
    const { scene } = this;
    const sinceMs = scene.nowMs;
    const bySpeed = [...scene.markets].sort((a, b) => withinMs(a) - withinMs(b));
    for (const market of bySpeed) {
      await scene.world.run(Math.max(0, sinceMs + withinMs(market) - scene.nowMs));
      for (const { rule, what: which } of await listingDifferences(scene, this.#edited, [market]))
        scene.violate(rule, `${what}: ${withinMs(market) / 1_000} s later ${which}`);
    }
  }

  checkScope(market: SimMarketplace, refused: { remoteId: string; sinceMs: number }): Promise<void> {
    return checkScope(this.scene, market, refused);
  }

  checkHeldForUnpaid(): void {
    checkHeldForUnpaid(this.scene);
  }

  checkPlaced(): void {
    for (const { rule, what } of placedDifferences(this.scene)) this.scene.violate(rule, what);
  }

  checkBudgets(): void {
    checkBudgets(this.scene);
  }

  /** A buyer bought what was not there. */
  oversold(market: SimMarketplace, listing: SimListing, units: number): void {
    this.scene.counts.oversold += 1;
    this.scene.log(`OVERSOLD ${listing.sku} on ${market.nature.key}`);
    void judgeOversale(this.scene, market, { listing, units, atMs: this.scene.nowMs });
  }

  /** What is not as it should be now. */
  async differences(): Promise<Difference[]> {
    const { scene } = this;
    return [
      ...(await orderDifferences(scene)),
      ...(await listingDifferences(scene, this.#edited)),
      ...(await this.#leaving.differences(this.#edited)),
      ...(await goneDifferences(scene)),
      ...(await stockDifferences(scene)),
      ...(await catalogueDifferences(scene)),
      ...(await alertDifferences(scene)),
      ...(await this.#mails.differences()),
      ...(await this.#histories.differences()),
      ...(await orderHistoryDifferences(scene)),
      ...(await this.#nextDoor()),
    ];
  }

  async #nextDoor(): Promise<Difference[]> {
    const { neighbour, world, markets } = this.scene;
    const keys = markets.map((market) => market.nature.key);
    return (await neighbour.differences(world, keys)).map((one) => ({ ...one, isUntold: false }));
  }
}
