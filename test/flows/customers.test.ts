/** One person across Shopify and marketplaces: who is joined, what they bought, what is undone, who is forgotten. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { askOfCustomer, searchInShopify } from "#app/flows/ask-shopify-of-customers.ts";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { redactCustomer } from "#app/flows/redact.ts";
import { tick } from "#app/flows/tick.ts";
import { exportCustomers } from "#app/views/customer-export.ts";
import { type CustomerFilters, findCustomers, readCustomers } from "#app/views/customers.ts";
import type { RemoteBuyer } from "#connectors/contract/remote-types.ts";
import type { SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";
const EMAIL = "cy@buyer.example";
const PHONE = "+12125550123";
const DAY_MS = 24 * 60 * 60_000;

let database: TestDatabase;
let world: World;
let market: SimMarketplace;
let channelId: number;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  const made = await createMarketWorld({ database, sku: SKU, quantity: 60 });
  ({ world, market, channelId } = made);
  await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
  await world.run(5_000);
});
afterEach(() => world.close());

const store = () => world.shopify.store(world.shopDomain);

interface Bought {
  there: NonNullable<ReturnType<SimMarketplace["buy"]>>;
  customerGid: string | null | undefined;
}

/** Bought on the marketplace by whom it shows so, and placed in Shopify. */
async function buy(of: Partial<RemoteBuyer>, { pay = true } = {}): Promise<Bought> {
  const [listing] = [...market.listings.values()];
  const shown = { remoteId: null, name: "Cy", email: null, emailIsRelay: false, phone: null, phoneIsMasked: false };
  const knownBy = { email: null, phone: null, id: null };
  const buyer = { shown: { ...shown, shippingAddress: null, ...of }, knownBy };
  const there = listing && market.buy(listing, 1, { pay, buyer, visibleAfterMs: 0 });
  if (!there) throw new Error("nothing was sold");
  const made = () => [...store().orders.values()].find((one) => one.sourceIdentifier?.endsWith(`/${there.id}`));
  if (pay) await world.until("placed", () => made() !== undefined, 60_000);
  const isImported = async () => (await database.db.marketplaceOrder.count({ where: { remoteId: there.id } })) === 1;
  await world.until("imported", isImported, 120_000);
  await world.run(5_000);
  return { there, customerGid: made()?.customerId };
}

function buyInShop(email: string): string | null | undefined {
  const variant = [...store().variants.values()].find((one) => one.sku === SKU);
  const lines = [{ variantId: variant?.id ?? "", quantity: 1 }];
  const bought = world.shopify.controls.storefrontOrder(world.shopDomain, { email, lines });
  return bought.ok ? bought.value.customerId : null;
}

const orderOf = ({ there }: Bought) =>
  database.db.marketplaceOrder.findFirstOrThrow({
    where: { remoteId: there.id },
    include: { customerRecord: { include: { customer: { include: { channels: true } } } } },
  });

/** Whose the order is; null: nobody's. */
const personOf = async (bought: Bought) => (await orderOf(bought)).customerRecord?.customer ?? null;

const peopleWhoBought = () => database.db.customer.findMany({ where: { orders: { gt: 0 } }, orderBy: { id: "asc" } });

describe("a customer of the shop", () => {
  it("who buys where the marketplace tells their e-mail is one, with both histories", async () => {
    const inShop = buyInShop(EMAIL);
    const first = await buy({ email: EMAIL.toUpperCase(), remoteId: "cy-1" });
    expect(first.customerGid).toBe(inShop);
    const person = await personOf(first);
    expect(person).toMatchObject({ customerGid: inShop, orders: 1, shopOrders: 1, stage: "active" });
    expect(person?.shopLastAt).toBeInstanceOf(Date);
    expect(person?.channels).toMatchObject([{ channelId, orders: 1 }]);
    await buy({ email: EMAIL, remoteId: "cy-1" });
    const again = await personOf(first);
    expect(again).toMatchObject({ id: person?.id, orders: 2 });
    const { totalAmount, currency } = await orderOf(first);
    const spent = again?.channels[0]?.spent as Record<string, string>;
    expect(Object.keys(spent)).toEqual([currency]);
    expect(Number(spent[currency])).toBe(2 * Number(totalAmount));
    expect((await orderOf(first)).customerRecord?.matchedBy).toBe("shopify");
    expect(await peopleWhoBought()).toHaveLength(1);
  });
});

