/** What people and tests do to the marketplace from outside the API: buy, edit, refund, disturb. */
import type { Context, Hono } from "hono";
import { z } from "zod";
import { addMs, type Clock } from "#app/clock.ts";
import { orderWebhookJson, refundWebhookJson } from "./json.ts";
import { issueTokens, KNOWN_SCOPES } from "./oauth-routes.ts";
import { type Bought, buy, cancelByDepop, complete, itemsMinor, refund, remember, uuid } from "./orders.ts";
import { addListing, type Change, DONE, deleteProduct, productBySku, setQuantity, shownQuantity } from "./products.ts";
import type { ListingSeed } from "./seed.ts";
import { type DepopSettingsInput, settingsChangeSchema, settingsSchema } from "./settings.ts";
import { type Contact, type DepopState, nextNumber, type Order } from "./state.ts";
import type { Disorder, WebhookSender } from "./webhook-sender.ts";

export interface PurchaseInput {
  lines: { sku?: string; productId?: number; quantity: number }[];
  contact?: Partial<Contact>;
}

export interface DepopControls {
  /** Orders are paid when they are made. */
  buy(input: PurchaseInput): Bought;
  /** The seller edits a quantity in the app; 0 marks as sold. */
  editQuantity(sku: string, quantity: number): Change;
  addListing(seed: ListingSeed): void;
  removeListing(sku: string): Change;
  /** Depop gives an order a status that is in no spec yet; null: one of the known ones again. */
  inventStatus(purchaseId: string, status: string | null): Change;
  /** The seller refunds in the app: all of it, or part of the items' price. */
  refundBySeller(purchaseId: string, itemsMinor?: number): Change;
  /** Depop cancels, as for an order that was not shipped in time. */
  cancelByDepop(purchaseId: string): Change;
  /** The parcel arrived. */
  complete(purchaseId: string): Change;
  /** What buyers see, by SKU. */
  shown(): Record<string, number>;
  changeSettings(change: DepopSettingsInput): void;
  setWebhookUrl(url: string | null): void;
  /** Access tokens end now; with `refresh`, the merchant must connect anew. */
  expireTokens(input?: { refresh?: boolean }): void;
  /** Consent and exchange in one, for tests that are not about OAuth. */
  grant(scopes?: readonly string[]): { accessToken: string; refreshToken: string };
  disturbWebhooks(change: Partial<Disorder>): void;
  releaseWebhooks(order?: "oldest-first" | "newest-first"): Promise<void>;
  repeatWebhook(id: string): Promise<boolean>;
  /** All webhooks delivered, lost or given up. */
  settled(): Promise<void>;
  /** A refund happened through the API. */
  announceRefund(order: Order): void;
}

export const demoContact: Contact = {
  name: "Ines Amaral",
  address: "4 Wharf Road",
  city: "Manchester",
  postalCode: "M1 2AB",
  state: "Greater Manchester",
  countryCode: "GB",
  phone: "07700900344",
};

