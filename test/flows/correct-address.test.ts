/** A held order whose buyer's address, name or contact is at fault: the merchant corrects it, and it goes to Shopify with that. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeSetting } from "#app/flows/change-setting.ts";
import { correctAddress, readAddress, takeGivenAddress } from "#app/flows/correct-address.ts";
import { forgetOld } from "#app/flows/forget-old.ts";
import { importOrders } from "#app/flows/import-orders.ts";
import { cancelHeld, recordEnteredByHand, retryOrder } from "#app/flows/manage-order.ts";
import { redactCustomer } from "#app/flows/redact.ts";
import { type BuyerFields, openBuyer } from "#app/orders/corrected-buyer.ts";
import { findShop } from "#app/shops/shops.ts";
import { readBuyerData } from "#app/views/buyer-data.ts";
import { readOrder } from "#app/views/orders.ts";
import { orderByAnyId } from "#test/emulators/ebay/orders.ts";
import type { Contact } from "#test/emulators/ebay/state.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { buyOn, createOrderWorld, MINUTES, onlyOrder, openAlerts, ordersInShopify } from "./order-world.ts";

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  world = await createOrderWorld(database);
});
afterEach(() => world.close());

const order = () => database.db.marketplaceOrder.findFirstOrThrow();
const of = async () => ({ shopId: world.shopId, orderId: (await order()).id });
const stage = (wanted: string) =>
  world.until(wanted, async () => (await order().catch(() => null))?.stage === wanted, 10 * MINUTES);
const buyer = async () => openBuyer(world.rt.secrets, await order());
const history = async () =>
  (await database.db.attempt.findMany({ where: { orderId: (await order()).id }, orderBy: { id: "asc" } })).map(
    (one) => ({ message: one.message, actor: one.actor }),
  );

/** Shopify's shop wants postal codes, and this buyer has none that is one. */
async function holdForPostalCode(contact: Partial<Contact> = {}): Promise<string> {
  world.shopify.world.settings.wantsPostalCodes = true;
  const remoteId = buyOn(world, { OAK: 2 }, { contact: { postalCode: "none", ...contact } });
  await stage("held");
  return remoteId;
}

async function look() {
  const read = await readAddress(world.rt, await of());
  if (!read.ok) throw new Error(read.message);
  return read.address;
}

async function save(changes: Partial<BuyerFields>, shown?: string) {
  const now = await look();
  const values = { ...now.values, ...changes };
  return world.drive(correctAddress(world.rt, { ...(await of()), values, shown: shown ?? now.shown, actor: "7" }));
}

/** The buyer has eBay send it elsewhere; its picture there is newer. */
async function moveOnEbay(remoteId: string, contact: Partial<Contact>): Promise<void> {
  const there = orderByAnyId(world.ebay.state, remoteId);
  if (!there) throw new Error(`eBay has no order ${remoteId}`);
  Object.assign(there.buyer.contact, contact);
  there.modifiedAt = world.time.now().toISOString();
  const { channelId } = await order();
  await world.drive(importOrders(world.rt, { channelId, orderRemoteId: remoteId }));
}

