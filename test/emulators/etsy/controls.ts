/** What people and tests do to the marketplace from outside the API: buy, pay, cancel, edit, disturb. */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import {
  addListing,
  type Change,
  DONE,
  editQuantity,
  findBySku,
  keyOf,
  parseMinor,
  removeListing,
  setListingState,
  shownQuantity,
} from "./listings.ts";
import { expireTokens, type Grant, issueTokens, KNOWN_SCOPES } from "./oauth.ts";
import { grantAccess } from "./oauth-routes.ts";
import { type Bought, buy, cancel, type Purchase, pay, refund, ship } from "./receipts.ts";
import type { ListingSeed } from "./seed.ts";
import { type EtsySettingsInput, settingsChangeSchema, settingsSchema } from "./settings.ts";
import type { Contact, EtsyState, Receipt } from "./state.ts";
import type { Disorder, Webhooks } from "./webhooks.ts";

export interface PurchaseInput extends Omit<Purchase, "username" | "contact" | "pay"> {
  username?: string;
  contact?: Partial<Contact>;
  /** Default true. */
  pay?: boolean;
}

export interface EtsyControls {
  buy(input: PurchaseInput): Bought;
  /** The payment of an unpaid order comes through: ORDER_PAID goes out. */
  pay(orderId: string | number): Change;
  /** The seller cancels at Etsy: ORDER_CANCELED goes out. */
  cancel(orderId: string | number): Change;
  /** The seller gives money back, without cancelling. */
  refund(orderId: string | number, amount: string): Change;
  /** The API's createReceiptShipment, or the seller's "complete order". */
  ship(orderId: string | number, tracking: { code: string; carrier: string } | null): Change;
  /** The seller edits a quantity at Etsy. */
  editQuantity(sku: string, quantity: number): Change;
  addListing(seed: ListingSeed): void;
  removeListing(sku: string): Change;
  /** The seller switches a listing off or on (and pays for a renewal, where one is due). */
  setState(sku: string, state: "active" | "inactive"): Change;
  /** A variation is hidden from buyers or shown again. */
  setEnabled(sku: string, isEnabled: boolean): Change;
  /** What buyers see, by SKU ("<listing id>#<number>" where there is none). */
  shown(): Record<string, number>;
  /** Listing fees charged for renewals, and mails sent about shipments. */
  tally(): { renewals: number; trackingMails: number };
  changeSettings(change: EtsySettingsInput): void;
  /** Registers a callback address of the app. */
  setAcceptUrl(acceptUrl: string): void;
  /** Registers the app's one webhook endpoint, as one does in Etsy's portal. */
  setWebhookEndpoint(endpoint: string | null): void;
  /** Access tokens end now; with `refresh`, the merchant must connect anew. */
  expireTokens(input?: { refresh?: boolean }): void;
  /** Consent and exchange in one, for tests that are not about OAuth. */
  grant(scopes?: readonly string[]): Grant;
  /** Where a person who grants access is sent: the callback with code and state. */
  consent(input: { challenge: string; redirectUri?: string; scopes?: readonly string[]; state?: string }): string;
  disturbNotifications(change: Partial<Disorder>): void;
  releaseNotifications(order?: "oldest-first" | "newest-first"): Promise<void>;
  repeatNotification(id: string): Promise<boolean>;
  /** All webhooks delivered, lost or given up. */
  settled(): Promise<void>;
}

export const demoContact: Contact = {
  name: "Rosa Lindqvist",
  firstLine: "18 Alder Street",
  city: "Bristol",
  zip: "BS1 4DJ",
  countryIso: "GB",
};

