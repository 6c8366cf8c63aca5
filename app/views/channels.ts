/** Read models of the channel screens. */
import type { Connector, CredentialField, Manifest } from "#connectors/contract/connector.ts";
import { type OnSaleCount, parseOnSale } from "../channels/on-sale.ts";
import { type ConflictPolicy, readConflictPolicy } from "../conflicts/allotment.ts";
import { type EffectivePolicy, effectivePolicy, type Policy, parsePolicy } from "../inventory/policy.ts";
import { decideQuantity, type Explanation, explainQuantity, type ZeroCause, zeroCause } from "../inventory/quantity.ts";
import { type WithdrawalPolicies, zeroIsFinal } from "../inventory/withdrawal.ts";
import { plainWords } from "../plain-words.ts";
import { mayRaise } from "../plans/entitlements.ts";
import type { Runtime } from "../runtime.ts";
import { countGroups, type GroupCounts, marketplaceName } from "./home.ts";
import { readEntitlementsOf } from "./plan.ts";
import { type PutOff, readPutOffs } from "./put-offs.ts";
import { explainListings, limitsOf, listPushable } from "./quantity-facts.ts";
import { readStatusCounts } from "./status-counts.ts";
import { readUndo, type UndoView } from "./undo.ts";
import { AT_ZERO, type Said, sayChannelState, saySharedStock, sayWhatWaits } from "./words.ts";

export interface ChannelRow {
  id: number;
  name: string;
  marketplace: string;
  state: string;
  said: Said;
  stateReason: string | null;
  /** What waits for the merchant before it is pushed. */
  waits: Said | null;
  /** What is put off because the marketplace does not answer, or says no. */
  putOffs: PutOff[];
  ordersReadAt: string | null;
  listings: GroupCounts;
}

export type KeyField = Pick<CredentialField, "name" | "label" | "help" | "secret">;

/** How one connects: on the marketplace's own page, with keys, or either way. */
export interface WaysIn {
  byConsent: boolean;
  /** Fields of the form; none: not with keys. */
  keys: KeyField[];
}

/** A marketplace that can be connected here. */
export interface Marketplace extends WaysIn {
  key: string;
  name: string;
  permissions: { scope: string; why: string }[];
}

export interface ChannelsView {
  channels: ChannelRow[];
  marketplaces: Marketplace[];
}

export async function readChannels(rt: Runtime, shopId: number): Promise<ChannelsView> {
  const [channels, { groups }, putOffs] = await Promise.all([
    rt.db.channel.findMany({ where: { shopId }, orderBy: { id: "asc" } }),
    readStatusCounts(rt, shopId),
    readPutOffs(rt.db, shopId),
  ]);
  return {
    channels: channels.map((channel) => ({
      id: channel.id,
      name: channel.name,
      marketplace: marketplaceName(rt, channel.connectorKey),
      state: channel.state,
      said: sayChannelState(channel.state),
      stateReason: channel.stateReason && plainWords(channel.stateReason),
      waits: sayWhatWaits(channel),
      putOffs: putOffs.get(channel.id) ?? [],
      ordersReadAt: channel.ordersReadAt?.toISOString() ?? null,
      listings: countGroups(groups.filter((group) => group.channelId === channel.id)),
    })),
    marketplaces: [...rt.connectors.values()].map(toMarketplace),
  };
}

function toMarketplace({ manifest, authorization }: Connector): Marketplace {
  return {
    key: manifest.key,
    name: manifest.name,
    ...waysIn(authorization),
    permissions: authorization.kind === "oauth" ? authorization.scopes.map(({ scope, why }) => ({ scope, why })) : [],
  };
}

function waysIn(authorization: Connector["authorization"]): WaysIn {
  const fields = authorization.kind === "keys" ? authorization.fields : (authorization.keys ?? []);
  return {
    byConsent: authorization.kind === "oauth",
    keys: fields.map(({ name, label, help, secret }) => ({ name, label, help, secret })),
  };
}

/** Names of the shop's channels, for filters. */
export async function readChannelNames(rt: Runtime, shopId: number): Promise<{ id: number; name: string }[]> {
  const channels = await rt.db.channel.findMany({ where: { shopId }, orderBy: { id: "asc" } });
  return channels.map((channel) => ({
    id: channel.id,
    name: channel.name,
  }));
}

