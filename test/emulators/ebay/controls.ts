/** What people and tests do to the marketplace from outside the API: buy, pay, edit, disturb. */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import { addListing, type Change, editQuantity, publish, removeListing, shownQuantity } from "./listings.ts";
import type { Disorder, Notifier } from "./notifier.ts";
import { expireTokens, issueAccessToken, issueRefreshToken, KNOWN_SCOPES } from "./oauth.ts";
import { agree } from "./oauth-routes.ts";
import { askToCancel, type Bought, buy, orderByAnyId, type Purchase, pay, refund } from "./orders.ts";
import type { ListingSeed } from "./seed.ts";
import { type EbaySettingsInput, settingsChangeSchema, settingsSchema } from "./settings.ts";
import { type Contact, type EbayState, ORDER_KINDS, type Order, type OrderKind } from "./state.ts";

export interface PurchaseInput {
  lines: { sku: string; quantity: number }[];
  username?: string;
  contact?: Partial<Contact>;
  /** Default true. */
  pay?: boolean;
  note?: string;
  shippingMinor?: number;
  /** Default: a parcel to its buyer. */
  kind?: OrderKind;
  /** Off the items' prices. */
  discountMinor?: number;
  /** VAT that the prices contain. */
  vatMinor?: number;
}

export interface EbayControls {
  buy(input: PurchaseInput): Bought;
  /** Pays an unpaid order: checkout is complete, ORDER_CONFIRMATION goes out. */
  pay(orderId: string): Change;
  /** The buyer asks for a cancellation; the seller must answer. */
  askToCancel(orderId: string, reason?: string): Change;
  /** The seller gives money back on the site, on one line or on the order; it is issued a little later (settings). */
  refund(orderId: string, part: { sku: string | null; minor: number }): Change;
  /** The seller edits a quantity on the site. */
  editQuantity(sku: string, quantity: number): Change;
  addListing(seed: ListingSeed): void;
  removeListing(sku: string): Change;
  /** Ends a listing by hand: its offer stays, unpublished. */
  endListing(sku: string): Change;
  /** Lists an ended one again, under a new listing id. */
  relist(sku: string): Change;
  /** What buyers see, by SKU. */
  shown(): Record<string, number>;
  changeSettings(change: EbaySettingsInput): void;
  /** Registers where the RuName leads after consent. */
  setAcceptUrl(acceptUrl: string, declineUrl?: string): void;
  /** Access tokens end now; with `refresh`, the merchant must connect anew. */
  expireTokens(input?: { refresh?: boolean }): void;
  /** Consent and exchange in one, for tests that are not about OAuth. */
  grant(scopes?: readonly string[]): { accessToken: string; refreshToken: string };
  /** Where a person who agrees is sent: the callback with code and state. */
  consent(input: { scopes?: readonly string[]; state?: string }): string;
  disturbNotifications(change: Partial<Disorder>): void;
  releaseNotifications(order?: "oldest-first" | "newest-first"): Promise<void>;
  repeatNotification(notificationId: string): Promise<boolean>;
  /** A buyer has their account deleted. */
  deleteBuyer(username: string): Change;
  /** All notifications delivered, lost or given up. */
  settled(): Promise<void>;
}

export const demoContact: Contact = {
  fullName: "Rosa Lindqvist",
  addressLine1: "18 Alder Street",
  city: "Bristol",
  postalCode: "BS1 4DJ",
  countryCode: "GB",
  phone: "+44 117 496 0142",
};

const DONE: Change = { ok: true };

