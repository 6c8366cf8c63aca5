/**
 * Every request the Vinted connector sends, and every reply and webhook it is given, validated by schemas written apart from
 * the connector: Vinted publishes no spec, so these stand for one (test/emulators/vinted/schemas.ts).
 */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { parseExactJson } from "#connectors/vinted/exact-json.ts";
import { errorSchema, signedHeadersSchema, vintedOperations, webhookSchema } from "#test/emulators/vinted/schemas.ts";
import { transportFor } from "./contract-world.ts";
import { setupVinted, type VintedWorld } from "./vinted-world.ts";

interface Judged {
  problems: string[];
  requests: Map<string, number>;
  replies: Map<string, number>;
  wrap(fetch: typeof globalThis.fetch): typeof globalThis.fetch;
}

function judging(): Judged {
  const problems: string[] = [];
  const requests = new Map<string, number>();
  const replies = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  const check = (schema: z.ZodType, value: unknown, label: string) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return;
    problems.push(...parsed.error.issues.map((one) => `${label} ${one.path.join(".")}: ${one.message}`));
  };
  return {
    problems,
    requests,
    replies,
    wrap: (fetch) => async (input, init) => {
      const url = new URL(String(input));
      const method = init?.method ?? "GET";
      const found = vintedOperations.find((one) => one.method === method && one.path.test(url.pathname));
      const label = found?.operation ?? `${method} ${url.pathname}`;
      if (!found) problems.push(`${label}: no such operation`);
      count(requests, label);
      check(signedHeadersSchema, init?.headers, `${label} headers`);
      if (found) {
        check(found.query, Object.fromEntries(url.searchParams), `${label} query`);
        const body = typeof init?.body === "string" ? parseExactJson(init.body) : null;
        check(found.body, body, `${label} body`);
      }
      const response = await fetch(input, init);
      const schema = response.ok ? found?.replies[response.status] : errorSchema;
      count(replies, `${label} ${response.status}`);
      if (!schema) problems.push(`${label}: reply ${response.status} is not described`);
      else check(schema, parseExactJson(await response.clone().text()), `${label} reply ${response.status}`);
      return response;
    },
  };
}

/** All that a connector is ever asked, on good days and bad. */
async function everything(world: VintedWorld): Promise<void> {
  const { market, clock, connector, emulator } = world;
  const { controls } = emulator;
  const transport = transportFor(world);
  const channel = connector.open({ credentials: world.credentials, transport, now: () => clock.now() });
  await channel.checkAccess();
  for (const sku of ["JUG", "LAMP & SHADE", "TRAY", "BASKET", "CLOCK"]) {
    await market.addListing({ sku, title: sku, quantity: 1, price: "12.50" });
  }
  const first = await channel.readListings(null);
  if (!first.ok) throw new Error(first.failure.message);
  await channel.readListings(first.value.nextCursor);
  const refs = first.value.listings.map((listing) => listing.ref);
  await market.removeListing("TRAY");
  await channel.readQuantities(refs);
  await channel.writeQuantities(refs.map((ref) => ({ ref, quantity: ref.sku === "LAMP & SHADE" ? 0 : 1 })));
  await channel.writePrices(refs.map((ref) => ({ ref, price: { amount: "13.00", currency: "GBP" } })));
  clock.advance(60_000);
  await channel.readQuantities(refs);
  for (const status of [401, 429, 503] as const) {
    await market.breakNext("readListings", { kind: "status", status });
    await channel.readListings(null);
  }

  const since = clock.now();
  const [jug] = refs;
  const shipped = await market.buy({ lines: [{ sku: "JUG", quantity: 1 }], pay: true });
  const cancelled = await market.buy({ lines: [{ sku: "BASKET", quantity: 1 }], pay: true });
  const bought = await market.buy({ lines: [{ sku: "CLOCK", quantity: 1 }], pay: true });
  clock.advance(60_000);
  let cursor: string | null = null;
  const readAll = async () => {
    for (let page = 0; page < 20; page += 1) {
      const read: Awaited<ReturnType<typeof channel.readOrders>> = await channel.readOrders({ cursor, since });
      if (!read.ok) return;
      cursor = read.value.nextCursor;
      if (!read.value.more) return;
    }
  };
  await readAll();
  await channel.readOrder(shipped);
  await channel.readOrder("9999999999999999999");
  const shipment = {
    orderRemoteId: shipped,
    carrier: "Evri",
    trackingUrl: null,
    shippedAt: clock.now(),
    trackingNumber: "AB 123",
    lines: [],
  };
  await channel.confirmShipment(shipment);
  await market.ship?.(shipped);
  await channel.readShipments(shipped);
  await channel.cancelOrder({ orderRemoteId: shipped, reason: "other", lines: null });
  for (const orderRemoteId of [cancelled, cancelled, bought]) {
    await channel.cancelOrder({ orderRemoteId, reason: "out-of-stock", lines: null });
  }
  clock.advance(24 * 60 * 60_000);
  const basket = refs.find((ref) => ref.sku === "BASKET");
  if (jug && basket) await channel.writeQuantities([jug, basket, basket].map((ref) => ({ ref, quantity: 1 })));
  clock.advance(60_000);
  await readAll();
  await controls.settled();
}

