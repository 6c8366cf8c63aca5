/** All that the emulated Vinted knows, as plain data. Times are ISO 8601 strings, money is minor units. */
import { createHash } from "node:crypto";
import type { ItemOrigin } from "./seed.ts";
import { settingsSchema, type VintedSettings, type VintedSettingsInput } from "./settings.ts";

/** The spec's ItemStatus. */
export type ItemStatus =
  | "IN_PROGRESS"
  | "ACTIVE"
  | "SOLD"
  | "DELETED"
  | "DELETE_INTERNAL_ERROR"
  | "VALIDATION_ERROR"
  | "UPDATE_INTERNAL_ERROR"
  | "UPDATE_VALIDATION_ERROR"
  | "INTERNAL_ERROR"
  | "SALE_CANCELLED";

/** The spec's OrderStatus. */
export const ORDER_STATUSES = [
  "CREATED",
  "READY_TO_BE_SHIPPED",
  "SHIPPED",
  "DELIVERED",
  "LOST",
  "RETURN_REQUESTED",
  "RETURN_INITIATED",
  "RETURN_SHIPPED",
  "RETURN_DELIVERED",
  "RETURN_LOST",
  "CANCELED",
  "COMPLETED",
  "PARTIALLY_COMPLETED",
  "CLOSED",
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export interface Item {
  /** For the API and its webhooks; it stays when the item is relisted. */
  id: string;
  /** In the address of its page; another one after each relisting. */
  marketplaceItemId: number;
  origin: ItemOrigin;
  reference: string | null;
  status: ItemStatus;
  errors: { field: string; message: string }[];
  title: string;
  priceMinor: number;
  currency: string;
  createdAt: string;
}

export interface Address {
  name: string;
  line1: string;
  line2?: string | undefined;
  city: string;
  state?: string | undefined;
  postalCode: string;
  countryCode: string;
}

export interface Order {
  /** 64 bits: more than a JavaScript number holds. */
  id: string;
  status: OrderStatus;
  createdAt: string;
  delivery: Address;
  billing: Address;
  items: { itemId: string; origin: ItemOrigin; reference: string | null; title: string; priceMinor: number }[];
  /** What the seller gets: less than the prices together in a bundle. */
  amountMinor: number;
  currency: string;
  /** Vinted's own; null: not made yet. */
  label: { trackingCode: string } | null;
  /** The seller's words to the buyer. */
  explanation: string | null;
}

/** An order as it was from `at` on: the list may show an older version than the order itself. */
export interface OrderVersion {
  at: string;
  order: Order;
}

/** Something taken, to be done at `dueAt`. */
export interface Work {
  dueAt: string;
  what: string;
  run: () => void;
}

export interface Webhook {
  id: string;
  url: string;
  eventTypes: readonly string[];
  signingKey: string;
}

export interface VintedState {
  settings: VintedSettings;
  shopName: string;
  keys: { accessKey: string; signingKey: string };
  webhooks: Webhook[];
  items: Map<string, Item>;
  orders: Map<string, Order>;
  orderVersions: Map<string, OrderVersion[]>;
  /** Orders that the token may not read: 403. */
  forbidden: Set<string>;
  work: Work[];
  /** Times of the calls of the latest second. */
  calls: number[];
  /** Source of ids: the same seed gives the same ones. */
  ids: { seed: string; counters: Record<string, number> };
}

export interface StateInput {
  /** "access_key,signing_key", as the portal shows it. */
  token?: string;
  /** Of the webhook that the seller made in the portal. */
  webhookUrl?: string;
  webhookSecret?: string;
  seed?: string;
  settings?: VintedSettingsInput;
}

export const DEMO_TOKEN = "vpi_ak_fernflint,vpi_sk_0123456789abcdef0123456789abcdef";

/** The spec's WebhookEventType. */
export const EVENT_TYPES = [
  "CREATE_ITEM_SUCCESS",
  "CREATE_ITEM_FAILURE",
  "UPDATE_ITEM_SUCCESS",
  "UPDATE_ITEM_FAILURE",
  "DELETE_ITEM_SUCCESS",
  "DELETE_ITEM_FAILURE",
  "ITEM_DELETED",
  "ITEM_SOLD",
  "ITEM_UPDATED",
  "ORDER_CREATED",
  "CANCEL_ORDER_FAILURE",
  "SHIPMENT_LABEL_CREATED",
  "ITEM_PUBLISHED",
  "ORDER_CANCELLED",
  "VINTED_AUTHENTICATION_ERROR",
  "ITEM_DRAFT_UPDATED",
  "ITEM_REUPLOADED",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export function createState(input: StateInput): VintedState {
  const [accessKey = "", signingKey = ""] = (input.token ?? DEMO_TOKEN).split(",");
  const state: VintedState = {
    settings: settingsSchema.parse(input.settings ?? {}),
    shopName: "Fern & Flint",
    keys: { accessKey, signingKey },
    webhooks: [],
    items: new Map(),
    orders: new Map(),
    orderVersions: new Map(),
    forbidden: new Set(),
    work: [],
    calls: [],
    ids: { seed: input.seed ?? "vinted", counters: {} },
  };
  if (input.webhookUrl !== undefined) {
    state.webhooks.push({
      id: nextUuid(state, "webhook"),
      url: input.webhookUrl,
      eventTypes: EVENT_TYPES,
      signingKey: input.webhookSecret ?? "lockstep-vinted-webhook-secret",
    });
  }
  return state;
}

/** The next number of its kind, from 1. */
export function nextNumber(state: VintedState, kind: string): number {
  const next = (state.ids.counters[kind] ?? 0) + 1;
  state.ids.counters[kind] = next;
  return next;
}

export function nextUuid(state: VintedState, kind: string): string {
  return createHash("md5")
    .update(`${state.ids.seed}:${kind}:${nextNumber(state, kind)}`)
    .digest("hex")
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}

/** Does what was taken and is due by now; what that leads to as well. */
export function catchUp(state: VintedState, now: Date): void {
  for (;;) {
    const due = state.work.filter((one) => one.dueAt <= now.toISOString());
    if (due.length === 0) return;
    state.work = state.work.filter((one) => !due.includes(one));
    for (const one of due) one.run();
  }
}

/** The state as JSON, without secrets. */
export function stateAsJson(state: VintedState): Record<string, unknown> {
  return {
    settings: state.settings,
    items: [...state.items.values()],
    orders: [...state.orders.values()],
    webhooks: state.webhooks.map(({ id, url, eventTypes }) => ({ id, url, eventTypes })),
    work: state.work.map(({ dueAt, what }) => ({ dueAt, what })),
  };
}
