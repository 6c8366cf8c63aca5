import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { changeSetting } from "#app/flows/change-setting.ts";
import { beginConnection, connectWithKeys, type KeysAccepted } from "#app/flows/connect-channel.ts";
import { disconnectChannel } from "#app/flows/disconnect-channel.ts";
import { type Joined, joinAccount } from "#app/flows/join-account.ts";
import { readOrdersNow } from "#app/flows/manage-channel.ts";
import { receiveHints } from "#app/flows/receive-hints.ts";
import type { Connector, Hint } from "#connectors/contract/connector.ts";
import { fail, succeed } from "#connectors/contract/failures.ts";
import { createVintedConnector } from "#connectors/vinted/index.ts";
import { createVintedEmulator } from "#test/emulators/vinted/emulator.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createWorld, type World, type WorldMarket } from "#test/support/world/world.ts";

const VINTED_ORIGIN = "http://vinted.test";
const TOKEN = "ak_of_the_seller,sk_that_nobody_may_see";

/** A marketplace with a form, an option and a queue, that says what was asked of it. */
function createStall(options: { isNamedByKeys?: boolean } = {}) {
  const log: string[] = [];
  const waiting: { hint: Hint; receipt: string }[] = [];
  const refusal = { now: null as string | null };
  const connector: Connector = {
    manifest: {
      key: "stall",
      name: "Stall",
      credentials: z.union([
        z.object({ account: z.string().regex(/^[a-z-]+$/, "small letters only"), secret: z.string().min(1) }),
        z.object({ accessToken: z.string().min(1) }),
      ]),
      capabilities: {
        quantities: true,
        quantityMax: null,
        writeBatchMax: 10,
        readBatchMax: 10,
        atZero: "stays-listed",
        acceptance: "immediate",
        cancellation: "none",
        partialShipment: false,
        saleLowersQuantity: true,
        shipmentNotifiesBuyer: false,
        prices: false,
        orderVisibilityLagMs: 0,
        orderPollEveryMs: 60 * 60_000,
        lateWriteMaxMs: 1_000,
        revisionsPerGroupAndDay: null,
        hintQueue: true,
        saleTimeToleranceMs: 0,
      },
      limits: [],
      options: [{ name: "renew", label: "Renew", help: "Costs money." }],
      buyerDataKeptMs: 30 * 24 * 60 * 60_000,
      requestTimeoutMs: 5_000,
    },
    authorization: {
      kind: "keys",
      fields: [
        { name: "account", label: "Account", help: "", secret: false },
        { name: "secret", label: "Secret word", help: "", secret: true },
      ],
    },
    toFailure: () => ({ kind: "unavailable", scope: "item", message: "no" }),
    open(session) {
      const { account = "" } = session.credentials;
      return {
        async checkAccess() {
          if (session.credentials.secret !== "open sesame") {
            return fail({ kind: "unauthorized", scope: "account", message: "the word is wrong" });
          }
          return succeed({
            remoteAccountId: account,
            displayName: `Stall of ${account}`,
            warnings: [],
            ...(options.isNamedByKeys ? { isNamedByKeys: true } : {}),
          });
        },
        async readListings() {
          log.push(`listings ${account} [${[...(session.options ?? [])]}]`);
          const listing = {
            ref: { remoteId: `${account}-1`, sku: "MUG-MOSS", groupId: null },
            title: "Mug",
            barcode: null,
            quantity: 30,
            price: null,
            state: "active" as const,
            url: null,
            imageUrl: null,
            unmanagedBecause: null,
          };
          return succeed({ listings: [listing], unreadable: [], nextCursor: null, total: 1 });
        },
        readQuantities: async (refs) => refs.map(() => ({ outcome: "read", quantity: 30, state: "active" })),
        writeQuantities: async (writes) => writes.map(() => ({ outcome: "accepted" })),
        writePrices: async () => [],
        async readOrders() {
          log.push(`orders ${account}`);
          return succeed({ orders: [], unreadable: [], nextCursor: "0", more: false, completeThrough: null });
        },
        async readOrder(remoteId) {
          log.push(`order ${remoteId} of ${account}`);
          return succeed(null);
        },
        readShipments: async () => succeed([]),
        confirmShipment: async () => succeed({ remoteId: null }),
        cancelOrder: async () => succeed({ state: "cancelled" }),
        subscribe: async () => succeed({ topics: [] }),
        queue: {
          receive: async () =>
            refusal.now === null
              ? succeed(waiting.slice(0, 2))
              : fail({ kind: "rejected", scope: "item", message: refusal.now, code: "queue" }),
          async acknowledge(receipts) {
            log.push(`acknowledged ${receipts.join(" ")} with ${await world.database.db.delivery.count()} stored`);
            for (const receipt of receipts) {
              const index = waiting.findIndex((one) => one.receipt === receipt);
              if (index >= 0) waiting.splice(index, 1);
            }
            return succeed(null);
          },
        },
      };
    },
    parseNotification: async () => ({ kind: "refused", status: 400, why: "comes by queue" }),
  };
  const market: WorldMarket = { connector, fetch: async () => new Response(null, { status: 500 }) };
  const hint = (id: string, remoteAccountId: string | null, orderRemoteId: string | null = null) =>
    void waiting.push({
      receipt: `receipt-${id}`,
      hint: { kind: "hint", id, topic: "order", remoteAccountId, orderRemoteId, deletedBuyerRemoteId: null },
    });
  return { market, log, waiting, hint, refusal };
}

