/**
 * What a merchant can alter: one entry for each setting. How to read what it is, how to write what it is to be, and whose
 * numbers it decides; change-setting.ts does the rest. A further setting is a further entry.
 */
import { z } from "zod";
import { findVariant } from "../catalogue/catalogue.ts";
import {
  type Channel,
  editPolicyOf,
  lockChannelOfShop,
  setConflictPolicy,
  setEditPolicy,
  setHoldsAddresses,
  setHoldsOrders,
  setLateAfter,
  setLocations,
  setOptions,
  setOrdersSince,
  setPolicy,
  setWithdrawalPolicies,
} from "../channels/channels.ts";
import type { Tx } from "../db.server.ts";
import { listLocations } from "../inventory/levels.ts";
import { policySchema, sayPolicy } from "../inventory/policy.ts";
import { type WithdrawalOutcome, zeroIsFinal } from "../inventory/withdrawal.ts";
import {
  type Listing,
  lockListingOfShop,
  type StaleScope,
  setExcluded,
  setListingPolicy,
  setMatch,
} from "../listings/listings.ts";
import { endEditsOfChannel } from "../listings/push-state.ts";
import { refuseSince } from "../orders/to-import.ts";
import type { Runtime } from "../runtime.ts";
import { findShop } from "../shops/shops.ts";
import { sayDay } from "../views/shop-time.ts";
import { CONTAINMENT } from "./contain-variant.ts";
import { followRules } from "./follow-rules.ts";
import { MAIL_RECIPIENT, MAIL_TIMES } from "./mail-settings.ts";
import { CUSTOMER_APART, CUSTOMER_STAGES, CUSTOMER_TAGS } from "./manage-customers.ts";
import { MATCHES } from "./matches-setting.ts";
import { noteWithdrawn, tellWithdrawn } from "./note-withdrawn.ts";
import { PLAN_END } from "./plan-end-setting.ts";
import { releaseLooseHolds } from "./release-loose-holds.ts";
import { LATENCY_REMINDER } from "./remind-of-latency.ts";
import { LISTING_RULES } from "./rules-setting.ts";
import { RETENTION, SHOP_POLICY } from "./shop-settings.ts";
import { STOCK_RULE } from "./stock-rule-setting.ts";
import { SHIP_BY } from "./tell-of-ship-by.ts";

/** A setting of the shop, or of one channel, listing, variant or buyer, found and locked. */
export interface Altered {
  /** All null: of the whole shop. */
  channelId: number | null;
  listingId: number | null;
  /** Of every listing of one variant. */
  variantId?: number;
  /** Of one buyer of a marketplace. */
  customerRecordId?: number;
  /** What it is now and what it is to be, as JSON keeps them. */
  before: unknown;
  after: unknown;
  /** Listings whose number it decides. */
  scopes: StaleScope[];
  /** Why it can't become what was asked for, for the merchant; null: it can. */
  refusal: string | null;
  /** What it becomes, for the merchant. */
  message: string;
  write(): Promise<void>;
  /** Of what begins to hold later: whose numbers it decides then, and how to try that; it is taken back once weighed. */
  later?: { scopes: StaleScope[]; begin(): Promise<void>; takeBack(): Promise<void> };
}

export interface Place {
  rt: Runtime;
  tx: Tx;
  shopId: number;
  now: Date;
}

export interface Setting<Value, Of> {
  /** Reads what was stored, or asked for. */
  value: z.ZodType<Value>;
  /** `after`: what it is to be. Words: why there is no such thing any more. */
  open(place: Place, of: Of, after: Value): Promise<Altered | string>;
}

const NO_CHANNEL = "This channel does not exist any more.";
const NO_LISTING = "This listing is not on the marketplace any more.";
const RELOAD = "Reload the page.";

interface OfChannel {
  channelId: number;
}

function ofChannel<Value>(setting: {
  value: z.ZodType<Value>;
  read(channel: Channel): Value;
  write(place: Place, channel: Channel, after: Value): Promise<void>;
  say(place: Place, channel: Channel, after: Value): string | Promise<string>;
  refuse?(place: Place, channel: Channel, after: Value): string | null | Promise<string | null>;
  /** Left out: it decides no number. */
  decidesNumbers?: true;
}): Setting<Value, OfChannel> {
  return {
    value: setting.value,
    async open(place, { channelId }, after) {
      const channel = await lockChannelOfShop(place.tx, place.shopId, channelId);
      if (!channel) return NO_CHANNEL;
      return {
        channelId,
        listingId: null,
        before: setting.read(channel),
        after,
        scopes: setting.decidesNumbers ? [{ channelId }] : [],
        refusal: (await setting.refuse?.(place, channel, after)) ?? null,
        message: `${channel.name}: ${await setting.say(place, channel, after)}`,
        write: () => setting.write(place, channel, after),
      };
    },
  };
}

