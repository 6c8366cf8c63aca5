/**
 * Every request the Depop connector sends, and every reply and webhook it is given, judged by Depop's own spec: so that
 * connector and emulator cannot agree on an error.
 */
import { describe, expect, it } from "vitest";
import { depopSpecs, webhookSpec } from "#test/emulators/depop/specs.ts";
import {
  createOpenApiJudge,
  createPayloadJudge,
  judgedFetch,
  type OpenApiJudge,
  type Verdict,
} from "#test/support/openapi-judge.ts";
import { specsDir } from "#test/support/specs.ts";
import { transportFor } from "./contract-world.ts";
import { type DepopWorld, setupDepop } from "./depop-world.ts";

const dir = specsDir();
if (dir === null) console.warn("Depop's spec is not here (SPECS_DIR): requests and replies are not judged.");

interface Judged {
  judge: OpenApiJudge;
  problems: string[];
  outside: string[];
  wrap(fetch: typeof globalThis.fetch): typeof globalThis.fetch;
}

function judging(specs: string): Judged {
  const judge = createOpenApiJudge({ dir: specs, specs: depopSpecs });
  const problems: string[] = [];
  const outside: string[] = [];
  const note = (verdict: Verdict, url: string) => {
    problems.push(...verdict.problems);
    if (verdict.kind !== "judged") outside.push(new URL(url).pathname);
  };
  return {
    judge,
    problems,
    outside,
    wrap: (fetch) =>
      judgedFetch(
        judge,
        (request) => fetch(request),
        (verdict, exchange) => note(verdict, exchange.url),
      ),
  };
}

/** All that a connector is ever asked, on good days and bad. */
async function everything(world: DepopWorld): Promise<void> {
  const { market, clock, connector, emulator } = world;
  const transport = transportFor(world);
  const channel = connector.open({ credentials: world.credentials, transport, now: () => clock.now() });
  const { authorization } = connector;
  if (authorization.kind === "oauth" && world.consent) {
    const { redirectUri } = world.consent;
    const codeVerifier = "v".repeat(64);
    const granted = await world.consent.grant(authorization.consentUrl({ state: "s", codeVerifier, redirectUri }));
    const exchange = { ...granted, codeVerifier, redirectUri, transport, now: clock.now() };
    const exchanged = await authorization.exchangeCode(exchange);
    await authorization.exchangeCode(exchange);
    await authorization.exchangeCode({ ...exchange, codeVerifier: "short" });
    if (exchanged.ok) {
      await authorization.refresh({ credentials: exchanged.value, transport, now: clock.now() });
      await authorization.refresh({ credentials: exchanged.value, transport, now: clock.now() });
    }
  }
  await channel.checkAccess();

  for (const sku of ["MUG", "LAMP & SHADE/2", "TRAY"]) {
    await market.addListing({ sku, title: sku, quantity: 9, price: "12.50" });
  }
  const shared = { title: "Tote", price: "28.00", currency: "GBP", quantity: 4 };
  emulator.controls.addListing({ ...shared, sku: null });
  emulator.controls.addListing({ ...shared, sku: "SALE", discountPrice: "20.00", autoSendOfferPrice: "18.00" });
  const page = await channel.readListings(null);
  if (!page.ok) throw new Error(page.failure.message);
  const refs = page.value.listings.map((listing) => listing.ref);
  await market.removeListing("TRAY");
  for (const quantity of [5, 0, 0, 3]) {
    await channel.writeQuantities(refs.map((ref) => ({ ref, quantity })));
    await channel.readQuantities(refs);
  }
  await channel.writePrices(refs.map((ref) => ({ ref, price: { amount: "13.00", currency: "GBP" } })));
  await market.breakNext("writeQuantities", { kind: "status", status: 429, retryAfterS: 3 });
  await channel.writeQuantities(refs.slice(0, 1).map((ref) => ({ ref, quantity: 5 })));
  for (const status of [401, 503] as const) {
    await market.breakNext("readListings", { kind: "status", status });
    await channel.readListings(null);
  }

  const since = clock.now();
  const lines = [
    { sku: "MUG", quantity: 2 },
    { sku: "SALE", quantity: 1 },
  ];
  const shipped = await market.buy({ lines, pay: true });
  const refunded = await market.buy({ lines: [{ sku: "MUG", quantity: 1 }], pay: true });
  const cancelled = await market.buy({ lines: [{ sku: "SALE", quantity: 1 }], pay: true });
  clock.advance(60_000);
  const read = await channel.readOrders({ cursor: null, since });
  const order = await channel.readOrder(shipped);
  await channel.readOrder("999999999999");
  const parcel = {
    orderRemoteId: shipped,
    carrier: "Royal Mail",
    trackingUrl: null,
    shippedAt: clock.now(),
    trackingNumber: "AB 123 456 789 GB",
    lines: order.ok && order.value ? order.value.lines.map((one) => ({ ...one, quantity: 1 })) : [],
  };
  await channel.confirmShipment(parcel);
  await channel.confirmShipment(parcel);
  await channel.readShipments(shipped);
  await channel.cancelOrder({ orderRemoteId: refunded, reason: "out-of-stock", lines: null });
  await channel.cancelOrder({ orderRemoteId: shipped, reason: "out-of-stock", lines: null });
  await market.cancel(cancelled);
  clock.advance(24 * 60 * 60_000);
  for (let cursor = read.ok ? read.value.nextCursor : null; cursor !== null; ) {
    const next = await channel.readOrders({ cursor, since });
    cursor = next.ok && next.value.more ? next.value.nextCursor : null;
  }
  await emulator.controls.settled();
}

