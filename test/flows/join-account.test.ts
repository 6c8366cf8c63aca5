import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { beginConnection, connectWithKeys, openConsent, returnFromConsent } from "#app/flows/connect-channel.ts";
import { disconnectChannel } from "#app/flows/disconnect-channel.ts";
import { declineConnection, joinAccount } from "#app/flows/join-account.ts";
import { stopForReconnect } from "#app/flows/open-channel.ts";
import { removeShop } from "#app/flows/remove-shop.ts";
import { readPendingConnection } from "#app/views/pending-connection.ts";
import { demoStore } from "#test/emulators/shopify/demo-store.ts";
import { createSimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createWorld, type World } from "#test/support/world/world.ts";

const MINUTE_MS = 60_000;
/** Of the merchant who begins; another is somebody else with access to the same shop. */
const USER = "7";

let database: TestDatabase;
let world: World;
let ours: number;
let theirs: number;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
afterEach(() => world.close());
beforeEach(async () => {
  await database.empty();
  world = await createWorld({
    database,
    otherStores: [{ ...demoStore("other"), name: "Other Goods" }],
    markets({ time, random }) {
      const nature = { key: "market", capabilities: {}, limits: [], visibleAfterMs: 0, clockSkewMs: 0 };
      const market = createSimMarketplace({ ...nature, latencyMs: { min: 20, max: 80 } }, time, random.fork());
      return [{ connector: market.connector, fetch: market.fetch }];
    },
  });
  ours = world.shopId;
  theirs = await world.install("other.myshopify.com");
  await world.until("mirrored", async () => (await database.db.shop.count({ where: { mirroredAt: null } })) === 0);
});

function ok<Reply extends { ok: boolean }>(reply: Reply): Extract<Reply, { ok: true }> {
  expect(reply).toMatchObject({ ok: true });
  return reply as Extract<Reply, { ok: true }>;
}

/** Presses the button in the app. */
async function begin(shopId: number, channelId?: number): Promise<string> {
  const wanted = { shopId, userId: USER, connectorKey: "ebay", ...(channelId === undefined ? {} : { channelId }) };
  const begun = ok(await beginConnection(world.rt, wanted));
  const url = new URL(begun.url);
  expect(`${url.origin}${url.pathname}`).toBe("https://lockstep.example/connect/ebay/start");
  return url.searchParams.get("state") ?? "";
}

/** A browser goes to the consent page; returns what its cookie holds. */
async function goThere(state: string): Promise<string> {
  return ok(await openConsent(world.rt, { connectorKey: "ebay", state })).browser;
}

function comeBack(state: string, browser: string | null) {
  const scopes = world.rt.connectors.get("ebay")?.authorization;
  const asked = scopes?.kind === "oauth" ? scopes.scopes.map(({ scope }) => scope) : [];
  const callback = new URL(world.ebay.controls.consent({ state, scopes: asked })).searchParams;
  return world.drive(returnFromConsent(world.rt, { connectorKey: "ebay", callback, browser }));
}

/** As far as the question in the app. */
async function agreed(shopId: number, channelId?: number): Promise<string> {
  const state = await begin(shopId, channelId);
  return ok(await comeBack(state, await goThere(state))).claim;
}

const join = (shopId: number, claim: string, transfer = false, userId = USER) =>
  joinAccount(world.rt, { shopId, userId, claim }, { transfer });

const question = (shopId: number, claim: string, userId = USER) =>
  readPendingConnection(world.rt, { shopId, userId, claim });

async function nothingIsJoined(): Promise<void> {
  expect(await database.db.channel.count()).toBe(0);
}

