/**
 * `npm run tour`: every journey on real HTTP, without a browser. It prints what happened and ends 0 only if every count is
 * right. `--break` stops the app before a stock change, to show that a wrong count is noticed.
 */
import type { Marketplace } from "./marketplaces.ts";
import { createMerchant, type Merchant } from "./merchant.ts";
import { DEMO_SHOP, type Network, startNetwork } from "./network.ts";
import { createShopifyView, type ShopifyView } from "./shopify-view.ts";
import { becomes, countChecks, is, record, title } from "./tour-checks.ts";
import { walkCustomers } from "./tour-customers.ts";
import { connectAll, walkFive } from "./tour-five.ts";
import { walkLatency } from "./tour-latency.ts";
import { walkMail } from "./tour-mail.ts";
import { walkPlan } from "./tour-plan.ts";
import { walkRules } from "./tour-rules.ts";
import { letWritesEnd } from "./tour-scene.ts";

async function walk(network: Network, breaks: boolean): Promise<void> {
  const shopify = createShopifyView(network);
  const merchant = createMerchant({
    appUrl: network.appUrl,
    shop: DEMO_SHOP,
    idToken: () => network.shopify.controls.mintIdToken(DEMO_SHOP),
  });
  const ebay = network.marketplace("ebay");

  title("Install");
  await is("the app opens inside the admin", async () => (await merchant.openDocument()).status, 200);
  await becomes("every variant is mirrored", async () => (await merchant.home()).variants, shopify.store.variants.size);
  await becomes("the import is done", async () => (await merchant.home()).mirrored, true);

  const channelIds = await connectAll(merchant, network.marketplaces);
  const channelId = channelIds.get(ebay) ?? 0;
  await hiddenListing(merchant, channelId);
  await approve(merchant, ebay, channelId, shopify);
  if (breaks) await network.killApp();
  await stockOut(ebay, shopify, network);
  if (breaks) return;
  await productBlock(merchant, ebay, shopify);
  await orderIn(merchant, ebay, shopify);
  await unpaidOrder(merchant, ebay, shopify);
  await cancellations(merchant, ebay, channelId, shopify);
  await holdAndMatch(merchant, ebay, channelId, shopify);
  await walkFive({ merchant, network, shopify, channelIds, ebayBuffer: BUFFER });
  await walkRules({ merchant, network, shopify, channelIds, ebayBuffer: BUFFER });
  await walkLatency({ merchant, network, shopify, channelIds, ebayBuffer: BUFFER });
  await walkMail({ merchant, network, shopify, channelIds, ebayBuffer: BUFFER });
  await walkCustomers({ merchant, network, shopify, channelIds, ebayBuffer: BUFFER });
  await walkPlan({ merchant, network, shopify, channelIds, ebayBuffer: BUFFER });
  await settled(merchant, network, shopify, channelIds);
}

async function hiddenListing(merchant: Merchant, channelId: number): Promise<void> {
  title("A listing that eBay shows no app");
  const told = async () => (await merchant.home()).needs.filter((one) => one.title.includes("not kept in step"));
  await becomes("is told of", async () => (await told()).length, 1);
  const { channel } = await merchant.channel(channelId);
  await is("the channel's page names it", () => channel.onSale?.examples.map((one) => one.sku), ["PLT-15"]);
  const [need] = await told();
  await merchant.act("/app", { intent: "close-alert", alertId: String(need?.doneAlertId) });
  await is("and is not asked about again", async () => (await told()).length, 0);
}