export function createControls(state: EbayState, notifier: Notifier, clock: Clock): EbayControls {
  /** One notification per line of the order (AsyncAPI order_confirmation); beyond orderId its data is unconfirmed. */
  function confirmOrder(order: Order): void {
    const seller = { username: state.seller.username, userId: state.seller.userId };
    for (const { lineItemId } of order.lines) {
      notifier.emit("ORDER_CONFIRMATION", { orderId: order.orderId, orderLineItemId: lineItemId, seller });
    }
  }
  const withOrder = (orderId: string, act: (order: Order) => Change): Change => {
    const order = orderByAnyId(state, orderId);
    return order ? act(order) : { ok: false, why: `There is no order ${orderId}.` };
  };

  return {
    buy(input) {
      const purchase: Purchase = {
        lines: input.lines,
        buyer: { username: input.username ?? "rosa_l", contact: { ...demoContact, ...input.contact } },
        pay: input.pay ?? true,
        ...(input.note === undefined ? {} : { note: input.note }),
        ...(input.shippingMinor === undefined ? {} : { shippingMinor: input.shippingMinor }),
        ...(input.kind === undefined ? {} : { kind: input.kind }),
        ...(input.discountMinor === undefined ? {} : { discountMinor: input.discountMinor }),
        ...(input.vatMinor === undefined ? {} : { vatMinor: input.vatMinor }),
      };
      const bought = buy(state, purchase, clock.now());
      if (bought.ok && purchase.pay) confirmOrder(bought.order);
      return bought;
    },
    pay: (orderId) =>
      withOrder(orderId, (order) => {
        if (!pay(state, order, clock.now())) return { ok: false, why: `Order ${orderId} is paid or cancelled.` };
        confirmOrder(order);
        return DONE;
      }),
    askToCancel: (orderId, reason = "ORDER_MISTAKE") =>
      withOrder(orderId, (order) =>
        askToCancel(state, order, reason, clock.now())
          ? DONE
          : { ok: false, why: `Order ${orderId} cannot be cancelled any more.` },
      ),
    refund: (orderId, { sku, minor }) =>
      withOrder(orderId, (order) => {
        const line = order.lines.find((one) => one.sku === sku);
        if (sku !== null && !line) return { ok: false, why: `Order ${orderId} has no SKU ${sku}.` };
        refund(state, order, [{ lineItemId: line?.lineItemId ?? null, minor }], clock.now());
        return DONE;
      }),
    editQuantity: (sku, quantity) => editQuantity(state, sku, quantity),
    addListing: (seed) => void addListing(state, seed),
    removeListing: (sku) => removeListing(state, sku),
    endListing(sku) {
      const item = state.items.get(sku);
      if (!item) return { ok: false, why: `There is no listing with SKU ${sku}.` };
      item.offer.listingId = null;
      return DONE;
    },
    relist(sku) {
      const item = state.items.get(sku);
      if (!item) return { ok: false, why: `There is no listing with SKU ${sku}.` };
      publish(state, item);
      return DONE;
    },
    shown: () => Object.fromEntries([...state.items.values()].map((item) => [item.sku, shownQuantity(item)])),
    changeSettings(change) {
      state.settings = settingsSchema.parse({ ...state.settings, ...change });
    },
    setAcceptUrl(acceptUrl, declineUrl) {
      state.application.acceptUrl = acceptUrl;
      if (declineUrl !== undefined) state.application.declineUrl = declineUrl;
    },
    expireTokens: (input) => expireTokens(state, input?.refresh ?? false, clock.now()),
    grant(scopes = KNOWN_SCOPES) {
      return {
        accessToken: issueAccessToken(state, "user", [...scopes], clock.now()).token,
        refreshToken: issueRefreshToken(state, [...scopes], clock.now()),
      };
    },
    consent: (input) =>
      agree(state, { scopes: [...(input.scopes ?? KNOWN_SCOPES)], state: input.state ?? null }, clock.now()),
    disturbNotifications: (change) => void Object.assign(notifier.disorder, change),
    releaseNotifications: (order = "oldest-first") => notifier.release(order),
    repeatNotification: (id) => notifier.repeat(id),
    deleteBuyer(username) {
      const order = [...state.orders.values()].find((one) => one.buyer.username === username);
      if (!order) return { ok: false, why: `${username} has bought nothing.` };
      notifier.emit("MARKETPLACE_ACCOUNT_DELETION", {
        username,
        userId: order.buyer.userId,
        eiasToken: Buffer.from(`eias:${order.buyer.userId}`).toString("base64"),
      });
      return DONE;
    },
    settled: () => notifier.settled(),
  };
}