describe("connecting by a consent page", () => {
  it("names the shop and the account before the two are joined, and makes the channel only then", async () => {
    const claim = await agreed(ours);
    await nothingIsJoined();
    expect(await question(ours, claim)).toMatchObject({
      marketplace: "eBay",
      accountName: expect.stringMatching(/./),
      shopName: "Fern & Flint",
      shopDomain: "lockstep-demo.myshopify.com",
      channelName: null,
      isElsewhere: false,
    });
    const { channelId } = ok(await join(ours, claim));
    const channel = await database.db.channel.findUniqueOrThrow({ where: { id: channelId } });
    expect(channel).toMatchObject({ shopId: ours, state: "connected", pushApprovedAt: null });
    expect(await database.db.pendingConnection.count()).toBe(0);
  });

  it("refuses a way back without the cookie, and the attempt is gone", async () => {
    const state = await begin(ours);
    const browser = await goThere(state);
    expect(await comeBack(state, null)).toMatchObject({ ok: false, shopDomain: null });
    expect(await database.db.connectAttempt.count()).toBe(0);
    expect(await comeBack(state, browser)).toMatchObject({ ok: false });
    expect(await database.db.pendingConnection.count()).toBe(0);
  });

  it("refuses a way back in another browser than the one that went there", async () => {
    const mine = await begin(ours);
    await goThere(mine);
    const another = await begin(ours);
    expect(await comeBack(mine, await goThere(another))).toMatchObject({ ok: false });
    await nothingIsJoined();
  });

  it("refuses a way back of an attempt that never went to the consent page", async () => {
    const state = await begin(ours);
    expect(await comeBack(state, "a-guess")).toMatchObject({ ok: false });
    expect(await database.db.connectAttempt.count()).toBe(0);
  });

  it("lets one browser alone go to the consent page", async () => {
    const state = await begin(ours);
    const browser = await goThere(state);
    expect(await openConsent(world.rt, { connectorKey: "ebay", state })).toMatchObject({ ok: false });
    // Who went there first still comes back.
    expect(await comeBack(state, browser)).toMatchObject({ ok: true });
  });

  it("takes the same way back once", async () => {
    const state = await begin(ours);
    const browser = await goThere(state);
    const { claim } = ok(await comeBack(state, browser));
    expect(await comeBack(state, browser)).toMatchObject({ ok: false });
    ok(await join(ours, claim));
    expect(await join(ours, claim)).toMatchObject({ ok: false });
    expect(await database.db.channel.count()).toBe(1);
  });

  it("joins nothing in the session of another shop, which is not even shown it", async () => {
    const claim = await agreed(ours);
    expect(await question(theirs, claim)).toBe(null);
    expect(await join(theirs, claim, true)).toMatchObject({ ok: false });
    await nothingIsJoined();
    ok(await join(ours, claim));
  });

  it("joins nothing for another person of the same shop", async () => {
    const claim = await agreed(ours);
    expect(await question(ours, claim, "8")).toBe(null);
    expect(await join(ours, claim, false, "8")).toMatchObject({ ok: false });
    await nothingIsJoined();
  });

  it("is over when it takes too long, at each step, and what was kept of it is deleted", async () => {
    const [slow, slower] = [await begin(ours), await begin(ours)];
    const browser = await goThere(slower);
    const claim = await agreed(ours);
    // Half an hour of everything else that a shop does takes long to live through.
    const past = { data: { expiresAt: world.time.now() } };
    await database.db.connectAttempt.updateMany(past);
    await database.db.pendingConnection.updateMany(past);
    expect(await openConsent(world.rt, { connectorKey: "ebay", state: slow })).toMatchObject({ ok: false });
    expect(await comeBack(slower, browser)).toMatchObject({ ok: false });
    expect(await question(ours, claim)).toBe(null);
    expect(await join(ours, claim)).toMatchObject({ ok: false });
    await world.run(2 * MINUTE_MS);
    expect(await database.db.connectAttempt.count()).toBe(0);
    expect(await database.db.pendingConnection.count()).toBe(0);
  });

  it("keeps no access when the merchant says no", async () => {
    const claim = await agreed(ours);
    await declineConnection(world.rt, { shopId: theirs, userId: USER, claim });
    expect(await database.db.pendingConnection.count()).toBe(1);
    await declineConnection(world.rt, { shopId: ours, userId: USER, claim });
    expect(await database.db.pendingConnection.count()).toBe(0);
    expect(await join(ours, claim)).toMatchObject({ ok: false });
  });

  it("keeps no access of a shop that left meanwhile", async () => {
    const claim = await agreed(theirs);
    const state = await begin(theirs);
    const shop = await database.db.shop.findUniqueOrThrow({ where: { id: theirs } });
    await removeShop(world.rt, shop);
    expect(await database.db.pendingConnection.count()).toBe(0);
    expect(await openConsent(world.rt, { connectorKey: "ebay", state })).toMatchObject({ ok: false });
    expect(await join(theirs, claim)).toMatchObject({ ok: false });
  });

  it("connects no channel of another shop again", async () => {
    const { channelId } = ok(await join(ours, await agreed(ours)));
    expect(
      await beginConnection(world.rt, { shopId: theirs, userId: USER, connectorKey: "ebay", channelId }),
    ).toMatchObject({ ok: false });
  });
});

describe("connecting with keys", () => {
  it("names the account before it is joined, too", async () => {
    const wanted = { shopId: ours, userId: USER, connectorKey: "market", keys: { token: "t" } };
    const { claim } = ok(await world.drive(connectWithKeys(world.rt, wanted)));
    await nothingIsJoined();
    expect(await question(ours, claim)).toMatchObject({ accountName: "market", shopName: "Fern & Flint" });
    expect(await join(theirs, claim)).toMatchObject({ ok: false });
    ok(await join(ours, claim));
  });
});

