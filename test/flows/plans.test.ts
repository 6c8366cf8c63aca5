/** What a shop may do by its plan: asked at every door, lowered with notice, and back again with nothing lost or raised unasked. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "#app/clock.ts";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { checkPlan } from "#app/flows/check-plan.ts";
import { approveFirstPush, readOrdersNow } from "#app/flows/manage-channel.ts";
import { retryListing } from "#app/flows/manage-listing.ts";
import type { ProposedSetting } from "#app/flows/settings.ts";
import { startSync } from "#app/flows/sync-channels.ts";
import { adminBilling, partnerBilling } from "#app/shopify/billing.ts";
import { readListing } from "#app/views/listings.ts";
import { readPlan } from "#app/views/plan.ts";
import { createPartnerEmulator, type PartnerEmulator } from "#test/emulators/partner/partner-emulator.ts";
import type { Subscription } from "#test/emulators/shopify/store.ts";
import type { SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

let database: TestDatabase;
let world: World;
let market: SimMarketplace;
let channelId: number;
let listingId: number;

const pricingUrl = (shop: string): string => `https://admin.test/${shop}/plans`;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  const billing = (_: unknown, clock: Clock) => adminBilling({ clock, handles: new Map(), pricingUrl });
  ({ world, market, channelId } = await createMarketWorld({ database, sku: SKU, quantity: 7, billing }));
  ({ id: listingId } = await database.db.listing.findFirstOrThrow());
});
afterEach(() => world.close());

type Paid = Pick<Subscription, "status" | "planHandle"> & Partial<Subscription>;

/** What Shopify says from now on, and the app has heard. */
async function pay(...subscriptions: Paid[]): Promise<void> {
  world.shopify.controls.setSubscriptions(world.shopDomain, subscriptions);
  await world.drive(checkPlan(world.rt, { shopId: world.shopId }));
  await world.run(5_000);
}
const plan = (handle: string): Paid => ({ status: "ACTIVE", planHandle: handle });

const shown = () => [...market.listings.values()][0]?.quantity;
const row = () => database.db.shopPlan.findUniqueOrThrow({ where: { shopId: world.shopId } });
const alert = (key: string) => database.db.alert.findFirst({ where: { key, resolvedAt: null } });
const by = () => ({ shopId: world.shopId, actor: "1" });
const change = (proposed: ProposedSetting, approved = { zeroed: 9, lowered: 9, raised: 9 }) =>
  changeSetting(world.rt, { ...by(), change: proposed, approved });
const approve = () => approveFirstPush(world.rt, { shopId: world.shopId, channelId });
const refusedFor = (planName: string) => ({
  ok: false,
  message: expect.stringContaining(`part of the ${planName} plan`),
});

function buy(): void {
  const [listing] = [...market.listings.values()];
  const buyer = {
    shown: {
      remoteId: null,
      name: "Cy",
      email: null,
      emailIsRelay: false,
      phone: null,
      phoneIsMasked: false,
      shippingAddress: null,
    },
    knownBy: { email: null, phone: null, id: null },
  };
  if (!listing || !market.buy(listing, 1, { pay: true, buyer, visibleAfterMs: 0 })) throw new Error("nothing was sold");
}

const A_WHILE_MS = 7 * 60_000;

/** The days are moved, not lived: the tick comes every second. */
async function sevenDaysGoBy(): Promise<void> {
  const soon = new Date(world.time.nowMs() + 10_000);
  await database.db.shopPlan.updateMany({ data: { stockEndsAt: soon, dueAt: soon } });
  await world.run(A_WHILE_MS);
}

/** In step with Shopify, on this plan. */
async function sellOn(handle: string, stock = 10): Promise<void> {
  await pay(plan(handle));
  world.setStock(SKU, stock);
  await world.run(5_000);
  expect(await approve()).toEqual({ ok: true });
  await world.until("in step", () => shown() === stock, 5 * 60_000);
  await world.run(5_000);
}

