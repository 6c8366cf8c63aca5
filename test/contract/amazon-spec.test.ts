/**
 * Every request the Amazon connector sends, every reply it is given, and what travels in documents and in the queue, judged by
 * Amazon's own models and schemas: so that connector and emulator cannot agree on an error.
 */
import { describe, expect, it } from "vitest";
import { createAmazonConnector } from "#connectors/amazon/index.ts";
import { demoContact } from "#test/emulators/amazon/controls.ts";
import { amazonSchemas, amazonSpecs } from "#test/emulators/amazon/specs.ts";
import { createSchemaJudge } from "#test/support/json-schema-judge.ts";
import { createOpenApiJudge, type Exchange, judgedFetch, type Verdict } from "#test/support/openapi-judge.ts";
import { specsDir } from "#test/support/specs.ts";
import { type AmazonWorld, amazonTestSettings, setupAmazon } from "./amazon-world.ts";
import { transportFor } from "./contract-world.ts";

const dir = specsDir();
if (dir === null) console.warn("Amazon's models are not here (SPECS_DIR): requests and replies are not judged.");

/** Without a model of Amazon's: Login with Amazon, S3 and SQS. */
const WITHOUT_MODEL = /^\/(auth\/o2\/token|presigned\/.*|apps\/.*|)$/;

type Fetch = typeof globalThis.fetch;

function judging(specs: string) {
  const judge = createOpenApiJudge({ dir: specs, specs: amazonSpecs });
  const feeds = createSchemaJudge({ dir: specs, file: amazonSchemas.listingsFeed });
  const results = createSchemaJudge({ dir: specs, file: amazonSchemas.listingsReport });
  const hints = createSchemaJudge({ dir: specs, file: amazonSchemas.orderChange });
  const problems: string[] = [];
  const outside: string[] = [];

  function note(verdict: Verdict, exchange: Exchange): void {
    problems.push(...verdict.problems);
    const path = new URL(exchange.url).pathname;
    if (verdict.kind === "outside" && !WITHOUT_MODEL.test(path)) outside.push(path);
    const [sent, got] = [exchange.requestBody, exchange.responseBody];
    if (path.startsWith("/presigned/") && exchange.status === 200) {
      if (sent?.startsWith("{")) problems.push(...feeds.judge(JSON.parse(sent)));
      if (got?.startsWith("{")) problems.push(...results.judge(JSON.parse(got)));
    }
    if (path === "/" && got?.includes('"Messages"')) {
      for (const { Body } of JSON.parse(got).Messages) problems.push(...hints.judge(JSON.parse(Body)));
    }
  }

  return {
    judge,
    problems,
    outside,
    documents: { feeds, results, hints },
    wrap: (fetch: Fetch): Fetch => judgedFetch(judge, (request) => fetch(request), note),
  };
}

