/**
 * One seed: a shop, its channels, buyers and staff, and everything that goes wrong; the rules of the design's section 4
 * checked all along and after settling. A run is a function of its seed and of the events kept.
 */
import { createHash } from "node:crypto";
import { changeSetting } from "#app/flows/change-setting.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { readPreview } from "#app/views/channels.ts";
import { createRandom, type Random } from "#test/support/world/random.ts";
import type { TestDatabase } from "#test/support/world/test-database.ts";
import { NoAnswerError } from "#test/support/world/world.ts";
import { Desk } from "./desk.ts";
import { Events } from "./events.ts";
import { Merchant } from "./merchant.ts";
import type { Channels } from "./natures.ts";
import { MARKET_TOKEN } from "./neighbour.ts";
import { Rules } from "./oracle/rules.ts";
import { type TurnedAway, unitsTurnedAway } from "./oracle/turned-away.ts";
import { Scene, STAPLES, type Violation } from "./scene.ts";
import { NO_FAULTS, type SimMarketplace } from "./sim-marketplace.ts";

export interface SeedPlan {
  seed: number;
  channels: Channels;
  events: number;
  /** Numbers of the events that happen; null: all. */
  keep: readonly number[] | null;
  /** Whether the run ends at its first violation. */
  stopsAtFirst: boolean;
}

export interface SeedResult {
  seed: number;
  events: number;
  /** How many of the events happened. */
  kept: number;
  violations: Violation[];
  traceHash: string;
  trace: string[];
  oversold: number;
  /** Of these, what the earliest possible word could not have prevented. */
  unpreventable: number;
  /** Units that buyers asked for. */
  asked: number;
  /** Of these, what they did not get though it was there, by cause. */
  turnedAway: TurnedAway;
  virtualMs: number;
}

const FIRST_PUSH_MS = 20_000;
const SETTLE_MS = 3 * 60_000;
const SETTLE_STEP_MS = 30_000;
/** What the merchant decides about orders has come to every listing within this time. */
const DECIDED_MS = 60_000;
/** Into settling: orders that were late are in, and what they moved is read. */
const QUIET_AFTER_MS = 60_000;
/** What no word brings is found when all is compared again, every half hour; then it is mended. */
const RECONCILE_MS = 40 * 60_000;
const MEANWHILE_MS = { min: 20, max: 300 };
const WRONG_IMPORT_STEP_MS = 15_000;
/** A channel whose worker has just died is pushed again once its lease is over. */
const WRONG_IMPORT_MS_MAX = 75_000;
/** An outage: by then each kind of work has failed a few times; from then on it is counted how often it is asked. */
const OUTAGE_BEGINS_MS = 20_000;
const OUTAGE_MS = 60_000;
/**
 * Whoever failed many times in a row, or said no as if for good, is asked again within five minutes; and a reading of orders
 * goes before what raises stock.
 */
const ASKED_AGAIN_MS = 5.5 * 60_000;
/** Changes that will land late have been sent by then. */
const OVERTAKEN_MS = 2_000;
/** Five kinds of work at most, and some parcels that wait, each once or twice. */
const OUTAGE_CALLS_MAX = 15;
/** What the merchant decides about quantities before the first push. */
const DECISIONS_MAX = 6;
/** Shopify's words of stock come so late, as many as there may be. */
const LATE_WORD_MS = 3 * 60_000;
const WORDS_MAX = 50;
/** So many times one of each is sold then. */
const SALES_ROUNDS = 2;
/** The merchant looks at alerts this often. */
const MERCHANT_LOOKS_EVERY = 15;
/** What becomes of orders that were sold too late, by marketplace. */
const CONFLICT_POLICIES = ["cancel", "hold", "backorder", "hold"] as const;

export async function simulate(database: TestDatabase, plan: SeedPlan): Promise<SeedResult> {
  await database.empty();
  const scene = new Scene();
  try {
    await scene.open(database, plan.seed, plan.channels);
    await new Run(scene, plan).run();
  } catch (error) {
    scene.defect("the simulation", error);
  } finally {
    scene.close();
  }
  return {
    seed: plan.seed,
    events: plan.events,
    kept: plan.keep?.length ?? plan.events,
    violations: scene.violations,
    traceHash: createHash("sha256").update(scene.trace.join("\n")).digest("hex").slice(0, 16),
    trace: scene.trace,
    ...scene.counts,
    virtualMs: scene.virtualMs,
  };
}

