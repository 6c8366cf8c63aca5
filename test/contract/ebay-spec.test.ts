/**
 * Every request the eBay connector sends, and every reply it is given, judged by eBay's own specs: so that connector and
 * emulator cannot agree on an error.
 */
import { describe, expect, it } from "vitest";
import { ebaySpecs } from "#test/emulators/ebay/specs.ts";
import { ORDER_KINDS } from "#test/emulators/ebay/state.ts";
import { createOpenApiJudge, judgedFetch, type OpenApiJudge, type Verdict } from "#test/support/openapi-judge.ts";
import { specsDir } from "#test/support/specs.ts";
import { transportFor } from "./contract-world.ts";
import { type EbayWorld, setupEbay } from "./ebay-world.ts";

const dir = specsDir();

/** Spoken without a spec of eBay's: OAuth, Trading and Post-Order. */
const WITHOUT_SPEC = /^\/(identity\/v1\/oauth2|ws\/api\.dll|post-order\/v2)/;

interface Judged {
  judge: OpenApiJudge;
  problems: string[];
  outside: string[];
  wrap(fetch: typeof globalThis.fetch): typeof globalThis.fetch;
}

function judging(specs: string): Judged {
  const judge = createOpenApiJudge({ dir: specs, specs: ebaySpecs });
  const problems: string[] = [];
  const outside: string[] = [];
  const note = (verdict: Verdict, url: string) => {
    problems.push(...verdict.problems);
    const path = new URL(url).pathname;
    if (verdict.kind === "outside" && !WITHOUT_SPEC.test(path)) outside.push(path);
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
async function everything(world: EbayWorld): Promise<void> {
  const { market, clock, connector } = world;
  const transport = transportFor(world);
  const channel = connector.open({ credentials: world.credentials, transport, now: () => clock.now() });
  for (const sku of ["MUG", "LAMP & SHADE", "TRAY"]) {
    await market.addListing({ sku, title: sku, quantity: 9, price: "12.50", barcode: "5012345678900" });
  }
  for (const size of ["S", "M"]) {
    world.emulator.controls.addListing({
      sku: `TEE-${size}`,
      title: "Tee",
      price: "32.00",
      currency: "USD",
      quantity: 4,
      groupKey: "TEE",
      aspects: { Size: size },
    });
  }
  await channel.checkAccess();
  const page = await channel.readListings(null);
  if (!page.ok) throw new Error(page.failure.message);
  const refs = page.value.listings.map((listing) => listing.ref);
  world.emulator.controls.changeSettings({ skusRefusedByOffers: ["MUG"], skusRefusedByItems: ["TRAY"] });
  await channel.readListings(null);
  world.emulator.controls.changeSettings({ skusRefusedByOffers: [], skusRefusedByItems: [] });
  await market.removeListing("TRAY");
  await channel.readQuantities(refs);
  await channel.writeQuantities(refs.map((ref, quantity) => ({ ref, quantity })));
  await channel.writePrices(refs.map((ref) => ({ ref, price: { amount: "13.00", currency: "USD" } })));
  await market.breakNext("writeQuantities", { kind: "status", status: 429, retryAfterS: 3 });
  await channel.writeQuantities(refs.slice(0, 1).map((ref) => ({ ref, quantity: 5 })));
  await channel.writeQuantities(refs.map((ref) => ({ ref, quantity: 6 })));

  const endpoint = world.notifications?.endpoint ?? "";
  const { destinations, subscriptions } = world.emulator.state;
  await channel.subscribe({ endpoint: `${endpoint}-elsewhere` });
  await channel.subscribe({ endpoint });
  for (const one of subscriptions.values()) one.status = "DISABLED";
  for (const one of destinations.values()) one.status = "DISABLED";
  await channel.subscribe({ endpoint: `${endpoint}-elsewhere` });
  for (const one of subscriptions.values()) one.status = "DISABLED";
  await channel.subscribe({ endpoint: `${endpoint}-elsewhere` });

  const since = clock.now();
  await market.addListing({ sku: "ODD", title: "Odd", quantity: 50, price: "9.00" });
  for (const kind of ORDER_KINDS) {
    const odd = { kind, discountMinor: 50, vatMinor: 100, lines: [{ sku: "ODD", quantity: 1 }] };
    const bought = world.emulator.controls.buy(odd);
    if (!bought.ok) throw new Error(bought.why);
    world.emulator.controls.refund(bought.order.orderId, { sku: "ODD", minor: 100 });
  }
  const lines = [
    { sku: "MUG", quantity: 2 },
    { sku: "TEE-S", quantity: 1 },
  ];
  const paid = await market.buy({ lines, pay: true });
  const unpaid = await market.buy({ lines, pay: false });
  clock.advance(60_000);
  const notification = await world.notifications?.ofOrder(paid);
  if (notification) await connector.parseNotification(notification, { transport, now: clock.now() });
  await channel.readOrders({ cursor: null, since });
  for (const id of [paid, unpaid, "99-99999-99999"]) await channel.readOrder(id);

  const order = await channel.readOrder(paid);
  const bought = order.ok && order.value ? order.value.lines : [];
  const parcel = {
    orderRemoteId: paid,
    carrier: "Royal Mail",
    trackingUrl: null,
    shippedAt: clock.now(),
    trackingNumber: "AB 123-456",
    lines: bought.slice(0, 1).map((line) => ({ remoteLineId: line.remoteLineId, quantity: 1 })),
  };
  await channel.confirmShipment(parcel);
  await channel.confirmShipment(parcel);
  await channel.confirmShipment({ ...parcel, carrier: null, trackingNumber: null });
  await channel.readShipments(paid);
  await channel.readShipments("99-99999-99999");
  await channel.cancelOrder({ orderRemoteId: unpaid, reason: "out-of-stock", lines: null });
  await channel.readOrder(unpaid);
  await market.breakNext("readOrders", { kind: "status", status: 503 });
  await channel.readOrders({ cursor: null, since });
}

const EXPECTED = [
  "bulkGetInventoryItem",
  "bulkUpdatePriceQuantity",
  "createDestination",
  "createShippingFulfillment",
  "createSubscription",
  "enableSubscription",
  "getConfig",
  "getDestinations",
  "getInventoryItems",
  "getOffers",
  "getOrder",
  "getOrders",
  "getPublicKey",
  "getShippingFulfillments",
  "getSubscriptions",
  "getTopics",
  "getUser",
  "updateConfig",
  "updateDestination",
  "updateSubscription",
];

describe.skipIf(dir === null)("the eBay connector by eBay's specs", () => {
  it("sends and understands only what the specs declare", async () => {
    const judged = judging(dir ?? "");
    await everything(await setupEbay(judged.wrap));
    console.log(judged.judge.report());
    expect(judged.problems).toEqual([]);
    expect(judged.outside).toEqual([]);
    expect(judged.judge.counts().map((one) => one.operation)).toEqual(EXPECTED);
  });

  it.each([
    ["a misspelt field of a request", '"availableQuantity"', '"availableQuanity"'],
    ["a number sent as text", /"availableQuantity":(\d+)/, '"availableQuantity":"$1"'],
  ])("would notice %s", async (_, field, misspelt) => {
    const judged = judging(dir ?? "");
    await everything(
      await setupEbay((fetch) => {
        const judgedOnTheWay = judged.wrap(fetch);
        return (input, init) => {
          const body = typeof init?.body === "string" ? init.body.replace(field, misspelt) : init?.body;
          return judgedOnTheWay(input, { ...init, body });
        };
      }),
    );
    expect(judged.problems.join("\n")).toMatch(/bulk_update_price_quantity.*availableQuan/);
  });

  it("would notice a query parameter that eBay does not know", async () => {
    const judged = judging(dir ?? "");
    await everything(
      await setupEbay((fetch) => {
        const judgedOnTheWay = judged.wrap(fetch);
        return (input, init) => judgedOnTheWay(new URL(String(input).replace("fieldGroups=", "fieldGroup=")), init);
      }),
    );
    expect(judged.problems.join("\n")).toContain("query.fieldGroup: unknown parameter");
  });
});
