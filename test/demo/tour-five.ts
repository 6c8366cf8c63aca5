/**
 * Five marketplaces at once: one count and five policies, a sale on each, things at zero, shipments and cancellations as
 * each marketplace's API allows. Every number here is worked out by the tour, never by the app.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type Marketplace, TELLS_APART_MS } from "./marketplaces.ts";
import type { Merchant } from "./merchant.ts";
import type { Network } from "./network.ts";
import type { ShopifyView } from "./shopify-view.ts";
import { cancelBundle } from "./tour-bundle.ts";
import { becomes, is, record, title } from "./tour-checks.ts";
import { letWritesEnd, type Scene, SLOW_MS } from "./tour-scene.ts";

const SKU = "MUG-SLATE";
const ONE_OF_A_KIND = "VIN-JUG-01";

/** Connects all: by the consent page where there is one and no key, by key else. Returns each one's channel. */
export async function connectAll(
  merchant: Merchant,
  markets: readonly Marketplace[],
): Promise<Map<Marketplace, number>> {
  title("Connect the marketplaces");
  const channelIds = new Map<Marketplace, number>();
  for (const market of markets) channelIds.set(market, await connect(merchant, market));
  for (const [market, id] of channelIds) {
    const isRead = async () => (await merchant.channel(id)).preview !== null;
    await becomes(`${market.name}'s listings are read`, isRead, true, SLOW_MS);
  }
  return channelIds;
}

async function connect(merchant: Merchant, market: Marketplace): Promise<number> {
  if (market.keys) return connectWithKeys(merchant, market, market.keys);
  if (!market.consent) throw new Error(`${market.name} has no consent page`);
  const path = await merchant.agree(market.key, market.consent);
  return join(merchant, market, path, "consent leads");
}

/** Nothing is joined before the merchant has read which account and which shop. */
async function join(merchant: Merchant, market: Marketplace, path: string, by: string): Promise<number> {
  const { pending } = await merchant.pending(path);
  const asked = pending ? `${pending.accountName} at ${pending.marketplace}, ${pending.shopName}` : "nothing";
  record(
    `${market.name}: ${by} to the question which account is joined to which shop`,
    pending?.marketplace === market.name && pending.shopName !== "",
    asked,
  );
  return merchant.join(path);
}

async function connectWithKeys(merchant: Merchant, market: Marketplace, keys: Record<string, string>): Promise<number> {
  const asForm = (values: Record<string, string>) => ({
    intent: "connect-with-keys",
    connector: market.key,
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`keys.${name}`, value])),
  });
  const wrong = Object.fromEntries(Object.entries(keys).map(([name, value]) => [name, `wrong${value}`]));
  const refused = await merchant.act("/app/channels", asForm(wrong));
  await is(`${market.name}: wrong keys are tried and refused`, () => refused.ok, false);
  const echoed = JSON.stringify(refused).includes("wrong");
  await is("and the answer does not repeat them", () => echoed, false);
  const connected = await merchant.act("/app/channels", asForm(keys));
  if (!connected.ok) throw new Error(`${market.name} can't be connected: ${connected.message}`);
  return join(merchant, market, connected.path ?? "", "the right ones lead");
}

export async function walkFive(scene: Scene): Promise<void> {
  const market = fiveOf(scene.network);
  await approveAll(scene);
  await oneChange(scene);
  const sales = await saleOnEach(scene, market);
  await ship(scene, market, sales);
  await pendingAtAmazon(scene, market);
  await atZero(scene, market);
  await oneOfAKind(scene, market);
  await cancellations(scene, market);
  await letWritesEnd(scene.merchant);
  await cancelBundle(scene.shopify, market.vinted);
  await conflict(scene, market);
}

interface FiveMarkets {
  ebay: Marketplace;
  amazon: Marketplace;
  etsy: Marketplace;
  depop: Marketplace;
  vinted: Marketplace;
}