class Run {
  private readonly scene: Scene;
  private readonly plan: SeedPlan;
  private readonly rules: Rules;
  private readonly events: Events;
  private readonly merchant: Merchant;
  private readonly desk: Desk;
  private readonly random: Random;

  constructor(scene: Scene, plan: SeedPlan) {
    this.scene = scene;
    this.plan = plan;
    this.rules = new Rules(scene);
    this.merchant = new Merchant(scene, this.rules);
    this.events = new Events(scene, this.rules, this.merchant, plan.seed);
    this.random = createRandom(plan.seed).fork();
    this.desk = new Desk(scene, this.random.fork(), (button) => this.#press(button));
  }

  get #isOver(): boolean {
    return this.plan.stopsAtFirst && this.scene.violations.length > 0;
  }

  /** The slowest of the marketplaces may show an order this late; what hangs on it is decided after. */
  get #lagMs(): number {
    const lags = this.scene.markets.map((one) => one.connector.manifest.capabilities.orderVisibilityLagMs);
    return Math.max(...lags);
  }

  async run(): Promise<void> {
    for (const act of [
      () => this.#connect(),
      () => this.#live(),
      () => this.#overtake(),
      () => this.#offer(),
      () => this.#outage(),
      () => this.#settle(),
    ]) {
      await act();
      if (this.#isOver) return;
    }
    const { oversold, turnedAway } = this.scene.counts;
    this.scene.log(`oversold ${oversold}, turned away ${unitsTurnedAway(turnedAway)}`);
  }

  /** Mirrored, connected, listings read, and nothing written before the merchant approves. */
  async #connect(): Promise<void> {
    const { scene } = this;
    const { world } = scene;
    await world.until("mirrored", async () => (await world.rt.db.shop.count({ where: { mirroredAt: null } })) === 0);
    for (const market of scene.markets) {
      await world.connectKeys({ connectorKey: market.nature.key, keys: { token: MARKET_TOKEN } });
    }
    await scene.neighbour.connect(world);
    scene.connectedMs = scene.nowMs;
    // What was sold long before changes now: it shows in order reads.
    for (const market of scene.markets) for (const order of market.orders.values()) order.updatedAtMs = scene.nowMs;
    await world.until(
      "listings read",
      async () => (await world.rt.db.channel.count({ where: { listingsReadAt: null } })) === 0,
    );
    await world.run(FIRST_PUSH_MS);
    await this.merchant.begin(this.random);
    await world.drive(this.merchant.askForMail(this.random));
    void this.events.troubleDailyMail();
    for (let decisions = this.random.between(0, DECISIONS_MAX); decisions > 0; decisions -= 1)
      await world.drive(this.merchant.decide(this.random));
    for (const [index, market] of scene.markets.entries()) {
      const { id: channelId } = await world.rt.db.channel.findFirstOrThrow({
        where: { connectorKey: market.nature.key },
      });
      const conflictPolicy = CONFLICT_POLICIES[index] ?? "hold";
      const change = { setting: "conflicts" as const, channelId, after: conflictPolicy };
      await changeSetting(world.rt, { shopId: world.shopId, change });
      const { rows } = await readPreview(world.rt, world.shopId, channelId);
      await this.rules.previews.preview(market, rows);
      await this.#approve(market, channelId);
    }
    await scene.neighbour.approve(world);
    const showsAfterMs = Math.max(...scene.markets.map((market) => market.nature.visibleAfterMs));
    await world.run(Math.max(FIRST_PUSH_MS, 2 * showsAfterMs));
    for (const { rule, what } of await this.rules.differences()) scene.violate(rule, `after the first push: ${what}`);
    await this.rules.previews.comparePushed();
    await this.#alterInQuiet(showsAfterMs);
  }

  /** A setting is altered while nothing else happens: what the merchant is shown of that is what comes of it. */
  async #alterInQuiet(showsAfterMs: number): Promise<void> {
    const { scene, rules } = this;
    const before = rules.previews.look();
    const decided = await scene.world.drive(this.merchant.decide(this.random));
    await scene.world.run(Math.max(FIRST_PUSH_MS, 2 * showsAfterMs));
    if (decided) await rules.previews.compareEffect(decided.what, decided.effect, before);
  }

  async #live(): Promise<void> {
    const { keep, events } = this.plan;
    const kept = keep && new Set(keep);
    const last = keep ? Math.max(-1, ...keep) : events - 1;
    for (let index = 0; index <= last; index += 1) {
      await this.events.pass(index, !kept || kept.has(index));
      if (index % MERCHANT_LOOKS_EVERY === 0) await this.#lookAtAlerts({ decides: true });
      if (index === Math.floor(events / 2)) this.scene.neighbour.sell();
      if (index === Math.floor(events / 3)) this.events.withdraw();
      if (index === Math.floor((2 * events) / 3)) this.events.bringBack();
      if (this.#isOver) return;
    }
  }

  /**
   * A marketplace takes changes and does not say so, or has not: then it does not answer at all. It is asked ever more
   * rarely, the merchant is shown that it waits, and soon after it answers it shows what it should.
   */
  async #outage(): Promise<void> {
    const { scene } = this;
    const { db } = scene.world.database;
    const { time } = scene.world;
    this.events.endFaults();
    await this.#quiet(OUTAGE_MS);
    const market = this.random.pick(scene.markets);
    const connectorKey = market.nature.key;
    const { id: channelId } = await time.busy(db.channel.findFirstOrThrow({ where: { connectorKey } }));
    scene.log(`${connectorKey} loses what is written to it`);
    market.faults = { ...NO_FAULTS, writeLost: 1 };
    for (const sku of STAPLES) scene.setStock(sku, Math.max(0, scene.world.available(sku)) + 1);
    await scene.world.run(OUTAGE_BEGINS_MS);
    scene.log(`${connectorKey} does not answer`);
    market.faults = { ...NO_FAULTS, unavailable: 1 };
    // One alone, so that what was lost of the others is not simply written anew.
    const [first = ""] = STAPLES;
    scene.setStock(first, Math.max(0, scene.world.available(first)) + 1);
    await scene.world.run(OUTAGE_BEGINS_MS);
    const fromMs = scene.nowMs;
    await scene.world.run(OUTAGE_MS);
    const calls = market.callTimesMs.filter((call) => call.atMs > fromMs).length;
    scene.log(`${connectorKey} was asked ${calls} times meanwhile`);
    if (calls > OUTAGE_CALLS_MAX)
      scene.violate(5, `${connectorKey} was asked ${calls} times in ${OUTAGE_MS / 1_000} s in which it did not answer`);
    const isShown = await time.busy(db.setback.count({ where: { channelId } }));
    if (isShown === 0)
      scene.violate(10, `${connectorKey} does not answer, and the merchant is not shown that it waits`);
    market.faults = { ...NO_FAULTS };
    scene.log(`${connectorKey} answers again`);
    await this.#quiet(2 * OUTAGE_MS);
    if (this.#lagMs >= SETTLE_MS) return;
    for (const { rule, what, isUntold } of await this.rules.differences())
      if (rule === 3 && !isUntold) scene.violate(rule, `after an outage: ${what}`);
  }

  /**
   * Changes get no reply; lower ones go out after them and are accepted; then the older ones land. Nobody tells of that: the
   * app looks again, and the marketplace does not show too much for long.
   */
  async #overtake(): Promise<void> {
    const { scene } = this;
    this.events.endFaults();
    await this.#quiet(ASKED_AGAIN_MS);
    this.rules.checkPlaced();
    if (this.#lagMs < OUTAGE_MS) this.rules.checkHeldForUnpaid();
    if (this.#isOver) return;
    const market = this.random.pick(scene.markets);
    const { capabilities } = market.connector.manifest;
    scene.log(`changes on ${market.nature.key} land late`);
    market.faults = { ...NO_FAULTS, writeLate: 1 };
    for (const sku of STAPLES) scene.setStock(sku, Math.max(0, scene.world.available(sku)) + 3);
    await scene.world.run(OVERTAKEN_MS);
    market.faults = { ...NO_FAULTS };
    for (const sku of STAPLES) scene.setStock(sku, scene.world.available(sku) - 2);
    await this.#quiet(capabilities.lateWriteMaxMs + 2 * OUTAGE_MS);
    if (this.#lagMs >= SETTLE_MS) return;
    for (const { rule, what, isUntold } of await this.rules.differences())
      if (rule === 3 && !isUntold) scene.violate(rule, `after older changes landed late: ${what}`);
  }

  /** What is free is offered within its time, and what was sold is taken off: whoever gave the units. */
  async #offer(): Promise<void> {
    const { scene } = this;
    if (this.#lagMs >= SETTLE_MS) return;
    const { deliveries } = scene.world.shopify;
    for (const sku of STAPLES) scene.setStock(sku, Math.max(0, scene.world.available(sku)) + 2);
    await this.rules.checkOffered("after a delivery was counted");
    if (this.#isOver) return;
    // The app's own reading is the first that tells of it.
    const late = { kind: "delay" as const, topic: "inventory_levels/update", delayMs: LATE_WORD_MS, times: WORDS_MAX };
    for (let round = 0; round < SALES_ROUNDS && !this.#isOver; round += 1) {
      deliveries.disturb(late);
      this.events.sellOneOfEach(round);
      await this.rules.checkOffered("after sales");
      deliveries.clearDisturbances();
    }
    await this.#quiet(LATE_WORD_MS);
  }

  async #quiet(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += SETTLE_STEP_MS) {
      await this.scene.world.run(SETTLE_STEP_MS);
      await this.#lookAtAlerts({ decides: ms - passed - SETTLE_STEP_MS >= DECIDED_MS });
    }
  }

  /** All faults stop. What should be, must come to be by itself. */
  async #settle(): Promise<void> {
    const { scene } = this;
    this.events.endFaults();
    for (const market of scene.markets) for (const order of scene.ordersOf(market)) market.pay(order);
    await this.#giveUpWaiting();
    await this.#wipe();
    scene.log("settling");
    for (let ms = 0; ms < SETTLE_MS; ms += SETTLE_STEP_MS) {
      // When little else goes on that would set it right.
      if (ms === QUIET_AFTER_MS) this.events.countAsOrdersArrive();
      await scene.world.run(SETTLE_STEP_MS);
      await this.#lookAtAlerts({ decides: SETTLE_MS - ms - SETTLE_STEP_MS >= DECIDED_MS });
      if (this.#isOver) return;
    }
    this.rules.checkBudgets();
    const isSlow = this.#lagMs >= SETTLE_MS;
    const differences = isSlow ? [] : await this.rules.differences();
    const told = differences.filter((one) => !one.isUntold);
    for (const { rule, what } of told) scene.violate(rule, what);
    if (this.#isOver) return;
    const somethingIsUntold = this.#changeUntold() || differences.length > told.length;
    if (isSlow || somethingIsUntold) await this.#settleSlowly(isSlow ? this.#lagMs : 0);
  }

  /** Some buyers whose order was sold too late don't wait for the merchant to decide. */
  async #giveUpWaiting(): Promise<void> {
    const { scene } = this;
    const { database, shopId } = scene.world;
    const open = { shopId, state: "open" };
    const lost = await database.db.conflict.findMany({ where: open, include: { order: true }, orderBy: { id: "asc" } });
    for (const { order } of lost)
      for (const market of scene.markets) {
        const there = market.orders.get(order.remoteId);
        if (!there || there.parcels.length > 0 || this.random.chance(0.5)) continue;
        market.cancel(there);
        scene.log(`${there.id} is cancelled there, as it waits`);
      }
  }

  async #settleSlowly(lagMs: number): Promise<void> {
    const { scene } = this;
    scene.log("until all is compared again");
    scene.slowDown();
    await scene.world.run(lagMs + RECONCILE_MS);
    // What late orders took from the others may be so much that it waits for the merchant.
    if (await this.#lookAtAlerts({ decides: false })) await scene.world.run(lagMs + RECONCILE_MS);
    for (const { rule, what } of await this.rules.differences()) scene.violate(rule, what);
  }

  /**
   * When all is quiet, something that no order and no webhook tells of: an edit by hand, or a stock change whose webhook is
   * lost. False where nothing of it happened.
   */
  #changeUntold(): boolean {
    const { scene, random } = this;
    if (!random.chance(0.5)) return false;
    const market = random.pick(scene.markets);
    const shown = scene.staples(market).filter((one) => market.shown(one) > 0);
    if (shown.length > 0 && random.chance(0.5)) {
      this.events.editByHand(market, random.pick(shown), 0);
      return true;
    }
    const sku = random.pick(STAPLES);
    scene.world.shopify.deliveries.disturb({ kind: "drop", topic: "inventory_levels/update", times: 1, delayMs: 0 });
    scene.setStock(sku, Math.max(0, scene.world.available(sku)) + random.between(1, 5));
    scene.log(`stock of ${sku} set to ${scene.world.available(sku)}, and no webhook tells of it`);
    return true;
  }

  /** A wrong import empties a whole range: nothing of it may reach the listings before the merchant has looked. */
  async #wipe(): Promise<void> {
    const { scene } = this;
    scene.log("a wrong import sets a range to 0");
    const before = new Map(scene.bulk.map((sku) => [sku, scene.world.available(sku)]));
    const [market] = scene.markets;
    const mustWait = market !== undefined && this.rules.mustWaitForZero(market, scene.bulk);
    if (this.random.chance(0.5)) {
      // A push that has weighed one change is reading when the next one comes.
      for (const sku of scene.bulk) scene.setStock(sku, 1);
      await scene.world.run(this.random.between(MEANWHILE_MS.min, MEANWHILE_MS.max));
    }
    for (const sku of scene.bulk) scene.setStock(sku, 0);
    const { db } = scene.world.database;
    const connectorKey = scene.markets[0]?.nature.key ?? "";
    const brake = async () => (await db.channel.findFirstOrThrow({ where: { connectorKey } })).brakeReason;
    for (let ms = 0; mustWait && ms < WRONG_IMPORT_MS_MAX && !(await brake()); ms += WRONG_IMPORT_STEP_MS) {
      await scene.world.run(WRONG_IMPORT_STEP_MS);
    }
    if (mustWait && !(await brake()))
      scene.violate(7, `${connectorKey} did not wait for the merchant at a wrong import`);
    for (const sku of scene.bulk) scene.setStock(sku, before.get(sku) ?? 0);
    scene.log("the range is put right");
    await scene.world.run(WRONG_IMPORT_STEP_MS);
    await this.#lookAtAlerts({ decides: true });
  }

  /** What waits for the merchant says so; this one looks, and approves. True: something was there to approve. */
  async #lookAtAlerts({ decides }: { decides: boolean }): Promise<boolean> {
    const { scene } = this;
    const { db } = scene.world.database;
    await this.desk.look();
    await scene.neighbour.lookAtHeld(scene.world, (button) => this.#press(button));
    if (decides) await this.desk.decide();
    const waiting = await scene.world.time.busy(db.channel.findMany({ where: { brakeReason: { not: null } } }));
    for (const channel of waiting) {
      scene.log(`${channel.connectorKey} is approved: ${channel.brakeReason}`);
      const alerts = await db.alert.count({ where: { key: `brake:${channel.id}`, resolvedAt: null } });
      if (alerts !== 1) scene.violate(10, `the brake of ${channel.connectorKey} is not shown`);
      const market = scene.markets.find((one) => one.nature.key === channel.connectorKey);
      if (market) await this.#approve(market, channel.id);
    }
    return waiting.length > 0;
  }

  /** Whoever answers may be killed: the merchant gets no answer, and tries again another time. */
  async #press(button: () => Promise<unknown>): Promise<void> {
    await this.scene.world.drive(button()).catch((error) => {
      if (!(error instanceof NoAnswerError)) throw error;
    });
  }

  async #approve(market: SimMarketplace, channelId: number): Promise<void> {
    const { world } = this.scene;
    // No worker reads it that may be killed meanwhile: time stands still, and nobody would ever answer.
    const rt = { ...world.rt, db: world.database.db };
    const { rows } = await world.time.busy(readPreview(rt, world.shopId, channelId));
    await this.rules.approved(market, rows);
    const approve = () => world.drive(approveFirstPush(world.rt, { shopId: world.shopId, channelId }));
    const approved = await approve().catch((error) => {
      if (!(error instanceof NoAnswerError)) throw error;
      this.scene.log(`${market.nature.key}: the merchant gets no answer, and tries again`);
      return approve();
    });
    if (!approved.ok) this.scene.log(`${market.nature.key} can't be approved: ${approved.message}`);
  }
}