let database: TestDatabase;
let world: World;
let stall: ReturnType<typeof createStall>;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
afterEach(() => world.close());

async function open(options: Parameters<typeof createStall>[0] = {}): Promise<void> {
  await database.empty();
  stall = createStall(options);
  world = await createWorld({
    database,
    markets({ time }) {
      const vinted = createVintedEmulator({ clock: time, token: TOKEN });
      const connector = createVintedConnector({ apiOrigin: VINTED_ORIGIN });
      return [stall.market, { connector, fetch: async (request) => vinted.app.request(request) }];
    },
  });
  await world.until(
    "mirrored",
    async () => (await database.db.shop.count({ where: { mirroredAt: { not: null } } })) === 1,
  );
}

/** Types the keys in and, where they are good, says yes to the account that they are of. */
function connectStall(account: string, secret = "open sesame", channelId?: number) {
  const wanted = { connectorKey: "stall", keys: { account, secret } };
  return connectKeys({ ...wanted, ...(channelId === undefined ? {} : { channelId }) });
}

async function connectKeys(wanted: {
  connectorKey: string;
  keys: Record<string, string>;
  channelId?: number;
  shopId?: number;
}): Promise<Joined | Exclude<KeysAccepted, { ok: true }>> {
  const by = { shopId: wanted.shopId ?? world.shopId, userId: "7" };
  const tried = await world.drive(connectWithKeys(world.rt, { ...wanted, ...by }));
  if (!tried.ok) return tried;
  return joinAccount(world.rt, { ...by, claim: tried.claim }, { transfer: false });
}

async function connected(account: string): Promise<number> {
  const done = await connectStall(account);
  if (!done.ok) throw new Error(done.message);
  await world.until("listings read", async () => {
    const channel = await database.db.channel.findUniqueOrThrow({ where: { id: done.channelId } });
    return channel.listingsReadAt !== null && channel.ordersReadAt !== null;
  });
  return done.channelId;
}