function fiveOf({ marketplace }: Network): FiveMarkets {
  return {
    ebay: marketplace("ebay"),
    amazon: marketplace("amazon"),
    etsy: marketplace("etsy"),
    depop: marketplace("depop"),
    vinted: marketplace("vinted"),
  };
}

/** One policy of each kind. eBay's buffer of units was set before. */
const FORMS: Record<string, Record<string, string>> = {
  amazon: { bufferKind: "percent", buffer: "10", threshold: "", cap: "" },
  etsy: { bufferKind: "inherit", buffer: "", threshold: "", cap: "25" },
  depop: { bufferKind: "inherit", buffer: "", threshold: "10", cap: "" },
  vinted: { bufferKind: "inherit", buffer: "", threshold: "", cap: "" },
};

/** What each channel shows of `units`, worked out by hand. */
function expected(units: number, ebayBuffer: number): Record<string, number> {
  return {
    eBay: Math.max(0, units - ebayBuffer),
    Amazon: Math.max(0, units - Math.ceil(units / 10)),
    Etsy: Math.min(25, units),
    Depop: units < 10 ? 0 : units,
    Vinted: units > 0 ? 1 : 0,
  };
}

function shownOn(scene: Scene, sku: string): Record<string, number | null> {
  return Object.fromEntries(scene.network.marketplaces.map((one) => [one.name, one.shown()[sku] ?? null]));
}

async function approveAll(scene: Scene): Promise<void> {
  const { merchant, shopify, channelIds, ebayBuffer } = scene;
  title("Five channels, five policies");
  for (const [market, channelId] of channelIds) {
    const form = FORMS[market.key];
    if (!form) continue;
    const saved = await merchant.save(`/app/channels/${channelId}`, { intent: "policy", ...form });
    const approved = await merchant.act(`/app/channels/${channelId}`, { intent: "approve" });
    await is(`${market.name}: policy saved, first push approved`, () => saved.ok && approved.ok, true);
  }
  const units = shopify.available(SKU);
  await becomes(
    `of ${units}, each shows what its policy says`,
    () => shownOn(scene, SKU),
    expected(units, ebayBuffer),
    SLOW_MS,
  );
}

async function oneChange(scene: Scene): Promise<void> {
  const { shopify, ebayBuffer } = scene;
  title("One stock change reaches five channels");
  shopify.setStock(SKU, "Sheffield", 40);
  await becomes("44 in Shopify", () => shownOn(scene, SKU), expected(44, ebayBuffer), SLOW_MS);
  shopify.setStock(SKU, "Sheffield", 26);
  await becomes("30 in Shopify", () => shownOn(scene, SKU), expected(30, ebayBuffer), SLOW_MS);
}

type Sales = Record<keyof FiveMarkets, string>;

/** Who the marketplace says has bought; null: it says nobody, so the order is a guest's. */
const BUYERS: Record<keyof FiveMarkets, string | null> = {
  ebay: "Rosa Lindqvist",
  amazon: null,
  etsy: "Rosa Lindqvist",
  depop: "Ines Amaral",
  vinted: "Maud Kellner",
};

async function saleOnEach(scene: Scene, market: FiveMarkets): Promise<Sales> {
  const { merchant, shopify, ebayBuffer } = scene;
  title("A sale on each");
  // An application without Amazon's restricted roles is not told who buys.
  market.amazon.showBuyers?.(false);
  const quantities: Record<keyof FiveMarkets, number> = { ebay: 2, amazon: 3, etsy: 4, depop: 2, vinted: 1 };
  const sales: Partial<Sales> = {};
  for (const key of Object.keys(quantities) as (keyof FiveMarkets)[]) {
    await letWritesEnd(merchant);
    const before = shopify.available(SKU);
    const quantity = quantities[key];
    const id = market[key].buy({ lines: [{ sku: SKU, quantity }] });
    sales[key] = id;
    const { name } = market[key];
    await becomes(`${quantity} sold on ${name} are one Shopify order`, () => shopify.ordersOf(id).length, 1, SLOW_MS);
    const order = shopify.ordersOf(id)[0];
    const who = BUYERS[key];
    await is(
      who ? "of the right customer" : "of a guest, as the marketplace hides the buyer",
      () => shopify.customerName(order?.customerId ?? null),
      who,
    );
    // Where an order is not paid at first, its units are held until it has taken its own.
    await becomes("that has taken its units once", () => shopify.available(SKU), before - quantity);
    // What is sold on Vinted is sold: the listing stood for one thing.
    const left = { ...expected(before - quantity, ebayBuffer), ...(key === "vinted" ? { Vinted: 0 } : {}) };
    await becomes(
      `and every channel shows what is left of ${before - quantity}`,
      () => shownOn(scene, SKU),
      left,
      SLOW_MS,
    );
  }
  market.amazon.showBuyers?.(true);
  return sales as Sales;
}