async function approve(
  merchant: Merchant,
  market: Marketplace,
  channelId: number,
  shopify: ShopifyView,
): Promise<void> {
  title("First push: preview, policy, approval");
  const before = market.shown();
  const listings = await merchant.listings(`channel=${channelId}`);
  const status = (sku: string) => listings.rows.find((row) => row.sku === sku)?.status.code ?? "missing";
  await is("a SKU that two variants share is shown as a duplicate", () => status("SOAP-01"), "duplicate-sku");
  await is("a SKU that Shopify does not know is not matched", () => status("EBAY-ONLY-TRAY"), "not-matched");
  await is("a barcode matches where the SKU does not", () => status("E-9917-APRON"), "approval");
  const saved = await merchant.act(`/app/channels/${channelId}`, {
    intent: "policy",
    bufferKind: "units",
    buffer: String(BUFFER),
    threshold: "",
    cap: "",
  });
  await is("a buffer of 2 units is saved", () => saved.ok, true);
  const { preview } = await merchant.channel(channelId);
  const mug = preview?.rows.find((row) => row.sku === "MUG-MOSS");
  await is("the preview applies it", () => mug?.quantity ?? null, shopify.available("MUG-MOSS") - BUFFER);
  await is("nothing was written before the approval", () => market.shown(), before);
  await merchant.act(`/app/channels/${channelId}`, { intent: "approve" });
  for (const sku of MATCHED_SKUS) {
    await becomes(
      `${sku} shows what is there, less the buffer`,
      () => market.shown()[sku] ?? null,
      published(shopify, sku),
    );
  }
  await is("an unmatched listing is left alone", () => market.shown()["EBAY-ONLY-TRAY"], before["EBAY-ONLY-TRAY"]);
}

const BUFFER = 2;
const MATCHED_SKUS = ["MUG-MOSS", "MUG-SLATE", "MUG-OAT", "THR-HEA", "CAN-BEE", "BRD-OAK", "PAN-24"];

/** The tour's own arithmetic, not the app's. */
function published(shopify: ShopifyView, sku: string): number {
  return Math.max(0, shopify.available(sku) - BUFFER);
}

async function stockOut(market: Marketplace, shopify: ShopifyView, network: Network): Promise<void> {
  title("Stock out");
  shopify.setStock("MUG-MOSS", "Sheffield", 9);
  await becomes("a change of stock reaches the listing", () => market.shown()["MUG-MOSS"], 9 + 6 - BUFFER);
  for (let units = 40; units >= 20; units -= 1) shopify.setStock("CAN-BEE", "Sheffield", units);
  await becomes(
    "of a flood of changes the last value is what stays",
    () => market.shown()["CAN-BEE"],
    20 + 15 - BUFFER,
  );
  const bought = network.shopify.controls.storefrontOrder(DEMO_SHOP, {
    email: "amara@buyer.example",
    lines: [{ variantId: shopify.variantOf("PAN-24").id, quantity: 3 }],
  });
  await is("a customer buys 3 in the shop itself", () => bought.ok, true);
  await becomes("the listing follows", () => market.shown()["PAN-24"], 11 - 3 - BUFFER);
}

/** The block's own requests, as its buttons send them. */
async function productBlock(merchant: Merchant, market: Marketplace, shopify: ShopifyView): Promise<void> {
  title("The block on a product's page");
  const product = shopify.variantOf("BRD-OAK").productId;
  const block = await merchant.block(product);
  const row = block.ok ? block.product.rows.find((one) => one.channel.startsWith(market.name)) : undefined;
  await is("shows the listing as it is", () => row && [row.shows, row.status], [
    market.shown()["BRD-OAK"] ?? null,
    "in-step",
  ]);
  const should = published(shopify, "BRD-OAK");
  const edited = new URLSearchParams({ sku: "BRD-OAK", quantity: "99" });
  await fetch(`${market.origin}/seller/quantity`, { method: "POST", body: edited });
  await is("somebody raises it on the marketplace", () => market.shown()["BRD-OAK"], 99);
  const pushed = await merchant.pressInBlock({ product, listing: row?.id ?? 0, act: "push" });
  await is("“Push now” is taken", () => pushed.ok, true);
  await becomes("and sets it right at once", () => market.shown()["BRD-OAK"], should);
  const done = async () => (await merchant.history("kind=settings")).rows.filter((one) => one.listing?.id === row?.id);
  await is("History knows of it", async () => (await done()).length > 0, true);
}

