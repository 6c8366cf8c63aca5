/**
 * What the merchant decides about quantities, through the app's own flow: policies of the shop, of a channel, of a listing,
 * the locations that a channel sells from, and SKUs that are held. Each change shows its effect first and is approved.
 */
import type { EffectShown } from "#app/changes/effect.ts";
import { type ChangeReply, changeSetting } from "#app/flows/change-setting.ts";
import { startLatencyCheck } from "#app/flows/check-latency.ts";
import type { ProposedSetting } from "#app/flows/settings.ts";
import type { When } from "#app/notifications/settings.ts";
import type { Random } from "#test/support/world/random.ts";
import type { PreviewedEffect } from "./oracle/previews.ts";
import type { Rules } from "./oracle/rules.ts";
import { DESK, EVENING, LEFT, STOREMAN } from "./post.ts";
import { type Scene, STAPLES, STRAY } from "./scene.ts";
import type { SimListing, SimMarketplace } from "./sim-marketplace.ts";
import type { Decision, PolicyTerms } from "./terms.ts";

/** Whoever answers may stand still, or die: they press again. */
const ANSWER_MS = 80_000;
/** Sales go on meanwhile: what they approved may be more by then, and they are asked again. */
const ASKED_MAX = 20;
const MINUTE_MS = 60_000;
/** The mail of the day leaves within the run. */
const DAILY_IN_MIN = { min: 6, max: 14 };
const PERCENTS = [10, 12.5, 25, 33, 40];

const NO_EFFECT: PreviewedEffect = { zeroed: 0, lowered: 0, raised: 0, first: [] };

/** What was altered, and what the merchant was shown of it before. */
interface Decided {
  what: string;
  effect: PreviewedEffect;
}

export class Merchant {
  private readonly scene: Scene;
  private readonly rules: Rules;

  constructor(scene: Scene, rules: Rules) {
    this.scene = scene;
    this.rules = rules;
  }

  /** What a shop begins with. It has no screen yet: it is as whoever installed it left it. */
  async begin(random: Random): Promise<void> {
    const { scene } = this;
    const { database, shopId } = scene.world;
    if (random.chance(0.5)) return;
    scene.terms.shop = drawPolicy(random);
    scene.log(`the shop's policy is ${JSON.stringify(scene.terms.shop)}`);
    await database.db.shop.update({ where: { id: shopId }, data: { policy: { ...scene.terms.shop } } });
  }

  /** Who is told of what, and when: the desk at once, others once a day, and one whose address is no more. */
  async askForMail(random: Random): Promise<void> {
    const { scene } = this;
    scene.dailyMs = Math.ceil(scene.nowMs / MINUTE_MS + random.between(DAILY_IN_MIN.min, DAILY_IN_MIN.max)) * MINUTE_MS;
    const digestAt = new Date(scene.dailyMs).toISOString().slice(11, 16);
    await this.#set({ setting: "mail-times", after: { quiet: null, digestAt, escalation: null } });
    const wants: [string, When][] = [
      [DESK, "at-once"],
      [EVENING, "digest"],
    ];
    if (random.chance(0.3)) wants.push([LEFT, random.pick(["at-once", "digest"] as const)]);
    for (const [address, when] of wants) await this.#set({ setting: "mail-recipient", after: wantsAll(address, when) });
    scene.mailAskedMs = scene.nowMs;
    for (const sku of STAPLES) if (random.chance(0.5)) await this.setLow(sku, random);
  }

  /** When a SKU is low, and who hears of that too. */
  async setLow(sku: string, random: Random): Promise<Decided | null> {
    const lowAt = this.scene.terms.lowAtOf(sku);
    const units = lowAt.now !== null && random.chance(0.3) ? null : random.between(0, 4);
    const owner = random.chance(0.5) ? STOREMAN : null;
    const rule = units === null ? null : { units, owner, answerHours: null, holds: false };
    const what = units === null ? `${sku} may be low` : `${sku} is low at ${units}`;
    return this.#change(what, { setting: "stock-rule", after: { pattern: sku, rule } }, lowAt, units);
  }

