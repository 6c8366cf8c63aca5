/**
 * Every request the Etsy connector sends, and every reply it is given, judged by Etsy's own spec: so that connector and
 * emulator cannot agree on an error.
 */
import { describe, expect, it } from "vitest";
import type { ListingRef } from "#connectors/contract/remote-types.ts";
import { RENEW_SOLD_OUT } from "#connectors/etsy/manifest.ts";
import { etsySpecs } from "#test/emulators/etsy/specs.ts";
import { createOpenApiJudge, judgedFetch, type OpenApiJudge } from "#test/support/openapi-judge.ts";
import { specsDir } from "#test/support/specs.ts";
import { transportFor } from "./contract-world.ts";
import { type EtsyWorld, setupEtsy } from "./etsy-world.ts";

const dir = specsDir();
if (dir === null) console.log("Etsy's spec is not at hand (SPECS_DIR): the connector is not judged by it.");

/** The token endpoint is described in words alone; the spec begins at /v3/application. */
const WITHOUT_SPEC = /^\/v3\/public\/oauth\//;

type Fetch = typeof globalThis.fetch;

interface Judged {
  judge: OpenApiJudge;
  problems: string[];
  wrap(fetch: Fetch): Fetch;
}

function judging(specs: string): Judged {
  const judge = createOpenApiJudge({ dir: specs, specs: etsySpecs });
  const problems: string[] = [];
  return {
    judge,
    problems,
    wrap(fetch) {
      const judged = judgedFetch(
        judge,
        (request) => fetch(request),
        (verdict, exchange) => {
          problems.push(...verdict.problems);
          if (verdict.kind === "outside") problems.push(`${exchange.url} is in no spec`);
        },
      );
      return (input, init) => {
        const isSpoken = WITHOUT_SPEC.test(new URL(input instanceof Request ? input.url : input).pathname);
        return isSpoken ? fetch(input, init) : judged(input, init);
      };
    },
  };
}

/** All that a connector is ever asked, on good days and bad. */
async function everything(world: EtsyWorld): Promise<void> {
  const { market, clock, connector, emulator } = world;
  const { controls } = emulator;
  const transport = transportFor(world);
  const channel = connector.open({
    credentials: world.credentials,
    transport,
    options: new Set([RENEW_SOLD_OUT]),
    now: () => clock.now(),
  });
  for (const sku of ["VASE", "LAMP & SHADE", "TRAY"]) {
    await market.addListing({ sku, title: sku, quantity: 9, price: "12.50" });
  }
  for (const [colour, quantity] of [
    ["Moss", 4],
    ["Slate (dark)", 2],
  ] as const) {
    controls.addListing({
      sku: `MUG-${colour}`,
      title: "Mug",
      price: "16.00",
      quantity,
      groupKey: "MUG",
      aspects: { "Primary color": colour },
    });
  }
  controls.addListing({ sku: null, title: "Spoon", price: "9.00", quantity: 3 });
  controls.addListing({ sku: "PATTERN", title: "Knitting pattern", price: "4.00", quantity: 3, isDigital: true });
  await channel.checkAccess();
  const refs: ListingRef[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof channel.readListings>> = await channel.readListings(cursor);
    if (!page.ok) throw new Error(page.failure.message);
    refs.push(...page.value.listings.map((listing) => listing.ref));
    cursor = page.value.nextCursor;
    if (cursor === null) break;
  }
  await market.removeListing("TRAY");
  await channel.readQuantities(refs);
  await channel.readQuantities(refs.slice(0, 1));
  const write = (quantity: (index: number) => number) =>
    channel.writeQuantities(refs.map((ref, index) => ({ ref, quantity: quantity(index) })));
  await write((index) => index);
  await write(() => 0);
  await write((index) => index + 1);
  await channel.writePrices(refs.map((ref) => ({ ref, price: { amount: "13.00", currency: market.currency } })));
  for (const status of [401, 429, 503] as const) {
    await market.breakNext("writeQuantities", { kind: "status", status });
    await channel.writeQuantities(refs.slice(0, 1).map((ref) => ({ ref, quantity: 40 + status })));
  }
  emulator.faults.add({ operation: "updateListingInventory", kind: "status", status: 409 });
  await write((index) => index + 3);

  const since = clock.now();
  const american = { contact: { countryIso: "US", state: "WA" } };
  const bought = controls.buy({
    lines: [
      { sku: "VASE", quantity: 2 },
      { sku: "MUG-Moss", quantity: 1 },
    ],
    ...american,
    discountMinor: 100,
    giftWrapMinor: 300,
    note: "A & B",
    giftMessage: "Hello",
    shippingUpgrade: "Express",
    personalizations: { VASE: "Ann" },
  });
  if (!bought.ok) throw new Error(bought.why);
  const paid = String(bought.receipt.receiptId);
  const unpaid = await market.buy({ lines: [{ sku: "VASE", quantity: 1 }], pay: false });
  const cancelled = await market.buy({ lines: [{ sku: "VASE", quantity: 1 }], pay: true });
  await market.cancel(cancelled);
  controls.refund(paid, "1.00");
  // Sold out, and renewed.
  await market.buy({ lines: [{ sku: "LAMP & SHADE", quantity: controls.shown()["LAMP & SHADE"] ?? 0 }], pay: true });
  await channel.readQuantities(refs);
  await write(() => 5);
  clock.advance(60_000);
  const notification = await world.notifications?.ofOrder(paid);
  if (notification) await connector.parseNotification(notification, { transport, now: clock.now() });
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof channel.readOrders>> = await channel.readOrders({ cursor, since });
    if (!page.ok) throw new Error(page.failure.message);
    cursor = page.value.nextCursor;
    if (!page.value.more) break;
  }
  for (const id of [paid, unpaid, cancelled, "999"]) await channel.readOrder(id);
  const parcel = {
    orderRemoteId: paid,
    carrier: "Royal Mail",
    trackingUrl: null,
    shippedAt: clock.now(),
    trackingNumber: "AB123456789GB",
    lines: [],
  };
  await channel.confirmShipment(parcel);
  await channel.confirmShipment({ ...parcel, trackingNumber: null });
  await channel.confirmShipment({ ...parcel, orderRemoteId: unpaid, trackingNumber: null, carrier: null });
  await channel.confirmShipment({ ...parcel, orderRemoteId: cancelled });
  await channel.readShipments(paid);
  await channel.readShipments("999");
  await market.breakNext("readOrders", { kind: "status", status: 503 });
  await channel.readOrders({ cursor: null, since });
}