describe("what an order tells that is not paid for", () => {
  it("does not hide the shop's customer: who buys by their e-mail next is still them", async () => {
    const inShop = buyInShop(EMAIL);
    await buy({ email: EMAIL, remoteId: "cy-1" }, { pay: false });
    const byId = await buy({ remoteId: "cy-1" });
    expect(byId.customerGid).not.toBe(inShop);
    expect((await buy({ email: EMAIL })).customerGid).toBe(inShop);
  });

  it("makes no two of a household one: each has their own e-mail", async () => {
    await buy({ email: "ann@buyer.example", phone: PHONE, name: "Ann" }, { pay: false });
    const bob = await buy({ email: "bob@buyer.example", phone: PHONE, name: "Bob" });
    const ann = await buy({ email: "ann@buyer.example", name: "Ann" });
    expect(store().customers.get(bob.customerGid as never)?.email).toBe("bob@buyer.example");
    expect(store().customers.get(ann.customerGid as never)?.email).toBe("ann@buyer.example");
    expect((await personOf(ann))?.id).not.toBe((await personOf(bob))?.id);
    const again = await buy({ email: "ann@buyer.example", name: "Ann" });
    expect((await personOf(again))?.id).toBe((await personOf(ann))?.id);
    expect(again.customerGid).toBe(ann.customerGid);
  });
});

describe("a buyer on a marketplace", () => {
  it("is new by the first order and active by the second, by the marketplace's id alone", async () => {
    const first = await buy({ remoteId: "cy-1" });
    expect(await personOf(first)).toMatchObject({ orders: 1, stage: "new" });
    const second = await buy({ remoteId: "cy-1" });
    expect((await personOf(second))?.id).toBe((await personOf(first))?.id);
    expect(await personOf(second)).toMatchObject({ orders: 2, stage: "active" });
    expect((await orderOf(second)).customerRecordId).toBe((await orderOf(first)).customerRecordId);
  });

  it("is known by their number, and says why", async () => {
    const first = await buy({ phone: PHONE, remoteId: "cy-1" });
    const second = await buy({ phone: PHONE, remoteId: "cy-2" });
    expect((await personOf(second))?.id).toBe((await personOf(first))?.id);
    expect((await orderOf(second)).customerRecord?.matchedBy).toBe("phone");
    expect((await orderOf(first)).customerRecord?.matchedBy).toBe("new");
  });

  it("keeps the number that they were known by first, whoever else tells it later", async () => {
    const bob = await buy({ email: "bob@buyer.example", name: "Bob" });
    const ann = await buy({ phone: PHONE, name: "Ann" });
    const both = await buy({ email: "bob@buyer.example", phone: PHONE, name: "Bob" });
    expect((await personOf(both))?.id).toBe((await personOf(bob))?.id);
    const byNumber = await buy({ phone: PHONE, name: "Ann" });
    expect((await personOf(byNumber))?.id).toBe((await personOf(ann))?.id);
    expect(byNumber.customerGid).toBe(ann.customerGid);
    expect(ann.customerGid).not.toBe(bob.customerGid);
  });

  it("who is behind a relay address is nobody else's, and nobody's where nothing else is told", async () => {
    const relay = { email: "x-1@relay.example", emailIsRelay: true };
    const first = await buy({ ...relay, name: "Ada" });
    const second = await buy({ ...relay, name: "Ben" });
    expect([await personOf(first), await personOf(second)]).toEqual([null, null]);
    expect(first.customerGid).not.toBe(second.customerGid);
    expect(await database.db.marketplaceOrder.count({ where: { buyerIsHidden: true } })).toBe(2);
    const named = await buy({ ...relay, name: "Ada", remoteId: "ada-1" });
    const other = await buy({ ...relay, name: "Ben", remoteId: "ben-1" });
    expect((await personOf(named))?.id).not.toBe((await personOf(other))?.id);
    expect((await orderOf(named)).customerRecord?.isEmailHidden).toBe(true);
  });

  it("who has not paid has bought nothing yet; a cancellation takes the purchase back, with what was spent", async () => {
    const unpaid = await buy({ remoteId: "cy-1" }, { pay: false });
    expect(await personOf(unpaid)).toMatchObject({ orders: 0, stage: null, channels: [] });
    market.pay(unpaid.there);
    await world.until("paid", async () => (await personOf(unpaid))?.orders === 1, 60_000);
    market.cancel(unpaid.there);
    await world.until("cancelled", async () => (await personOf(unpaid))?.orders === 0, 60_000);
    expect(await personOf(unpaid)).toMatchObject({ stage: null, stageDueAt: null, lastAt: null, channels: [] });
  });

  it("who gets money back has spent less", async () => {
    const order = await buy({ remoteId: "cy-1" });
    const { totalAmount, currency } = await orderOf(order);
    const spent = async () => {
      const channels = (await personOf(order))?.channels ?? [];
      return Number((channels[0]?.spent as Record<string, string> | undefined)?.[currency]);
    };
    expect(await spent()).toBe(Number(totalAmount));
    market.giveBack(order.there, 50);
    await world.until("given back", async () => (await spent()) === Number(totalAmount) - 0.5, 120_000);
    expect(await personOf(order)).toMatchObject({ orders: 1 });
  });
});