describe("an order that Shopify refuses for its address", () => {
  it("is held for that, in words that name the field and not the buyer", async () => {
    await holdForPostalCode();
    expect((await order()).holdReason).toBe(
      "Shopify refused the buyer's postal code and address. Choose Correct the address.",
    );
    expect((await readOrder(world.rt, world.shopId, (await order()).id))?.isBuyerRefused).toBe(true);
    const shown = await look();
    expect(shown.values).toMatchObject({ postalCode: "none", countryCode: "GB" });
    expect(shown.refused).toEqual([
      "Shopify refused the postal code: “is not valid for GB”.",
      "Shopify refused the address as a whole: “can't be blank”.",
    ]);
    expect(Object.keys(shown.faults)).toEqual(["postalCode"]);
    expect(JSON.stringify(shown.follows)).toContain("sent to Shopify again at once");
  });

  it("goes there with the corrected one, once, and history says who corrected it and nothing of what", async () => {
    await holdForPostalCode();
    expect(await save({ postalCode: "SW1A 1AA", line1: "9 Corrected Street", name: "Ada Right" })).toMatchObject({
      ok: true,
    });
    await stage("placed");
    expect(onlyOrder(world)).toMatchObject({
      shippingAddress: { zip: "SW1A 1AA", address1: "9 Corrected Street", firstName: "Ada", lastName: "Right" },
      note: null,
    });
    expect(await openAlerts(world)).toEqual([]);
    const told = await history();
    expect(told).toContainEqual({ message: expect.stringContaining("address or contact was corrected"), actor: "7" });
    for (const secret of ["SW1A", "Corrected Street", "Ada"]) expect(JSON.stringify(told)).not.toContain(secret);
    const stored = await order();
    expect(stored).toMatchObject({ refusedSealed: null });
    for (const secret of ["SW1A", "Corrected Street"]) expect(JSON.stringify(stored)).not.toContain(secret);
    const page = await readOrder(world.rt, world.shopId, stored.id);
    expect(page).toMatchObject({ customer: { name: "Ada Right" }, corrected: { isOvertaken: false } });
  });

  it("is not saved with what is at fault, field by field, and stays as it is", async () => {
    await holdForPostalCode();
    const refused = await save({
      name: " ",
      line1: "",
      postalCode: "12",
      phone: "desk",
      email: "ada",
      countryCode: "XX",
    });
    expect(refused).toMatchObject({ ok: false });
    expect(Object.keys((!refused.ok && refused.errors) || {}).sort()).toEqual(
      ["countryCode", "email", "line1", "name", "phone"].sort(),
    );
    expect(await order()).toMatchObject({ stage: "held", correctionSealed: null, correctedAt: null });
  });

  it("its customer is found by the corrected e-mail, and its orders are theirs", async () => {
    const { controls } = world.shopify;
    const [oak] = world.shopify.store(world.shopDomain).variants.values();
    controls.storefrontOrder(world.shopDomain, {
      email: "ada@right.example",
      lines: [{ variantId: oak?.id as never, quantity: 1 }],
    });
    await world.run(5_000);
    const own = ordersInShopify(world)[0];
    await holdForPostalCode();
    await save({ postalCode: "SW1A 1AA", email: "ada@right.example" });
    await stage("placed");
    const made = ordersInShopify(world).find((one) => one.id !== own?.id);
    expect(made?.customerId).toBe(own?.customerId);
    expect((await order()).customerGid).toBe(own?.customerId);
  });

  it("can be corrected once more where Shopify refuses that, too", async () => {
    await holdForPostalCode({ countryCode: "IE" });
    await save({ postalCode: "still none" });
    expect((await order()).stage).not.toBe("held");
    await stage("held");
    expect(await look()).toMatchObject({
      values: { postalCode: "still none" },
      given: expect.arrayContaining(["none"]),
    });
    await save({ postalCode: "D02 X285" });
    await stage("placed");
    expect(onlyOrder(world).shippingAddress?.zip).toBe("D02 X285");
  });
});