/** All that a connector is ever asked, on good days and bad. */
async function everything(world: AmazonWorld): Promise<void> {
  const { market, clock, connector, emulator } = world;
  const { controls } = emulator;
  const transport = transportFor(world);
  const channel = connector.open({ credentials: world.credentials, transport, now: () => clock.now() });
  const { authorization } = connector;
  if (authorization.kind !== "oauth" || !world.consent) throw new Error("Amazon connects by consent");
  const { redirectUri } = world.consent;
  const codeVerifier = "v".repeat(64);
  const granted = await world.consent.grant(authorization.consentUrl({ state: "s", codeVerifier, redirectUri }));
  const grant = { ...granted, codeVerifier, redirectUri, transport, now: clock.now() };
  const exchanged = await authorization.exchangeCode(grant);
  if (exchanged.ok) await authorization.refresh({ credentials: exchanged.value, transport, now: clock.now() });

  await channel.readListings(null);
  clock.advance(60_000);
  // Nothing is listed: Amazon cancels the report.
  await channel.readListings(null);
  const skus = ["MUG", "LAMP & SHADE", "TRAY", "A,B/C", "VASE", "BOWL"];
  for (const sku of skus) {
    await market.addListing({ sku, title: sku, quantity: 9, price: "12.50", barcode: "5012345678900" });
  }
  controls.addListing({ sku: "FBA-1", title: "Held by Amazon", price: "9.00", quantity: 50, fulfilledByAmazon: true });
  await channel.checkAccess();
  await channel.readListings(null);
  clock.advance(60_000);
  const page = await channel.readListings(null);
  if (!page.ok) throw new Error(page.failure.message);
  const refs = page.value.listings.map((listing) => listing.ref);
  await market.removeListing("TRAY");
  controls.refuseLater("BOWL", "The quantity is not allowed for this product.");
  controls.takeDown("VASE", "Restricted Products Policy Violation");
  await channel.readQuantities(refs);
  await channel.writeQuantities(refs.slice(0, 2).map((ref, quantity) => ({ ref, quantity })));
  await channel.writePrices(refs.slice(0, 2).map((ref) => ({ ref, price: { amount: "13.00", currency: "GBP" } })));
  clock.advance(60_000);
  // More than go by PATCH: a feed, looked at while it waits, and after.
  await channel.readQuantities(refs);
  await channel.writeQuantities(refs.map((ref, quantity) => ({ ref, quantity })));
  await channel.writeQuantities(refs.map((ref, quantity) => ({ ref, quantity })));
  clock.advance(300_000);
  controls.changeSettings({ feedQueueMs: 0, feedProcessMs: 0, listingLagMs: 0 });
  await market.addListing({ sku: "TRAY", title: "Tray", quantity: 1, price: "1.00" });
  await channel.readQuantities(refs);
  await market.removeListing("TRAY");
  await channel.writeQuantities(refs.map((ref, quantity) => ({ ref, quantity: quantity + 1 })));
  await channel.readQuantities(refs);
  await market.breakNext("writeQuantities", { kind: "status", status: 429 });
  await channel.writeQuantities(refs.slice(0, 1).map((ref) => ({ ref, quantity: 3 })));
  controls.changeSettings({ listPageMax: 1 });
  await world
    .restarted()
    .open({ credentials: world.credentials, transport, now: () => clock.now() })
    .readListings(null);

  const endpoint = "https://lockstep.example";
  const sqs = { ...amazonTestSettings.sqs, queueArn: "arn:aws:sqs:eu-west-2:123456789012:former" };
  const former = createAmazonConnector({ ...amazonTestSettings, sqs });
  await former.open({ credentials: world.credentials, transport, now: () => clock.now() }).subscribe({ endpoint });
  await channel.subscribe({ endpoint });
  await channel.subscribe({ endpoint });
  const since = clock.now();
  for (const sku of ["MUG", "A,B/C"]) controls.editQuantity(sku, 20);
  const lines = ["MUG", "A,B/C"].map((sku) => ({ sku, quantity: 1 }));
  const paid = await market.buy({ lines, pay: true });
  const unpaid = await market.buy({ lines, pay: false });
  const asked = await market.buy({ lines, pay: true });
  await market.askToCancel?.(asked);
  const received = await channel.queue?.receive();
  if (received?.ok) await channel.queue?.acknowledge(received.value.map((one) => one.receipt));
  controls.changeSettings({ taxPercent: 20 });
  await market.buy({ lines, pay: true });
  const replaced = [{ orderId: paid, associationType: "REPLACEMENT_ORIGINAL_ID" }];
  const odd = { tipMinor: 500, programs: ["IN_STORE_PICK_UP"], associatedOrders: replaced, store: demoContact };
  const wishes = {
    gift: { giftMessage: "Hello" },
    customizedUrl: "https://amazon.com/custom",
    serviceLevel: "NEXT_DAY",
  };
  controls.buy({ lines, ...odd, ...wishes, channelName: "NON_AMAZON" });
  const fewer = await market.buy({ lines, pay: false });
  controls.takeOff(fewer, "MUG", 1);
  clock.advance(10 * 60_000);
  await channel.readOrders({ cursor: null, since });
  controls.changeSettings({ piiRoles: false, leavesOutFulfillment: true });
  await channel.readOrders({ cursor: null, since });
  controls.changeSettings({ leavesOutFulfillment: false });
  for (const id of [paid, unpaid, asked, "999-9999999-9999999"]) await channel.readOrder(id);

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
  await channel.confirmShipment({ ...parcel, carrier: "Pigeon", trackingNumber: null });
  await channel.confirmShipment({ ...parcel, orderRemoteId: "999-9999999-9999999" });
  await channel.readShipments(paid);
  await channel.cancelOrder({ orderRemoteId: unpaid, reason: "out-of-stock", lines: null });
  await channel.cancelOrder({ orderRemoteId: asked, reason: "buyer-request", lines: null });
  await channel.readOrder(asked);
  await market.breakNext("readOrders", { kind: "status", status: 503 });
  await channel.readOrders({ cursor: null, since });
  controls.expireTokens();
  await channel.checkAccess();
}

