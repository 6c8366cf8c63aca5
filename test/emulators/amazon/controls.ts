/** What people and tests do to the marketplace from outside the API: buy, pay, edit, disturb. */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import { enqueue } from "./hints.ts";
import { addListing, type Done, editQuantity, isBuyable, moveStock, removeListing, takeDown } from "./listings.ts";
import { expireTokens, issueAccessToken, issueRefreshToken } from "./oauth.ts";
import { consent } from "./oauth-routes.ts";
import { askToCancel, type Bought, buy, cancelLines, orderStatus, type Purchase, pay, takeOff } from "./orders.ts";
import type { ListingSeed } from "./seed.ts";
import { type AmazonEmulatorSettingsInput, settingsChangeSchema, settingsSchema } from "./settings.ts";
import { settle } from "./settling.ts";
import type { AmazonState, Contact, Order } from "./state.ts";

export interface PurchaseInput extends Omit<Purchase, "buyer" | "pay"> {
  username?: string;
  contact?: Partial<Contact>;
  /** Default true. False: the order stays PENDING until `pay`. */
  pay?: boolean;
}

export interface AmazonControls {
  buy(input: PurchaseInput): Bought;
  /** Amazon has verified the payment: PENDING becomes UNSHIPPED. */
  pay(orderId: string): Done;
  /** The buyer asks for a cancellation. */
  askToCancel(orderId: string): Done;
  /** The buyer takes units of an item off a pending order. */
  takeOff(orderId: string, sku: string, units: number): Done;
  /** Cancelled by Amazon or the buyer: payment failed, or changed their mind while it was pending. */
  cancel(orderId: string, by?: "AMAZON" | "BUYER"): Done;
  /** The seller edits a quantity in Seller Central. */
  editQuantity(sku: string, quantity: number): Done;
  /** The seller moves a listing to Amazon's warehouse, or back. */
  moveStock(sku: string, to: "merchant" | "amazon"): Done;
  addListing(seed: ListingSeed): void;
  removeListing(sku: string): Done;
  /** Amazon takes a listing off sale. */
  takeDown(sku: string, message: string): Done;
  /** From now on changes of this SKU are ACCEPTED and come to nothing but an issue; null: no more. */
  refuseLater(sku: string, message: string | null): void;
  /** What buyers see, by SKU. */
  shown(): Record<string, number>;
  changeSettings(change: AmazonEmulatorSettingsInput): void;
  /** Registers where consent leads back to. */
  setRedirectUri(redirectUri: string): void;
  /** The queue that hints go to, as the connector is told. */
  setQueue(queue: { url: string; arn: string; accessKeyId?: string }): void;
  /** Access tokens end now; with `refresh`, the merchant must connect anew. */
  expireTokens(input?: { refresh?: boolean }): void;
  /** Consent and exchange in one, for tests that are not about OAuth. */
  grant(): { accessToken: string; refreshToken: string; sellingPartnerId: string };
  /** Where a person who confirms is sent: the callback with code, state and seller. */
  consent(input: { state: string }): string;
  /** Any text as a message in the queue. */
  enqueue(body: string): void;
}

export const demoContact: Contact = {
  name: "Rosa Lindqvist",
  addressLine1: "18 Alder Street",
  city: "Bristol",
  postalCode: "BS1 4DJ",
  countryCode: "GB",
  phone: "+44 117 496 0142",
};

const DONE: Done = { ok: true };