const table = (counts: Map<string, number>) =>
  [...counts]
    .map(([label, times]) => `${label} x ${times}`)
    .sort()
    .join("\n");
const total = (counts: Map<string, number>) => [...counts.values()].reduce((sum, one) => sum + one, 0);

describe("the Vinted connector by schemas of its own", () => {
  it("sends and understands only what they declare", async () => {
    const judged = judging();
    const world = await setupVinted({ wrap: judged.wrap });
    await everything(world);
    console.log(table(judged.replies));
    console.log(`Vinted: ${total(judged.requests)} requests and ${total(judged.replies)} replies validated.`);
    expect(judged.problems).toEqual([]);
    expect([...judged.requests.keys()].sort()).toEqual(vintedOperations.map((one) => one.operation).sort());

    const { deliveries } = world.emulator.webhooks;
    for (const one of deliveries) webhookSchema.parse(parseExactJson(one.body));
    console.log(`Vinted: ${deliveries.length} webhooks validated.`);
    expect(new Set(deliveries.map((one) => one.topic))).toEqual(
      new Set(["DELETE_ITEM_SUCCESS", "ITEM_PUBLISHED", "ITEM_SOLD", "ORDER_CANCELLED", "ORDER_CREATED"]),
    );
  });

  it("signs exactly what it sends", async () => {
    const signed: string[] = [];
    const world = await setupVinted({
      wrap: (fetch) => (input, init) => {
        const url = new URL(String(input));
        const headers = new Headers(init?.headers);
        const [, t = "", v1 = ""] = /^t=(\d+),v1=(\w+)$/.exec(headers.get("x-vpi-hmac-sha256") ?? "") ?? [];
        const body = typeof init?.body === "string" ? init.body : "";
        const text = `${t}.${init?.method}.${url.pathname}${url.search}.${headers.get("x-vpi-access-key")}.${body}`;
        const [, signingKey = ""] = world.credentials.token?.split(",") ?? [];
        expect(v1).toBe(createHmac("sha256", signingKey).update(text).digest("hex"));
        signed.push(text);
        return fetch(input, init);
      },
    });
    await everything(world);
    expect(signed.length).toBeGreaterThan(30);
    expect(signed.some((text) => text.endsWith('"]}') && text.includes(".DELETE."))).toBe(true);
  });

  it.each([
    ["a misspelt field", '"item_ids"', '"item_idz"', /deleteItems body/],
    ["an order's id written as text", /"order_ids":\[(\d+)\]/, '"order_ids":["x$1"]', /relistOrders body/],
    ["words too long for Vinted", "Sorry,", "Sorry,".repeat(20), /cancelOrder body/],
  ])("would notice %s", async (_, field, wrong, words) => {
    const judged = judging();
    await everything(
      await setupVinted({
        wrap: (fetch) => {
          const judgedOnTheWay = judged.wrap(fetch);
          return (input, init) => {
            const body = typeof init?.body === "string" ? init.body.replace(field, wrong) : init?.body;
            return judgedOnTheWay(input, { ...init, body });
          };
        },
      }),
    );
    expect(judged.problems.join("\n")).toMatch(words);
  });
});