  /** One decision, as it happens. Null: nothing came of it. */
  async decide(random: Random): Promise<Decided | null> {
    if (random.chance(0.1)) return this.setLow(random.pick(STAPLES), random);
    if (random.chance(0.15)) return this.contain(random);
    if (random.chance(0.08)) return this.timeOne(random);
    const market = random.pick(this.scene.markets);
    const dice = random.next();
    if (dice < 0.3) return this.chooseLocations(market, random);
    if (dice < 0.55) return this.setPolicy(market, random.chance(0.2) ? null : drawPolicy(random));
    if (dice < 0.75) return this.setListingPolicy(market, random);
    return this.lookAfter(market, random);
  }

  /** A SKU is timed through its channels: a unit of it is away for a moment. No number is decided by that. */
  async timeOne(random: Random): Promise<null> {
    const { scene } = this;
    const { time, database, rt, shopId } = scene.world;
    const skus = [...STAPLES, ...scene.bulk];
    const first = random.between(0, skus.length - 1);
    // The first of them that has units to spare, and is in step somewhere.
    for (const sku of [...skus.slice(first), ...skus.slice(0, first)]) {
      const variant = await time.busy(database.db.variant.findFirst({ where: { shopId, sku, removedAt: null } }));
      if (!variant) continue;
      const start = () => startLatencyCheck(rt, { shopId, variantId: variant.id, approved: 1_000 });
      const reply = await this.#answerTo(start);
      scene.log(reply?.ok ? `${sku} is timed` : `${sku} is not timed: ${reply?.message ?? "no answer"}`);
      if (reply === null || reply.ok) return null;
    }
    return null;
  }