export function createControls(state: AmazonState, clock: Clock): AmazonControls {
  const withOrder = (orderId: string, act: (order: Order, now: Date) => Done): Done => {
    settle(state, clock.now());
    const order = state.orders.get(orderId);
    return order ? act(order, clock.now()) : { ok: false, why: `There is no order ${orderId}.` };
  };

  return {
    buy(input) {
      settle(state, clock.now());
      const { username = "rosa_l", contact, pay: isPaid = true, ...rest } = input;
      const buyer = { username, contact: { ...demoContact, ...contact } };
      return buy(state, { ...rest, buyer, pay: isPaid }, clock.now());
    },
    pay: (orderId) =>
      withOrder(orderId, (order, now) =>
        pay(state, order, now) ? DONE : { ok: false, why: `Order ${orderId} is ${orderStatus(order)}.` },
      ),
    askToCancel: (orderId) =>
      withOrder(orderId, (order, now) =>
        askToCancel(state, order, now) ? DONE : { ok: false, why: `Order ${orderId} is ${orderStatus(order)}.` },
      ),
    takeOff: (orderId, wanted, units) =>
      withOrder(orderId, (order, now) =>
        takeOff(state, order, wanted, units, now)
          ? DONE
          : { ok: false, why: `Order ${orderId} has no ${units} of ${wanted} to take off.` },
      ),
    cancel: (orderId, by = "AMAZON") =>
      withOrder(orderId, (order, now) => {
        cancelLines(state, order, null, by, now);
        return order.cancelledAt === null ? { ok: false, why: `Order ${orderId} is shipped.` } : DONE;
      }),
    editQuantity: (sku, quantity) => editQuantity(state, sku, quantity, clock.now()),
    moveStock: (sku, to) => moveStock(state, sku, to === "amazon" ? "AMAZON_EU" : "DEFAULT"),
    addListing: (seed) => void addListing(state, seed, clock.now()),
    removeListing: (sku) => removeListing(state, sku),
    takeDown: (sku, message) => takeDown(state, sku, message),
    refuseLater(sku, message) {
      if (message === null) state.refusals.delete(sku);
      else state.refusals.set(sku, message);
    },
    shown() {
      settle(state, clock.now());
      return Object.fromEntries([...state.items.values()].map((one) => [one.sku, isBuyable(one) ? one.quantity : 0]));
    },
    changeSettings(change) {
      state.settings = settingsSchema.parse({ ...state.settings, ...change });
    },
    setRedirectUri(redirectUri) {
      state.application.redirectUri = redirectUri;
    },
    setQueue({ url, arn, accessKeyId }) {
      state.queue = { url, arn, accessKeyId: accessKeyId ?? "" };
    },
    expireTokens: (input) => expireTokens(state, input?.refresh ?? false, clock.now()),
    grant: () => ({
      accessToken: issueAccessToken(state, "seller", clock.now()),
      refreshToken: issueRefreshToken(state, clock.now()),
      sellingPartnerId: state.seller.sellerId,
    }),
    consent: (input) => consent(state, input.state, clock.now()),
    enqueue: (body) => enqueue(state, body, clock.now()),
  };
}

const contactSchema = z
  .object({
    name: z.string(),
    addressLine1: z.string(),
    addressLine2: z.string(),
    city: z.string(),
    stateOrRegion: z.string(),
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
});

const listingSchema = z.object({
  sku: z.string(),
  title: z.string(),
  price: z.string(),
  currency: z.string().optional(),
  quantity: z.number().int().nonnegative(),
  barcode: z.string().optional(),
  imageUrl: z.string().optional(),
  fulfilledByAmazon: z.boolean().optional(),
});

const sku = z.object({ sku: z.string() });

/** The controls over HTTP: POST /_control/<name> with a JSON body, {ok: false, why} and 409 when it cannot be done. */
export function mountControls(app: Hono, controls: AmazonControls): void {
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
  action("ask-cancel", z.object({ orderId: z.string() }), (input) => controls.askToCancel(input.orderId));
  action("cancel", z.object({ orderId: z.string(), by: z.enum(["AMAZON", "BUYER"]).optional() }), (input) =>
    controls.cancel(input.orderId, input.by),
  );
  action("take-off", z.object({ orderId: z.string(), sku: z.string(), units: z.number().int().positive() }), (input) =>
    controls.takeOff(input.orderId, input.sku, input.units),
  );
  action("edit-quantity", z.object({ sku: z.string(), quantity: z.number().int().nonnegative() }), (input) =>
    controls.editQuantity(input.sku, input.quantity),
  );
  action("move-stock", z.object({ sku: z.string(), to: z.enum(["merchant", "amazon"]) }), (input) =>
    controls.moveStock(input.sku, input.to),
  );
  action("add-listing", listingSchema, (input) => controls.addListing(input));
  action("remove-listing", sku, (input) => controls.removeListing(input.sku));
  action("take-down", z.object({ sku: z.string(), message: z.string() }), (input) =>
    controls.takeDown(input.sku, input.message),
  );
  action("refuse-later", z.object({ sku: z.string(), message: z.string().nullable() }), (input) =>
    controls.refuseLater(input.sku, input.message),
  );
  action("settings", settingsChangeSchema, (input) => controls.changeSettings(input));
  action("redirect-uri", z.object({ redirectUri: z.url() }), (input) => controls.setRedirectUri(input.redirectUri));
  action("queue", z.object({ url: z.url(), arn: z.string(), accessKeyId: z.string().optional() }), (input) =>
    controls.setQueue(input),
  );
  action("expire-tokens", z.object({ refresh: z.boolean().optional() }), (input) => controls.expireTokens(input));
  action("grant", z.object({}), () => controls.grant());
  action("consent", z.object({ state: z.string() }), (input) => ({ ok: true, location: controls.consent(input) }));
  action("enqueue", z.object({ body: z.string() }), (input) => controls.enqueue(input.body));
  app.get("/_control/shown", (c) => c.json(controls.shown()));
}