export interface ChannelView extends ChannelRow {
  connectorKey: string;
  warnings: string[];
  atZero: string | null;
  /** How to connect it again. */
  waysIn: WaysIn;
  pushApproved: boolean;
  /** Why pushing waits for another approval. */
  brakeReason: string | null;
  /** The merchant undid the latest approved change: quantities are held until the next approval. */
  isUndone: boolean;
  /** The plan has stock sync again, and what would go up waits for an approval. */
  isHeldByPlan: boolean;
  /** The latest approved change, while it can be undone. */
  undo: UndoView | null;
  conflictPolicy: ConflictPolicy;
  /** A listing that shows fewer than it should after an edit by hand: set right, or asked about. */
  editPolicy: "repair" | "ask";
  /** Stores whose sales lower the same quantities and whose orders are not read: edits are asked about, whatever is set. */
  sharesStockWith: string[];
  withdrawal: WithdrawalPolicies;
  /** Zero can't be taken back over there. */
  zeroIsFinal: boolean;
  /** False: a lost order can't be cancelled over there, so it is held. */
  marketplaceCancels: boolean;
  options: { name: string; label: string; help: string; isOn: boolean }[];
  policy: Policy | null;
  /** What holds where the channel's policy says nothing. */
  inherited: EffectivePolicy;
  locations: { gid: string; name: string; chosen: boolean }[];
  /** False: all active locations. */
  someLocations: boolean;
  importOrdersSince: string;
  /** False: they wait for the merchant. */
  importsOrders: boolean;
  listingsReadAt: string | null;
  ordersCompleteThrough: string | null;
  connectedAt: string;
  live: boolean;
  /** The shop's products are read and so are the channel's listings: a preview means something. */
  readyForPreview: boolean;
  /** What is on sale over there and not kept in step; null: never counted, or the marketplace does not say. */
  onSale: (OnSaleCount & { help: string }) | null;
}

export async function readChannel(rt: Runtime, shopId: number, channelId: number): Promise<ChannelView | null> {
  const channel = await rt.db.channel.findFirst({ where: { id: channelId, shopId }, include: { shop: true } });
  if (!channel) return null;
  const [{ groups }, putOffs, locations, undo, running, its] = await Promise.all([
    readStatusCounts(rt, shopId),
    readPutOffs(rt.db, shopId),
    rt.db.location.findMany({ where: { shopId, active: true }, orderBy: { name: "asc" } }),
    readUndo(rt, channelId),
    rt.db.run.count({ where: { shopId, state: "running", OR: [{ channelId }, { channelId: null }] } }),
    readEntitlementsOf(rt, shopId),
  ]);
  const listings = countGroups(groups.filter((group) => group.channelId === channelId));
  const connector = rt.connectors.get(channel.connectorKey);
  const manifest = connector?.manifest;
  return {
    id: channel.id,
    name: channel.name,
    marketplace: marketplaceName(rt, channel.connectorKey),
    connectorKey: channel.connectorKey,
    state: channel.state,
    said: sayChannelState(channel.state),
    stateReason: channel.stateReason && plainWords(channel.stateReason),
    waits: sayWhatWaits(channel),
    putOffs: putOffs.get(channelId) ?? [],
    pushApproved: channel.pushApprovedAt !== null,
    ordersReadAt: channel.ordersReadAt?.toISOString() ?? null,
    listings,
    warnings: [...channel.warnings.map(plainWords), ...saySharedStock(channel.name, channel.sharesStockWith)],
    atZero: manifest ? (AT_ZERO[manifest.capabilities.atZero] ?? null) : null,
    waysIn: connector ? waysIn(connector.authorization) : { byConsent: false, keys: [] },
    brakeReason: channel.brakeReason,
    isUndone: channel.undoneAt !== null,
    isHeldByPlan: channel.planHold !== null && mayRaise(its),
    undo,
    conflictPolicy: readConflictPolicy(channel.conflictPolicy),
    editPolicy: channel.editPolicy === "ask" ? "ask" : "repair",
    sharesStockWith: channel.sharesStockWith,
    withdrawal: {
      gonePolicy: channel.gonePolicy === "zero" ? "zero" : "ask",
      draftPolicy: channel.draftPolicy === "zero" || channel.draftPolicy === "keep" ? channel.draftPolicy : "ask",
      untrackedPolicy: channel.untrackedPolicy === "keep" ? "keep" : "ask",
    },
    zeroIsFinal: zeroIsFinal(rt.connectors.get(channel.connectorKey)?.manifest.capabilities.atZero ?? "stays-listed"),
    marketplaceCancels: manifest !== undefined && manifest.capabilities.cancellation !== "none",
    options: (manifest?.options ?? []).map(({ name, label, help }) => ({
      name,
      label,
      help,
      isOn: channel.options.includes(name),
    })),
    policy: parsePolicy(channel.policy),
    inherited: effectivePolicy(parsePolicy(channel.shop.policy)),
    locations: locations.map(({ gid, name }) => ({ gid, name, chosen: channel.locationGids.includes(gid) })),
    someLocations: channel.locationGids.length > 0,
    importOrdersSince: channel.importOrdersSince.toISOString(),
    importsOrders: !channel.holdsOrders,
    listingsReadAt: channel.listingsReadAt?.toISOString() ?? null,
    ordersCompleteThrough: channel.ordersCompleteThrough?.toISOString() ?? null,
    connectedAt: channel.createdAt.toISOString(),
    live: channel.state === "connected" && (running > 0 || listings.updating > 0 || channel.listingsReadAt === null),
    onSale: readOnSale(channel.onSale, manifest),
    readyForPreview:
      channel.state === "connected" && channel.listingsReadAt !== null && channel.shop.mirroredAt !== null,
  };
}