describe("where the merchant wants to correct an address before its order goes to Shopify", () => {
  const wait = async (after: boolean) => {
    const { id: channelId } = await database.db.channel.findFirstOrThrow();
    const change = { setting: "refused-address" as const, channelId, after };
    return world.drive(changeSetting(world.rt, { shopId: world.shopId, actor: "7", change }));
  };
  const isThere = () => ordersInShopify(world).length;

  it("an order waits at the first refusal of what a parcel needs, and goes once that is corrected", async () => {
    expect(await wait(true)).toEqual({ ok: true });
    await holdForPostalCode();
    expect((await order()).holdReason).toBe("Shopify refused the buyer's postal code. Choose Correct the address.");
    expect((await look()).refused).toEqual(["Shopify refused the postal code: “is not valid for GB”."]);
    await save({ postalCode: "SW1A 1AA" });
    await stage("placed");
    expect(onlyOrder(world)).toMatchObject({ note: null, shippingAddress: { zip: "SW1A 1AA" } });
  });

  it("an order waits for what Shopify would never take, which is not sent", async () => {
    await wait(true);
    buyOn(world, { OAK: 1 }, { contact: { countryCode: "XX" } });
    await stage("held");
    expect(world.shopify.faults.calls.some((call) => call.operation === "orderCreate")).toBe(false);
    expect((await look()).faults).toEqual({ countryCode: "Shopify does not have this country. Choose one." });
    await save({ countryCode: "GB", postalCode: "SW1A 1AA" });
    await stage("placed");
    expect(onlyOrder(world).shippingAddress?.countryCode).toBe("GB");
  });

  it("an order does not wait for what a parcel finds its way without", async () => {
    await wait(true);
    buyOn(world, { OAK: 1 }, { contact: { phone: "desk 12", countryCode: "DE", stateOrProvince: "NRW" } });
    await stage("placed");
    expect(onlyOrder(world).note).toContain("Province: NRW");
  });

  it("who changes their mind lets it go without, by Retry", async () => {
    await wait(true);
    buyOn(world, { OAK: 1 }, { contact: { countryCode: "XX" } });
    await stage("held");
    await world.drive(retryOrder(world.rt, await of()));
    await world.run(MINUTES);
    expect([(await order()).stage, isThere()]).toEqual(["held", 0]);
    await wait(false);
    await world.drive(retryOrder(world.rt, await of()));
    await stage("placed");
    expect(onlyOrder(world).note).toContain("XX");
  });
});

