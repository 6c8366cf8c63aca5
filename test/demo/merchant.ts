/**
 * The merchant at the app's screens without a browser: the requests that the pages make, with session tokens as App
 * Bridge would add them. Shapes are the screens' own read models.
 */

import { approvalText } from "#app/changes/effect.ts";
import type { ActionReply } from "#app/ui/action-reply.ts";
import type { ShownAlert } from "#app/views/alerts.ts";
import type { ChannelsView, ChannelView, PreviewView } from "#app/views/channels.ts";
import type { HistoryView } from "#app/views/history.ts";
import type { HomeView } from "#app/views/home.ts";
import type { ListingsView, ListingView } from "#app/views/listings.ts";
import type { OrdersView, OrderView } from "#app/views/orders.ts";
import type { PendingConnectionView } from "#app/views/pending-connection.ts";
import type { PlanView } from "#app/views/plan.ts";
import type { Act, Reply } from "../../extensions/product-listings/src/reply.ts";

export interface Merchant {
  home(): Promise<HomeView>;
  channels(): Promise<ChannelsView>;
  channel(id: number): Promise<{ channel: ChannelView; preview: PreviewView | null }>;
  /** The first page; `query` filters as the screen does. */
  listings(query?: string): Promise<ListingsView>;
  listing(id: number): Promise<ListingView>;
  orders(query?: string): Promise<OrdersView>;
  order(id: number): Promise<OrderView>;
  history(query?: string): Promise<HistoryView>;
  /** What is open. */
  alerts(): Promise<ShownAlert[]>;
  plan(query?: string): Promise<{ view: PlanView }>;
  /** What a page reads, as its own read model says. */
  load<View>(path: string): Promise<View>;
  download(path: string): Promise<Response>;
  /** Presses a button or saves a form. */
  act(path: string, fields: Record<string, string>): Promise<ActionReply>;
  /** Saves a setting, and approves what it would move where the app asks first. */
  save(path: string, fields: Record<string, string>): Promise<ActionReply>;
  /** What the block on a product's page shows. */
  block(productGid: string): Promise<Reply>;
  /** Presses a button of the block. */
  pressInBlock(input: { product: string; listing: number; act: Act; approved?: boolean }): Promise<Reply>;
  /** Connects by the marketplace's consent page, as a browser that keeps its cookies does; returns the app's page that asks. */
  agree(connector: string, consent: (url: string) => Promise<string>): Promise<string>;
  pending(path: string): Promise<{ pending: PendingConnectionView | null }>;
  /** Says yes on the page that asks which account is to be joined to which shop; returns the channel's id. */
  join(path: string): Promise<number>;
  /** Opens the app as the admin's frame does, and returns the document. */
  openDocument(path?: string): Promise<Response>;
}

/** Shopify's library answers 410 to whatever calls itself a bot. */
const USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";

const BLOCK_PATH = "/api/product-listings";

/** `idToken` mints a fresh session token of the shop. */
export function createMerchant(options: { appUrl: string; shop: string; idToken(): string }): Merchant {
  const { appUrl, shop } = options;

  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(new URL(path, appUrl), {
      ...init,
      headers: {
        authorization: `Bearer ${options.idToken()}`,
        accept: "application/json",
        "user-agent": USER_AGENT,
        ...init.headers,
      },
      redirect: "manual",
      signal: AbortSignal.timeout(30_000),
    });
  }

  async function load<T>(path: string, query = ""): Promise<T> {
    const search = new URLSearchParams(query);
    search.set("_data", routeOf(path));
    const response = await request(`${path}?${search}`);
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  async function act(path: string, fields: Record<string, string>): Promise<ActionReply> {
    const search = new URLSearchParams({ _data: routeOf(path) });
    const response = await request(`${path}?${search}`, { method: "POST", body: new URLSearchParams(fields) });
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as ActionReply;
  }

  async function save(path: string, fields: Record<string, string>): Promise<ActionReply> {
    const reply = await act(path, fields);
    return reply.ok || !reply.asks ? reply : act(path, { ...fields, approved: approvalText(reply.asks) });
  }

  return {
    home: () => load("/app"),
    channels: () => load("/app/channels"),
    channel: (id) => load(`/app/channels/${id}`),
    listings: (query) => load("/app/listings", query),
    listing: async (id) => (await load<{ listing: ListingView }>(`/app/listings/${id}`)).listing,
    orders: (query) => load("/app/orders", query),
    order: async (id) => (await load<{ order: OrderView }>(`/app/orders/${id}`)).order,
    history: (query) => load("/app/history", query),
    alerts: async () => (await load<{ alerts: ShownAlert[] }>("/app/alerts")).alerts,
    plan: (query) => load("/app/plan", query),
    load: (path) => load(...(path.split("?") as [string, string?])),
    download: (path) => request(path),
    act,
    save,
    async agree(connector, consent) {
      const begun = await act("/app/channels", { intent: "connect", connector });
      if (!begun.ok || !begun.url) throw new Error(`${connector} can't be connected: ${JSON.stringify(begun)}`);
      const there = await visit(begun.url);
      const cookie = there.headers.get("set-cookie")?.split(";")[0] ?? "";
      const back = await visit(await consent(leadsTo(there)), { cookie });
      const path = new URL(leadsTo(back)).pathname;
      return path.slice(path.indexOf("/app/connect/"));
    },
    pending: (path) => load(path),
    async join(path) {
      const joined = await act(path, { intent: "join", transfer: "false" });
      if (!joined.ok || !joined.path) throw new Error(`${path} was not joined: ${JSON.stringify(joined)}`);
      return Number(joined.path.split("/").at(-1));
    },
    async block(productGid) {
      const response = await request(`${BLOCK_PATH}?product=${encodeURIComponent(productGid)}`);
      return (await response.json()) as Reply;
    },
    async pressInBlock(input) {
      const headers = { "content-type": "application/json" };
      const response = await request(BLOCK_PATH, { method: "POST", headers, body: JSON.stringify(input) });
      return (await response.json()) as Reply;
    },
    openDocument(path = "/app") {
      const host = Buffer.from(`admin.shopify.com/store/${shop.split(".")[0]}`).toString("base64");
      const query = new URLSearchParams({ embedded: "1", shop, host, id_token: options.idToken() });
      return fetch(new URL(`${path}?${query}`, appUrl), {
        headers: { "user-agent": USER_AGENT },
        redirect: "manual",
        signal: AbortSignal.timeout(30_000),
      });
    },
  };
}

/** A page outside the admin. */
export function visit(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    redirect: "manual",
    headers: { "user-agent": USER_AGENT, ...headers },
    signal: AbortSignal.timeout(30_000),
  });
}

function leadsTo(response: Response): string {
  const location = response.headers.get("location");
  if (!location) throw new Error(`${response.url} answered ${response.status} and led nowhere`);
  return location;
}

const PAGES_OF_THEIR_OWN = ["match", "check", "rules"];

/** Remix's id of the route that serves a path under /app. */
function routeOf(path: string): string {
  const [, , noun, id] = path.split("/");
  if (!noun) return "routes/app._index";
  if (id) return `routes/app.${noun}.${PAGES_OF_THEIR_OWN.includes(id) ? id : "$id"}`;
  return ["history", "latency", "oversells", "variants", "notifications", "plan"].includes(noun)
    ? `routes/app.${noun}`
    : `routes/app.${noun}._index`;
}
