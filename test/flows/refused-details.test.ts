/** A detail that an order does not need never stops a paid order: it is mended, or left out and kept in the note. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Contact } from "#test/emulators/ebay/state.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createOrderWorld, onlyOrder, openAlerts, placeOrder } from "./order-world.ts";

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

async function place(contact: Partial<Contact>) {
  await placeOrder(world, { OAK: 1 }, { contact });
  return onlyOrder(world);
}
const alertTitles = async () => (await openAlerts(world)).map((one) => one.title);
const creates = () => world.shopify.faults.calls.filter((call) => call.operation === "orderCreate").length;

describe("an order is placed", () => {
  it.each([
    ["UK", null, "GB", null],
    ["gb", null, "GB", null],
    ["PR", "PR", "US", "PR"],
    ["GU", null, "US", "GU"],
    ["US", "California", "US", "CA"],
    ["AU", "New South Wales", "AU", "NSW"],
    ["US", "US-NY", "US", "NY"],
  ])(
    "from country %s and region %s, as %s and %s, at the first try",
    async (countryCode, stateOrProvince, country, province) => {
      const order = await place({ countryCode, ...(stateOrProvince ? { stateOrProvince } : {}) });
      expect(order.shippingAddress).toMatchObject({ countryCode: country, province });
      expect([creates(), order.note, await alertTitles()]).toEqual([1, null, []]);
    },
  );

  it.each(["XX", "FM", "AQ"])(
    "without a country that Shopify does not know (%s): the note has the address, a task says so",
    async (countryCode) => {
      const order = await place({ countryCode, city: "Palikir", addressLine1: "1 Kaselehlie Street" });
      expect(order.shippingAddress).toMatchObject({ countryCode: null, city: "Palikir" });
      expect(order.note).toContain("1 Kaselehlie Street");
      expect(order.note).toContain(countryCode);
      expect(await alertTitles()).toEqual([`Check the address of ${order.name} before you ship it`]);
    },
  );

  it("without a province that Shopify refuses, which the note has", async () => {
    const order = await place({ countryCode: "DE", stateOrProvince: "NRW" });
    expect(order.shippingAddress).toMatchObject({ countryCode: "DE", province: null });
    expect([order.note, creates(), await alertTitles()]).toEqual(["Province: NRW", 2, []]);
  });

  it("with a region's name that is no code in the note", async () => {
    const order = await place({ countryCode: "GB", stateOrProvince: "Greater London" });
    expect([order.note, creates()]).toEqual(["Region: Greater London", 1]);
  });

  it("without a phone that Shopify refuses", async () => {
    const order = await place({ phone: "desk 12" });
    expect(order.shippingAddress?.phone).toBeNull();
    expect(order.note).toBe("Phone: desk 12");
  });

  it("with a line of the address that is too long cut short, the whole of it in the note, and a task", async () => {
    const line = `Flat ${"1".repeat(300)}`;
    const order = await place({ addressLine1: line });
    expect(order.shippingAddress?.address1).toHaveLength(255);
    expect(order.note).toContain(line);
    expect(await alertTitles()).toHaveLength(1);
  });

  it("without its customer, where Shopify refuses the customer as a whole", async () => {
    world.shopify.world.settings.refusesCustomers = true;
    const order = await place({});
    expect([order.customerId, order.note?.startsWith("Customer: ")]).toEqual([null, true]);
  });
});