interface OfListing {
  listingId: number;
}

function ofListing<Value>(setting: {
  value: z.ZodType<Value>;
  read(listing: Listing): Value;
  /** What is asked for, as it is kept for this listing. */
  settle?(listing: Listing, after: Value): Value;
  write(place: Place, listing: Listing, after: Value): Promise<void>;
  say(place: Place, listing: Listing, after: Value): string | Promise<string>;
  refuse?(place: Place, listing: Listing, after: Value): Promise<string | null>;
  /** Variants whose other listings it concerns. */
  variantIds?(listing: Listing, after: Value): (number | null)[];
}): Setting<Value, OfListing> {
  return {
    value: setting.value,
    async open(place, { listingId }, asked) {
      const listing = await lockListingOfShop(place.tx, place.shopId, listingId);
      if (!listing) return NO_LISTING;
      const after = setting.settle ? setting.settle(listing, asked) : asked;
      const variantIds = (setting.variantIds?.(listing, after) ?? []).filter((id) => id !== null);
      return {
        channelId: listing.channelId,
        listingId,
        before: setting.read(listing),
        after,
        scopes: [{ listingIds: [listingId] }, ...(variantIds.length > 0 ? [{ variantIds }] : [])],
        refusal: (await setting.refuse?.(place, listing, after)) ?? null,
        message: await setting.say(place, listing, after),
        write: () => setting.write(place, listing, after),
      };
    },
  };
}

const CONFLICT_WORDS = {
  hold: "the later order is held for you",
  cancel: "the later order is cancelled",
  backorder: "the later order is accepted all the same",
};

const OUTCOME_WORDS: Record<WithdrawalOutcome, string> = {
  zero: "their listings go to 0",
  ask: "you are asked",
  keep: "their listings stay on sale",
};

const withdrawalPolicies = z.object({
  gonePolicy: z.enum(["zero", "ask"]).catch("ask"),
  draftPolicy: z.enum(["zero", "ask", "keep"]).catch("ask"),
  untrackedPolicy: z.enum(["ask", "keep"]).catch("ask"),
});

const policy = policySchema.nullable();
/** The same names in another order are the same. */
const names = z.array(z.string()).transform((all) => [...new Set(all)].sort());
const match = z.object({ variantId: z.number().int(), matchedBy: z.enum(["sku", "barcode", "hand"]) }).nullable();

