/**
 * The connector contract: what the app asks of a marketplace.
 *
 * Glossary
 * - channel     one merchant account at one marketplace.
 * - listing     one sellable SKU (a variation counts for itself) of a channel.
 * - write       an absolute quantity or price for one listing. Writes are never deltas.
 * - accepted    the marketplace took a write. Where `acceptance` is `verify`, that is not yet proof.
 * - failure     what came of a call instead; its scope says whom it concerns, and so what has to wait (failures.ts).
 * - hint        a notification: it says where to look, never what is true.
 * - cursor      opaque to the app, which stores it; only the connector reads it.
 * - credentials whatever the marketplace needs to know the merchant. The app encrypts and stores them.
 *
 * A connector holds no state between calls but what is in its session, never throws for something the outside
 * world did (it returns a Failure), and imports nothing but contract and transport.
 */
import type { z } from "zod";
import type { RemoteCall, RemoteReply, Transport } from "../transport/transport.ts";
import type { Failure, Result } from "./failures.ts";
import type {
  Cancellation,
  ListingPage,
  ListingRef,
  OnSalePage,
  OrderPage,
  PriceWrite,
  QuantityWrite,
  RemoteOrder,
  RemoteShipment,
  Shipment,
} from "./remote-types.ts";

/**
 * A published limit. All limits whose `operations` match a call are charged. Give it as published: the app itself keeps a
 * part for urgent calls, and a part of a long window for each merchant who shares it.
 */
export interface Limit {
  /** Unique in the manifest; names the budget row. */
  name: string;
  /** Operation names this limit counts, or "*" for all. */
  operations: readonly string[] | "*";
  /** `channel`: each merchant account has its own; `app`: all merchants share it. */
  scope: "channel" | "app";
  callsMax: number;
  windowMs: number;
  /**
   * `window` (when left out): at most `callsMax` in any span of `windowMs`. `bucket`: holds `callsMax` calls and refills
   * evenly, all of them in `windowMs` (a published rate and burst: `callsMax` is the burst, `windowMs` is burst / rate).
   */
  shape?: "window" | "bucket";
  /** Where the number comes from. */
  source: string;
}

/** What a marketplace can do, as data. The core reads these and never a connector's name. */
export interface Capabilities {
  /** False where a listing stands for at most one unit. */
  quantities: boolean;
  /**
   * The largest quantity a listing can show; null where there is no such limit. The app never writes more, and takes a
   * listing that shows this much as one that is in step with any larger number.
   */
  quantityMax: number | null;
  /** Listings per writeQuantities call; the app never sends more. */
  writeBatchMax: number;
  /** Listings per readQuantities call. */
  readBatchMax: number;
  /** What the connector does when asked for 0: shown to the merchant. */
  atZero: "stays-listed" | "inactive" | "marked-sold" | "deleted";
  /** `immediate`: a positive reply is proof. `verify`: read back before believing it. */
  acceptance: "immediate" | "verify";
  cancellation: "none" | "whole-order" | "per-line";
  partialShipment: boolean;
  /** Whether the marketplace lowers the listing's quantity by itself at a sale. */
  saleLowersQuantity: boolean;
  /** True where each shipment call mails the buyer. */
  shipmentNotifiesBuyer: boolean;
  prices: boolean;
  /** The longest a change may take to show in order reads, in milliseconds. */
  orderVisibilityLagMs: number;
  /**
   * How far an order's stated time of sale may be from ours, in milliseconds: its rounding and both clocks. Within it we
   * can't say whether a sale came before or after a write, and count it as unseen.
   */
  saleTimeToleranceMs: number;
  /** How often to poll orders when no hint came, in milliseconds. */
  orderPollEveryMs: number;
  /** The longest after its timeout that a lost write may still land, in milliseconds. */
  lateWriteMaxMs: number;
  /** Changes the marketplace allows per listing group and calendar day of its own; null when it does not say. */
  revisionsPerGroupAndDay: { revisionsMax: number; timeZone: string } | null;
  /** True where hints lie in a queue (OpenChannel.queue) that the app must look into, every few seconds. */
  hintQueue: boolean;
}