async function ship({ merchant, shopify }: Scene, market: FiveMarkets, sales: Sales): Promise<void> {
  title("Shipments, as each API allows");
  const parcels = (key: keyof FiveMarkets) => market[key].order(sales[key]).parcels;
  shopify.ship(sales.ebay, "RM100000001GB");
  await becomes("eBay: the parcel with its number", () => parcels("ebay"), [
    { trackingNumber: "RM100000001GB", units: 2 },
  ]);
  shopify.ship(sales.amazon, "RM100000002GB", 1);
  await becomes("Amazon: a part of the order", () => parcels("amazon"), [
    { trackingNumber: "RM100000002GB", units: 1 },
  ]);
  shopify.ship(sales.amazon, "RM100000003GB", 2);
  await becomes("Amazon: and the rest", () => parcels("amazon"), [
    { trackingNumber: "RM100000002GB", units: 1 },
    { trackingNumber: "RM100000003GB", units: 2 },
  ]);
  shopify.ship(sales.etsy, "RM100000004GB");
  await becomes("Etsy: the whole order, once", () => parcels("etsy"), [{ trackingNumber: "RM100000004GB", units: 4 }]);
  shopify.ship(sales.depop, "RM100000005GB");
  await becomes("Depop: its one parcel", () => parcels("depop"), [{ trackingNumber: "RM100000005GB", units: 2 }]);
  shopify.ship(sales.vinted, "RM100000006GB");
  await becomes(
    "Vinted: goes by Vinted's own label, so it counts as told",
    () => toldOf(merchant, shopify, sales.vinted),
    ["Marketplace told"],
  );
  await is("and nothing was sent there", () => parcels("vinted"), []);
}

/** What the order's page says of its shipments. */
async function toldOf(merchant: Merchant, shopify: ShopifyView, orderId: string): Promise<string[]> {
  const name = shopify.ordersOf(orderId)[0]?.name;
  const row = (await merchant.orders()).rows.find((one) => one.shopifyOrder?.name === name);
  return row ? (await merchant.order(row.id)).shipments.map((one) => one.said.label) : [];
}

async function pendingAtAmazon(scene: Scene, { amazon }: FiveMarkets): Promise<void> {
  const { merchant, shopify, ebayBuffer } = scene;
  title("Amazon is still checking a payment");
  await letWritesEnd(merchant);
  const before = shopify.available(SKU);
  const id = amazon.buy({ lines: [{ sku: SKU, quantity: 2 }], pay: false });
  const left = { ...expected(before - 2, ebayBuffer), Vinted: 0 };
  await becomes("its units are held on every channel", () => shownOn(scene, SKU), left, SLOW_MS);
  await becomes("and reserved in Shopify", () => shopify.reserved(SKU), 2);
  await is("though there is no Shopify order", () => shopify.ordersOf(id).length, 0);
  amazon.pay?.(id);
  await becomes("paid, it is one", () => shopify.ordersOf(id).length, 1, SLOW_MS);
  await is(
    "of the customer who is known from eBay by phone",
    () => shopify.customerName(shopify.ordersOf(id)[0]?.customerId ?? null),
    "Rosa Lindqvist",
  );
  await becomes("its units are counted once", () => shownOn(scene, SKU), left, SLOW_MS);
  await becomes("in Shopify too", () => shopify.available(SKU), before - 2);
  await becomes("where none is reserved any more", () => shopify.reserved(SKU), 0);
}