describe("a marketplace account", () => {
  const channels = async () =>
    (await database.db.channel.findMany({ orderBy: { id: "asc" } })).map(({ shopId, state, credentialsSealed }) => ({
      shopId,
      state,
      hasKeys: credentialsSealed !== null,
    }));
  const alerts = (shopId: number) => database.db.alert.findMany({ where: { shopId, resolvedAt: null } });

  it("that is connected in another shop is refused, without naming that shop", async () => {
    ok(await join(ours, await agreed(ours)));
    const claim = await agreed(theirs);
    const shown = await question(theirs, claim);
    expect(shown).toMatchObject({ isElsewhere: true });
    const refused = await join(theirs, claim);
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining("another shop") });
    expect(JSON.stringify([shown, refused])).not.toMatch(/Fern|lockstep-demo/);
    expect(await channels()).toEqual([{ shopId: ours, state: "connected", hasKeys: true }]);
    expect(await alerts(ours)).toEqual([]);
  });

  it("is taken over knowingly: it ends in the other shop, which is told without the name of the new one", async () => {
    ok(await join(ours, await agreed(ours)));
    ok(await join(theirs, await agreed(theirs), true));
    expect(await channels()).toEqual([
      { shopId: ours, state: "disconnected", hasKeys: false },
      { shopId: theirs, state: "connected", hasKeys: true },
    ]);
    const [told, ...more] = await alerts(ours);
    expect(more).toEqual([]);
    expect(told).toMatchObject({ severity: "critical", title: expect.stringContaining("was disconnected") });
    expect(JSON.stringify(told)).not.toMatch(/Other Goods|other\.myshopify/);
    // And back again: the alert has done its work.
    ok(await join(ours, await agreed(ours), true));
    expect(await alerts(ours)).toEqual([]);
    expect((await channels()).map(({ state }) => state)).toEqual(["connected", "disconnected"]);
  });

  it("is free again once the other shop disconnects it, or removes the app", async () => {
    const { channelId } = ok(await join(ours, await agreed(ours)));
    await disconnectChannel(world.rt, { shopId: ours, channelId });
    ok(await join(theirs, await agreed(theirs)));
    await removeShop(world.rt, await database.db.shop.findUniqueOrThrow({ where: { id: theirs } }));
    ok(await join(ours, await agreed(ours)));
    expect((await channels()).map(({ state }) => state)).toEqual(["connected", "disconnected"]);
  });

  it("is one shop's, too, when two ask for it in the same moment", async () => {
    const [one, other] = [await agreed(ours), await agreed(theirs)];
    const joined = await Promise.all([join(ours, one), join(theirs, other)]);
    expect(joined.map((reply) => reply.ok).sort()).toEqual([false, true]);
    expect(await database.db.channel.count({ where: { state: "connected" } })).toBe(1);
  });

  it("can't be two shops' in the database", async () => {
    const { channelId } = ok(await join(ours, await agreed(ours)));
    const {
      shopId: _,
      id: __,
      policy: ___,
      onSale: ____,
      ...held
    } = await database.db.channel.findUniqueOrThrow({
      where: { id: channelId },
    });
    await expect(database.db.channel.create({ data: { ...held, shopId: theirs } })).rejects.toThrow();
  });

  it("that was disconnected is not brought back by work that had begun before", async () => {
    const { channelId } = ok(await join(ours, await agreed(ours)));
    const before = await database.db.channel.findUniqueOrThrow({ where: { id: channelId } });
    ok(await join(theirs, await agreed(theirs), true));
    await stopForReconnect(world.rt, before, "its keys are gone");
    expect((await channels())[0]).toEqual({ shopId: ours, state: "disconnected", hasKeys: false });
    expect((await alerts(ours)).map((alert) => alert.key)).not.toContain(`reconnect:${channelId}`);
  });

  it("that two shops had before it was refused stays theirs, and each is told until one is left", async () => {
    const { channelId } = ok(await join(ours, await agreed(ours)));
    // As the migration leaves them.
    const { db } = database;
    await db.channel.update({ where: { id: channelId }, data: { sharesAccount: true } });
    const {
      shopId: _,
      id: __,
      policy: ___,
      onSale: ____,
      ...held
    } = await db.channel.findUniqueOrThrow({
      where: { id: channelId },
    });
    const twin = await db.channel.create({ data: { ...held, shopId: theirs } });
    for (const { id, shopId } of [{ id: channelId, shopId: ours }, twin]) {
      const alert = { shopId, key: `shared-account:${id}`, severity: "critical", title: "shared", message: "" };
      await db.alert.create({ data: { ...alert, openedAt: world.time.now() } });
    }
    await disconnectChannel(world.rt, { shopId: theirs, channelId: twin.id });
    expect([await alerts(ours), await alerts(theirs)]).toEqual([[], []]);
    const left = await db.channel.findUniqueOrThrow({ where: { id: channelId } });
    expect(left).toMatchObject({ state: "connected", sharesAccount: false });
  });
});