export const SETTINGS = {
  "channel-policy": ofChannel({
    value: policy,
    read: (channel) => policy.catch(null).parse(channel.policy),
    write: ({ tx }, channel, after) => setPolicy(tx, channel.id, after),
    say: (_, __, after) => `policy: ${sayPolicy(after, "the shop")}`,
    decidesNumbers: true,
  }),

  /** Locations whose stock the channel may sell; none: all active ones. */
  "channel-locations": ofChannel({
    value: names,
    read: (channel) => names.parse(channel.locationGids),
    async refuse({ tx, shopId }, _, after) {
      const known = await listLocations(tx, shopId);
      const isKnown = after.every((gid) => known.some((location) => location.gid === gid));
      return isKnown ? null : `One of these locations does not exist any more. ${RELOAD}`;
    },
    async write({ rt, tx, shopId }, channel, after) {
      await setLocations(tx, channel.id, after);
      await noteWithdrawn(rt, tx, shopId, { channelId: channel.id });
    },
    async say({ tx, shopId }, _, after) {
      if (after.length === 0) return "sells from every active location";
      const chosen = (await listLocations(tx, shopId)).filter((location) => after.includes(location.gid));
      return `sells from ${chosen.map((location) => location.name).join(", ")}`;
    },
    decidesNumbers: true,
  }),

  /** What becomes of an order here that loses to an earlier sale. */
  conflicts: ofChannel({
    value: z.enum(["hold", "cancel", "backorder"]),
    read: (channel) => z.enum(["hold", "cancel", "backorder"]).catch("hold").parse(channel.conflictPolicy),
    write: ({ tx }, channel, after) => setConflictPolicy(tx, channel.id, after),
    say: (_, __, after) => `when more is sold than there is, ${CONFLICT_WORDS[after]}`,
  }),

  /** What becomes of a listing here that shows fewer than it should after an edit by hand. */
  edits: ofChannel({
    value: z.enum(["repair", "ask"]),
    read: (channel) => (channel.editPolicy === "ask" ? "ask" : "repair"),
    async write({ tx }, channel, after) {
      await setEditPolicy(tx, channel.id, after);
      if (editPolicyOf({ ...channel, editPolicy: after }) === "repair") await endEditsOfChannel(tx, channel.id);
    },
    say: (_, __, after) =>
      after === "ask"
        ? "after an edit by hand, a listing that shows too few waits for you"
        : "after an edit by hand, listings are set right",
    decidesNumbers: true,
  }),

  /** What becomes of listings here whose products Shopify does not sell, or does not count. */
  withdrawn: ofChannel({
    value: withdrawalPolicies,
    read: (channel) => withdrawalPolicies.parse(channel),
    refuse({ rt }, channel, after) {
      const atZero = rt.connectors.get(channel.connectorKey)?.manifest.capabilities.atZero;
      const isFinal = atZero !== undefined && zeroIsFinal(atZero);
      return isFinal && (after.gonePolicy === "zero" || after.draftPolicy === "zero")
        ? `${channel.name} can't bring a listing back from 0, so you are asked about each one.`
        : null;
    },
    async write({ rt, tx }, channel, after) {
      await setWithdrawalPolicies(tx, channel.id, after);
      await tellWithdrawn(rt, tx, channel.id, { isNew: false });
    },
    say: (_, __, after) =>
      `products that are deleted, archived or stocked nowhere in Shopify: ${OUTCOME_WORDS[after.gonePolicy]}; drafts: ${OUTCOME_WORDS[after.draftPolicy]}; not tracked: ${OUTCOME_WORDS[after.untrackedPolicy]}`,
    decidesNumbers: true,
  }),

  /** What the merchant allows the connector that costs money or can't be taken back. It decides what writes may do. */
  options: ofChannel({
    value: names,
    read: (channel) => names.parse(channel.options),
    refuse({ rt }, channel, after) {
      const offered = rt.connectors.get(channel.connectorKey)?.manifest.options ?? [];
      const areOffered = after.every((name) => offered.some((option) => option.name === name));
      return areOffered ? null : `One of these options does not exist any more. ${RELOAD}`;
    },
    write: ({ tx }, channel, after) => setOptions(tx, channel.id, after),
    say({ rt }, channel, after) {
      const offered = rt.connectors.get(channel.connectorKey)?.manifest.options ?? [];
      const on = offered.filter((option) => after.includes(option.name)).map((option) => `“${option.label}”`);
      return on.length > 0 ? `options: ${on.join(", ")} on` : "options: all of them off";
    },
    decidesNumbers: true,
  }),

  /** Minutes that a quantity may wait before the merchant is told; null: they don't want to hear. */
  "late-after": ofChannel({
    value: z.number().int().min(1).max(10_080).nullable(),
    read: (channel) => channel.lateAfterMinutes,
    write: ({ tx }, channel, after) => setLateAfter(tx, channel.id, after),
    say: (_, __, after) =>
      after === null
        ? "nobody is told of late updates"
        : `you are told when a quantity waits for ${after === 1 ? "a minute" : `${after} minutes`}`,
  }),

  /** False: its orders wait for the merchant, and their units are set aside. */
  "order-import": ofChannel({
    value: z.boolean(),
    read: (channel) => !channel.holdsOrders,
    write: ({ tx }, channel, after) => setHoldsOrders(tx, channel.id, !after),
    say: (_, __, after) => (after ? "orders are brought into Shopify" : "orders wait on the Orders page"),
  }),

  /** True: what Shopify refuses of an address the merchant corrects first, where a parcel needs it. */
  "refused-address": ofChannel({
    value: z.boolean(),
    read: (channel) => channel.holdsAddresses,
    write: ({ tx }, channel, after) => setHoldsAddresses(tx, channel.id, after),
    say: (_, __, after) =>
      after
        ? "orders whose address Shopify refuses wait to be corrected"
        : "orders go to Shopify without what it refuses of their address",
  }),

  /** Orders sold since then are imported. Those that are undone afterwards stay where they are. */
  "orders-since": ofChannel({
    value: z.iso.datetime(),
    read: (channel) => channel.importOrdersSince.toISOString(),
    refuse: ({ now }, channel, after) => refuseSince(channel, new Date(after), now),
    async write({ rt, tx }, channel, after) {
      const since = new Date(after);
      await setOrdersSince(tx, channel.id, { since, isAgain: since < channel.importOrdersSince });
      await rt.queue.send(tx, "import-orders", { channelId: channel.id });
    },
    async say({ tx, shopId }, _, after) {
      const shop = await findShop(tx, { id: shopId });
      return `orders sold since ${sayDay(new Date(after), shop?.timezone ?? "UTC")} are imported`;
    },
  }),

  "listing-policy": ofListing({
    value: policy,
    read: (listing) => policy.catch(null).parse(listing.policy),
    write: ({ tx }, listing, after) => setListingPolicy(tx, listing.id, after),
    say: (_, __, after) => `Policy of its own: ${sayPolicy(after, "the channel")}`,
  }),

  /** Null: it stands for no variant, and its number is left alone. */
  match: ofListing({
    value: match,
    read: (listing) => match.catch(null).parse({ variantId: listing.variantId, matchedBy: listing.matchedBy }),
    async refuse({ tx, shopId }, _, after) {
      if (after === null) return null;
      const variant = await findVariant(tx, shopId, after.variantId);
      return variant ? null : "This variant is not in Shopify any more.";
    },
    async write({ rt, tx, shopId, now }, listing, after) {
      await setMatch(tx, listing.id, after, now);
      await followRules(rt, tx, shopId, { listingIds: [listing.id] });
      await noteWithdrawn(rt, tx, shopId, { listingIds: [listing.id] });
      await tellWithdrawn(rt, tx, listing.channelId, { isNew: false });
      if (after) await releaseLooseHolds(rt, tx, { shopId, listings: [listing] });
    },
    async say({ tx, shopId }, _, after) {
      if (after === null) return "The match was removed";
      const variant = await findVariant(tx, shopId, after.variantId);
      return `Matched to ${variant?.sku ?? variant?.productTitle ?? "a variant"}`;
    },
    variantIds: (listing, after) => [listing.variantId, after?.variantId ?? null],
  }),

  /** What many listings stand for, as a file says. */
  matches: MATCHES,

  excluded: ofListing({
    value: z.boolean().nullable(),
    read: (listing) => listing.ownExcluded,
    // Where no rule excludes it there is nothing to stand above.
    settle: (listing, after) => (after === false && !listing.ruleExcludes ? null : after),
    async write({ rt, tx, now }, listing, after) {
      await setExcluded(tx, listing, after, now);
      await tellWithdrawn(rt, tx, listing.channelId, { isNew: false });
    },
    say: (_, listing, after) =>
      (after ?? listing.ruleExcludes) ? "Excluded: its quantity is left alone" : "Included again",
    variantIds: (listing) => [listing.variantId],
  }),

  /** The most that every listing of a variant shows, on every channel; null: it is not held. */
  containment: CONTAINMENT,

  /** Whether a marketplace's buyer is kept apart from the customer that they were matched to. */
  "customer-apart": CUSTOMER_APART,

  /** After how many days customers are at risk, and have lapsed. */
  "customer-stages": CUSTOMER_STAGES,

  /** Whether Shopify's customers have their stage and marketplaces as tags. */
  "customer-tags": CUSTOMER_TAGS,

  /** Whether the merchant is reminded each month to time a SKU. */
  "latency-reminder": LATENCY_REMINDER,

  /** What one address hears of; null: nothing any more. */
  "mail-recipient": MAIL_RECIPIENT,

  /** When mail leaves, and who hears where nobody answers. */
  "mail-times": MAIL_TIMES,

  /** What becomes of listings when a plan with stock sync has ended. */
  "plan-end": PLAN_END,

  /** Which listings are left alone, or show by a policy, all rules of the shop together. */
  "listing-rules": LISTING_RULES,

  /** How long before a marketplace wants an order shipped the merchant is told; null: they don't want to hear. */
  "ship-by": SHIP_BY,

  /** What listings show where neither they nor a rule nor their channel says otherwise. */
  "shop-policy": SHOP_POLICY,

  /** How long the history and buyers are kept. */
  retention: RETENTION,

  /** When some SKUs are low; null: no rule of theirs. */
  "stock-rule": STOCK_RULE,
};

type Settings = typeof SETTINGS;
export type SettingName = keyof Settings;

/** One setting, and what it is to be. */
export type ProposedSetting = {
  [Name in SettingName]: Settings[Name] extends Setting<infer Value, infer Of>
    ? { setting: Name; after: Value } & Of
    : never;
}[SettingName];

export function isSetting(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

/** Finds it, and locks what it is about. */
export function openSetting(place: Place, proposed: ProposedSetting): Promise<Altered | string> {
  // Each entry takes the values that its own name goes with.
  const setting = SETTINGS[proposed.setting] as Setting<unknown, unknown>;
  return setting.open(place, proposed, setting.value.parse(proposed.after));
}