async function atZero(scene: Scene, { amazon, etsy, depop, vinted, ebay }: FiveMarkets): Promise<void> {
  const { shopify, merchant, channelIds, ebayBuffer } = scene;
  title("At zero, and back");
  const standing = (sku: string) => ({
    eBay: ebay.standing(sku),
    Amazon: amazon.standing(sku),
    Etsy: etsy.standing(sku),
    Vinted: vinted.standing(sku),
  });
  await is("the last oak board was sold before", () => shopify.available("BRD-OAK"), 0);
  await becomes(
    "so eBay keeps its listing, Amazon shows none, Etsy's is switched off, Vinted's is deleted",
    () => standing("BRD-OAK"),
    { eBay: "active", Amazon: "out of stock", Etsy: "inactive", Vinted: null },
    SLOW_MS,
  );
  shopify.setStock("BRD-OAK", "Sheffield", 5);
  const { Depop: _, ...back } = expected(5, ebayBuffer);
  const shown = () => {
    const { Depop: __, ...rest } = shownOn(scene, "BRD-OAK");
    return rest;
  };
  await becomes(
    "five come in: three of the listings are back by themselves",
    shown,
    { ...back, Vinted: null },
    SLOW_MS,
  );
  const vintedId = channelIds.get(vinted) ?? 0;
  const problem = async () => (await merchant.listings(`channel=${vintedId}&search=BRD-OAK`)).rows[0]?.problem ?? "";
  await becomes(
    "Vinted can't bring back what is deleted, and says what to do",
    async () => /List it again at Vinted/.exec(await problem())?.[0] ?? (await problem()),
    "List it again at Vinted",
    SLOW_MS,
  );
  vinted.list?.({ sku: "BRD-OAK", title: "Oak serving board", price: "44.00" });
  await merchant.act(`/app/channels/${vintedId}`, { intent: "refresh" });
  await becomes(
    "listed again by hand, it is found",
    async () => {
      const { rows } = await merchant.listings(`channel=${vintedId}&search=BRD-OAK`);
      return rows.map((row) => `${row.status.code} ${row.problem ?? ""}`.trim());
    },
    ["in-step"],
    SLOW_MS,
  );

  shopify.setStock(SKU, "Sheffield", 5);
  const low = shopify.available(SKU);
  await becomes(
    `${low} mugs are below Depop's threshold`,
    () => shownOn(scene, SKU),
    { ...expected(low, ebayBuffer), Vinted: 0 },
    SLOW_MS,
  );
  await is("so it is marked as sold there", () => depop.standing(SKU), "marked as sold");
  shopify.setStock(SKU, "Sheffield", 20);
  const high = shopify.available(SKU);
  await becomes(
    `with ${high} it is on sale again`,
    () => shownOn(scene, SKU),
    { ...expected(high, ebayBuffer), Vinted: 0 },
    SLOW_MS,
  );
}

async function oneOfAKind(scene: Scene, { ebay, etsy, depop, vinted }: FiveMarkets): Promise<void> {
  const { shopify, merchant, channelIds } = scene;
  title("One of a kind, on four channels");
  // A buffer is for what there is more than one of.
  const ebayId = channelIds.get(ebay) ?? 0;
  const listing = (await merchant.listings(`channel=${ebayId}&search=${ONE_OF_A_KIND}`)).rows[0];
  const depopId = channelIds.get(depop) ?? 0;
  const atDepop = (await merchant.listings(`channel=${depopId}&search=${ONE_OF_A_KIND}`)).rows[0];
  const plain = { intent: "policy", bufferKind: "units", buffer: "0", threshold: "0", cap: "" };
  for (const one of [listing, atDepop]) await merchant.save(`/app/listings/${one?.id}`, plain);
  const shown = () => {
    const { Amazon: _, ...rest } = shownOn(scene, ONE_OF_A_KIND);
    return rest;
  };
  await becomes(
    "the jug is on sale on each, with a policy of its own",
    shown,
    { eBay: 1, Etsy: 1, Depop: 1, Vinted: 1 },
    SLOW_MS,
  );
  await letWritesEnd(merchant);
  const id = etsy.buy({ lines: [{ sku: ONE_OF_A_KIND, quantity: 1 }] });
  await becomes("sold at Etsy, it is one Shopify order", () => shopify.ordersOf(id).length, 1);
  await becomes("and for sale nowhere else", () => shown(), { eBay: 0, Etsy: 0, Depop: 0, Vinted: null }, SLOW_MS);
  await is(
    "Vinted's item is gone, Depop's is marked as sold",
    () => [vinted.standing(ONE_OF_A_KIND), depop.standing(ONE_OF_A_KIND)],
    [null, "marked as sold"],
  );
}