const contactSchema = z
  .object({
    fullName: z.string(),
    addressLine1: z.string(),
    addressLine2: z.string(),
    city: z.string(),
    stateOrProvince: z.string(),
    postalCode: z.string(),
    countryCode: z.string(),
    phone: z.string(),
  })
  .partial();

const purchaseSchema = z.object({
  lines: z.array(z.object({ sku: z.string(), quantity: z.number().int().positive() })).min(1),
  username: z.string().optional(),
  contact: contactSchema.optional(),
  pay: z.boolean().optional(),
  note: z.string().optional(),
  shippingMinor: z.number().int().nonnegative().optional(),
  kind: z.enum(ORDER_KINDS).optional(),
  discountMinor: z.number().int().nonnegative().optional(),
  vatMinor: z.number().int().nonnegative().optional(),
});

const listingSchema = z.object({
  sku: z.string(),
  title: z.string(),
  price: z.string(),
  currency: z.string(),
  quantity: z.number().int().nonnegative(),
  barcode: z.string().optional(),
  groupKey: z.string().optional(),
  groupTitle: z.string().optional(),
  aspects: z.record(z.string(), z.string()).optional(),
  imageUrl: z.string().optional(),
  outsideInventoryApi: z.boolean().optional(),
});

const sku = z.object({ sku: z.string() });

/** The controls over HTTP: POST /_control/<name> with a JSON body, {ok: false, why} and 409 when it cannot be done. */
export function mountControls(app: Hono, controls: EbayControls): void {
  function action<T>(name: string, schema: z.ZodType<T>, act: (input: T) => unknown): void {
    app.post(`/_control/${name}`, async (c: Context) => {
      const parsed = schema.safeParse(JSON.parse((await c.req.text()) || "{}"));
      if (!parsed.success) return c.json({ ok: false, why: z.prettifyError(parsed.error) }, 400);
      const result = (await act(parsed.data)) ?? DONE;
      const refused = typeof result === "object" && "ok" in result && result.ok === false;
      return c.json(result, refused ? 409 : 200);
    });
  }

  action("buy", purchaseSchema, (input) => {
    const bought = controls.buy(input);
    return bought.ok ? { ok: true, orderId: bought.order.orderId } : bought;
  });
  action("pay", z.object({ orderId: z.string() }), (input) => controls.pay(input.orderId));
  action("ask-cancel", z.object({ orderId: z.string(), reason: z.string().optional() }), (input) =>
    controls.askToCancel(input.orderId, input.reason),
  );
  action(
    "refund",
    z.object({ orderId: z.string(), sku: z.string().nullable(), minor: z.number().int().positive() }),
    ({ orderId, ...part }) => controls.refund(orderId, part),
  );
  action("edit-quantity", z.object({ sku: z.string(), quantity: z.number().int().nonnegative() }), (input) =>
    controls.editQuantity(input.sku, input.quantity),
  );
  action("add-listing", listingSchema, (input) => controls.addListing(input));
  action("remove-listing", sku, (input) => controls.removeListing(input.sku));
  action("end-listing", sku, (input) => controls.endListing(input.sku));
  action("relist", sku, (input) => controls.relist(input.sku));
  action("settings", settingsChangeSchema, (input) => controls.changeSettings(input));
  action("accept-url", z.object({ acceptUrl: z.url(), declineUrl: z.url().optional() }), (input) =>
    controls.setAcceptUrl(input.acceptUrl, input.declineUrl),
  );
  action("expire-tokens", z.object({ refresh: z.boolean().optional() }), (input) => controls.expireTokens(input));
  action("grant", z.object({ scopes: z.array(z.string()).optional() }), (input) => controls.grant(input.scopes));
  action("consent", z.object({ scopes: z.array(z.string()).optional(), state: z.string().optional() }), (input) => ({
    ok: true,
    location: controls.consent(input),
  }));
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
  action("delete-buyer", z.object({ username: z.string() }), (input) => controls.deleteBuyer(input.username));
  app.get("/_control/shown", (c) => c.json(controls.shown()));
}