function readOnSale(stored: unknown, manifest: Manifest | undefined): ChannelView["onSale"] {
  const count = parseOnSale(stored);
  return count && manifest?.onSaleHelp ? { ...count, help: manifest.onSaleHelp } : null;
}

/** What a push would do to one listing. */
export interface PreviewLine {
  listingId: number;
  sku: string | null;
  title: string;
  observed: number | null;
  quantity: number | null;
  explanation: Explanation;
}

export interface PreviewRow extends Omit<PreviewLine, "explanation"> {
  why: string;
  /** `zeroed` and `raised` are what a merchant should look at first. */
  effect: "zeroed" | "raised" | "lowered" | "unchanged" | "left-alone";
}

export interface PreviewView {
  counts: Record<PreviewRow["effect"], number> & { total: number };
  /** Why those that go to zero do. */
  zeroCauses: Partial<Record<ZeroCause, number>>;
  /** The most important ones first, at most `shown`. */
  rows: PreviewRow[];
}

const PREVIEW_ROWS_MAX = 100;
const EFFECT_ORDER: PreviewRow["effect"][] = ["zeroed", "lowered", "raised", "unchanged", "left-alone"];

/** What an approval would do to a channel, decided now. */
export async function readPreview(rt: Runtime, shopId: number, channelId: number): Promise<PreviewView> {
  const isOfShop = (await rt.db.channel.count({ where: { id: channelId, shopId } })) === 1;
  const listings = isOfShop ? await listPushable(rt.db, channelId) : [];
  const explanations = await explainListings(
    rt.db,
    listings.map((listing) => listing.id),
    limitsOf(rt),
  );
  return summarisePreview(
    listings.flatMap(({ id, sku, title, shown }) => {
      const held = explanations.get(id);
      if (!held) return [];
      // What an undone change or the plan holds back, an approval sets free.
      const explanation = decideQuantity({ ...held, undoneTo: null, planTo: null });
      return [{ listingId: id, sku, title, observed: shown, quantity: explanation.quantity, explanation }];
    }),
  );
}

function summarisePreview(lines: readonly PreviewLine[]): PreviewView {
  const rows = lines.map(({ explanation, ...line }) => ({
    ...line,
    why: explainQuantity(explanation),
    effect: effectOf(line),
  }));
  const counts: PreviewView["counts"] = {
    zeroed: 0,
    raised: 0,
    lowered: 0,
    unchanged: 0,
    "left-alone": 0,
    total: rows.length,
  };
  for (const row of rows) counts[row.effect] += 1;
  const zeroCauses: PreviewView["zeroCauses"] = {};
  for (const { explanation, ...line } of lines) {
    const cause = effectOf(line) === "zeroed" ? zeroCause(explanation) : null;
    if (cause) zeroCauses[cause] = (zeroCauses[cause] ?? 0) + 1;
  }
  rows.sort(
    (a, b) => EFFECT_ORDER.indexOf(a.effect) - EFFECT_ORDER.indexOf(b.effect) || a.title.localeCompare(b.title),
  );
  return { counts, zeroCauses, rows: rows.slice(0, PREVIEW_ROWS_MAX) };
}

function effectOf({ observed, quantity }: Pick<PreviewLine, "observed" | "quantity">): PreviewRow["effect"] {
  if (quantity === null) return "left-alone";
  if (observed === quantity) return "unchanged";
  if (quantity === 0) return "zeroed";
  return observed !== null && quantity < observed ? "lowered" : "raised";
}