  async chooseLocations(market: SimMarketplace, random: Random): Promise<Decided | null> {
    const { scene } = this;
    const all = [...scene.store.locations.keys()];
    const chosen = random.chance(0.3) ? [] : all.filter(() => random.chance(0.6));
    const channelId = await this.#channelOf(market);
    const change = { setting: "channel-locations" as const, channelId, after: chosen };
    return this.#change(
      `${market.nature.key} sells from ${names(scene, chosen)}`,
      change,
      scene.terms.locationsOf(market),
      chosen,
    );
  }

  /** A SKU is held at some units on every channel, or let go again. */
  async contain(random: Random): Promise<Decided | null> {
    const { scene } = this;
    const sku = random.pick([...STAPLES, ...scene.bulk]);
    const held = scene.terms.containmentOf(sku);
    // What buyers buy is taken down nowhere: there would be nothing left to buy.
    const terms = { units: random.between(0, 3), takesDown: scene.bulk.includes(sku) && random.chance(0.5) };
    const after = held.now && random.chance(0.6) ? null : terms;
    const { time, database, shopId } = scene.world;
    const variant = await time.busy(database.db.variant.findFirst({ where: { shopId, sku, removedAt: null } }));
    if (!variant) return null;
    const change = {
      setting: "containment" as const,
      variantId: variant.id,
      after: after && { ...after, remindDays: 3 },
    };
    const what = after ? `${sku} is held at ${JSON.stringify(after)}` : `${sku} is released`;
    return this.#change(what, change, held, after);
  }

  async setPolicy(market: SimMarketplace, after: PolicyTerms | null): Promise<Decided | null> {
    const channelId = await this.#channelOf(market);
    const change = { setting: "channel-policy" as const, channelId, after };
    const what = `the policy of ${market.nature.key} is ${JSON.stringify(after)}`;
    return this.#change(what, change, this.scene.terms.policyOf(market), after);
  }

  async setListingPolicy(market: SimMarketplace, random: Random): Promise<Decided | null> {
    const { scene } = this;
    const listing = pickOne(
      random,
      [...market.listings.values()].filter((one) => isPlain(scene, market, one)),
    );
    const listingId = listing && (await this.#idOf(market, listing));
    if (!listing || !listingId) return null;
    const after = random.chance(0.3) ? null : drawPolicy(random);
    const change = { setting: "listing-policy" as const, listingId, after };
    const what = `the policy of ${listing.remoteId} (${listing.sku}) is ${JSON.stringify(after)}`;
    return this.#change(what, change, scene.terms.policyOf(listing), after);
  }

  /** A listing that nobody buys is left alone from now on or kept in step again, or it is matched by hand. */
  async lookAfter(market: SimMarketplace, random: Random): Promise<Decided | null> {
    if (random.chance(0.25)) return this.sayWhatItIs(market, random);
    const { scene } = this;
    const { terms } = scene;
    const listing = pickOne(
      random,
      [...market.listings.values()].filter((one) => scene.bulk.includes(one.sku)),
    );
    const listingId = listing && (await this.#idOf(market, listing));
    if (!listing || !listingId) return null;
    // Of several that stand for one unit each, which comes first is the app's choice.
    if (random.chance(0.5) || market.connector.manifest.capabilities.quantities === false) {
      const excluded = terms.excludedOf(listing);
      const after = !excluded.now;
      const what = `${listing.remoteId} (${listing.sku}) is ${after ? "excluded" : "included again"}`;
      return this.#change(what, { setting: "excluded", listingId, after }, excluded, after);
    }
    const match = terms.skuOf(listing);
    const sku = match.now === listing.sku ? random.pick(scene.bulk) : listing.sku;
    const { time, database, shopId } = scene.world;
    const variant = await time.busy(database.db.variant.findFirst({ where: { shopId, sku, removedAt: null } }));
    if (!variant) return null;
    const after = { variantId: variant.id, matchedBy: "hand" as const };
    const what = `${listing.remoteId} (${listing.sku}) is matched to ${sku}`;
    return this.#change(what, { setting: "match", listingId, after }, match, sku);
  }

  /** What no variant carries the SKU of is matched by hand: orders of it that were held for that go on, too. */
  async sayWhatItIs(market: SimMarketplace, random: Random): Promise<Decided | null> {
    const { scene } = this;
    if (market.connector.manifest.capabilities.quantities === false) return null;
    const listing = pickOne(
      random,
      [...market.listings.values()].filter((one) => one.sku === STRAY && one.soldAs === null && !one.removed),
    );
    const listingId = listing && (await this.#idOf(market, listing));
    if (!listing || !listingId) return null;
    const sku = random.pick(scene.bulk);
    const { time, database, shopId } = scene.world;
    const variant = await time.busy(database.db.variant.findFirst({ where: { shopId, sku, removedAt: null } }));
    if (!variant) return null;
    const sellAs = (soldAs: string | null): void => {
      // Orders of others with the same SKU there go by it too.
      for (const one of market.listings.values()) if (one.sku === STRAY) one.soldAs = soldAs;
      for (const { id, lines } of scene.ordersOf(market))
        for (const line of lines) if (line.saidSku === STRAY && !scene.entered.has(id)) line.sku = soldAs ?? STRAY;
    };
    const match = scene.terms.skuOf(listing);
    sellAs(sku);
    const after = { variantId: variant.id, matchedBy: "hand" as const };
    const what = `${listing.remoteId}, which nobody could match, is ${sku}`;
    const decided = await this.#change(what, { setting: "match", listingId, after }, match, sku);
    if (match.now !== sku) sellAs(null);
    return decided;
  }

  async #set(change: ProposedSetting): Promise<void> {
    const { reply } = await this.#press(change);
    if (!reply?.ok) this.scene.defect("the merchant", new Error(`could not set ${change.setting}: ${reply?.message}`));
  }

  /** Pressed until it is answered, and approved as often as it is asked. */
  async #change<Value>(
    what: string,
    change: ProposedSetting,
    decision: Decision<Value>,
    after: Value,
  ): Promise<Decided | null> {
    const { scene } = this;
    // One thing after the other: what they see is what they decide upon.
    if (decision.may.length > 1) return null;
    const before = decision.now;
    decision.propose(after);
    const { reply, effect } = await this.#press(change);
    if (reply?.ok) {
      decision.settle(after, scene.nowMs);
      this.rules.decided();
      scene.log(what);
      return { what, effect };
    }
    if (reply && !reply.asks) {
      decision.settle(before, scene.nowMs);
      scene.log(`not done: ${what}: ${reply.message}`);
    } else scene.defect("the merchant", new Error(`got no answer: ${what}`));
    return null;
  }

  /** `effect`: what they were shown and approved. Reply null: nobody answered. */
  async #press(change: ProposedSetting): Promise<{ reply: ChangeReply | null; effect: PreviewedEffect }> {
    const { world } = this.scene;
    let reply: ChangeReply | null = null;
    let effect: EffectShown | null = null;
    for (let asked = 0; asked < ASKED_MAX; asked += 1) {
      const approved = effect;
      const press = (): Promise<ChangeReply> => changeSetting(world.rt, { shopId: world.shopId, change, approved });
      const answer: ChangeReply | null = await this.#answerTo(press);
      if (!answer) continue;
      reply = answer;
      if (reply.ok || !reply.asks) break;
      effect = reply.asks;
    }
    return { reply, effect: effect ?? NO_EFFECT };
  }

  async #answerTo<Reply>(button: () => Promise<Reply>): Promise<Reply | null> {
    return Promise.race([button().catch(() => null), this.scene.world.time.sleep(ANSWER_MS).then(() => null)]);
  }

  /** The app's id of it; null: it has not read it yet. */
  async #idOf(market: SimMarketplace, { remoteId }: SimListing): Promise<number | null> {
    const { time, database } = this.scene.world;
    const where = { remoteId, channel: { connectorKey: market.nature.key } };
    return (await time.busy(database.db.listing.findFirst({ where, select: { id: true } })))?.id ?? null;
  }

  async #channelOf(market: SimMarketplace): Promise<number> {
    const { time, database } = this.scene.world;
    const where = { connectorKey: market.nature.key };
    return (await time.busy(database.db.channel.findFirstOrThrow({ where, select: { id: true } }))).id;
  }
}