async function orderIn(merchant: Merchant, market: Marketplace, shopify: ShopifyView): Promise<void> {
  title("Order in");
  await letWritesEnd(merchant);
  const before = shopify.available("MUG-SLATE");
  const id = market.buy({ lines: [{ sku: "MUG-SLATE", quantity: 3 }] });
  await becomes("a sale becomes one Shopify order", () => shopify.ordersOf(id).length, 1);
  const order = shopify.ordersOf(id)[0];
  await is("of the right customer", () => shopify.customerName(order?.customerId ?? null), "Rosa Lindqvist");
  await is("that is paid", () => order?.financialStatus, "PAID");
  await is("and has taken its units from stock", () => shopify.available("MUG-SLATE"), before - 3);
  await becomes("the listing shows what is left", () => market.shown()["MUG-SLATE"], before - 3 - BUFFER);
  const again = market.buy({ lines: [{ sku: "MUG-OAT", quantity: 1 }] });
  await becomes("a second sale to the same buyer is another order", () => shopify.ordersOf(again).length, 1);
  await is("of the same customer", () => shopify.ordersOf(again)[0]?.customerId === order?.customerId, true);

  title("Shipment back");
  if (!order) return;
  shopify.ship(id, "RM000000001GB", 1);
  await becomes("a partial shipment reaches the marketplace", () => market.order(id).parcels, [
    { trackingNumber: "RM000000001GB", units: 1 },
  ]);
  shopify.ship(id, "RM000000002GB", 2);
  await becomes("and so does the rest", () => market.order(id).parcels.map((one) => one.units), [1, 2]);
  const row = (await merchant.orders()).rows.find((one) => one.shopifyOrder?.name === order.name);
  const shown = row && (await merchant.order(row.id));
  await becomes(
    "the order's page says so",
    async () => row && (await merchant.order(row.id)).shipments.map((one) => one.said.label),
    ["Marketplace told", "Marketplace told"],
  );
  await is("with the buyer's name", () => shown?.customer.name, "Rosa Lindqvist");
}

async function unpaidOrder(merchant: Merchant, market: Marketplace, shopify: ShopifyView): Promise<void> {
  title("An order that is not paid yet");
  await letWritesEnd(merchant);
  const before = shopify.available("THR-HEA");
  const id = market.buy({ lines: [{ sku: "THR-HEA", quantity: 2 }], username: "late_payer", pay: false });
  await becomes("holds its units on the listing", () => market.shown()["THR-HEA"], before - 2 - BUFFER);
  await is("and is no Shopify order", () => shopify.ordersOf(id).length, 0);
  market.pay?.(id);
  await becomes("paid, it becomes one", () => shopify.ordersOf(market.order(id).id).length, 1, 90_000);
  await becomes("its units are counted once", () => market.shown()["THR-HEA"], before - 2 - BUFFER);
  await is("in Shopify too", () => shopify.available("THR-HEA"), before - 2);
}

async function cancellations(
  merchant: Merchant,
  market: Marketplace,
  channelId: number,
  shopify: ShopifyView,
): Promise<void> {
  title("Cancellation, both ways");
  await letWritesEnd(merchant);
  const before = shopify.available("PAN-24");
  const there = market.buy({ lines: [{ sku: "PAN-24", quantity: 1 }] });
  await becomes("an order comes in", () => shopify.ordersOf(there).length, 1);
  market.cancel(there);
  // eBay tells of a cancellation only when it is asked.
  await merchant.act(`/app/channels/${channelId}`, { intent: "read-orders" });
  await becomes(
    "cancelled on the marketplace, it is cancelled in Shopify",
    () => shopify.ordersOf(there)[0]?.cancelledAt !== null,
    true,
    90_000,
  );
  await becomes("and its unit is back", () => shopify.available("PAN-24"), before);
  await letWritesEnd(merchant);
  const here = market.buy({ lines: [{ sku: "PAN-24", quantity: 2 }] });
  await becomes("another order comes in", () => shopify.ordersOf(here).length, 1);
  shopify.cancel(here);
  await becomes("cancelled in Shopify, it is cancelled on the marketplace", () => market.order(here).isCancelled, true);
  await becomes("and its units are back", () => shopify.available("PAN-24"), before);
  await becomes("the listing shows them again", () => market.shown()["PAN-24"], before - BUFFER, 90_000);
}