const EXPECTED = [
  "exchangeToken",
  "getAllOrders",
  "getAllProducts",
  "getOrderByPurchaseId",
  "getProductById",
  "getProductBySku",
  "getSellerDetails",
  "markOrderAsShipped",
  "markProductAsSold",
  "markProductAsSoldById",
  "patchProduct",
  "patchProductById",
  "refundOrder",
  "updateProductById",
];

describe.skipIf(dir === null)("the Depop connector by Depop's spec", () => {
  it("sends and understands only what the spec declares", async () => {
    const judged = judging(dir ?? "");
    const world = await setupDepop({ wrap: judged.wrap });
    await everything(world);
    console.log(judged.judge.report());
    const counts = judged.judge.counts();
    console.log(
      `Depop: ${counts.reduce((sum, one) => sum + one.requests, 0)} requests and replies judged by its spec.`,
    );
    expect(judged.problems).toEqual([]);
    expect(judged.outside).toEqual([]);
    expect(counts.map((one) => one.operation)).toEqual(EXPECTED);

    const judgeWebhook = createPayloadJudge({ dir: dir ?? "", ...webhookSpec });
    const { deliveries } = world.emulator.webhooks;
    const problems = deliveries.flatMap((one) => judgeWebhook(JSON.parse(one.body), one.topic));
    console.log(`Depop: ${deliveries.length} webhooks judged by its spec.`);
    expect(problems).toEqual([]);
    expect([...new Set(deliveries.map((one) => one.topic))].sort()).toEqual(["v1:order.new", "v1:order.refund"]);
  });

  it.each([
    ["a misspelt field", '"tracking_number"', '"tracking_nr"', /mark-as-shipped.*tracking_n/],
    ["a price sent as a number", /"discount_price":"([\d.]+)"/, '"discount_price":$1', /discount_price/],
    ["a picture of the reply sent back whole", '"pictures":[{"url"', '"pictures":[{"height":1,"url"', /height/],
  ])("would notice %s", async (_, field, wrong, words) => {
    const judged = judging(dir ?? "");
    await everything(
      await setupDepop({
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

  it("would notice a query parameter that Depop does not know", async () => {
    const judged = judging(dir ?? "");
    await everything(
      await setupDepop({
        wrap: (fetch) => {
          const judgedOnTheWay = judged.wrap(fetch);
          return (input, init) => judgedOnTheWay(new URL(String(input).replace("from=", "updated_from=")), init);
        },
      }),
    );
    expect(judged.problems.join("\n")).toContain("query.updated_from: unknown parameter");
  });
});