async function cancellations(scene: Scene, market: FiveMarkets): Promise<void> {
  const { shopify, merchant, channelIds } = scene;
  title("Cancellations, as each API allows");
  const before = shopify.available(SKU);
  const buy = async (key: keyof FiveMarkets, sku: string) => {
    await letWritesEnd(merchant);
    const id = market[key].buy({ lines: [{ sku, quantity: 1 }] });
    await becomes(`an order on ${market[key].name}`, () => shopify.ordersOf(id).length, 1, SLOW_MS);
    return id;
  };
  const cancelled = (key: keyof FiveMarkets, id: string) => () => market[key].order(id).isCancelled;

  const atDepop = await buy("depop", SKU);
  shopify.cancel(atDepop);
  await becomes("cancelled in Shopify, it is refunded at Depop", cancelled("depop", atDepop), true, SLOW_MS);
  const atAmazon = await buy("amazon", SKU);
  shopify.cancel(atAmazon);
  await becomes("at Amazon, which works through a list of them", cancelled("amazon", atAmazon), true, SLOW_MS);
  const atEtsy = await buy("etsy", SKU);
  shopify.cancel(atEtsy);
  const tasks = async () => (await merchant.home()).needs.filter((one) => one.title.startsWith("Cancel order")).length;
  await becomes("at Etsy no app can: it is a task for the merchant", tasks, 1, SLOW_MS);
  market.etsy.cancel(atEtsy);
  await merchant.act(`/app/channels/${channelIds.get(market.etsy)}`, { intent: "read-orders" });
  await becomes("who does it by hand, and the task is done", tasks, 0, SLOW_MS);

  const atVinted = await buy("vinted", "PRT-BOT");
  market.vinted.cancel(atVinted);
  await becomes(
    "cancelled at Vinted, it is cancelled in Shopify",
    () => shopify.ordersOf(atVinted)[0]?.cancelledAt !== null,
    true,
    SLOW_MS,
  );
  await becomes("and its item is on sale again", () => market.vinted.shown()["PRT-BOT"] ?? null, 1, SLOW_MS);

  await letWritesEnd(merchant);
  const pending = market.amazon.buy({ lines: [{ sku: SKU, quantity: 2 }], pay: false });
  await becomes("a payment that fails at Amazon holds its units", () => market.depop.shown()[SKU], before - 2, SLOW_MS);
  market.amazon.cancel(pending);
  await becomes(
    "and frees them",
    () => shownOn(scene, SKU),
    { ...expected(before, scene.ebayBuffer), Vinted: 0 },
    SLOW_MS,
  );
  await is("without ever having been a Shopify order", () => shopify.ordersOf(pending).length, 0);
  await becomes("all units are back", () => shopify.available(SKU), before);
}

/** How a sale's second differs from the one before it: not every marketplace tells finer times. */
const NEXT_SECOND_MS = 1_100;

/**
 * The last unit is sold twice, and the app hears of neither sale before both are made. The earlier sale wins, whichever
 * arrives first.
 */