const EXPECTED = [
  "createReceiptShipment",
  "getListingInventory",
  "getListingsByListingIds",
  "getListingsByShop",
  "getListingsInventoryByListingIds",
  "getMe",
  "getShop",
  "getShopReceipt",
  "getShopReceipts",
  "updateListing",
  "updateListingInventory",
];

/** Requests whose body is changed on their way. */
function misspelling(judged: Judged, from: string | RegExp, to: string): (fetch: Fetch) => Fetch {
  return (fetch) => {
    const judgedOnTheWay = judged.wrap(fetch);
    return (input, init) => {
      const body = typeof init?.body === "string" ? init.body.replace(from, to) : init?.body;
      return judgedOnTheWay(input, { ...init, ...(body == null ? {} : { body }) });
    };
  };
}

describe.skipIf(dir === null)("the Etsy connector by Etsy's spec", () => {
  it("sends and understands only what the spec declares", async () => {
    const judged = judging(dir ?? "");
    await everything(await setupEtsy({ wrap: judged.wrap }));
    console.log(judged.judge.report());
    const counts = judged.judge.counts();
    console.log(`${counts.reduce((sum, one) => sum + one.requests, 0)} exchanges judged by Etsy's spec`);
    expect(judged.problems).toEqual([]);
    expect(counts.map((one) => one.operation)).toEqual(EXPECTED);
  });

  it.each([
    ["a field that Etsy refuses", /"offerings":/g, '"product_id":1,"offerings":', /product_id: unknown field/],
    ["a price as text", /"price":([\d.]+)/g, '"price":"$1"', /price: must be number/],
    ["a missing processing profile", /,"readiness_state_id":\w+/g, "", /readiness_state_id: missing/],
    ["a state that does not exist", "state=inactive", "state=off", /state: must be one of/],
  ])("would notice %s", async (_, from, to, words) => {
    const judged = judging(dir ?? "");
    // The emulator refuses such a request as well, so what follows may come to an end early.
    await everything(await setupEtsy({ wrap: misspelling(judged, from, to) })).catch(() => {});
    expect(judged.problems.join("\n")).toMatch(words);
  });

  it("would notice a query parameter that Etsy does not know", async () => {
    const judged = judging(dir ?? "");
    const wrap = (fetch: Fetch): Fetch => {
      const judgedOnTheWay = judged.wrap(fetch);
      return (input, init) => judgedOnTheWay(new URL(String(input).replace("sort_on=", "sort_by=")), init);
    };
    await everything(await setupEtsy({ wrap }));
    expect(judged.problems.join("\n")).toContain("query.sort_by: unknown parameter");
  });
});