describe("connecting with keys", () => {
  beforeEach(() => open());

  const connectVinted = (token: string) => connectKeys({ connectorKey: "vinted", keys: { token } });

  it("keeps keys that work, sealed, and reads the account", async () => {
    const done = await connectVinted(TOKEN);
    expect(done.ok).toBe(true);
    const channel = await database.db.channel.findFirstOrThrow();
    expect(channel).toMatchObject({ connectorKey: "vinted", state: "connected", pushApprovedAt: null });
    // Sellers have one name everywhere: messages must tell which account they are about.
    expect(channel.name).toMatch(/^Vinted · ./);
    expect(channel.credentialsSealed).not.toContain("sk_that_nobody_may_see");
    await world.until("read", async () => (await database.db.listing.count({ where: { channelId: channel.id } })) > 0);
  });

  it("tries keys before it keeps them: what is refused leaves nothing, and the words hold no key", async () => {
    const done = await connectVinted("ak_of_the_seller,sk_that_is_wrong");
    expect(done).toMatchObject({ ok: false });
    expect(JSON.stringify(done)).not.toMatch(/sk_|ak_of/);
    expect(await database.db.channel.count()).toBe(0);
  });

  it("names the field that can't be right, without its value, and asks nobody", async () => {
    const done = await connectVinted("only-one-half");
    expect(done).toMatchObject({ ok: false, errors: { token: expect.stringContaining("two keys with a comma") } });
    expect(JSON.stringify(done)).not.toContain("only-one-half");
  });

  it("asks for each field that was left empty", async () => {
    const done = await connectStall(" ", "");
    expect(done).toMatchObject({
      ok: false,
      errors: { account: "Enter the account.", secret: "Enter the secret word." },
    });
  });

  it("takes nothing but the fields of the form", async () => {
    const keys = { accessToken: "smuggled" };
    const done = await connectKeys({ connectorKey: "stall", keys });
    expect(done).toMatchObject({ ok: false, errors: { account: "Enter the account." } });
  });

  it("takes no keys for a marketplace that has a consent page alone, and has no consent page for one with keys", async () => {
    const keys = { accessToken: "a", expiresAt: "2027-01-01T00:00:00Z" };
    expect(await connectKeys({ connectorKey: "ebay", keys })).toMatchObject({
      ok: false,
      message: "eBay is connected on its own page, not with keys.",
    });
    const wanted = { shopId: world.shopId, userId: "7", connectorKey: "stall" };
    expect(await beginConnection(world.rt, wanted)).toMatchObject({ ok: false });
  });

  it("connects a channel again with new keys, and refuses keys of another account", async () => {
    const channelId = await connected("ann");
    await disconnectChannel(world.rt, { shopId: world.shopId, channelId });
    expect(await connectStall("bea", "open sesame", channelId)).toMatchObject({
      ok: false,
      message: expect.stringContaining("another Stall account"),
    });
    expect(await connectStall("ann", "open sesame", channelId)).toMatchObject({ ok: true, channelId });
    const channels = await database.db.channel.findMany();
    expect(channels.map(({ id, state, remoteAccountId }) => ({ id, state, remoteAccountId }))).toEqual([
      { id: channelId, state: "connected", remoteAccountId: "ann" },
    ]);
  });

  it("refuses to connect another shop's channel again", async () => {
    const channelId = await connected("ann");
    const other = await database.db.shop.create({
      data: {
        domain: "other.myshopify.com",
        name: "Other",
        currency: "GBP",
        timezone: "Europe/London",
        policy: {},
        installedAt: world.time.now(),
      },
    });
    const keys = { account: "ann", secret: "open sesame" };
    expect(await connectKeys({ shopId: other.id, connectorKey: "stall", keys, channelId })).toMatchObject({
      ok: false,
      message: "This channel does not exist any more.",
    });
  });
});

describe("an account that is named by its keys", () => {
  it("keeps its channel and its name in it when it is connected again with new keys", async () => {
    await open({ isNamedByKeys: true });
    const channelId = await connected("ann");
    expect(await connectStall("ann-anew", "open sesame", channelId)).toMatchObject({ ok: true, channelId });
    const channels = await database.db.channel.findMany();
    // Orders under way are known in Shopify by this id.
    expect(channels.map((channel) => channel.remoteAccountId)).toEqual(["ann"]);
    await world.until("read with the new keys", () => stall.log.includes("orders ann-anew"));
  });
});

describe("what the merchant allows a channel", () => {
  beforeEach(() => open());

  it("reaches the connector and has every listing decided again", async () => {
    const channelId = await connected("ann");
    const versions = async () =>
      (await database.db.listing.findMany({ where: { channelId } })).map((one) => one.version);
    const before = await versions();
    const allow = (after: string[]) =>
      changeSetting(world.rt, { shopId: world.shopId, change: { setting: "options", channelId, after } });
    expect(await allow(["renew"])).toEqual({ ok: true });
    expect(await versions()).toEqual(before.map((version) => version + 1));
    await world.rt.db.$transaction((tx) => world.rt.queue.send(tx as never, "reconcile-listings", { channelId }));
    await world.until("opened with it", () => stall.log.includes("listings ann [renew]"));
    expect(await allow([])).toEqual({ ok: true });
    expect((await database.db.channel.findUniqueOrThrow({ where: { id: channelId } })).options).toEqual([]);
  });

  it("is nothing that the marketplace does not offer", async () => {
    const channelId = await connected("ann");
    const change = { setting: "options" as const, channelId, after: ["renew", "free-beer"] };
    expect(await changeSetting(world.rt, { shopId: world.shopId, change })).toMatchObject({ ok: false });
    expect((await database.db.channel.findUniqueOrThrow({ where: { id: channelId } })).options).toEqual([]);
  });

  it("reads orders when asked to, before the clock does", async () => {
    const channelId = await connected("ann");
    stall.log.length = 0;
    await readOrdersNow(world.rt, { shopId: world.shopId, channelId });
    await world.until("read", () => stall.log.includes("orders ann"), 5_000);
  });
});