/** The same app, so much later. */
function later(ms: number) {
  const now = world.time.nowMs() + ms;
  return { ...world.rt, clock: { ...world.rt.clock, now: () => new Date(now) } };
}

describe("time", () => {
  it("moves a customer on, and a purchase after they lapsed wins them back", async () => {
    const first = await buy({ remoteId: "cy-1" });
    const stageAfter = async (days: number) => {
      await tick(later(days * DAY_MS));
      return (await personOf(first))?.stage;
    };
    expect(await stageAfter(89)).toBe("new");
    expect(await stageAfter(91)).toBe("at-risk");
    expect((await personOf(first))?.channels).toMatchObject([{ stage: "at-risk" }]);
    expect(await stageAfter(181)).toBe("lapsed");
    expect((await personOf(first))?.stageDueAt).toBe(null);
    await database.db.marketplaceOrder.updateMany({ data: { soldAt: new Date(world.time.nowMs() - 200 * DAY_MS) } });
    await buy({ remoteId: "cy-1" });
    expect(await personOf(first)).toMatchObject({ stage: "won-back", orders: 2 });
  });

  it("is the merchant's to say: other days move everybody, and back", async () => {
    const bought = await buy({ remoteId: "cy-1" });
    await database.db.marketplaceOrder.updateMany({ data: { soldAt: new Date(world.time.nowMs() - 40 * DAY_MS) } });
    const { shopId } = world;
    const after = { atRiskDays: 30, lapsedDays: 60 };
    expect(await changeSetting(world.rt, { shopId, change: { setting: "customer-stages", after } })).toEqual({
      ok: true,
    });
    await world.until("at risk", async () => (await personOf(bought))?.stage === "at-risk", 10_000);
    const { id: changeId } = await database.db.change.findFirstOrThrow();
    expect(await undoChange(world.rt, { shopId, changeId })).toEqual({ ok: true });
    await world.until("new again", async () => (await personOf(bought))?.stage === "new", 10_000);
  });
});

