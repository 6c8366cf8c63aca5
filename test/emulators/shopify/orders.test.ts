import { describe, expect, it } from "vitest";
import { at, type Bench, createBench, levelOf, SHOP } from "./emulated-app.ts";
import { onHand } from "./store.ts";

const CREATE = `
  mutation ($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {
    orderCreate(order: $order, options: $options) {
      order { id name createdAt sourceIdentifier customer { id } lineItems(first: 10) { nodes { id quantity sku customAttributes { key value } } } }
      userErrors { code field message }
    }
  }`;
const DEFINE =
  "mutation ($definition: MetafieldDefinitionInput!) { metafieldDefinitionCreate(definition: $definition) { createdDefinition { id } userErrors { code field message } } }";
const BY_SOURCE = "query ($query: String!) { orders(first: 5, query: $query) { nodes { id name } } }";
const BY_KEY = "query ($key: UniqueMetafieldValueInput!) { orderByIdentifier(identifier: { customId: $key }) { id } }";
const KEY = { namespace: "$app", key: "remote_order" };
const UNIQUE_ID = {
  ...KEY,
  name: "Remote order",
  ownerType: "ORDER",
  type: "id",
  capabilities: { uniqueValues: { enabled: true } },
};

const price = { shopMoney: { amount: "14.00", currencyCode: "GBP" } };

function line(bench: Bench, sku: string, quantity = 1): object {
  return { variantId: levelOf(bench.emulator, sku).variant.id, quantity, priceSet: price };
}

async function create(bench: Bench, order: object, options?: object) {
  const reply = await bench.graphql(CREATE, { order, options });
  expect(reply.errors).toEqual([]);
  return {
    order: at(reply.data, "orderCreate", "order"),
    userErrors: at(reply.data, "orderCreate", "userErrors") as { code: string; field: string[]; message: string }[],
  };
}

async function linesOf(bench: Bench, id: string): Promise<unknown> {
  const query =
    "query ($id: ID!) { order(id: $id) { lineItems(first: 10) { nodes { quantity currentQuantity unfulfilledQuantity } } } }";
  return at((await bench.graphql(query, { id })).data, "order", "lineItems", "nodes");
}