describe("what is corrected", () => {
  it("is not overwritten when the marketplace changes its own: the merchant is told, and may take that", async () => {
    const remoteId = await holdForPostalCode();
    await database.db.marketplaceOrder.updateMany({ data: { holdBecause: "Look at it." } });
    await save({ postalCode: "SW1A 1AA" });
    await moveOnEbay(remoteId, { city: "Leeds" });
    expect((await buyer())?.shippingAddress).toMatchObject({ postalCode: "SW1A 1AA" });
    expect((await buyer())?.shippingAddress?.city).not.toBe("Leeds");
    const { id } = await order();
    const page = await readOrder(world.rt, world.shopId, id);
    expect(page?.corrected).toMatchObject({ isOvertaken: true });
    expect(page?.alerts.map((one) => one.title)).toEqual([expect.stringContaining("changed the address of order")]);
    expect((await history()).at(-1)?.message).toContain("the correction stays");
    expect(JSON.stringify([await history(), page?.alerts])).not.toContain("Leeds");

    await moveOnEbay(remoteId, { city: "York" });
    expect((await openAlerts(world)).filter((one) => one.key === `order-address-moved:${id}`)).toHaveLength(1);
    expect(await world.drive(takeGivenAddress(world.rt, { ...(await of()), actor: "8" }))).toMatchObject({ ok: true });
    expect((await buyer())?.shippingAddress).toMatchObject({ city: "York", postalCode: "none" });
    expect(await order()).toMatchObject({ correctionSealed: null, correctedAt: null });
    expect((await openAlerts(world)).map((one) => one.key)).toEqual([`order:${id}`]);
    expect((await history()).at(-1)).toEqual({ message: expect.stringContaining("was undone"), actor: "8" });
  });

  it("back where it was, the marketplace has changed nothing, and Home does not ask", async () => {
    const remoteId = await holdForPostalCode();
    const there = orderByAnyId(world.ebay.state, remoteId);
    const city = there?.buyer.contact.city ?? "";
    await database.db.marketplaceOrder.updateMany({ data: { holdBecause: "Look at it." } });
    await save({ postalCode: "SW1A 1AA" });
    await moveOnEbay(remoteId, { city: "Leeds" });
    expect((await openAlerts(world)).map((one) => one.key)).toContain(`order-address-moved:${(await order()).id}`);
    await moveOnEbay(remoteId, { city });
    expect((await openAlerts(world)).map((one) => one.key)).not.toContain(`order-address-moved:${(await order()).id}`);
  });

  it("does not follow from a form that was filled in before the marketplace changed its own", async () => {
    const remoteId = await holdForPostalCode();
    const { shown } = await look();
    await moveOnEbay(remoteId, { city: "Leeds" });
    const refused = await save({ postalCode: "SW1A 1AA" }, shown);
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining("changed while you looked") });
    expect(await order()).toMatchObject({ stage: "held", correctionSealed: null });
  });

  it("saved twice at once is saved once, and an import at that moment loses nothing of it", async () => {
    const remoteId = await holdForPostalCode();
    const { values, shown } = await look();
    const there = orderByAnyId(world.ebay.state, remoteId);
    Object.assign(there?.buyer.contact ?? {}, { city: "Leeds" });
    if (there) there.modifiedAt = world.time.now().toISOString();
    const { channelId } = await order();
    const saving = (line1: string) =>
      correctAddress(world.rt, {
        shopId: world.shopId,
        orderId,
        values: { ...values, line1, postalCode: "SW1A 1AA" },
        shown,
      });
    const { orderId } = await of();
    const [one, other] = await world.drive(
      Promise.all([
        saving("1 First Street"),
        saving("2 Second Street"),
        importOrders(world.rt, { channelId, orderRemoteId: remoteId }),
      ]),
    );
    expect([one.ok, other.ok].filter(Boolean).length).toBeLessThanOrEqual(1);
    const { correctionSealed } = await order();
    const address = (await buyer())?.shippingAddress;
    if (correctionSealed === null) expect(address).toMatchObject({ city: "Leeds", postalCode: "none" });
    else
      expect(address).toMatchObject({ line1: one.ok ? "1 First Street" : "2 Second Street", postalCode: "SW1A 1AA" });
  });

  it("lets nothing pass that the marketplace's side says: the order stays on hold until the merchant does", async () => {
    await database.db.channel.updateMany({ data: { holdsOrders: true } });
    buyOn(world, { OAK: 1 });
    await stage("held");
    expect((await look()).follows.join(" ")).toContain("stays on hold");
    expect(await save({ line1: "9 Corrected Street" })).toEqual({ ok: true, message: "Address saved" });
    await world.run(2 * MINUTES);
    expect((await order()).stage).toBe("held");
    await world.drive(retryOrder(world.rt, await of()));
    await stage("placed");
    expect(onlyOrder(world).shippingAddress?.address1).toBe("9 Corrected Street");
  });

  it("is nothing that an order takes that is not held, is given up, or is another shop's", async () => {
    await holdForPostalCode();
    const { values, shown } = await look();
    const { orderId } = await of();
    const other = await database.db.shop.create({
      data: { domain: "b.test", name: "b", currency: "GBP", timezone: "UTC", policy: {}, installedAt: new Date(0) },
    });
    const corrected = { ...values, postalCode: "SW1A 1AA" };
    for (const shopId of [other.id]) {
      expect(await readAddress(world.rt, { shopId, orderId })).toMatchObject({ ok: false });
      expect(await correctAddress(world.rt, { shopId, orderId, values: corrected, shown })).toMatchObject({
        ok: false,
      });
      expect(await takeGivenAddress(world.rt, { shopId, orderId })).toMatchObject({ ok: false });
    }
    await database.db.marketplaceOrder.updateMany({ data: { sentAt: null } });
    expect(await world.drive(cancelHeld(world.rt, await of()))).toEqual({ ok: true });
    const mine = { shopId: world.shopId, orderId };
    expect(await correctAddress(world.rt, { ...mine, values: corrected, shown })).toMatchObject({ ok: false });
    await database.db.cancellation.deleteMany();
    expect(await world.drive(recordEnteredByHand(world.rt, await of()))).toEqual({ ok: true });
    expect(await correctAddress(world.rt, { ...mine, values: corrected, shown })).toMatchObject({ ok: false });
    expect((await order()).correctionSealed).toBeNull();
  });

  it("is told of where Shopify turns out to have made the order before", async () => {
    await holdForPostalCode();
    // The merchant's shop wants none any more, and a request that was thought lost arrives.
    world.shopify.world.settings.wantsPostalCodes = false;
    await world.drive(retryOrder(world.rt, await of()));
    await stage("placed");
    const { id } = await order();
    await database.db.marketplaceOrder.update({
      where: { id },
      data: { stage: "held", shopifyOrderGid: null, shopifyOrderName: null, placedAt: null },
    });
    await save({ postalCode: "SW1A 1AA" });
    await stage("placed");
    expect((await openAlerts(world)).map((one) => one.message)).toEqual([
      expect.stringContaining("before the address was corrected"),
    ]);
    expect(ordersInShopify(world)).toHaveLength(1);
  });
});