describe("each door of the plan table, on both sides", () => {
  const buffer: () => ProposedSetting = () => ({
    setting: "channel-policy",
    channelId,
    after: { buffer: { kind: "units", units: 1 } },
  });
  it.each<[string, string, () => ProposedSetting, string, string]>([
    ["buffers of a channel", "Pro", buffer, "starter", "pro"],
    [
      "a buffer of a listing",
      "Pro",
      () => ({ setting: "listing-policy", listingId, after: { cap: 3 } }),
      "starter",
      "pro",
    ],
    ["locations", "Agency", () => ({ setting: "channel-locations", channelId, after: [] }), "pro", "agency"],
    ["conflict rules", "Starter", () => ({ setting: "conflicts", channelId, after: "backorder" }), "free", "starter"],
    [
      "stages of customers",
      "Starter",
      () => ({ setting: "customer-stages", after: { atRiskDays: 9, lapsedDays: 20 } }),
      "free",
      "starter",
    ],
  ])("%s", async (_, name, proposed, below, above) => {
    await pay(plan(below));
    expect(await change(proposed())).toEqual(refusedFor(name));
    expect(await database.db.change.count()).toBe(0);
    await pay(plan(above));
    expect(await change(proposed())).toEqual({ ok: true });
  });

  it("rules with a policy; rules that leave listings alone are in every plan", async () => {
    const rule = { id: 1, name: "Mugs", match: "all" as const, channelId: null };
    const conditions = [{ field: "sku" as const, is: true, text: "MUG-*" }];
    const rules = (action: { kind: "exclude" } | { kind: "policy"; policy: { cap: number } }): ProposedSetting => ({
      setting: "listing-rules",
      after: [{ ...rule, conditions, action }],
    });
    await pay(plan("starter"));
    expect(await change(rules({ kind: "policy", policy: { cap: 3 } }))).toEqual(refusedFor("Pro"));
    expect(await change(rules({ kind: "exclude" }))).toEqual({ ok: true });
    await pay(plan("pro"));
    expect(await change(rules({ kind: "policy", policy: { cap: 3 } }))).toEqual({ ok: true });
  });

  it("stock: the first push, another try, a sync and a hold", async () => {
    const { id: variantId } = await database.db.variant.findFirstOrThrow({ where: { sku: SKU } });
    const doors = () => [
      approve(),
      retryListing(world.rt, { ...by(), listingId }),
      startSync(world.rt, { ...by(), channelIds: [channelId] }),
      change({ setting: "containment", variantId, after: { units: 1, takesDown: false, remindDays: 3 } }),
    ];
    await pay(plan("free"));
    for (const refused of doors()) expect(await refused).toEqual(refusedFor("Starter"));
    await pay(plan("starter"));
    for (const allowed of doors()) expect(await allowed).toMatchObject({ ok: true });
  });

  it("order import: what is sold stays there on Free, and comes in above it", async () => {
    await pay(plan("free"));
    expect(await readOrdersNow(world.rt, { shopId: world.shopId, channelId })).toEqual(refusedFor("Starter"));
    buy();
    await world.run(A_WHILE_MS);
    expect(await database.db.marketplaceOrder.count()).toBe(0);
    await pay(plan("starter"));
    await world.until("imported", async () => (await database.db.marketplaceOrder.count()) === 1, 10 * 60_000);
    // Somebody may have entered it by hand.
    await world.run(60_000);
    const order = await database.db.marketplaceOrder.findFirstOrThrow();
    expect(order).toMatchObject({ stage: "held", holdReason: expect.stringContaining("had no order import") });
    expect([...world.shopify.store(world.shopDomain).orders.values()]).toHaveLength(0);
  });

  it("a change that was made above it can't be taken back below it", async () => {
    await pay(plan("pro"));
    await change(buffer());
    const { id: changeId } = await database.db.change.findFirstOrThrow();
    await pay(plan("starter"));
    expect(await undoChange(world.rt, { ...by(), changeId })).toEqual(refusedFor("Pro"));
  });
});

describe("what Shopify says", () => {
  it.each<[string, Paid]>([
    ["a frozen subscription", { status: "FROZEN", planHandle: "pro" }],
    ["one that waits", { status: "PENDING", planHandle: "pro" }],
    ["a plan that nobody knows", plan("gold")],
    ["a plan without its handle", { status: "ACTIVE", planHandle: null }],
  ])("%s leaves the shop what it had, and is told on the plan page", async (_, odd) => {
    await pay(plan("pro"));
    await pay(odd);
    expect(await row()).toMatchObject({ plan: "pro", stockEndsAt: null, unclear: expect.any(String) });
    await pay(plan("pro"));
    expect(await row()).toMatchObject({ unclear: null });
  });

  it("an error leaves it too, and no screen waits for it", async () => {
    await pay(plan("pro"));
    world.shopify.world.settings.deniedFields = ["AppInstallation.activeSubscriptions"];
    await pay();
    expect(await row()).toMatchObject({ plan: "pro", unclear: "Shopify did not say what the store pays for" });
    const view = await readPlan(world.rt, { id: world.shopId, domain: world.shopDomain });
    expect(view).toMatchObject({ plan: { label: "Pro" } });
    world.shopify.world.settings.deniedFields = [];
    // Asked again within the hour, without anybody looking.
    await world.until("heard", async () => (await row()).plan === "free", HOUR_MS + 60_000);
  });

  it("a cancellation that nobody tells of is noticed within a day", async () => {
    await pay(plan("pro"));
    world.shopify.controls.setSubscriptions(world.shopDomain, []);
    await world.until("noticed", async () => (await row()).plan === "free", DAY_MS + 60_000);
  });

  it("an answer to an older question changes nothing", async () => {
    await pay(plan("pro"));
    await database.db.shopPlan.updateMany({ data: { askedAt: new Date(world.time.nowMs() + HOUR_MS) } });
    await pay();
    expect((await row()).plan).toBe("pro");
  });
});