describe("a wrong match", () => {
  const apart = async (bought: Bought, after: boolean) => {
    const customerRecordId = (await orderOf(bought)).customerRecordId ?? 0;
    const change = { setting: "customer-apart", customerRecordId, after } as const;
    return changeSetting(world.rt, { shopId: world.shopId, change, actor: "7" });
  };
  const figures = async (bought: Bought) => {
    const person = await personOf(bought);
    return { id: person?.id, orders: person?.orders, stage: person?.stage };
  };

  it("of a household's number is undone and redone: orders, spend and stage follow, and what comes later", async () => {
    const ada = await buy({ phone: PHONE, remoteId: "ada", email: "ada@buyer.example", name: "Ada" });
    const ben = await buy({ phone: PHONE, remoteId: "ben", name: "Ben" });
    const one = await figures(ada);
    expect(await figures(ben)).toEqual({ ...one, orders: 2, stage: "active" });
    expect(await apart(ben, true)).toEqual({ ok: true });
    expect(await figures(ada)).toEqual({ id: one.id, orders: 1, stage: "new" });
    const two = await figures(ben);
    expect(two).toMatchObject({ orders: 1, stage: "new" });
    expect(two.id).not.toBe(one.id);
    // What was placed before stays where it is in Shopify.
    expect((await orderOf(ben)).customerGid).toBe(ada.customerGid);

    // Whatever else would lead to the other.
    const next = await buy({ phone: PHONE, remoteId: "ben", name: "Ben" });
    expect(await figures(next)).toEqual({ ...two, orders: 2, stage: "active" });
    expect(next.customerGid).not.toBe(ada.customerGid);
    const third = await buy({ phone: PHONE, remoteId: "ben", name: "Ben" });
    expect(third.customerGid).toBe(next.customerGid);
    expect((await buy({ phone: PHONE, name: "Ada" })).customerGid).toBe(ada.customerGid);

    const { id: changeId } = await database.db.change.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(await undoChange(world.rt, { shopId: world.shopId, changeId })).toEqual({ ok: true });
    expect(await figures(ben)).toEqual({ id: one.id, orders: 5, stage: "active" });
    expect((await buy({ phone: PHONE, remoteId: "ben" })).customerGid).toBe(ada.customerGid);
    // Redone, they are the same somebody else as before.
    expect(await apart(ben, true)).toEqual({ ok: true });
    expect((await figures(ben)).id).toBe(two.id);
  });

  it("with a customer of the shop, by an e-mail that both use: Shopify gets a customer without it", async () => {
    const inShop = buyInShop(EMAIL);
    const bought = await buy({ email: EMAIL, remoteId: "other", name: "Other Person" });
    expect(bought.customerGid).toBe(inShop);
    expect(await apart(bought, true)).toEqual({ ok: true });
    const next = await buy({ email: EMAIL, remoteId: "other", name: "Other Person" });
    expect(next.customerGid).not.toBe(inShop);
    expect(store().customers.get(next.customerGid ?? "")?.email).toBe(null);
    expect((await personOf(next))?.id).toBe((await personOf(bought))?.id);
    expect(await personOf(next)).toMatchObject({ orders: 2, isApart: true, customerGid: next.customerGid });
  });

  it("is undone once, whoever else does at the same moment, and orders that come meanwhile are counted", async () => {
    await buy({ phone: PHONE, remoteId: "ada", name: "Ada" });
    const ben = await buy({ phone: PHONE, remoteId: "ben", name: "Ben" });
    const [listing] = [...market.listings.values()];
    const knownBy = { email: null, phone: null, id: null };
    const shown = {
      remoteId: "ben",
      name: "Ben",
      email: null,
      emailIsRelay: false,
      phone: PHONE,
      phoneIsMasked: false,
    };
    for (let more = 0; more < 3 && listing; more += 1)
      market.buy(listing, 1, {
        pay: true,
        buyer: { shown: { ...shown, shippingAddress: null }, knownBy },
        visibleAfterMs: 0,
      });
    const replies = await Promise.all([apart(ben, true), apart(ben, true), world.run(20_000)]);
    expect(replies.slice(0, 2)).toEqual([{ ok: true }, { ok: true }]);
    await world.until("imported", async () => (await database.db.marketplaceOrder.count()) === 5, 60_000);
    await world.run(10_000);
    expect(await database.db.customer.count({ where: { isApart: true } })).toBe(1);
    expect((await peopleWhoBought()).map((one) => one.orders).sort()).toEqual([1, 4]);
  });

  it("of another shop is nobody's to undo", async () => {
    const bought = await buy({ remoteId: "cy-1" });
    const customerRecordId = (await orderOf(bought)).customerRecordId ?? 0;
    const change = { setting: "customer-apart", customerRecordId, after: true } as const;
    const reply = await changeSetting(world.rt, { shopId: world.shopId + 1, change });
    expect(reply).toMatchObject({ ok: false, message: expect.stringContaining("not known any more") });
  });
});