describe("a corrected buyer", () => {
  const forgotten = {
    buyerSealed: null,
    correctionSealed: null,
    correctedAt: null,
    refusedSealed: null,
    buyerKeys: [],
  };

  it("is forgotten with all that was corrected, when their time is over, and for good", async () => {
    const remoteId = await holdForPostalCode();
    await database.db.channel.updateMany({ data: { holdsOrders: true } });
    await database.db.marketplaceOrder.updateMany({ data: { holdBecause: "Look at it." } });
    await save({ postalCode: "SW1A 1AA" });
    expect((await order()).correctionSealed).not.toBeNull();
    const later = new Date(world.time.nowMs() + 400 * 24 * 60 * MINUTES);
    await world.drive(forgetOld({ ...world.rt, clock: { ...world.rt.clock, now: () => later } }));
    expect(await order()).toMatchObject(forgotten);
    await moveOnEbay(remoteId, { city: "Leeds" });
    expect(await order()).toMatchObject(forgotten);
    expect(await readAddress(world.rt, await of())).toMatchObject({
      ok: false,
      message: expect.stringContaining("Nothing is held of this buyer"),
    });
  });

  it("is found by the corrected e-mail, in a request for their data and one to forget them", async () => {
    await holdForPostalCode();
    await database.db.marketplaceOrder.updateMany({ data: { holdBecause: "Look at it." } });
    await save({ postalCode: "SW1A 1AA", email: "Ada@Right.example" });
    const { id } = await order();
    const data = await readBuyerData(world.rt, world.shopId, { buyerOfOrderId: id });
    expect(data?.orders[0]).toMatchObject({
      buyer: { shippingAddress: { postalCode: "none" } },
      corrected: { buyer: { email: "Ada@Right.example", shippingAddress: { postalCode: "SW1A 1AA" } } },
    });
    // The marketplace's next picture does not lose what they are known by.
    const remoteId = (await order()).remoteId;
    await moveOnEbay(remoteId, { city: "Leeds" });
    const shop = await findShop(world.rt.db, { id: world.shopId });
    if (!shop) throw new Error("no shop");
    const customer = { id: "gid://shopify/Customer/99", email: "ada@right.example" };
    await world.drive(redactCustomer(world.rt, shop, { customer, orders_to_redact: [] }));
    expect(await order()).toMatchObject(forgotten);
    expect((await readOrder(world.rt, world.shopId, id))?.customer.name).toBeNull();
  });

  it("is opened with what Shopify refused of them before they were corrected", async () => {
    await holdForPostalCode();
    const { id } = await order();
    const data = await readBuyerData(world.rt, world.shopId, { buyerOfOrderId: id });
    expect(JSON.stringify(data?.orders[0]?.refused)).toContain("is not valid for GB");
    expect(data?.orders[0]).not.toHaveProperty("corrected");
  });
});