async function conflict(scene: Scene, market: FiveMarkets): Promise<void> {
  const { merchant, shopify, channelIds } = scene;
  const { ebay, etsy, depop } = market;
  const channelOf = (one: Marketplace) => `/app/channels/${channelIds.get(one)}`;
  const plain = { intent: "policy", bufferKind: "units", buffer: "0", threshold: "0", cap: "" };
  for (const one of [ebay, depop]) {
    const { rows } = await merchant.listings(`channel=${channelIds.get(one)}&search=${SKU}`);
    await merchant.save(`/app/listings/${rows[0]?.id}`, plain);
  }
  shopify.setStock(SKU, "Leeds", 0);

  title("The last one sold twice: the later order is held");
  const first = await sellTwice(scene, ebay, etsy);
  await letGo(ebay);
  await becomes("eBay's sale is a Shopify order", () => shopify.ordersOf(first.earlier).length, 1);
  await letGo(etsy);
  const soldTooLate = alertsWith(merchant, "was sold too late");
  await becomes("Etsy's is later: Home says that it needs the merchant", soldTooLate, 1);
  await is("it is held", async () => (await orderPage(merchant, first.later)).stage, "held");
  await is("and says why, and what can be done", async () => {
    const { conflict: found, holdReason } = await orderPage(merchant, first.later);
    return [/Earlier: .+ order /.test(found?.explanation ?? ""), /backorder/.test(holdReason ?? "")];
  }, [true, true]);
  await is("it is no Shopify order", () => shopify.ordersOf(first.later).length, 0);
  await is("stock counts the earlier one alone", () => shopify.available(SKU), 0);
  await merchant.act(await pathOf(merchant, first.later), { intent: "accept-backorder" });
  await becomes("accepted as a backorder, it is one", () => shopify.ordersOf(first.later).length, 1);
  await becomes("stock goes below zero", () => shopify.available(SKU), -1);
  await becomes("and nothing waits for the merchant", soldTooLate, 0);
  await becomes("no channel shows any", () => shownOn(scene, SKU), NONE, SLOW_MS);

  title("Sold twice, where the channel's policy is to cancel");
  await merchant.act(channelOf(depop), { intent: "conflicts", conflictPolicy: "cancel" });
  const second = await sellTwice(scene, ebay, depop);
  await letGo(ebay);
  await becomes("eBay's sale is a Shopify order", () => shopify.ordersOf(second.earlier).length, 1);
  await letGo(depop);
  await becomes("Depop's is refunded there", () => depop.order(second.later).isCancelled, true);
  await becomes("and over", async () => (await orderPage(merchant, second.later)).stage, "cancelled");
  await is("it was never a Shopify order", () => shopify.ordersOf(second.later).length, 0);
  await is("it gave no unit back, as it had taken none", () => shopify.available(SKU), 0);
  await is("and nothing waits for the merchant", soldTooLate, 0);

  title("Sold twice, and the later sale arrives first");
  await merchant.act(channelOf(depop), { intent: "conflicts", conflictPolicy: "hold" });
  const third = await sellTwice(scene, ebay, depop);
  await letGo(depop);
  await becomes("Depop's sale is a Shopify order", () => shopify.ordersOf(third.later).length, 1);
  await letGo(ebay);
  await becomes("eBay's comes after it, but was earlier: so is it", () => shopify.ordersOf(third.earlier).length, 1);
  await becomes("and Depop's is shown to the merchant", soldTooLate, 1);
  await is("both have taken their unit, so stock is below zero", () => shopify.available(SKU), -1);
  await merchant.act(await pathOf(merchant, third.later), { intent: "cancel-loser" });
  await becomes("cancelled by the merchant, it is refunded at Depop", () => depop.order(third.later).isCancelled, true);
  const cancelledInShopify = (id: string) => () => shopify.ordersOf(id)[0]?.cancelledAt != null;
  await becomes("and cancelled in Shopify", cancelledInShopify(third.later), true);
  await becomes("which gives back what it had taken", () => shopify.available(SKU), 0);

  title("Sold twice, and the later buyer is the shop's own");
  shopify.setStock(SKU, "Sheffield", 1);
  await becomes("one left, on eBay", () => ebay.shown()[SKU] ?? null, 1, SLOW_MS);
  await letWritesEnd(merchant);
  await ebay.holdOrders?.(true);
  const atEbay = ebay.buy({ lines: [{ sku: SKU, quantity: 1 }] });
  await pause(NEXT_SECOND_MS);
  const own = shopify.sell(SKU);
  await becomes("the shop sold it, so stock is at zero", () => shopify.available(SKU), 0);
  await letGo(ebay);
  await becomes("eBay's sale was earlier: it is a Shopify order", () => shopify.ordersOf(atEbay).length, 1, SLOW_MS);
  await becomes("Home says that the shop's own order was sold too late", soldTooLate, 1);
  await is("stock is below zero", () => shopify.available(SKU), -1);
  shopify.cancelOwn(own.id);
  await becomes("the merchant cancels it in Shopify, and nothing waits for them", soldTooLate, 0);
  await becomes("stock is at zero", () => shopify.available(SKU), 0);

  title("The same at a marketplace that lets no app cancel");
  await merchant.act(channelOf(etsy), { intent: "conflicts", conflictPolicy: "cancel" });
  const fourth = await sellTwice(scene, ebay, etsy);
  await letGo(etsy);
  await becomes("Etsy's sale is a Shopify order", () => shopify.ordersOf(fourth.later).length, 1);
  await letGo(ebay);
  await becomes("and so is eBay's earlier one", () => shopify.ordersOf(fourth.earlier).length, 1);
  await becomes("Etsy's is cancelled in Shopify", cancelledInShopify(fourth.later), true);
  await becomes("its unit is back", () => shopify.available(SKU), 0);
  const tasks = alertsWith(merchant, "Cancel order");
  await becomes("cancelling it at Etsy is a task for the merchant", tasks, 1);
  etsy.cancel(fourth.later);
  await merchant.act(channelOf(etsy), { intent: "read-orders" });
  await becomes("who does it, and the task is done", tasks, 0);
  await becomes("no channel shows any", () => shownOn(scene, SKU), NONE, SLOW_MS);
  await is("nothing was restocked twice", () => shopify.available(SKU), 0);
}