export function createControls(state: EtsyState, webhooks: Webhooks, clock: Clock): EtsyControls {
  const withReceipt = (orderId: string | number, act: (receipt: Receipt) => Change): Change => {
    const receipt = state.receipts.get(Number(orderId));
    return receipt ? act(receipt) : { ok: false, why: `There is no order ${orderId}.` };
  };
  const announced = (change: Change, eventType: string, receipt: Receipt): Change => {
    if (change.ok) webhooks.emit(eventType, receipt.receiptId);
    return change;
  };

  return {
    buy(input) {
      const { username = "rosa_l", contact, pay: isPaid = true, ...rest } = input;
      const purchase: Purchase = { ...rest, username, contact: { ...demoContact, ...contact }, pay: isPaid };
      const bought = buy(state, purchase, clock.now());
      if (bought.ok && isPaid) webhooks.emit("ORDER_PAID", bought.receipt.receiptId);
      return bought;
    },
    pay: (orderId) => withReceipt(orderId, (one) => announced(pay(state, one, clock.now()), "ORDER_PAID", one)),
    cancel: (orderId) =>
      withReceipt(orderId, (one) => announced(cancel(state, one, clock.now()), "ORDER_CANCELED", one)),
    refund: (orderId, amount) =>
      withReceipt(orderId, (one) => refund(state, one, parseMinor(amount) ?? 0, clock.now())),
    ship: (orderId, tracking) =>
      withReceipt(orderId, (one) => announced(ship(state, one, tracking, clock.now()), "ORDER_SHIPPED", one)),
    editQuantity: (sku, quantity) => editQuantity(state, sku, quantity, clock.now()),
    addListing: (seed) => void addListing(state, seed, clock.now()),
    removeListing: (sku) => removeListing(state, sku),
    setState(sku, wanted) {
      const found = findBySku(state, sku);
      if (!found) return { ok: false, why: `There is no listing with SKU ${sku}.` };
      return setListingState(found.listing, wanted, clock.now());
    },
    setEnabled(sku, isEnabled) {
      const found = findBySku(state, sku);
      if (!found) return { ok: false, why: `There is no listing with SKU ${sku}.` };
      found.product.offering.isEnabled = isEnabled;
      return DONE;
    },
    shown: () =>
      Object.fromEntries(
        [...state.listings.values()].flatMap((listing) =>
          listing.products.map((product) => [keyOf(listing, product), shownQuantity(listing, product)]),
        ),
      ),
    tally: () => ({
      renewals: [...state.listings.values()].reduce((sum, one) => sum + one.renewals, 0),
      trackingMails: [...state.receipts.values()].reduce((sum, one) => sum + one.trackingMails, 0),
    }),
    changeSettings(change) {
      state.settings = settingsSchema.parse({ ...state.settings, ...change });
    },
    setAcceptUrl(acceptUrl) {
      const { redirectUris } = state.application;
      if (!redirectUris.includes(acceptUrl)) redirectUris.push(acceptUrl);
    },
    setWebhookEndpoint(endpoint) {
      state.webhooks.endpoint = endpoint;
    },
    expireTokens: (input) => expireTokens(state, input?.refresh ?? false, clock.now()),
    grant: (scopes = KNOWN_SCOPES) => issueTokens(state, [...scopes], clock.now()),
    consent: (input) =>
      grantAccess(
        state,
        {
          scopes: [...(input.scopes ?? KNOWN_SCOPES)],
          state: input.state ?? null,
          challenge: input.challenge,
          redirectUri: input.redirectUri ?? state.application.redirectUris[0] ?? "",
        },
        clock.now(),
      ),
    disturbNotifications: (change) => void Object.assign(webhooks.disorder, change),
    releaseNotifications: (order = "oldest-first") => webhooks.release(order),
    repeatNotification: (id) => webhooks.repeat(id),
    settled: () => webhooks.settled(),
  };
}

const contactSchema = z
  .object({
    name: z.string(),
    firstLine: z.string(),
    secondLine: z.string(),
    city: z.string(),
    state: z.string(),
    zip: z.string(),
    countryIso: z.string(),
  })
  .partial();

const minor = z.number().int().nonnegative().optional();

const purchaseSchema = z.object({
  lines: z.array(z.object({ sku: z.string(), quantity: z.number().int().positive() })).min(1),
  username: z.string().optional(),
  contact: contactSchema.optional(),
  pay: z.boolean().optional(),
  note: z.string().optional(),
  shippingMinor: minor,
  discountMinor: minor,
  giftWrapMinor: minor,
});

