/**
 * The emulated marketplaces as the network sees them: what a buyer, a seller, a developer portal and a consent page do, one
 * shape for all. What only some of them have is optional.
 */
import { startAmazonEmulator } from "#test/emulators/amazon/emulator.ts";
import { startDepopEmulator } from "#test/emulators/depop/emulator.ts";
import { startEbayEmulator } from "#test/emulators/ebay/emulator.ts";
import { cancelBySeller } from "#test/emulators/ebay/orders.ts";
import { startEtsyEmulator } from "#test/emulators/etsy/emulator.ts";
import { startVintedEmulator } from "#test/emulators/vinted/emulator.ts";
import { itemBySku } from "#test/emulators/vinted/market.ts";

export interface Purchase {
  lines: { sku: string; quantity: number }[];
  /** The buyer's name at the marketplace, where it has one; the same one twice is the same person. */
  username?: string;
  /** Default true; false where the buyer commits and pays later. */
  pay?: boolean;
}

export interface OutsideOrder {
  id: string;
  isCancelled: boolean;
  parcels: { trackingNumber: string | null; units: number }[];
}

export interface Marketplace {
  key: string;
  name: string;
  /** http://127.0.0.1:port, where its pages are. */
  origin: string;
  /** Environment of the app that makes it reach this marketplace. */
  env: Record<string, string>;
  /** Agrees on the consent page and returns where the person is sent back to. */
  consent?(url: string): Promise<string>;
  /** What a merchant types in, by the names of the form's fields. */
  keys?: Record<string, string>;
  /** What buyers see, by SKU. */
  shown(): Record<string, number>;
  /** What the marketplace itself calls a listing's state; null: it is gone. */
  standing(sku: string): string | null;
  /** Returns the order's id. Throws when it can't be bought. */
  buy(purchase: Purchase): string;
  /** Where one can buy now and pay later. */
  pay?(orderId: string): void;
  /** It is cancelled over there. */
  cancel(orderId: string): void;
  order(id: string): OutsideOrder;
  orders(): OutsideOrder[];
  /** Whether the marketplace shows this app who buys. */
  showBuyers?(shown: boolean): void;
  /** A person puts something on sale over there, by hand. */
  list?(item: { sku: string; title: string; price: string }): void;
  /** New orders are neither told nor shown to the app, until let go. */
  holdOrders?(held: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Longer than a marketplace's clock and rounding may be off: a sale so long after a write, or another sale, is surely after it. */
export const TELLS_APART_MS = 2_500;

/** Longer than anybody holds orders back. */
const HELD_MS = 600_000;

interface Place {
  appUrl: string;
  /** 0: any free one. */
  port: number;
}

async function startEbay({ appUrl, port }: Place): Promise<Marketplace> {
  const env = {
    EBAY_CLIENT_ID: "Lockstep-Demo-PRD",
    EBAY_CLIENT_SECRET: "PRD-lockstep-demo-secret",
    EBAY_RU_NAME: "Lockstep-Demo-RuName",
    EBAY_VERIFICATION_TOKEN: "lockstep-demo-verification-token-0001",
    EBAY_ALERT_EMAIL: "alerts@lockstep-demo.example",
  };
  const ebay = await startEbayEmulator({
    clientId: env.EBAY_CLIENT_ID,
    clientSecret: env.EBAY_CLIENT_SECRET,
    ruName: env.EBAY_RU_NAME,
    acceptUrl: `${appUrl}/connect/ebay/callback`,
    port,
  });
  const { controls, state } = ebay;
  const find = (id: string) =>
    found(
      [...state.orders.values()].find((one) => one.orderId === id || one.formerOrderId === id),
      `eBay order ${id}`,
    );
  const view = (order: ReturnType<typeof find>): OutsideOrder => ({
    id: order.orderId,
    isCancelled: order.cancelledAt !== null,
    parcels: order.shipments.map(({ trackingNumber, lines }) => ({ trackingNumber, units: unitsOf(lines) })),
  });
  return {
    key: "ebay",
    name: "eBay",
    origin: ebay.origin,
    env: { ...env, EBAY_API_ORIGIN: ebay.origin },
    consent: (url) => answerOnPage(url, "agree"),
    shown: () => controls.shown(),
    standing(sku) {
      const item = state.items.get(sku);
      return item ? (item.offer.listingId === null ? "ended" : "active") : null;
    },
    buy(purchase) {
      const bought = controls.buy(purchase);
      if (!bought.ok) throw new Error(bought.why);
      return bought.order.orderId;
    },
    pay: (id) => must(controls.pay(id)),
    cancel: (id) => void cancelBySeller(state, find(id), "OUT_OF_STOCK_OR_CANNOT_FULFILL", new Date()),
    order: (id) => view(find(id)),
    orders: () => [...state.orders.values()].map(view),
    async holdOrders(held) {
      controls.changeSettings({ orderVisibilityLagMs: held ? HELD_MS : 0 });
      controls.disturbNotifications({ hold: held });
      if (!held) await controls.releaseNotifications();
    },
    close: () => ebay.close(),
  };
}

async function startAmazon({ appUrl, port }: Place): Promise<Marketplace> {
  const env = {
    AMAZON_CLIENT_ID: "amzn1.application-oa2-client.lockstep-demo",
    AMAZON_CLIENT_SECRET: "amzn1.oa2-cs.v1.lockstep-demo",
    AMAZON_APPLICATION_ID: "amzn1.sp.solution.lockstep-demo",
    AMAZON_MARKETPLACE_ID: "A1F83G8C2ARO7P",
    AMAZON_SQS_QUEUE_ARN: "arn:aws:sqs:eu-west-2:123456789012:lockstep-demo",
    AWS_REGION: "eu-west-2",
    AWS_ACCESS_KEY_ID: "AKIALOCKSTEPDEMO",
    AWS_SECRET_ACCESS_KEY: "lockstep-demo-secret-access-key",
  };
  const amazon = await startAmazonEmulator({
    clientId: env.AMAZON_CLIENT_ID,
    clientSecret: env.AMAZON_CLIENT_SECRET,
    applicationId: env.AMAZON_APPLICATION_ID,
    redirectUri: `${appUrl}/connect/amazon/callback`,
    port,
  });
  const { controls, state, origin } = amazon;
  const queueUrl = `${origin}/123456789012/lockstep-demo`;
  controls.setQueue({ url: queueUrl, arn: env.AMAZON_SQS_QUEUE_ARN, accessKeyId: env.AWS_ACCESS_KEY_ID });
  const find = (id: string) => found(state.orders.get(id), `Amazon order ${id}`);
  const view = (order: ReturnType<typeof find>): OutsideOrder => ({
    id: order.orderId,
    isCancelled: order.cancelledAt !== null,
    parcels: order.packages.map(({ trackingNumber, lines }) => ({ trackingNumber, units: unitsOf(lines) })),
  });
  return {
    key: "amazon",
    name: "Amazon",
    origin,
    env: {
      ...env,
      AMAZON_SQS_QUEUE_URL: queueUrl,
      AMAZON_API_ORIGIN: origin,
      AMAZON_LWA_ORIGIN: origin,
      AMAZON_SQS_ORIGIN: origin,
    },
    consent: (url) => answerOnPage(url, "confirm"),
    shown: () => controls.shown(),
    standing(sku) {
      const shown = controls.shown()[sku];
      return shown === undefined ? null : shown > 0 ? "active" : "out of stock";
    },
    buy(purchase) {
      const bought = controls.buy(purchase);
      if (!bought.ok) throw new Error(bought.why);
      return bought.order.orderId;
    },
    pay: (id) => must(controls.pay(id)),
    cancel: (id) => must(controls.cancel(id, "BUYER")),
    order(id) {
      controls.shown();
      return view(find(id));
    },
    orders: () => [...state.orders.values()].map(view),
    showBuyers: (shown) => controls.changeSettings({ piiRoles: shown }),
    close: () => amazon.close(),
  };
}

async function startEtsy({ appUrl, port }: Place): Promise<Marketplace> {
  const env = {
    ETSY_KEYSTRING: "lockstepdemokeystring0001",
    ETSY_SHARED_SECRET: "lockstepdemo",
    ETSY_WEBHOOK_SECRET: `whsec_${Buffer.from("lockstep demo signing secret").toString("base64")}`,
  };
  const etsy = await startEtsyEmulator({
    keystring: env.ETSY_KEYSTRING,
    sharedSecret: env.ETSY_SHARED_SECRET,
    webhookSecret: env.ETSY_WEBHOOK_SECRET,
    // Registered in Etsy's portal, by hand.
    webhookEndpoint: `${appUrl}/notifications/etsy`,
    acceptUrl: `${appUrl}/connect/etsy/callback`,
    port,
  });
  const { controls, state } = etsy;
  const find = (id: string) => found(state.receipts.get(Number(id)), `Etsy order ${id}`);
  const view = (receipt: ReturnType<typeof find>): OutsideOrder => ({
    id: String(receipt.receiptId),
    isCancelled: receipt.cancelledAt !== null,
    // Etsy knows whole orders alone.
    parcels: receipt.shipments.map(({ trackingCode }) => ({
      trackingNumber: trackingCode,
      units: unitsOf(receipt.lines),
    })),
  });
  return {
    key: "etsy",
    name: "Etsy",
    origin: etsy.origin,
    env: { ...env, ETSY_API_ORIGIN: etsy.origin },
    consent: (url) => answerOnPage(url, "grant"),
    shown: () => controls.shown(),
    standing: (sku) =>
      [...state.listings.values()].find((one) => one.products.some((product) => product.sku === sku))?.state ?? null,
    buy(purchase) {
      const bought = controls.buy(purchase);
      if (!bought.ok) throw new Error(bought.why);
      return String(bought.receipt.receiptId);
    },
    pay: (id) => must(controls.pay(id)),
    cancel: (id) => must(controls.cancel(id)),
    order: (id) => view(find(id)),
    orders: () => [...state.receipts.values()].map(view),
    async holdOrders(held) {
      controls.changeSettings({ orderVisibilityLagMs: held ? HELD_MS : 0 });
      controls.disturbNotifications({ hold: held });
      if (!held) await controls.releaseNotifications();
    },
    close: () => etsy.close(),
  };
}

async function startDepop({ appUrl, port }: Place): Promise<Marketplace> {
  const env = {
    DEPOP_ENABLED: "true",
    DEPOP_CLIENT_ID: "lockstep-demo-depop-partner",
    DEPOP_CLIENT_SECRET: "lockstep-demo-depop-secret",
    DEPOP_WEBHOOK_SECRET: "lockstep-demo-depop-webhook-secret",
  };
  const apiKey = "pak_demo0123456789abcdef0123456789abcdef0123";
  const depop = await startDepopEmulator({
    clientId: env.DEPOP_CLIENT_ID,
    clientSecret: env.DEPOP_CLIENT_SECRET,
    webhookSecret: env.DEPOP_WEBHOOK_SECRET,
    // Depop's people set it for a partner.
    webhookUrl: `${appUrl}/notifications/depop`,
    apiKey,
    port,
  });
  const { controls, state } = depop;
  const find = (id: string) => found(state.orders.get(id), `Depop order ${id}`);
  const view = (order: ReturnType<typeof find>): OutsideOrder => ({
    id: order.purchaseId,
    isCancelled: order.status === "CANCELLED" || order.status === "REFUNDED",
    parcels: order.parcels.map(({ parcelId, trackingNumber }) => ({
      trackingNumber,
      units: order.lines.filter((line) => line.parcelId === parcelId).length,
    })),
  });
  return {
    key: "depop",
    name: "Depop",
    origin: depop.origin,
    env: { ...env, DEPOP_API_ORIGIN: depop.origin },
    consent: (url) => answerOnPage(url, "agree"),
    keys: { apiKey },
    shown: () => controls.shown(),
    standing: (sku) =>
      [...state.products.values()]
        .find((one) => one.sku === sku && one.status !== "STATUS_DELETED")
        ?.status.replace("STATUS_", "")
        .replaceAll("_", " ")
        .toLowerCase() ?? null,
    buy({ lines, pay }) {
      if (pay === false) throw new Error("At Depop one pays when one buys");
      const bought = controls.buy({ lines });
      if (!bought.ok) throw new Error(bought.why);
      return bought.order.purchaseId;
    },
    cancel: (id) => must(controls.cancelByDepop(id)),
    order: (id) => view(find(id)),
    orders: () => [...state.orders.values()].map(view),
    async holdOrders(held) {
      controls.changeSettings({ orderVisibilityLagMs: held ? HELD_MS : 0 });
      controls.disturbWebhooks({ hold: held });
      if (!held) await controls.releaseWebhooks();
    },
    close: () => depop.close(),
  };
}

async function startVinted({ appUrl, port }: Place): Promise<Marketplace> {
  const env = { VINTED_ENABLED: "true", VINTED_WEBHOOK_SECRET: "lockstep-demo-vinted-webhook-key" };
  const token = "vpi_ak_lockstepdemo,vpi_sk_0123456789abcdef0123456789abcdef";
  const vinted = await startVintedEmulator({
    token,
    webhookSecret: env.VINTED_WEBHOOK_SECRET,
    // Made in Vinted's portal, by hand.
    webhookUrl: `${appUrl}/notifications/vinted`,
    port,
  });
  const { controls, state } = vinted;
  const find = (id: string) => found(state.orders.get(id), `Vinted order ${id}`);
  const view = (order: ReturnType<typeof find>): OutsideOrder => ({
    id: order.id,
    isCancelled: order.status === "CANCELED",
    // The carrier scans Vinted's own label; nobody else can say that it did.
    parcels: ["SHIPPED", "DELIVERED", "COMPLETED"].includes(order.status)
      ? [{ trackingNumber: order.label?.trackingCode ?? null, units: order.items.length }]
      : [],
  });
  return {
    key: "vinted",
    name: "Vinted",
    origin: vinted.origin,
    env: { ...env, VINTED_API_ORIGIN: vinted.origin },
    keys: { token },
    shown: () => controls.shown(),
    standing(sku) {
      controls.shown();
      return itemBySku(state, sku)?.status.toLowerCase() ?? null;
    },
    buy({ lines, pay = true }) {
      const bought = controls.buy({ skus: lines.map((line) => line.sku), pay });
      if (!bought.ok) throw new Error(bought.why);
      return bought.order.id;
    },
    pay: (id) => must(controls.pay(id)),
    cancel: (id) => must(controls.cancel(id)),
    order(id) {
      controls.shown();
      return view(find(id));
    },
    orders: () => [...state.orders.values()].map(view),
    list: (item) => void controls.addItem({ ...item, currency: "GBP" }),
    close: () => vinted.close(),
  };
}

function unitsOf(lines: readonly { quantity: number }[]): number {
  return lines.reduce((units, line) => units + line.quantity, 0);
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`There is no ${what}`);
  return value;
}

function must(change: { ok: true } | { ok: false; why: string }): void {
  if (!change.ok) throw new Error(change.why);
}

/** Reads the consent page's form and sends it back with an answer, as the button does. */
async function answerOnPage(url: string, answer: string): Promise<string> {
  const asked = new URL(url);
  const shown = await fetch(asked);
  if (!shown.ok) throw new Error(`The consent page answered ${shown.status}: ${await shown.text()}`);
  const body = new URLSearchParams([...asked.searchParams, ["answer", answer]]);
  const agreed = await fetch(`${asked.origin}${asked.pathname}`, { method: "POST", body, redirect: "manual" });
  const location = agreed.headers.get("location");
  if (!location) throw new Error(`The consent page answered ${agreed.status} and sent nobody back`);
  return location;
}

/** In the order of the demo's ports, by key. */
export const MARKETPLACES: Record<string, (place: Place) => Promise<Marketplace>> = {
  ebay: startEbay,
  amazon: startAmazon,
  etsy: startEtsy,
  depop: startDepop,
  vinted: startVinted,
};