describe("a downgrade", () => {
  it("lowers for seven days and raises nothing, then leaves the listings as they are", async () => {
    await sellOn("pro");
    await pay();
    expect(await alert("plan")).toMatchObject({
      severity: "critical",
      title: expect.stringMatching(/^Stock sync ends on/),
    });
    world.setStock(SKU, 8);
    await world.until("lowered", () => shown() === 8, 5 * 60_000);
    world.setStock(SKU, 12);
    await world.run(A_WHILE_MS);
    expect(shown()).toBe(8);
    buy();
    await world.until("imported", async () => (await database.db.marketplaceOrder.count()) === 1, 10 * 60_000);
    await sevenDaysGoBy();
    expect(await alert("plan")).toMatchObject({ title: "Stock sync has ended with your plan" });
    const left = shown();
    world.setStock(SKU, 2);
    await world.run(A_WHILE_MS);
    expect(shown()).toBe(left);
    const status = async () => (await readListing(world.rt, world.shopId, listingId))?.status;
    expect(await status()).toMatchObject({ code: "plan-ended", todo: expect.stringContaining("Choose a plan") });
    await pay(plan("pro"));
    expect(await status()).toMatchObject({ code: "approval" });
  });

  it("takes the listings to 0 as the merchant chose, after it was shown, and then leaves them to the marketplace", async () => {
    await sellOn("pro");
    const zero: ProposedSetting = { setting: "plan-end", after: "zero" };
    expect(await changeSetting(world.rt, { ...by(), change: zero })).toMatchObject({
      ok: false,
      asks: { zeroed: 1, first: [{ from: 10, to: 0 }] },
    });
    expect(await change(zero)).toEqual({ ok: true });
    await world.run(60_000);
    // It holds from the end of the plan on, and no number is approved before.
    expect(shown()).toBe(10);
    expect(await database.db.approvedNumber.count()).toBe(0);
    await pay();
    expect((await row()).stockEndsAt?.getTime()).toBeGreaterThan(world.time.nowMs() + 7 * DAY_MS - HOUR_MS);
    await world.run(10 * 60_000);
    expect(shown()).toBe(10);
    await sevenDaysGoBy();
    expect(shown()).toBe(0);
    const [listing] = [...market.listings.values()];
    if (listing) listing.quantity = 4;
    await world.run(A_WHILE_MS);
    expect(shown()).toBe(4);
    expect(await change({ setting: "plan-end", after: "leave" })).toMatchObject({ ok: false });
  });

  it("and back loses nothing, and raises no quantity before the merchant approved it", async () => {
    await sellOn("agency");
    await change({ setting: "channel-policy", channelId, after: { buffer: { kind: "units", units: 3 } } });
    await world.until("buffered", () => shown() === 7, 5 * 60_000);
    await pay();
    await sevenDaysGoBy();
    world.setStock(SKU, 20);
    await world.run(A_WHILE_MS);
    await pay(plan("pro"));
    await world.run(A_WHILE_MS);
    expect(shown()).toBe(7);
    expect(await alert("plan")).toBeNull();
    expect(await alert(`brake:${channelId}`)).toMatchObject({ title: expect.stringContaining("stock sync again") });
    expect(await approve()).toEqual({ ok: true });
    // The buffer is the one that was set.
    await world.until("in step", () => shown() === 17, 10 * 60_000);
    expect(await alert(`brake:${channelId}`)).toBeNull();
  });

  it("taken back within the seven days still lowers, and asks before it raises", async () => {
    await sellOn("pro");
    await pay();
    world.setStock(SKU, 6);
    await world.until("lowered", () => shown() === 6, 5 * 60_000);
    await pay(plan("pro"));
    world.setStock(SKU, 15);
    await world.run(A_WHILE_MS);
    expect(shown()).toBe(6);
    world.setStock(SKU, 5);
    await world.until("lowered again", () => shown() === 5, 5 * 60_000);
    world.setStock(SKU, 15);
    expect(await approve()).toEqual({ ok: true });
    await world.until("raised", () => shown() === 15, 10 * 60_000);
  });

  it("leaves buffers at work", async () => {
    await sellOn("pro");
    await change({ setting: "channel-policy", channelId, after: { buffer: { kind: "units", units: 3 } } });
    await world.until("buffered", () => shown() === 7, 5 * 60_000);
    await pay(plan("starter"));
    world.setStock(SKU, 20);
    await world.until("buffered still", () => shown() === 17, 10 * 60_000);
  });

  it("ends nothing where no plans are sold any more", async () => {
    await sellOn("pro");
    await pay();
    await sevenDaysGoBy();
    const rt = { ...world.rt, billing: null };
    await checkPlan(rt, { shopId: world.shopId });
    expect(await row()).toMatchObject({ plan: null, stockEndsAt: null });
    expect(await approveFirstPush(rt, { shopId: world.shopId, channelId })).toEqual({ ok: true });
    expect(await alert("plan")).toBeNull();
  });
});