describe("the list of customers", () => {
  const everybody = { stage: null, channelId: null } as const;
  const ids = async (filters: Partial<CustomerFilters>) =>
    (await readCustomers(world.rt, world.shopId, { ...everybody, ...filters, beside: null })).rows.map((one) => one.id);
  const find = async (typed: string, filters: Partial<CustomerFilters> = {}) => {
    const gids = (await world.drive(searchInShopify(world.rt, world.shopDomain, typed))) ?? [];
    return (await findCustomers(world.rt, world.shopId, { ...everybody, ...filters, typed, gids })).rows;
  };

  it("is by the latest purchase, by stage and channel, and finds by e-mail, number, id, order and Shopify's names", async () => {
    const ada = await buy({ email: EMAIL, phone: PHONE, remoteId: "ada-1", name: "Ada Poole" });
    const ben = await buy({ remoteId: "ben-1", name: "Ben Hale" });
    await buy({ remoteId: "ben-1", name: "Ben Hale" });
    const [one, two] = [(await personOf(ada))?.id, (await personOf(ben))?.id];
    expect(await ids({})).toEqual([two, one]);
    expect(await ids({ stage: "new" })).toEqual([one]);
    expect(await ids({ stage: "active", channelId })).toEqual([two]);
    expect(await ids({ channelId: channelId + 1 })).toEqual([]);
    for (const typed of [EMAIL.toUpperCase(), PHONE, "+1 (212) 555-0123", "ada-1", ada.there.id, "Poole", "ada poole"])
      expect([typed, (await find(typed)).map((row) => [row.id, row.name])]).toEqual([typed, [[one, "Ada Poole"]]]);
    expect(await find("nobody@buyer.example")).toEqual([]);
    expect(await find("Poole", { stage: "active" })).toEqual([]);
    const further = await readCustomers(world.rt, world.shopId, { ...everybody, beside: { after: two ?? 0 } });
    expect([further.rows.map((row) => row.id), further.next, further.previous]).toEqual([[one], null, one]);
    const back = await readCustomers(world.rt, world.shopId, { ...everybody, beside: { before: one ?? 0 } });
    expect(back.rows.map((row) => row.id)).toEqual([two]);
    expect(await readCustomers(world.rt, world.shopId + 1, { ...everybody, beside: null })).toMatchObject({ rows: [] });
  });

  it("is exported line by line; a name that a spreadsheet would run is text", async () => {
    await buy({ remoteId: "eve", name: '=HYPERLINK("https://evil.example")' });
    let text = "";
    for await (const lines of exportCustomers(world.rt, world.shopId, { ...everybody, typed: "", gids: [] }))
      text += lines;
    const [headings, line, end] = text.split("\r\n");
    expect(headings).toContain("Customer,Name,Shopify customer,Stage");
    expect(line).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
    expect(line).toMatch(/,New,.*,1,GBP,\d+(\.\d+)?$/);
    expect(end).toBe("");
  });

  it("says what Shopify knows, and that it could not be asked", async () => {
    const inShop = buyInShop(EMAIL) ?? "";
    await buy({ email: EMAIL, remoteId: "cy-1" });
    const customer = store().customers.get(inShop as never);
    if (customer) customer.rfmGroup = "LOYAL";
    const ask = () => world.drive(askOfCustomer(world.rt, world.shopDomain, inShop));
    expect(await ask()).toMatchObject({
      known: true,
      facts: { orders: 2, rfmGroup: "LOYAL", newest: [{ isOurs: true }, { isOurs: false }] },
    });
    world.shopify.world.settings.deniedFields = ["QueryRoot.customer", "QueryRoot.customers"];
    expect(await ask()).toMatchObject({ known: false });
    expect(await world.drive(searchInShopify(world.rt, world.shopDomain, "Cy"))).toBe(null);
    world.shopify.world.settings.deniedFields = [];
  });
});

describe("who is forgotten", () => {
  it("is no customer any more, and their orders are nobody's; what they buy later is somebody new's", async () => {
    const first = await buy({ email: EMAIL, remoteId: "cy-1" });
    const other = await buy({ remoteId: "somebody" });
    const shop = await database.db.shop.findUniqueOrThrow({ where: { id: world.shopId } });
    const customer = { id: first.customerGid ?? "" };
    await redactCustomer(world.rt, shop, { customer, orders_to_redact: [] });
    expect(await personOf(first)).toBe(null);
    expect((await peopleWhoBought()).map((one) => one.id)).toEqual([(await personOf(other))?.id]);
    expect(await database.db.customerRecord.count()).toBe(1);
    await world.run(60_000);
    expect(await personOf(first)).toBe(null);
  });
});