async function holdAndMatch(
  merchant: Merchant,
  market: Marketplace,
  channelId: number,
  shopify: ShopifyView,
): Promise<void> {
  title("An order nobody can place yet");
  const id = market.buy({ lines: [{ sku: "EBAY-ONLY-TRAY", quantity: 1 }] });
  const held = async () => (await merchant.orders("stage=held")).rows.length;
  await becomes("is held where the merchant sees it", held, 1);
  const listing = (await merchant.listings(`channel=${channelId}&search=EBAY-ONLY-TRAY`)).rows[0];
  const board = (await merchant.listings(`channel=${channelId}&search=BRD-OAK`)).rows[0];
  const match = { intent: "match", variantId: String(board?.variant?.id) };
  const asked = await merchant.act(`/app/listings/${listing?.id}`, match);
  await is("a match that moves a number asks first", () => !asked.ok && asked.asks !== undefined, true);
  await merchant.save(`/app/listings/${listing?.id}`, match);
  await becomes("matched by hand, it is placed", () => shopify.ordersOf(id).length, 1);
  await becomes("and no hold is left", held, 0);
}

/** When all has settled: nothing lost, nothing twice, every number explained. */
async function settled(
  merchant: Merchant,
  network: Network,
  shopify: ShopifyView,
  channelIds: ReadonlyMap<Marketplace, number>,
): Promise<void> {
  title("When all has settled");
  for (const market of network.marketplaces) {
    // What was cancelled before it was paid never reached Shopify.
    const kept = market.orders().filter((order) => !order.isCancelled);
    const lost = kept.filter((order) => shopify.ordersOf(order.id).length !== 1).map((order) => order.id);
    const doubled = market.orders().filter((order) => shopify.ordersOf(order.id).length > 1);
    await is(`each ${market.name} order is exactly one Shopify order`, () => [...lost, ...doubled], []);
  }
  await becomes("no listing is being updated", async () => (await merchant.home()).listings.updating, 0);
  await is("every quantity that the app shows is the one that the marketplace shows", async () => {
    const wrong: string[] = [];
    for (const [market, channelId] of channelIds) {
      for (const row of (await merchant.listings(`channel=${channelId}`)).rows) {
        if (row.status.code !== "in-step") continue;
        // A listing that is gone shows none.
        const shown = market.shown()[row.sku ?? ""] ?? 0;
        if (row.shouldShow !== shown) wrong.push(`${market.name} ${row.sku}: ${shown}, should be ${row.shouldShow}`);
      }
    }
    return wrong;
  }, []);
  const { needs } = await merchant.home();
  // In the demo some listings have no variant, so that there is something to match.
  const others = needs.filter((need) => !need.key.startsWith("listings:"));
  await is("nothing else needs the merchant", () => others.map((need) => need.title), []);
  const failed = network.shopify.deliveries.all.flatMap(({ topic, attempts }) =>
    attempts.flatMap(({ at, status, error }) => (status === 200 ? [] : [`${topic} ${at}: ${error ?? status}`])),
  );
  await is("each webhook was answered 200 at the first try", () => failed, []);
}

const startedAt = Date.now();
const breaks = process.argv.includes("--break");
const unknown = process.argv.slice(2).filter((argument) => argument !== "--break");
if (unknown.length > 0) {
  console.error(`tour: unknown argument ${unknown.join(" ")}. It takes --break, or nothing.`);
  process.exit(2);
}
const network = await startNetwork({
  logLevel: "warn",
  onLine: (line) => (line.includes('"level":50') ? console.error(line) : undefined),
});
try {
  await network.startApp();
  network.shopify.startDeliveries();
  await walk(network, breaks);
} catch (error) {
  record("the tour came to its end", false, error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  await network.close();
}
const { right, wrong } = countChecks();
console.log(`\nTour: ${right} right, ${wrong} wrong, in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`);
process.exit(wrong === 0 && right > 0 ? 0 : 1);
