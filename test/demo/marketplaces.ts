/** The emulated marketplaces as the network sees them: what a buyer, a seller and the consent page do, one shape for all. */
import { cancelBySeller } from "#test/emulators/ebay/orders.ts";
import { startEbayEmulator } from "#test/emulators/ebay/emulator.ts";

export interface Purchase {
  lines: { sku: string; quantity: number }[];
  /** The buyer's name at the marketplace; the same one twice is the same person. */
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
  consent(url: string): Promise<string>;
  /** What buyers see, by SKU. */
  shown(): Record<string, number>;
  /** Returns the order's id. Throws when it can't be bought. */
  buy(purchase: Purchase): string;
  pay(orderId: string): void;
  /** The seller cancels it over there. */
  cancel(orderId: string): void;
  order(id: string): OutsideOrder;
  orders(): OutsideOrder[];
  close(): Promise<void>;
}

interface Place {
  appUrl: string;
  /** 0: any free one. */
  port: number;
}

export async function startEbay({ appUrl, port }: Place): Promise<Marketplace> {
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
  const find = (id: string) => {
    const order = [...state.orders.values()].find((one) => one.orderId === id || one.formerOrderId === id);
    if (!order) throw new Error(`eBay has no order ${id}`);
    return order;
  };
  const view = (order: ReturnType<typeof find>): OutsideOrder => ({
    id: order.orderId,
    isCancelled: order.cancelledAt !== null,
    parcels: order.shipments.map(({ trackingNumber, lines }) => ({
      trackingNumber,
      units: lines.reduce((units, line) => units + line.quantity, 0),
    })),
  });
  return {
    key: "ebay",
    name: "eBay",
    origin: ebay.origin,
    env: { ...env, EBAY_API_ORIGIN: ebay.origin },
    consent: (url) => agreeOnPage(url),
    shown: () => controls.shown(),
    buy(purchase) {
      const bought = controls.buy(purchase);
      if (!bought.ok) throw new Error(bought.why);
      return bought.order.orderId;
    },
    pay: (id) => must(controls.pay(id)),
    cancel: (id) => void cancelBySeller(state, find(id), "OUT_OF_STOCK_OR_CANNOT_FULFILL", new Date()),
    order: (id) => view(find(id)),
    orders: () => [...state.orders.values()].map(view),
    close: () => ebay.close(),
  };
}

function must(change: { ok: true } | { ok: false; why: string }): void {
  if (!change.ok) throw new Error(change.why);
}

/** Reads the consent page's form and sends it back with "agree", as the button does. */
async function agreeOnPage(url: string): Promise<string> {
  const asked = new URL(url);
  const shown = await fetch(asked);
  if (!shown.ok) throw new Error(`The consent page answered ${shown.status}: ${await shown.text()}`);
  const body = new URLSearchParams([...asked.searchParams, ["answer", "agree"]]);
  const agreed = await fetch(`${asked.origin}${asked.pathname}`, { method: "POST", body, redirect: "manual" });
  const location = agreed.headers.get("location");
  if (!location) throw new Error(`The consent page answered ${agreed.status} and sent nobody back`);
  return location;
}

/** In the order of the demo's ports. */
export const MARKETPLACES: readonly ((place: Place) => Promise<Marketplace>)[] = [startEbay];