const NONE = { eBay: 0, Amazon: 0, Etsy: 0, Depop: 0, Vinted: 0 };

/** Puts one unit on sale, and has it bought on both before the app hears of either. */
async function sellTwice(
  { merchant, shopify }: Scene,
  earlier: Marketplace,
  later: Marketplace,
): Promise<{ earlier: string; later: string }> {
  shopify.setStock(SKU, "Sheffield", 1);
  const shown = () => [earlier, later].map((one) => one.shown()[SKU] ?? null);
  await becomes(`one left, on ${earlier.name} and ${later.name}`, shown, [1, 1], SLOW_MS);
  await letWritesEnd(merchant);
  await Promise.all([earlier.holdOrders?.(true), later.holdOrders?.(true)]);
  const lines = [{ sku: SKU, quantity: 1 }];
  const earlierId = earlier.buy({ lines });
  await pause(NEXT_SECOND_MS);
  const laterId = later.buy({ lines });
  // As before a sale: one that is told to the second and came just before a reading can't be told from one after it.
  await pause(TELLS_APART_MS);
  return { earlier: earlierId, later: laterId };
}

async function letGo(market: Marketplace): Promise<void> {
  await market.holdOrders?.(false);
}

function alertsWith(merchant: Merchant, words: string): () => Promise<number> {
  return async () => (await merchant.home()).needs.filter((one) => one.title.includes(words)).length;
}

async function pathOf(merchant: Merchant, marketplaceOrderId: string): Promise<string> {
  const row = (await merchant.orders(`search=${marketplaceOrderId}`)).rows[0];
  if (!row) throw new Error(`the app has no order ${marketplaceOrderId}`);
  return `/app/orders/${row.id}`;
}

async function orderPage(merchant: Merchant, marketplaceOrderId: string) {
  return merchant.order(Number((await pathOf(merchant, marketplaceOrderId)).split("/").at(-1)));
}