export function createControls(state: DepopState, webhooks: WebhookSender, clock: Clock): DepopControls {
  function announce(eventType: string, data: unknown): void {
    if (state.webhookUrl === null) return;
    const id = uuid(`${state.ids.seed}:webhook:${nextNumber(state, "webhook")}`);
    const envelope = { id, event_type: eventType, created_at: clock.now().toISOString(), data };
    webhooks.emit({ id, topic: eventType, endpoint: state.webhookUrl, body: JSON.stringify(envelope) });
  }

  const announceRefund = (order: Order) => announce("v1:order.refund", refundWebhookJson(order));

  const withOrder = (purchaseId: string, act: (order: Order) => Change): Change => {
    const order = state.orders.get(purchaseId);
    return order ? act(order) : { ok: false, why: `There is no order ${purchaseId}.` };
  };
  const withListing = (sku: string, act: (product: NonNullable<ReturnType<typeof productBySku>>) => void): Change => {
    const product = productBySku(state, sku);
    if (!product) return { ok: false, why: `There is no listing with SKU ${sku}.` };
    act(product);
    return DONE;
  };

  return {
    announceRefund,
    buy(input) {
      const purchase = { lines: input.lines, contact: { ...demoContact, ...input.contact } };
      const bought = buy(state, purchase, clock.now());
      if (bought.ok) announce("v1:order.new", orderWebhookJson(bought.order, state.seller.id));
      return bought;
    },
    editQuantity: (sku, quantity) => withListing(sku, (product) => setQuantity(product, quantity, clock.now())),
    addListing: (seed) => void addListing(state, seed, clock.now()),
    removeListing: (sku) => withListing(sku, (product) => deleteProduct(product, clock.now())),
    inventStatus: (purchaseId, status) =>
      withOrder(purchaseId, (order) => {
        order.newStatus = status;
        remember(state, order, clock.now());
        return DONE;
      }),
    refundBySeller: (purchaseId, partMinor) =>
      withOrder(purchaseId, (order) => {
        if (order.status === "CANCELLED") return { ok: false, why: "The order is cancelled." };
        const all = { itemsMinor: itemsMinor(order), shippingMinor: order.shippingMinor };
        const amounts = partMinor === undefined ? all : { itemsMinor: partMinor, shippingMinor: 0 };
        refund(state, order, amounts, "PARTNER", clock.now());
        announceRefund(order);
        return DONE;
      }),
    cancelByDepop: (purchaseId) =>
      withOrder(purchaseId, (order) => {
        const cancelled = cancelByDepop(state, order, clock.now());
        if (cancelled.ok) announceRefund(order);
        return cancelled;
      }),
    complete: (purchaseId) => withOrder(purchaseId, (order) => complete(state, order, clock.now())),
    shown: () =>
      Object.fromEntries(
        [...state.products.values()].flatMap((one) =>
          one.sku === null || one.status === "STATUS_DELETED" ? [] : [[one.sku, shownQuantity(one)]],
        ),
      ),
    changeSettings(change) {
      state.settings = settingsSchema.parse({ ...state.settings, ...change });
    },
    setWebhookUrl(url) {
      state.webhookUrl = url;
    },
    expireTokens(input) {
      const at = clock.now().toISOString();
      for (const token of state.accessTokens.values()) token.expiresAt = at;
      if (input?.refresh) for (const token of state.refreshTokens.values()) token.expiresAt = at;
    },
    grant(scopes = KNOWN_SCOPES) {
      const endsAt = addMs(clock.now(), state.settings.connectionLifeMs).toISOString();
      const issued = issueTokens(state, scopes, endsAt, clock.now());
      return { accessToken: issued.access_token, refreshToken: issued.refresh_token };
    },
    disturbWebhooks: (change) => void Object.assign(webhooks.disorder, change),
    releaseWebhooks: (order = "oldest-first") => webhooks.release(order),
    repeatWebhook: (id) => webhooks.repeat(id),
    settled: () => webhooks.settled(),
  };
}

const purchaseSchema = z.object({
  lines: z
    .array(
      z.object({
        sku: z.string().optional(),
        productId: z.number().optional(),
        quantity: z.number().int().positive(),
      }),
    )
    .min(1),
  contact: z
    .object({
      name: z.string(),
      address: z.string(),
      address2: z.string(),
      city: z.string(),
      postalCode: z.string(),
      state: z.string(),
      countryCode: z.string(),
      phone: z.string(),
    })
    .partial()
    .optional(),
});

const listingSchema = z.object({
  sku: z.string().nullable(),
  title: z.string(),
  price: z.string(),
  currency: z.string(),
  quantity: z.number().int().nonnegative(),
  discountPrice: z.string().optional(),
  autoSendOfferPrice: z.string().optional(),
});

const sku = z.object({ sku: z.string() });
const purchase = z.object({ purchaseId: z.string() });

/** The controls over HTTP: POST /_control/<name> with a JSON body, {ok: false, why} and 409 when it cannot be done. */
export function mountControls(app: Hono, controls: DepopControls): void {
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
    return bought.ok ? { ok: true, orderId: bought.order.purchaseId } : bought;
  });
  action("edit-quantity", z.object({ sku: z.string(), quantity: z.number().int().nonnegative() }), (input) =>
    controls.editQuantity(input.sku, input.quantity),
  );
  action("add-listing", listingSchema, (input) => controls.addListing(input));
  action("remove-listing", sku, (input) => controls.removeListing(input.sku));
  action("invent-status", purchase.extend({ status: z.string().nullable() }), (input) =>
    controls.inventStatus(input.purchaseId, input.status),
  );
  action("refund", purchase.extend({ itemsMinor: z.number().int().positive().optional() }), (input) =>
    controls.refundBySeller(input.purchaseId, input.itemsMinor),
  );
  action("cancel", purchase, (input) => controls.cancelByDepop(input.purchaseId));
  action("complete", purchase, (input) => controls.complete(input.purchaseId));
  action("settings", settingsChangeSchema, (input) => controls.changeSettings(input));
  action("webhook-url", z.object({ url: z.url().nullable() }), (input) => controls.setWebhookUrl(input.url));
  action("expire-tokens", z.object({ refresh: z.boolean().optional() }), (input) => controls.expireTokens(input));
  action("grant", z.object({ scopes: z.array(z.string()).optional() }), (input) => controls.grant(input.scopes));
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
    (input) => controls.disturbWebhooks(input),
  );
  action("release-notifications", z.object({ order: z.enum(["oldest-first", "newest-first"]).optional() }), (input) =>
    controls.releaseWebhooks(input.order),
  );
  action("repeat-notification", z.object({ notificationId: z.string() }), async (input) => ({
    ok: await controls.repeatWebhook(input.notificationId),
  }));
  app.get("/_control/shown", (c) => c.json(controls.shown()));
}