const listingSchema = z.object({
  sku: z.string().nullish(),
  title: z.string(),
  price: z.string(),
  quantity: z.number().int().nonnegative(),
  groupKey: z.string().optional(),
  groupTitle: z.string().optional(),
  aspects: z.record(z.string(), z.string()).optional(),
  isDigital: z.boolean().optional(),
});

const sku = z.object({ sku: z.string() });
const orderId = z.object({ orderId: z.union([z.string(), z.number()]) });

/** The controls over HTTP: POST /_control/<name> with a JSON body, {ok: false, why} and 409 when it cannot be done. */
export function mountControls(app: Hono, controls: EtsyControls): void {
  function action<T>(name: string, schema: z.ZodType<T>, act: (input: T) => unknown): void {
    app.post(`/_control/${name}`, async (c: Context) => {
      const parsed = schema.safeParse(JSON.parse((await c.req.text()) || "{}"));
      if (!parsed.success) return c.json({ ok: false, why: z.prettifyError(parsed.error) }, 400);
      const result = (await act(parsed.data)) ?? DONE;
      const isRefused = typeof result === "object" && "ok" in result && result.ok === false;
      return c.json(result, isRefused ? 409 : 200);
    });
  }

  action("buy", purchaseSchema, (input) => {
    const bought = controls.buy(input);
    return bought.ok ? { ok: true, orderId: String(bought.receipt.receiptId) } : bought;
  });
  action("pay", orderId, (input) => controls.pay(input.orderId));
  action("cancel", orderId, (input) => controls.cancel(input.orderId));
  action("refund", orderId.extend({ amount: z.string() }), (input) => controls.refund(input.orderId, input.amount));
  action("edit-quantity", sku.extend({ quantity: z.number().int().nonnegative() }), (input) =>
    controls.editQuantity(input.sku, input.quantity),
  );
  action("add-listing", listingSchema, (input) => controls.addListing(input));
  action("remove-listing", sku, (input) => controls.removeListing(input.sku));
  action("set-state", sku.extend({ state: z.enum(["active", "inactive"]) }), (input) =>
    controls.setState(input.sku, input.state),
  );
  action("set-enabled", sku.extend({ isEnabled: z.boolean() }), (input) =>
    controls.setEnabled(input.sku, input.isEnabled),
  );
  action("settings", settingsChangeSchema, (input) => controls.changeSettings(input));
  action("accept-url", z.object({ acceptUrl: z.url() }), (input) => controls.setAcceptUrl(input.acceptUrl));
  action("webhook-endpoint", z.object({ endpoint: z.url().nullable() }), (input) =>
    controls.setWebhookEndpoint(input.endpoint),
  );
  action("expire-tokens", z.object({ refresh: z.boolean().optional() }), (input) => controls.expireTokens(input));
  action("grant", z.object({ scopes: z.array(z.string()).optional() }), (input) => controls.grant(input.scopes));
  action(
    "consent",
    z.object({
      challenge: z.string(),
      redirectUri: z.string().optional(),
      scopes: z.array(z.string()).optional(),
      state: z.string().optional(),
    }),
    (input) => ({ ok: true, location: controls.consent(input) }),
  );
  action(
    "notifications",
    z
      .object({
        lose: z.number().int().nonnegative(),
        double: z.number().int().nonnegative(),
        delayMs: z.number().nonnegative(),
        hold: z.boolean(),
      })
      .partial(),
    (input) => controls.disturbNotifications(input),
  );
  action("release-notifications", z.object({ order: z.enum(["oldest-first", "newest-first"]).optional() }), (input) =>
    controls.releaseNotifications(input.order),
  );
  action("repeat-notification", z.object({ notificationId: z.string() }), async (input) => ({
    ok: await controls.repeatNotification(input.notificationId),
  }));
  app.get("/_control/shown", (c) => c.json(controls.shown()));
  app.get("/_control/tally", (c) => c.json(controls.tally()));
}
