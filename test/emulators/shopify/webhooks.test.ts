import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { API_SECRET, type Bench, createBench, levelOf, SHOP } from "./emulated-app.ts";
import { settle } from "./virtual-clock.ts";
import { parseAppToml } from "./webhook-subscriptions.ts";

function changeStock(bench: Bench, available: number): void {
  const { level } = levelOf(bench.emulator, "MUG-MOSS");
  bench.emulator.controls.setAvailable(SHOP, level.itemId, level.locationId, available);
}

const FOUR_HOURS_MS = 4 * 3_600_000;

describe("a webhook", () => {
  it("is signed over its raw body and carries Shopify's headers", async () => {
    const bench = createBench();
    changeStock(bench, 7);
    await settle();
    const [first] = bench.received;
    if (!first) throw new Error("nothing was sent");
    const { headers, body } = first;
    expect(headers.get("x-shopify-hmac-sha256")).toBe(createHmac("sha256", API_SECRET).update(body).digest("base64"));
    expect(headers.get("x-shopify-topic")).toBe("inventory_levels/update");
    expect(headers.get("x-shopify-shop-domain")).toBe(SHOP);
    expect(headers.get("x-shopify-api-version")).toBe("2026-10");
    expect(headers.get("x-shopify-webhook-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get("x-shopify-triggered-at")).toBe("2026-11-22T10:00:00.000Z");
    expect(first.url).toBe("https://app.example/webhooks");
  });

  it("shares its event id with all that the same action caused, and its webhook id with none", async () => {
    const bench = createBench();
    const { variant } = levelOf(bench.emulator, "MUG-MOSS");
    bench.emulator.controls.storefrontOrder(SHOP, {
      email: "b@x.example",
      lines: [{ variantId: variant.id, quantity: 1 }],
    });
    changeStock(bench, 3);
    await settle();
    const last = bench.received.at(-1);
    const ofOrder = bench.received.slice(0, -1);
    expect(ofOrder.map((one) => one.topic)).toEqual(["customers/create", "orders/create", "inventory_levels/update"]);
    expect(new Set(ofOrder.map((one) => one.headers.get("x-shopify-event-id"))).size).toBe(1);
    expect(last?.headers.get("x-shopify-event-id")).not.toBe(ofOrder[0]?.headers.get("x-shopify-event-id"));
    expect(new Set(bench.received.map((one) => one.headers.get("x-shopify-webhook-id"))).size).toBe(4);
  });

  it("is retried eight times over four hours with the original payload, then given up", async () => {
    const bench = createBench();
    bench.answerWith(500);
    changeStock(bench, 7);
    await settle();
    bench.emulator.stopDeliveries();
    bench.emulator.startDeliveries();
    await bench.clock.advance(FOUR_HOURS_MS);
    expect(bench.received).toHaveLength(9);
    expect(new Set(bench.received.map((one) => one.body)).size).toBe(1);
    expect(new Set(bench.received.map((one) => one.headers.get("x-shopify-webhook-id"))).size).toBe(1);
    await bench.clock.advance(FOUR_HOURS_MS);
    expect(bench.received).toHaveLength(9);
    expect(bench.emulator.deliveries.all[0]).toMatchObject({ state: "gave-up" });
  });

  it("counts as failed when the app takes longer than five seconds", async () => {
    const bench = createBench();
    bench.answerWith(null);
    changeStock(bench, 7);
    await bench.clock.advance(5_000);
    expect(bench.emulator.deliveries.all[0]?.attempts).toMatchObject([
      { status: null, error: "no reply within 5000 ms" },
    ]);
    bench.answerWith(200);
    await bench.clock.advance(10_000);
    expect(bench.emulator.deliveries.all[0]?.state).toBe("delivered");
  });

  it("writes ids beyond 2^53 digit by digit", async () => {
    const bench = createBench({ idsBeyondDoubles: true });
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    changeStock(bench, 7);
    await settle();
    const digits = level.itemId.replace(/^.*\//, "");
    expect(Number.isSafeInteger(Number(digits))).toBe(false);
    expect(bench.received[0]?.body).toContain(`"inventory_item_id":${digits},`);
  });
});

describe("disorder on request", () => {
  const bodies = (bench: Bench) =>
    bench.received.map((one) => (JSON.parse(one.body) as { available: number }).available);

  it("drops, duplicates under the same id, and delays", async () => {
    const bench = createBench();
    bench.emulator.deliveries.disturb({ kind: "drop" });
    bench.emulator.deliveries.disturb({ kind: "duplicate", delayMs: 1_000 });
    bench.emulator.deliveries.disturb({ kind: "delay", delayMs: 500 });
    for (const available of [1, 2, 3]) changeStock(bench, available);
    await bench.clock.advance(2_000);
    expect(bodies(bench)).toEqual([2, 3, 2]);
    expect(bench.received[0]?.headers.get("x-shopify-webhook-id")).toBe(
      bench.received[2]?.headers.get("x-shopify-webhook-id"),
    );
  });

  it("sends the next ones last first", async () => {
    const bench = createBench();
    bench.emulator.deliveries.disturb({ kind: "reorder", times: 3 });
    for (const available of [1, 2, 3, 4]) changeStock(bench, available);
    await settle();
    expect(bodies(bench).filter((one) => one !== 4)).toEqual([3, 2, 1]);
  });

  it("holds everything while stopped", async () => {
    const bench = createBench();
    bench.emulator.stopDeliveries();
    changeStock(bench, 1);
    await bench.clock.advance(60_000);
    expect(bench.received).toEqual([]);
    bench.emulator.startDeliveries();
    await settle();
    expect(bodies(bench)).toEqual([1]);
  });
});

describe("subscriptions", () => {
  it("are read from shopify.app.toml", () => {
    const text = `
client_id = "x"
[webhooks]
api_version = "2026-10"

  # stock
  [[webhooks.subscriptions]]
  topics = [ "inventory_levels/update", "inventory_levels/connect" ]
  uri = "/webhooks/inventory"

  [[webhooks.subscriptions]]
  compliance_topics = [
    "customers/redact",
    "shop/redact",
  ]
  uri = "/webhooks/compliance"

[access_scopes]
scopes = "read_products"
`;
    expect(parseAppToml(text)).toEqual([
      { topic: "inventory_levels/update", uri: "/webhooks/inventory" },
      { topic: "inventory_levels/connect", uri: "/webhooks/inventory" },
      { topic: "customers/redact", uri: "/webhooks/compliance" },
      { topic: "shop/redact", uri: "/webhooks/compliance" },
    ]);
  });
});