const goesOn = async () => (await readPlan(world.rt, { id: world.shopId, domain: world.shopDomain }))?.goesOn;
const inDays = (days: number): Date => new Date(world.time.nowMs() + days * DAY_MS);

describe("how the plan goes on, by the Admin API", () => {
  it("is a trial's end, and then what is paid for", async () => {
    const trialEndsAt = inDays(12);
    await pay({ ...plan("pro"), trialDays: 14, createdAt: inDays(-2).toISOString() });
    expect(await goesOn()).toEqual({ trialEndsAt: trialEndsAt.toISOString(), paidUntil: null, next: null });
    await pay({ ...plan("pro"), trialDays: 0, currentPeriodEnd: inDays(30).toISOString() });
    expect(await goesOn()).toMatchObject({ trialEndsAt: null, paidUntil: expect.any(String) });
    await pay();
    expect(await goesOn()).toEqual({ trialEndsAt: null, paidUntil: null, next: null });
  });
});

describe("the Partner API", () => {
  let partner: PartnerEmulator;
  const NUMBER = /[^/]+$/;

  beforeEach(async () => {
    await world.close();
    const billing = (_: unknown, clock: Clock) => {
      partner = createPartnerEmulator({ clock, organisationId: "42", token: "prtapi_good", appId: "7" });
      return partnerBilling({
        clock,
        fetch: async (input, init) => partner.app.request(new Request(input, init)),
        origin: "http://partners.test",
        organisationId: "42",
        token: "prtapi_good",
        appId: "7",
        handles: new Map(),
        pricingUrl,
      });
    };
    ({ world, market, channelId } = await createMarketWorld({ database, sku: SKU, quantity: 7, billing }));
  });

  async function contract(given: Parameters<PartnerEmulator["contracts"]["set"]>[1]): Promise<void> {
    const [number = ""] = NUMBER.exec(world.shopify.store(world.shopDomain).id) ?? [];
    partner.contracts.set(number, given);
    await world.drive(checkPlan(world.rt, { shopId: world.shopId }));
    await world.run(5_000);
  }

  it("throttles: no plan is lowered by it, and it is asked again within the hour without anybody looking", async () => {
    await contract({ handles: ["pro"] });
    expect((await row()).plan).toBe("pro");
    partner.throttles = true;
    partner.contracts.clear();
    const before = partner.asked;
    await world.drive(checkPlan(world.rt, { shopId: world.shopId }));
    expect(partner.asked - before).toBe(5);
    expect(await row()).toMatchObject({ plan: "pro", unclear: expect.any(String), stockEndsAt: null });
    partner.throttles = false;
    await world.until("heard", async () => (await row()).plan === "free", HOUR_MS + 60_000);
  });

  it("says of a cancellation before it holds, keeps that over an answer that does not count, and ends it then", async () => {
    const cycle = { startTime: inDays(-29), endTime: inDays(1) };
    await contract({ handles: ["pro"], cycle, cancelAtEndOfCycle: true });
    const next = { label: "Free", at: cycle.endTime.toISOString(), hasStock: false, isCancelled: true };
    expect(await goesOn()).toMatchObject({ next });
    // It decides nothing before.
    expect(await row()).toMatchObject({ plan: "pro", stockEndsAt: null });
    partner.fails = true;
    await world.drive(checkPlan(world.rt, { shopId: world.shopId }));
    expect(await goesOn()).toMatchObject({ next });
    partner.fails = false;
    partner.contracts.clear();
    await world.until("ended", async () => (await row()).plan === "free", DAY_MS + 60_000);
    expect(await goesOn()).toEqual({ trialEndsAt: null, paidUntil: null, next: null });
  });

  it("says which plan comes next", async () => {
    const cycle = { startTime: inDays(-1), endTime: inDays(29) };
    await contract({ handles: ["agency"], cycle, pending: ["starter"] });
    expect(await goesOn()).toMatchObject({
      next: { label: "Starter", at: cycle.endTime.toISOString(), hasStock: true, isCancelled: false },
    });
  });
});