/** One field of a connection form. */
export interface CredentialField {
  name: string;
  label: string;
  help: string;
  secret: boolean;
}

/** How a merchant connects: the marketplace's own consent page, or keys typed into a form. */
export type Authorization =
  | {
      kind: "oauth";
      /** Scopes asked for, each with the reason shown to the merchant. */
      scopes: readonly { scope: string; why: string }[];
      /** The marketplace's consent page. `codeVerifier` is there for PKCE. */
      consentUrl(input: { state: string; codeVerifier: string; redirectUri: string }): URL;
      exchangeCode(input: {
        code: string;
        codeVerifier: string;
        redirectUri: string;
        transport: Transport;
        now: Date;
        /** All that the marketplace gave the person to bring back, where `code` alone does not say whose it is. */
        callback?: URLSearchParams;
      }): Promise<Result<Credentials>>;
      /** New credentials from old. The app holds the channel's lock while this runs and stores the result before use. */
      refresh(input: { credentials: Credentials; transport: Transport; now: Date }): Promise<Result<Credentials>>;
      /** Keys that a merchant may type in instead, where the marketplace has both; they never expire. */
      keys?: readonly CredentialField[];
    }
  /** The credentials are the fields by name, checked by the manifest's schema. */
  | { kind: "keys"; fields: readonly CredentialField[] };

/** Stored encrypted as JSON. `expiresAt` (ISO 8601) tells the app when to refresh; absent: never. */
export type Credentials = Record<string, string> & { expiresAt?: string };

/** Something that only the merchant may decide, because it costs money or can't be taken back. Off until they turn it on. */
export interface ChannelOption {
  name: string;
  label: string;
  /** What it does and costs. */
  help: string;
}

export interface Manifest {
  /** Stable, in URLs and in the database: "ebay". */
  key: string;
  /** As the merchant knows it: "eBay". */
  name: string;
  credentials: z.ZodType<Credentials>;
  capabilities: Capabilities;
  limits: readonly Limit[];
  /** The header that each notification's signature stands in, in small letters; absent where none comes over HTTP. */
  signatureHeader?: string;
  options?: readonly ChannelOption[];
  /** With OpenChannel.readOnSale: why a listing that is on sale may not be among those we read, and the merchant's way out. */
  onSaleHelp?: string;
  /** What the marketplace makes of an order that the seller cancels for want of stock, for a merchant. Say where it says so. */
  cancellationCounts?: string;
  /**
   * How long after shipment or cancellation a buyer's name, address and contact are kept, in milliseconds: what the
   * marketplace's terms allow or, where they name no time, what returns and claims need. Say which, with the source.
   */
  buyerDataKeptMs: number;
  /** The app's longest wait for one reply, in milliseconds. */
  requestTimeoutMs: number;
}

/** What the app hands to `open`. */
export interface ChannelSession {
  credentials: Credentials;
  transport: Transport;
  /** The manifest's options that the merchant turned on. */
  options?: ReadonlySet<string>;
  now(): Date;
}

/** One result per write, in the order of the writes. */
export type WriteResult =
  /** `ref`: what the listing goes by from now on, where the write gave it another id (a relist). */
  { outcome: "accepted"; ref?: ListingRef } | { outcome: "failed"; failure: Failure };

export type QuantityReading =
  /** `quantity` null: the marketplace has the listing but does not say; `missing`: it is not there any more. */
  | { outcome: "read"; quantity: number | null; state: "active" | "inactive" | "ended" }
  | { outcome: "missing" }
  | { outcome: "failed"; failure: Failure };

export interface Account {
  /** The marketplace's id of the merchant; with the connector's key it identifies the channel. */
  remoteAccountId: string;
  displayName: string;
  /** Settings over there that Lockstep needs and that are off, in words with what to do. Empty: all is well. */
  warnings: string[];
  /**
   * Other stores of the same account, by the names that the merchant knows, which share the listings' quantities: sales
   * there lower them too, and `readOrders` does not read their orders. Absent: there are none.
   */
  sharesStockWith?: string[];
  /** True where no call says whose the keys are, so that the id is of the keys: other keys may be the same account. */
  isNamedByKeys?: boolean;
}

