import { describe, expect, it } from "vitest";
import { API_KEY, API_SECRET, type Bench, createBench, levelOf, SHOP } from "./emulated-app.ts";
import { numericId } from "./gids.ts";
import { verifySessionToken } from "./session-tokens.ts";
import { fulfillmentStatus, type Order } from "./store.ts";

const ADMIN = "http://127.0.0.1:4001";
const STORE = "/store/lockstep-demo";

async function get(bench: Bench, path: string): Promise<{ status: number; text: string; location: string | null }> {
  const response = await bench.emulator.app.request(`${ADMIN}${path}`);
  return { status: response.status, text: await response.text(), location: response.headers.get("location") };
}

/** Sends a form and follows the redirect, as a browser does. */
async function send(
  bench: Bench,
  path: string,
  fields: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const response = await bench.emulator.app.request(`${ADMIN}${path}`, {
    method: "POST",
    body: new URLSearchParams(fields),
  });
  const location = response.headers.get("location");
  return location ? get(bench, location) : { status: response.status, text: await response.text() };
}

function buy(bench: Bench, lines: Record<string, number>, email = "amara@buyer.example"): Order {
  const wanted = Object.entries(lines).map(([sku, quantity]) => ({
    variantId: levelOf(bench.emulator, sku).variant.id,
    quantity,
  }));
  const outcome = bench.emulator.controls.storefrontOrder(SHOP, { email, lines: wanted });
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.value;
}

const orderPath = (order: Order): string => `${STORE}/orders/${numericId(order.id)}`;

function lineOf(order: Order, sku: string): string {
  const line = order.lineItems.find((one) => one.sku === sku);
  if (!line) throw new Error(`no line of ${sku}`);
  return line.id;
}

function frameSource(text: string): URL {
  const source = /<iframe[^>]*\ssrc="([^"]+)"/.exec(text)?.[1];
  if (!source) throw new Error("the page has no frame");
  return new URL(source.replaceAll("&amp;", "&"));
}

describe("the admin", () => {
  it("lists the shops and leads to each", async () => {
    const bench = createBench();
    const { text } = await get(bench, "/");
    expect(text).toContain("Fern &amp; Flint");
    expect(text).toContain(`href="${STORE}"`);
    expect((await get(bench, STORE)).text).toContain("<b>14</b> products");
    expect((await get(bench, "/store/nobody")).status).toBe(404);
  });

  it("writes what others typed as text and never as markup", async () => {
    const bench = createBench();
    const { variant } = levelOf(bench.emulator, "MUG-MOSS");
    bench.emulator.controls.editVariant(SHOP, variant.id, { sku: `"><script>alert(1)</script>` });
    bench.emulator.controls.renameShop(SHOP, "<b>Shop</b>");
    for (const path of ["/", STORE, `${STORE}/products`, `${STORE}/storefront`, `${STORE}?refused=<img>`]) {
      const { text } = await get(bench, path);
      expect(text).not.toContain("<script>alert(1)");
      expect(text).not.toContain("<b>Shop</b>");
      expect(text).not.toContain("<img>");
    }
  });

  it("sets the stock of one level and announces it", async () => {
    const bench = createBench();
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    const form = { item: level.itemId, location: level.locationId };
    const page = await send(bench, `${STORE}/levels`, { ...form, available: "5" });
    expect(page.text).toContain("MUG-MOSS: 5 available.");
    expect(level.quantities.available).toBe(5);
    expect(await bench.payloads("inventory_levels/update")).toMatchObject([{ available: 5 }]);
    const refused = await send(bench, `${STORE}/levels`, { ...form, available: "many" });
    expect(refused.text).toContain('role="alert"');
    expect(level.quantities.available).toBe(5);
  });

  it("shows what is not tracked and what follows from parts without a field to edit", async () => {
    const bench = createBench();
    const { text } = await get(bench, `${STORE}/products`);
    const row = (sku: string) => text.slice(text.indexOf(`data-sku="${sku}"`)).split("</tr>")[0] ?? "";
    expect(row("MUG-MOSS")).toContain('name="available"');
    expect(row("GIFT-WRAP")).not.toContain('name="available"');
    expect(row("SET-BREAKFAST")).not.toContain('name="available"');
    expect(row("PRT-BOT")).toContain("Stock here");
  });

  it("edits the SKU, barcode and tracking of a variant on its product's page", async () => {
    const bench = createBench();
    const { variant } = levelOf(bench.emulator, "CAN-BEE");
    const product = String(numericId(variant.productId));
    expect((await get(bench, `${STORE}/products/${product}`)).text).toContain("5012345000206");
    const page = await send(bench, `${STORE}/variants`, {
      variant: variant.id,
      product,
      sku: "CANDLE",
      barcode: "",
      price: "9.5",
    });
    expect(page.text).toContain("Variant saved.");
    expect(variant).toMatchObject({ sku: "CANDLE", barcode: null, price: "9.50", inventoryPolicy: "DENY" });
    expect(bench.emulator.store(SHOP).inventoryItems.get(variant.inventoryItemId)?.tracked).toBe(false);
    expect(await bench.payloads("products/update")).toHaveLength(1);
  });
});

