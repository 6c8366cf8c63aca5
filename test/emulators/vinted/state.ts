/** All that the emulated Vinted knows, as plain data. Times are ISO 8601 strings, money is minor units. */
import { createHash } from "node:crypto";
import { settingsSchema, type VintedSettings, type VintedSettingsInput } from "./settings.ts";

export type ItemStatus = "PUBLISHED" | "IN_PROGRESS" | "DRAFT" | "SOLD" | "DELETED";

export interface Item {
  id: string;
  reference: string | null;
  status: ItemStatus;
  title: string;
  priceMinor: number;
  currency: string;
  createdAt: string;
}

export interface Buyer {
  id: number;
  login: string;
  name: string;
  line1: string;
  city: string;
  postalCode: string;
  countryCode: string;
}

export interface Order {
  /** 64 bits: more than a JavaScript number holds. */
  id: string;
  status: "CREATED" | "SHIPPED" | "DELIVERED" | "CANCELLATION_REQUESTED" | "CANCELLED";
  createdAt: string;
  buyer: Buyer;
  items: { itemId: string; reference: string | null; title: string; priceMinor: number }[];
  /** What the seller gets: less than the prices together in a bundle. */
  amountMinor: number;
  currency: string;
  /** Of Vinted's own label. */
  trackingCode: string;
  explanation: string | null;
  relisted: boolean;
}

/** An order as it was from `at` on: the list may show an older version than the order itself. */
export interface OrderVersion {
  at: string;
  order: Order;
}

/** Something taken with 202, to be done at `dueAt`. */
export interface Work {
  dueAt: string;
  what: string;
  run: () => void;
}

export interface VintedState {
  settings: VintedSettings;
  shopName: string;
  keys: { accessKey: string; signingKey: string };
  webhook: { url: string | null; signingKey: string };
  items: Map<string, Item>;
  orders: Map<string, Order>;
  orderVersions: Map<string, OrderVersion[]>;
  work: Work[];
  /** Times of the calls of the latest second. */
  calls: number[];
  /** Source of ids: the same seed gives the same ones. */
  ids: { seed: string; counters: Record<string, number> };
}

export interface StateInput {
  /** "access_key,signing_key", as the portal shows it. */
  token?: string;
  webhookUrl?: string;
  webhookSecret?: string;
  seed?: string;
  settings?: VintedSettingsInput;
}

export const DEMO_TOKEN = "vpi_ak_fernflint,vpi_sk_0123456789abcdef0123456789abcdef";

export function createState(input: StateInput): VintedState {
  const [accessKey = "", signingKey = ""] = (input.token ?? DEMO_TOKEN).split(",");
  return {
    settings: settingsSchema.parse(input.settings ?? {}),
    shopName: "Fern & Flint",
    keys: { accessKey, signingKey },
    webhook: { url: input.webhookUrl ?? null, signingKey: input.webhookSecret ?? "lockstep-vinted-webhook-secret" },
    items: new Map(),
    orders: new Map(),
    orderVersions: new Map(),
    work: [],
    calls: [],
    ids: { seed: input.seed ?? "vinted", counters: {} },
  };
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
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Does what was taken with 202 and is due by now. */
export function catchUp(state: VintedState, now: Date): void {
  const due = state.work.filter((one) => one.dueAt <= now.toISOString());
  state.work = state.work.filter((one) => !due.includes(one));
  for (const one of due) one.run();
}

/** The state as JSON, without secrets. */
export function stateAsJson(state: VintedState): Record<string, unknown> {
  return {
    settings: state.settings,
    items: [...state.items.values()],
    orders: [...state.orders.values()],
    work: state.work.map(({ dueAt, what }) => ({ dueAt, what })),
  };
}