export interface OpenChannel {
  checkAccess(): Promise<Result<Account>>;
  readListings(cursor: string | null): Promise<Result<ListingPage>>;
  /**
   * All that the account has on sale, however it was listed; present where `readListings` can't show some of it (with
   * Manifest.onSaleHelp). The app asks once a day, compares, and tells the merchant what is not kept.
   */
  readOnSale?(cursor: string | null): Promise<Result<OnSalePage>>;
  /** One reading per ref, in order. Never throws for a single item. */
  readQuantities(refs: readonly ListingRef[]): Promise<QuantityReading[]>;
  writeQuantities(writes: readonly QuantityWrite[]): Promise<WriteResult[]>;
  writePrices(writes: readonly PriceWrite[]): Promise<WriteResult[]>;
  /** `cursor` null: start with orders changed since `since`. */
  readOrders(input: { cursor: string | null; since: Date }): Promise<Result<OrderPage>>;
  readOrder(remoteId: string): Promise<Result<RemoteOrder | null>>;
  /** What the marketplace already has, so that a lost reply is not sent twice. */
  readShipments(orderRemoteId: string): Promise<Result<RemoteShipment[]>>;
  confirmShipment(shipment: Shipment): Promise<Result<{ remoteId: string | null }>>;
  cancelOrder(cancellation: Cancellation): Promise<Result<{ state: "cancelled" | "requested" }>>;
  /** Ask the marketplace to send notifications to `endpoint`; safe to repeat. */
  subscribe(input: { endpoint: string }): Promise<Result<{ topics: string[] }>>;
  /** Where hints lie in a queue instead of coming to an endpoint. It may serve all merchants: each hint says whose it is. */
  queue?: HintQueue;
}

/** Hints to be fetched. Each is acknowledged only after the app has stored it; one that is not comes again. */
export interface HintQueue {
  receive(): Promise<Result<{ hint: Hint; receipt: string }[]>>;
  acknowledge(receipts: readonly string[]): Promise<Result<null>>;
}

export interface RawNotification {
  method: string;
  /** The address the marketplace knows, as registered. */
  endpoint: string;
  query: URLSearchParams;
  headers: Headers;
  body: Uint8Array;
}

/** A notification says where to look, never what is true. */
export interface Hint {
  kind: "hint";
  /** The marketplace's id of this delivery: the app dedupes on it. */
  id: string;
  topic: string;
  /** Whom it concerns; null when the channel is in the URL. */
  remoteAccountId: string | null;
  /** The order to read, when the notification names one. */
  orderRemoteId: string | null;
  /** A buyer who asked to be forgotten, for `account-deletion` topics. */
  deletedBuyerRemoteId: string | null;
  /**
   * The marketplace says that it will not cancel the order that it was asked to cancel, and why, in words for the merchant:
   * the one thing that is taken from a notification, for where no read tells it.
   */
  cancellationRefused?: string;
  /** Other ids the same buyer may be stored under, where the marketplace has several (a name and a number). */
  deletedBuyerOtherIds?: readonly string[];
}

export type Notification =
  | Hint
  /** The marketplace tests the endpoint: answer exactly this. */
  | { kind: "challenge"; status: number; contentType: string; body: string }
  | { kind: "refused"; status: 400 | 401 | 412; why: string }
  /** We could not check the signature now (the key could not be fetched): let the marketplace try again. */
  | { kind: "failed"; failure: Failure };

export interface Connector {
  manifest: Manifest;
  authorization: Authorization;
  /** The one reading of a reply that is not 2xx; the transport of every session of this connector is made with it. */
  toFailure(reply: RemoteReply, call: RemoteCall): Failure;
  open(session: ChannelSession): OpenChannel;
  /** Checks the signature over the raw body, then says what it hints at. */
  parseNotification(raw: RawNotification, context: { transport: Transport; now: Date }): Promise<Notification>;
}