describe("hints in a queue", () => {
  beforeEach(() => open());

  it("are looked for every few seconds, and acknowledged once they are stored", async () => {
    await connected("ann");
    stall.log.length = 0;
    for (const id of ["1", "2", "3"]) stall.hint(id, "ann", `order-${id}`);
    await world.until("all fetched", () => stall.waiting.length === 0, 10_000);
    // Two at a time at most; two looks at once may fetch the same. Never before they are stored.
    const receipts = new Set<string>();
    for (const line of stall.log.filter((one) => one.startsWith("acknowledged"))) {
      for (const receipt of line.match(/receipt-\d/g) ?? []) receipts.add(receipt);
      expect(Number(/with (\d+) stored/.exec(line)?.[1])).toBeGreaterThanOrEqual(receipts.size);
    }
    expect([...receipts].sort()).toEqual(["receipt-1", "receipt-2", "receipt-3"]);
    expect(await database.db.delivery.count({ where: { source: "stall" } })).toBe(3);
    await world.until("each order was read", () =>
      ["1", "2", "3"].every((id) => stall.log.includes(`order order-${id} of ann`)),
    );
  });

  it("stay in the queue when they can't be stored, and are stored once when they come again", async () => {
    const channelId = await connected("ann");
    stall.log.length = 0;
    stall.hint("1", "ann");
    stall.hint("2", "ann");
    const { rt } = world;
    let seals = 0;
    const broken = {
      ...rt,
      secrets: {
        ...rt.secrets,
        seal(text: string) {
          seals += 1;
          if (seals === 2) throw new Error("the disk is full");
          return rt.secrets.seal(text);
        },
      },
    };
    await expect(receiveHints(broken, { channelId })).rejects.toThrow("the disk is full");
    expect(stall.waiting.map((one) => one.receipt)).toEqual(["receipt-1", "receipt-2"]);
    expect(stall.log.filter((line) => line.startsWith("acknowledged"))).toEqual([]);
    await receiveHints(rt, { channelId });
    expect(stall.waiting).toEqual([]);
    expect(await database.db.delivery.count({ where: { source: "stall" } })).toBe(2);
  });

  it("concern the account that they name, whoever received them", async () => {
    const ann = await connected("ann");
    await connected("bea");
    stall.log.length = 0;
    stall.hint("1", "bea", "order-1");
    await receiveHints(world.rt, { channelId: ann });
    await world.until("read where it belongs", () => stall.log.includes("order order-1 of bea"));
    expect(stall.log.filter((line) => line.endsWith("of ann") || line === "orders ann")).toEqual([]);
  });

  it("that name nobody have everybody's orders read", async () => {
    const ann = await connected("ann");
    await connected("bea");
    stall.log.length = 0;
    stall.hint("1", null);
    await receiveHints(world.rt, { channelId: ann });
    await world.until("both read", () => stall.log.includes("orders ann") && stall.log.includes("orders bea"));
  });

  it("that can't be fetched are shown to the merchant until they can", async () => {
    const channelId = await connected("ann");
    const shown = () => database.db.alert.count({ where: { key: `hints:${channelId}`, resolvedAt: null } });
    stall.refusal.now = "the queue's key is wrong";
    await receiveHints(world.rt, { channelId });
    expect(await shown()).toBe(1);
    stall.refusal.now = null;
    await receiveHints(world.rt, { channelId });
    expect(await shown()).toBe(0);
  });
});