describe("orderCreate", () => {
  it("leaves stock alone unless told otherwise: BYPASS is the default", async () => {
    const bench = createBench();
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    for (const options of [undefined, {}, { inventoryBehaviour: "BYPASS" }]) {
      await create(bench, { lineItems: [line(bench, "MUG-MOSS", 3)] }, options);
    }
    expect(level.quantities).toMatchObject({ available: 24, committed: 0 });
    expect(await bench.payloads("orders/create")).toHaveLength(3);
    expect(await bench.payloads("inventory_levels/update")).toEqual([]);
  });

  it("moves available to committed when it decrements, on_hand unchanged, and says so by webhook", async () => {
    const bench = createBench();
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    await bench.clock.advance(5_000);
    await create(
      bench,
      { lineItems: [line(bench, "MUG-MOSS", 3)] },
      { inventoryBehaviour: "DECREMENT_IGNORING_POLICY" },
    );
    expect(level.quantities).toMatchObject({ available: 21, committed: 3 });
    expect(onHand(level.quantities)).toBe(24);
    expect(level.updatedAt).toBe("2026-11-22T10:00:05Z");
    expect(await bench.payloads("inventory_levels/update")).toEqual([
      {
        inventory_item_id: Number(level.itemId.replace(/^.*\//, "")),
        location_id: Number(level.locationId.replace(/^.*\//, "")),
        available: 21,
        updated_at: "2026-11-22T10:00:05+00:00",
        admin_graphql_api_id: level.id,
      },
    ]);
  });

  it("oversells when it ignores the policy, and refuses with INVENTORY_CLAIM_FAILED when it obeys", async () => {
    const bench = createBench();
    const { level } = levelOf(bench.emulator, "BRD-OAK");
    const lineItems = [line(bench, "BRD-OAK", 2)];
    const obeyed = await create(bench, { lineItems }, { inventoryBehaviour: "DECREMENT_OBEYING_POLICY" });
    expect(obeyed).toMatchObject({ order: null, userErrors: [{ code: "INVENTORY_CLAIM_FAILED" }] });
    expect(level.quantities.available).toBe(1);
    expect(bench.emulator.store(SHOP).orders.size).toBe(0);
    await create(bench, { lineItems }, { inventoryBehaviour: "DECREMENT_IGNORING_POLICY" });
    expect(level.quantities).toMatchObject({ available: -1, committed: 2 });
  });

  it("keeps the traps of a line: not shipped, taxable, properties as custom attributes", async () => {
    const bench = createBench();
    const properties = [{ name: "_lockstep", value: "item-1" }];
    const { order } = await create(bench, { lineItems: [{ ...line(bench, "MUG-MOSS"), properties }] });
    expect(at(order, "lineItems", "nodes", 0, "customAttributes")).toEqual([{ key: "_lockstep", value: "item-1" }]);
    const [payload] = await bench.payloads("orders/create");
    expect(at(payload, "line_items", 0)).toMatchObject({ requires_shipping: false, taxable: true, properties });
  });

  it.each([
    ["no lines", { lineItems: [] }, ["order", "lineItems"]],
    ["a line without variant, title or price", { lineItems: [{ quantity: 1 }] }, ["order", "lineItems", "0", "title"]],
    [
      "an unknown variant",
      { lineItems: [{ quantity: 1, variantId: "gid://shopify/ProductVariant/1" }] },
      ["order", "lineItems", "0", "variantId"],
    ],
    [
      "a foreign currency",
      { lineItems: [{ quantity: 1, title: "x", priceSet: { shopMoney: { amount: "1", currencyCode: "EUR" } } }] },
      ["order", "lineItems", "0", "priceSet", "shopMoney", "currencyCode"],
    ],
    [
      "a customer to associate who does not exist",
      {
        lineItems: [{ quantity: 1, title: "x", priceSet: price }],
        customer: { toAssociate: { email: "no@one.example" } },
      },
      ["order", "customer", "toAssociate"],
    ],
  ])("refuses %s", async (_what, order, field) => {
    const bench = createBench();
    const { order: made, userErrors } = await create(bench, order);
    expect(made).toBeNull();
    expect(userErrors[0]).toMatchObject({ code: "INVALID", field });
    expect(bench.emulator.store(SHOP).orders.size).toBe(0);
  });

  it("has no idempotency: the same call twice is two orders", async () => {
    const bench = createBench();
    const order = { lineItems: [line(bench, "MUG-MOSS")], sourceIdentifier: "ebay:27-1" };
    await create(bench, order);
    await create(bench, order);
    const found = await bench.graphql(BY_SOURCE, { query: 'source_identifier:"ebay:27-1"' });
    expect(at(found.data, "orders", "nodes", "length")).toBe(2);
  });

  it("takes five a minute on a development store when so set", async () => {
    const bench = createBench({ settings: { ordersPerMinuteMax: 5, ordersOverLimit: "throttled" } });
    const order = { lineItems: [line(bench, "MUG-MOSS")] };
    for (let count = 0; count < 5; count += 1) await create(bench, order);
    const sixth = await bench.graphql(CREATE, { order });
    expect(sixth.errors[0]?.extensions?.code).toBe("THROTTLED");
    await bench.clock.advance(60_000);
    await create(bench, order);
  });
});

describe("the customer of an order", () => {
  it("is matched by email or phone before one is made", async () => {
    const bench = createBench();
    const lineItems = [line(bench, "MUG-MOSS")];
    const before = bench.emulator.store(SHOP).customers.size;
    const byEmail = await create(bench, { lineItems, customer: { toUpsert: { email: "AMARA@buyer.example" } } });
    const amara = [...bench.emulator.store(SHOP).customers.values()].find((one) => one.firstName === "Amara");
    expect(at(byEmail.order, "customer", "id")).toBe(amara?.id);
    const byPhone = await create(bench, { lineItems, customer: { toUpsert: { phone: "+44 7700 900101" } } });
    expect(at(byPhone.order, "customer", "id")).toBe(at(byEmail.order, "customer", "id"));
    expect(bench.emulator.store(SHOP).customers.size).toBe(before);
    await create(bench, { lineItems, customer: { toUpsert: { email: "new@buyer.example", firstName: "New" } } });
    expect(bench.emulator.store(SHOP).customers.size).toBe(before + 1);
  });

  it("can't take a phone that another customer has", async () => {
    const bench = createBench();
    const toUpsert = { email: "tom.rigby@buyer.example", phone: "+447700900101" };
    const { userErrors } = await create(bench, { lineItems: [line(bench, "MUG-MOSS")], customer: { toUpsert } });
    expect(userErrors).toMatchObject([
      { field: ["order", "customer", "toUpsert", "phone"], message: "Phone has already been taken" },
    ]);
  });
});

describe("finding an order again", () => {
  it("works by a unique metafield, and a duplicate value is refused or not as set", async () => {
    for (const refuses of [true, false]) {
      const bench = createBench({ settings: { refusesDuplicateUniqueMetafields: refuses } });
      const missing = await bench.graphql(BY_KEY, { key: { ...KEY, value: "ebay:1" } });
      expect(missing.errors[0]?.message).toBe("Metafield definition of type 'id' is required when using custom ids.");
      const defined = await bench.graphql(DEFINE, { definition: UNIQUE_ID });
      expect(at(defined.data, "metafieldDefinitionCreate", "userErrors")).toEqual([]);
      const again = await bench.graphql(DEFINE, { definition: UNIQUE_ID });
      expect(at(again.data, "metafieldDefinitionCreate", "userErrors", 0, "code")).toBe("TAKEN");

      const metafields = [{ ...KEY, type: "id", value: "ebay:1" }];
      const first = await create(bench, { lineItems: [line(bench, "MUG-MOSS")], metafields });
      const second = await create(bench, { lineItems: [line(bench, "MUG-MOSS")], metafields });
      expect(second.userErrors.length > 0).toBe(refuses);
      const found = await bench.graphql(BY_KEY, { key: { ...KEY, value: "ebay:1" } });
      expect(at(found.data, "orderByIdentifier", "id")).toBe(at(first.order, "id"));
    }
  });

  it("by search lags behind when so set, while reads by id do not", async () => {
    const bench = createBench({ settings: { orderSearchLagMs: 10_000 } });
    const { order } = await create(bench, { lineItems: [line(bench, "MUG-MOSS")], sourceIdentifier: "depop:9" });
    const search = { query: 'source_identifier:"depop:9"' };
    expect(at((await bench.graphql(BY_SOURCE, search)).data, "orders", "nodes")).toEqual([]);
    const byId = await bench.graphql("query ($id: ID!) { order(id: $id) { id } }", { id: at(order, "id") });
    expect(at(byId.data, "order", "id")).toBe(at(order, "id"));
    await bench.clock.advance(10_000);
    expect(at((await bench.graphql(BY_SOURCE, search)).data, "orders", "nodes", "length")).toBe(1);
  });

  it("by tag and time narrows, and a misspelt filter is ignored as Shopify ignores it", async () => {
    const bench = createBench();
    await create(bench, { lineItems: [line(bench, "MUG-MOSS")], tags: ["ebay", "Lockstep"] });
    await bench.clock.advance(60_000);
    await create(bench, { lineItems: [line(bench, "MUG-MOSS")], tags: ["depop"] });
    const count = async (query: string) =>
      at((await bench.graphql(BY_SOURCE, { query })).data, "orders", "nodes", "length");
    expect(await count("tag:lockstep")).toBe(1);
    expect(await count("NOT tag:lockstep")).toBe(1);
    expect(await count("tag:ebay OR tag:depop")).toBe(2);
    expect(await count("updated_at:>'2026-11-22T10:00:30Z'")).toBe(1);
    expect(await count("updated_at:>=2026-11-22T10:00:00Z tag:ebay")).toBe(1);
    expect(await count('source_identifer:"nothing"')).toBe(2);
  });
});

describe("what happens to an order later", () => {
  const CANCEL =
    "mutation ($id: ID!, $restock: Boolean!) { orderCancel(orderId: $id, reason: OTHER, restock: $restock) { job { id done } orderCancelUserErrors { code field message } } }";

  async function decremented(bench: Bench, quantity: number) {
    const lineItems = [line(bench, "MUG-MOSS", quantity)];
    const { order } = await create(bench, { lineItems }, { inventoryBehaviour: "DECREMENT_IGNORING_POLICY" });
    const stored = bench.emulator.store(SHOP).orders.get(String(at(order, "id")));
    const first = stored?.lineItems[0];
    if (!stored || !first) throw new Error("the order was not stored");
    return { id: stored.id, stored, lineId: first.id };
  }

  it("a cancellation is a job; with restock committed goes back to available", async () => {
    const bench = createBench();
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    const { id, stored } = await decremented(bench, 3);
    const reply = await bench.graphql(CANCEL, { id, restock: true });
    expect(at(reply.data, "orderCancel", "job", "done")).toBe(false);
    expect(stored.cancelledAt).toBeNull();
    expect(level.quantities).toMatchObject({ available: 21, committed: 3 });
    await bench.clock.advance(1_000);
    expect(stored.cancelledAt).not.toBeNull();
    expect(level.quantities).toMatchObject({ available: 24, committed: 0 });
    expect(await bench.payloads("orders/cancelled")).toMatchObject([
      { admin_graphql_api_id: id, cancel_reason: "other" },
    ]);
    expect(await bench.payloads("orders/updated")).toHaveLength(1);
    const again = await bench.graphql(CANCEL, { id, restock: true });
    expect(at(again.data, "orderCancel", "orderCancelUserErrors", 0, "code")).toBe("INVALID");
  });

  it("without restock the units are gone from on_hand", async () => {
    const bench = createBench();
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    const { id } = await decremented(bench, 3);
    await bench.graphql(CANCEL, { id, restock: false });
    await bench.clock.advance(1_000);
    expect(level.quantities).toMatchObject({ available: 21, committed: 0 });
    expect(onHand(level.quantities)).toBe(21);
  });

  it("shipping in parts lowers committed, never available, and can't exceed what is open", async () => {
    const bench = createBench();
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    const { id, lineId } = await decremented(bench, 3);
    const { controls } = bench.emulator;
    const tracking = [{ company: "Royal Mail", number: "AB1", url: null }];
    expect(controls.fulfill(SHOP, id, { lines: [{ lineItemId: lineId, quantity: 2 }], tracking }).ok).toBe(true);
    expect(level.quantities).toMatchObject({ available: 21, committed: 1 });
    expect(controls.fulfill(SHOP, id, { lines: [{ lineItemId: lineId, quantity: 2 }] }).ok).toBe(false);
    expect(await bench.payloads("fulfillments/create")).toMatchObject([
      { status: "success", tracking_company: "Royal Mail", tracking_number: "AB1", line_items: [{ quantity: 2 }] },
    ]);
    const progress = await bench.graphql("query ($id: ID!) { order(id: $id) { displayFulfillmentStatus } }", { id });
    expect(at(progress.data, "order", "displayFulfillmentStatus")).toBe("PARTIALLY_FULFILLED");
  });

  it("a refund restocks only when asked", async () => {
    const bench = createBench();
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    const { id, lineId } = await decremented(bench, 3);
    const { controls } = bench.emulator;
    controls.refund(SHOP, id, { lines: [{ lineItemId: lineId, quantity: 1 }], restock: true });
    expect(level.quantities).toMatchObject({ available: 22, committed: 2 });
    controls.refund(SHOP, id, { lines: [{ lineItemId: lineId, quantity: 1 }], restock: false });
    expect(level.quantities).toMatchObject({ available: 22, committed: 1 });
    expect(await bench.payloads("refunds/create")).toHaveLength(2);
  });

  it("a refund of money alone leaves lines and stock as they are", async () => {
    const bench = createBench();
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    const { id } = await decremented(bench, 3);
    expect(bench.emulator.controls.refund(SHOP, id, { lines: [], restock: false }).ok).toBe(false);
    bench.emulator.controls.refund(SHOP, id, { lines: [], restock: false, amount: "2.5" });
    expect(level.quantities).toMatchObject({ available: 21, committed: 3 });
    expect(await bench.payloads("refunds/create")).toMatchObject([
      { refund_line_items: [], transactions: [{ kind: "refund", amount: "2.50" }] },
    ]);
  });

  it("a refund without restocking may leave its units to be shipped", async () => {
    const bench = createBench();
    bench.emulator.world.settings.refundWithoutRestock = "leaves-open";
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    const { id, lineId } = await decremented(bench, 3);
    bench.emulator.controls.refund(SHOP, id, { lines: [{ lineItemId: lineId, quantity: 1 }], restock: false });
    expect(level.quantities).toMatchObject({ available: 21, committed: 3 });
    expect(await linesOf(bench, id)).toEqual([{ quantity: 3, currentQuantity: 2, unfulfilledQuantity: 3 }]);
    expect(bench.emulator.controls.fulfill(SHOP, id).ok).toBe(true);
  });

  it("an edit takes units off and adds some, moves stock, and says by how many", async () => {
    const bench = createBench();
    const { level, variant } = levelOf(bench.emulator, "MUG-MOSS");
    const { id, lineId } = await decremented(bench, 3);
    const { controls } = bench.emulator;
    controls.editOrder(SHOP, id, { lines: [{ lineItemId: lineId, quantity: 1 }], restock: true });
    expect(level.quantities).toMatchObject({ available: 23, committed: 1 });
    expect(await linesOf(bench, id)).toEqual([{ quantity: 3, currentQuantity: 1, unfulfilledQuantity: 1 }]);
    controls.editOrder(SHOP, id, {
      lines: [{ lineItemId: lineId, quantity: 2 }],
      added: [{ variantId: variant.id, quantity: 1 }],
      restock: true,
    });
    expect(level.quantities).toMatchObject({ available: 21, committed: 3 });
    expect(await linesOf(bench, id)).toEqual([
      { quantity: 4, currentQuantity: 2, unfulfilledQuantity: 2 },
      { quantity: 1, currentQuantity: 1, unfulfilledQuantity: 1 },
    ]);
    expect(await bench.payloads("orders/edited")).toMatchObject([
      { order_edit: { line_items: { additions: [], removals: [{ delta: 2 }] } } },
      { order_edit: { line_items: { additions: [{ delta: 1 }, { delta: 1 }], removals: [] } } },
    ]);
    controls.fulfill(SHOP, id);
    expect(controls.editOrder(SHOP, id, { lines: [{ lineItemId: lineId, quantity: 1 }], restock: true }).ok).toBe(
      false,
    );
  });

  it("a storefront order obeys the policy and lowers stock at once", async () => {
    const bench = createBench();
    const { variant, level } = levelOf(bench.emulator, "BRD-OAK");
    const buy = { email: "b@buyer.example", lines: [{ variantId: variant.id, quantity: 1 }] };
    expect(bench.emulator.controls.storefrontOrder(SHOP, buy).ok).toBe(true);
    expect(level.quantities).toMatchObject({ available: 0, committed: 1 });
    expect(bench.emulator.controls.storefrontOrder(SHOP, buy)).toMatchObject({ ok: false });
  });
});