describe("an order's page", () => {
  it("shows lines, customer and where the order came from", async () => {
    const bench = createBench();
    const order = buy(bench, { "MUG-MOSS": 2 });
    Object.assign(order, { tags: ["from-ebay"], sourceName: "ebay", sourceUrl: "javascript:alert(1)" });
    const { text } = await get(bench, orderPath(order));
    for (const part of ["MUG-MOSS", "Amara Okafor", "from-ebay", "Unfulfilled", "£14.00 × 2"]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('href="javascript:');
    expect((await get(bench, `${STORE}/orders`)).text).toContain(order.name);
    expect((await get(bench, `${STORE}/orders/1`)).status).toBe(404);
  });

  it("ships a part, changes its tracking, and takes the shipment back", async () => {
    const bench = createBench();
    const order = buy(bench, { "MUG-MOSS": 2, "APR-S": 1 });
    const page = await send(bench, `${orderPath(order)}/fulfil`, {
      [`quantity:${lineOf(order, "MUG-MOSS")}`]: "1",
      [`quantity:${lineOf(order, "APR-S")}`]: "0",
      carrier: "Royal Mail",
      number: "RM1",
    });
    expect(page.text).toContain("Partially fulfilled");
    const [fulfillment] = order.fulfillments;
    expect(fulfillment?.trackingInfo).toEqual([{ company: "Royal Mail", number: "RM1", url: null }]);
    const path = `${orderPath(order)}/fulfilments/${numericId(fulfillment?.id ?? "")}`;
    await send(bench, `${path}/tracking`, { carrier: "Evri", number: "E2" });
    expect(fulfillment?.trackingInfo[0]).toMatchObject({ company: "Evri", number: "E2" });
    await send(bench, `${path}/cancel`, {});
    expect(fulfillment?.status).toBe("CANCELLED");
    expect(fulfillmentStatus(order)).toBe("UNFULFILLED");
    expect(await bench.payloads("fulfillments/update")).toHaveLength(2);
  });

  it("says why more than what is left can't be shipped", async () => {
    const bench = createBench();
    const order = buy(bench, { "MUG-MOSS": 1 });
    const page = await send(bench, `${orderPath(order)}/fulfil`, { [`quantity:${lineOf(order, "MUG-MOSS")}`]: "3" });
    expect(page.text).toMatch(/role="alert">\s*Only 1 of Stoneware mug/);
  });

  it("refunds a line with or without restocking it", async () => {
    const bench = createBench();
    const order = buy(bench, { "MUG-MOSS": 2 });
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    const before = level.quantities.available;
    const quantity = { [`quantity:${lineOf(order, "MUG-MOSS")}`]: "1" };
    await send(bench, `${orderPath(order)}/refund`, { ...quantity, restock: "no" });
    expect(level.quantities.available).toBe(before);
    const page = await send(bench, `${orderPath(order)}/refund`, { ...quantity, restock: "yes" });
    expect(level.quantities.available).toBe(before + 1);
    expect(page.text).toContain("Refunded");
    expect(await bench.payloads("refunds/create")).toHaveLength(2);
  });

  it("refunds an amount alone, edits items, and changes the address", async () => {
    const bench = createBench();
    const order = buy(bench, { "MUG-MOSS": 2 });
    const page = await send(bench, `${orderPath(order)}/refund`, { amount: "1.50", restock: "no" });
    expect(page.text).toContain("£1.50");
    expect((await send(bench, `${orderPath(order)}/refund`, { amount: "some", restock: "no" })).text).toContain(
      "two decimals",
    );
    const line = lineOf(order, "MUG-MOSS");
    await send(bench, `${orderPath(order)}/edit`, { [`quantity:${line}`]: "1", variant: "", restock: "yes" });
    const edited = await send(bench, `${orderPath(order)}/address`, {
      address1: "2 New Road",
      zip: "YO1",
      city: "York",
    });
    expect(edited.text).toContain("1 taken off");
    expect(edited.text).toContain("2 New Road");
    expect(await bench.payloads("orders/edited")).toHaveLength(1);
  });

  it("cancels, and then offers nothing more to do", async () => {
    const bench = createBench();
    const order = buy(bench, { "MUG-MOSS": 1 });
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    const before = level.quantities.available;
    const page = await send(bench, `${orderPath(order)}/cancel`, { reason: "CUSTOMER", restock: "yes", note: "asked" });
    expect(order.cancelReason).toBe("CUSTOMER");
    expect(level.quantities.available).toBe(before + 1);
    expect(page.text).toContain("asked");
    for (const id of ["fulfil", "refund", "cancel"]) expect(page.text).not.toContain(`id="${id}"`);
  });
});

describe("customers and the storefront", () => {
  it("sells, confirms, and puts the order under the buyer who was known already", async () => {
    const bench = createBench();
    const { variant } = levelOf(bench.emulator, "MUG-MOSS");
    const details = { firstName: "Amara", lastName: "Okafor", email: "amara@buyer.example", phone: "" };
    const page = await send(bench, `${STORE}/storefront`, { ...details, [`quantity:${variant.id}`]: "2" });
    expect(page.text).toContain("Thank you, Amara");
    const [order] = bench.emulator.store(SHOP).orders.values();
    expect(bench.emulator.store(SHOP).customers.size).toBe(2);
    const customer = await get(bench, `${STORE}/customers/${numericId(order?.customerId ?? "")}`);
    expect(customer.text).toContain(order?.name);
    expect((await get(bench, `${STORE}/customers`)).text).toContain("tom.rigby@buyer.example");
  });

  it("refuses what is sold out and keeps what the buyer typed", async () => {
    const bench = createBench();
    const { variant, level } = levelOf(bench.emulator, "BRD-OAK");
    bench.emulator.controls.setAvailable(SHOP, level.itemId, level.locationId, 0);
    const fields = { firstName: "Ida", email: "ida@buyer.example", [`quantity:${variant.id}`]: "1" };
    const page = await send(bench, `${STORE}/storefront`, fields);
    expect(page).toMatchObject({ status: 409, text: expect.stringContaining("Oak serving board is sold out.") });
    expect(page.text).toContain('value="Ida"');
  });
});

describe("the app's frame", () => {
  it("opens the app at its home with a valid session token and what the library checks", async () => {
    const bench = createBench({ appUrl: "http://127.0.0.1:3000", appHomePath: "/app" });
    const source = frameSource((await get(bench, `${STORE}/apps/lockstep`)).text);
    expect(`${source.origin}${source.pathname}`).toBe("http://127.0.0.1:3000/app");
    expect(source.searchParams.get("embedded")).toBe("1");
    expect(source.searchParams.get("shop")).toBe(SHOP);
    expect(Buffer.from(source.searchParams.get("host") ?? "", "base64").toString()).toBe(
      "admin.shopify.com/store/lockstep-demo",
    );
    const token = source.searchParams.get("id_token") ?? "";
    const expected = { apiKey: API_KEY, secret: API_SECRET, now: bench.clock.now() };
    expect(verifySessionToken(token, expected)).toMatchObject({ ok: true, shop: SHOP });
  });

  it("opens any page of the app, with its own query, and never another host", async () => {
    const bench = createBench();
    const page = frameSource((await get(bench, `${STORE}/apps/lockstep/app/channels/3?tab=policy`)).text);
    expect(page.pathname).toBe("/app/channels/3");
    expect(page.searchParams.get("tab")).toBe("policy");
    const elsewhere = frameSource((await get(bench, `${STORE}/apps/lockstep//evil.example/x`)).text);
    expect(elsewhere.origin).toBe("https://app.example");
    const named = await get(bench, `${STORE}/apps/${API_KEY}/app/orders?x=1`);
    expect(named.location).toBe(`${STORE}/apps/lockstep/app/orders?x=1`);
  });

  it("follows the app to a new address", async () => {
    const bench = createBench();
    bench.emulator.setAppUrl("http://127.0.0.1:4000");
    expect(frameSource((await get(bench, `${STORE}/apps/lockstep`)).text).origin).toBe("http://127.0.0.1:4000");
  });

  it("is one origin, whatever the machine is called", async () => {
    const bench = createBench();
    const response = await bench.emulator.app.request(`http://localhost:4001${STORE}/apps/lockstep/app`);
    expect(response.headers.get("location")).toBe(`${ADMIN}${STORE}/apps/lockstep/app`);
  });

  it("mints further tokens for the admin's own page, while the app is installed", async () => {
    const bench = createBench();
    const ask = (origin?: string) =>
      bench.emulator.app.request(`${ADMIN}${STORE}/id-token`, { method: "POST", headers: origin ? { origin } : {} });
    const reply = (await (await ask(ADMIN)).json()) as { idToken: string; lifetimeMs: number };
    const expected = { apiKey: API_KEY, secret: API_SECRET, now: bench.clock.now() };
    expect(verifySessionToken(reply.idToken, expected).ok).toBe(true);
    expect(reply.lifetimeMs).toBe(60_000);
    expect((await ask("https://elsewhere.example")).status).toBe(403);
    const page = await send(bench, `${STORE}/uninstall`, {});
    expect(page.text).toContain("Not installed yet");
    expect((await ask()).status).toBe(409);
    expect(bench.emulator.store(SHOP).installation).toBeNull();
  });

  it("never sends the secret to a browser", async () => {
    const bench = createBench();
    for (const path of [`${STORE}/apps/lockstep`, "/app-bridge.js", "/app-frame.js"]) {
      expect((await get(bench, path)).text).not.toContain(API_SECRET);
    }
  });
});