const EXPECTED = [
  "confirmShipment",
  "createDestination",
  "createFeed",
  "createFeedDocument",
  "createReport",
  "createSubscription",
  "deleteSubscriptionById",
  "getDestinations",
  "getFeed",
  "getFeedDocument",
  "getFeeds",
  "getListingsItem",
  "getMarketplaceParticipations",
  "getOrder",
  "getReport",
  "getReportDocument",
  "getReports",
  "getSubscription",
  "patchListingsItem",
  "searchListingsItems",
  "searchOrders",
];

/** Feeds from the third write on, so that few listings show all that there is. */
const bulk = { writeBatchMax: 100, patchesMax: 2 };

describe.skipIf(dir === null)("the Amazon connector by Amazon's models", () => {
  it("sends and understands only what the models declare", async () => {
    const judged = judging(dir ?? "");
    await everything(await setupAmazon({ wrap: judged.wrap, connector: { bulk } }));
    const counts = judged.judge.counts();
    const { feeds, results, hints } = judged.documents;
    console.log(judged.judge.report());
    console.log(
      `Amazon: ${counts.reduce((sum, one) => sum + one.requests, 0)} exchanges judged by its models, ${feeds.count()} feeds, ${results.count()} results and ${hints.count()} notifications by its schemas.`,
    );
    expect(judged.problems).toEqual([]);
    expect(judged.outside).toEqual([]);
    expect(counts.map((one) => one.operation)).toEqual(EXPECTED);
    expect(Math.min(feeds.count(), results.count(), hints.count())).toBeGreaterThan(0);
  });

  const bodies =
    (change: (body: string) => string) =>
    (fetch: Fetch): Fetch => {
      return (input, init) =>
        fetch(input, typeof init?.body === "string" ? { ...init, body: change(init.body) } : init);
    };

  it.each<[string, (body: string) => string, RegExp]>([
    ["a misspelt field of a patch", (body) => body.replace('"productType"', '"producttype"'), /producttype: unknown/],
    [
      "a patch that is no list",
      (body) => body.replace(/"value":\[(\{[^\]]*\})\]/, '"value":$1'),
      /value: must be array/,
    ],
    ["a message of a feed without its SKU", (body) => body.replace('"sku":"MUG",', ""), /required property 'sku'/],
    [
      "a package without its reference",
      (body) => body.replace(/"packageReferenceId":"\d+",/, ""),
      /packageReferenceId: missing/,
    ],
  ])("would notice %s", async (_, change, words) => {
    const judged = judging(dir ?? "");
    await everything(await setupAmazon({ wrap: (fetch) => bodies(change)(judged.wrap(fetch)), connector: { bulk } }));
    expect(judged.problems.join("\n")).toMatch(words);
  });

  it("would notice a query parameter that Amazon does not know", async () => {
    const judged = judging(dir ?? "");
    await everything(
      await setupAmazon({
        wrap: (fetch) => {
          const onTheWay = judged.wrap(fetch);
          return (input, init) => onTheWay(new URL(String(input).replace("includedData=", "include=")), init);
        },
        connector: { bulk },
      }),
    );
    expect(judged.problems.join("\n")).toContain("query.include: unknown parameter");
  });
});