function wantsAll(address: string, when: When) {
  const groups = { channels: when, delays: when, orders: when, stock: when, listings: when, shop: when };
  return { address, wants: { groups, summary: false } };
}

/** One of which it is known what it should show: where listings stand for one unit each, the only one of its variant. */
function isPlain({ bulk }: Scene, market: SimMarketplace, { sku, removed }: SimListing): boolean {
  if (removed || !(STAPLES.includes(sku) || bulk.includes(sku))) return false;
  const others = [...market.listings.values()].filter((one) => one.sku === sku);
  return market.connector.manifest.capabilities.quantities !== false || others.length === 1;
}

function pickOne<Value>(random: Random, from: readonly Value[]): Value | null {
  return from.length === 0 ? null : random.pick(from);
}

function names(scene: Scene, gids: readonly string[]): string {
  return gids.length === 0 ? "everywhere" : gids.map((gid) => scene.store.locations.get(gid as never)?.name).join(", ");
}

/** Each field is left out now and then, so that the less specific level decides it. */
function drawPolicy(random: Random): PolicyTerms {
  const buffer = random.chance(0.5)
    ? { kind: "units" as const, units: random.between(0, 2) }
    : { kind: "percent" as const, percent: random.pick(PERCENTS) };
  return {
    ...(random.chance(0.7) ? { buffer } : {}),
    ...(random.chance(0.3) ? { threshold: random.between(0, 3) } : {}),
    ...(random.chance(0.4) ? { cap: random.chance(0.2) ? null : random.between(2, 8) } : {}),
  };
}
