/** What people and tests do to the marketplace from outside the API: buy, ship, cancel, disturb. */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Disorder, WebhookSender } from "#test/emulators/depop/webhook-sender.ts";
import {
  addItem,
  type Bought,
  buy,
  type Change,
  cancel,
  DONE,
  itemBySku,
  makeReady,
  makeReadyLater,
  move,
  type Place,
  removeByHand,
  requestRelist,
  setStatus,
  shownUnits,
} from "./market.ts";
import type { ItemSeed } from "./seed.ts";
import { settingsChangeSchema, settingsSchema, type VintedSettingsInput } from "./settings.ts";
import {
  type Address,
  catchUp,
  type Item,
  type ItemStatus,
  ORDER_STATUSES,
  type Order,
  type OrderStatus,
} from "./state.ts";

export interface PurchaseInput {
  /** By reference, or by id for items that have none. */
  skus?: string[];
  itemIds?: string[];
  /** Where it goes; default: the demo's buyer. */
  delivery?: Partial<Address>;
  /** Who pays; default: where it goes. */
  billing?: Partial<Address>;
  bundleDiscountMinor?: number;
  /** Default true; false: it stays CREATED until `pay`. */
  pay?: boolean;
}

export interface VintedControls {
  buy(input: PurchaseInput): Bought;
  /** From CREATED to READY_TO_BE_SHIPPED. */
  pay(orderId: string): Change;
  /** The seller drops the parcel off; the carrier scans it. */
  ship(orderId: string): Change;
  deliver(orderId: string): Change;
  /** The buyer says that all is well. */
  complete(orderId: string): Change;
  /** Whatever came before: a return, a lost parcel. */
  setOrderStatus(orderId: string, status: OrderStatus): Change;
  /** Whether the token may read this order: 403 if not. */
  forbid(orderId: string, forbidden: boolean): void;
  /** Cancelled at Vinted, by the buyer or by Vinted. */
  cancel(orderId: string): Change;
  /** The seller relists a cancelled order by hand. */
  relist(orderId: string): Change;
  addItem(seed: ItemSeed): Item;
  /** Deleted by hand, at once. */
  removeItem(sku: string): Change;
  setItemStatus(itemId: string, status: ItemStatus, errors?: Item["errors"]): void;
  /** 1 on sale, 0 not, by reference. */
  shown(): Record<string, number>;
  changeSettings(change: VintedSettingsInput): void;
  setWebhookUrl(url: string | null): void;
  /** The merchant makes a new token in the portal: the old one ends in 401. */
  rotateToken(token: string): void;
  /** Everything that was taken with 202 is done now. */
  finishWork(): void;
  disturbWebhooks(change: Partial<Disorder>): void;
  releaseWebhooks(order?: "oldest-first" | "newest-first"): Promise<void>;
  repeatWebhook(id: string): Promise<boolean>;
  /** All webhooks delivered, lost or given up. */
  settled(): Promise<void>;
}

export const demoBuyer: Address = {
  name: "Maud Kellner",
  line1: "9 Orchard Row",
  city: "Leeds",
  postalCode: "LS1 5PQ",
  countryCode: "GB",
};

const FAR = "9999-12-31T00:00:00.000Z";

export function createControls(place: Place, webhooks: WebhookSender): VintedControls {
  const { state, clock } = place;
  const withOrder = (orderId: string, act: (order: Order) => Change): Change => {
    catchUp(state, clock.now());
    const order = state.orders.get(orderId);
    return order ? act(order) : { ok: false, why: `There is no order ${orderId}.` };
  };

  return {
    buy(input) {
      catchUp(state, clock.now());
      const itemIds = [...(input.itemIds ?? []), ...(input.skus ?? []).map((sku) => itemBySku(state, sku)?.id ?? sku)];
      const { bundleDiscountMinor = 0 } = input;
      const delivery = { ...demoBuyer, ...input.delivery };
      const billing = { ...delivery, ...input.billing };
      const bought = buy(place, { itemIds, delivery, billing, bundleDiscountMinor });
      if (bought.ok && input.pay !== false) makeReadyLater(place, bought.order);
      return bought;
    },
    pay: (orderId) => withOrder(orderId, (order) => makeReady(place, order)),
    ship: (orderId) => withOrder(orderId, (order) => move(place, order, "SHIPPED")),
    deliver: (orderId) => withOrder(orderId, (order) => move(place, order, "DELIVERED")),
    complete: (orderId) => withOrder(orderId, (order) => move(place, order, "COMPLETED")),
    setOrderStatus: (orderId, status) =>
      withOrder(orderId, (order) => {
        setStatus(place, order, status);
        return DONE;
      }),
    forbid: (orderId, forbidden) => void (forbidden ? state.forbidden.add(orderId) : state.forbidden.delete(orderId)),
    cancel: (orderId) => withOrder(orderId, (order) => cancel(place, order)),
    relist: (orderId) =>
      withOrder(orderId, (order) =>
        requestRelist(place, order) === "accepted" ? DONE : { ok: false, why: `The order is ${order.status}.` },
      ),
    addItem: (seed) => addItem(state, seed, clock.now()),
    removeItem(sku) {
      const item = itemBySku(state, sku);
      return item ? removeByHand(place, item) : { ok: false, why: `There is no item ${sku}.` };
    },
    setItemStatus(itemId, status, errors = []) {
      const item = state.items.get(itemId);
      if (!item) throw new Error(`There is no item ${itemId}.`);
      Object.assign(item, { status, errors });
    },
    shown() {
      catchUp(state, clock.now());
      const references = new Set([...state.items.values()].flatMap((item) => item.reference ?? []));
      return Object.fromEntries(
        [...references].flatMap((sku) => {
          const item = itemBySku(state, sku);
          const units = item && shownUnits(item);
          return units === null ? [] : [[sku, units]];
        }),
      );
    },
    changeSettings(change) {
      state.settings = settingsSchema.parse({ ...state.settings, ...change });
    },
    setWebhookUrl(url) {
      const [first] = state.webhooks;
      if (first && url !== null) first.url = url;
      else state.webhooks = state.webhooks.slice(1);
    },
    rotateToken(token) {
      const [accessKey = "", signingKey = ""] = token.split(",");
      state.keys = { accessKey, signingKey };
    },
    finishWork: () => catchUp(state, new Date(FAR)),
    disturbWebhooks: (change) => void Object.assign(webhooks.disorder, change),
    releaseWebhooks: (order = "oldest-first") => webhooks.release(order),
    repeatWebhook: (id) => webhooks.repeat(id),
    settled: () => webhooks.settled(),
  };
}

const addressSchema = z
  .object({
    name: z.string(),
    line1: z.string(),
    line2: z.string(),
    city: z.string(),
    state: z.string(),
    postalCode: z.string(),
    countryCode: z.string(),
  })
  .partial();
const purchaseSchema = z.object({
  skus: z.array(z.string()).optional(),
  itemIds: z.array(z.string()).optional(),
  bundleDiscountMinor: z.number().int().nonnegative().optional(),
  delivery: addressSchema.optional(),
  billing: addressSchema.optional(),
  pay: z.boolean().optional(),
});
const itemSchema = z.object({
  sku: z.string().nullable(),
  title: z.string(),
  price: z.string(),
  currency: z.string(),
  origin: z.enum(["made", "imported", "site"]).optional(),
});
const ofOrder = z.object({ orderId: z.string() });

/** The controls over HTTP: POST /_control/<name> with a JSON body, {ok: false, why} and 409 when it cannot be done. */
export function mountControls(app: Hono, controls: VintedControls): void {
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
    return bought.ok ? { ok: true, orderId: bought.order.id } : bought;
  });
  action("pay", ofOrder, (input) => controls.pay(input.orderId));
  action("ship", ofOrder, (input) => controls.ship(input.orderId));
  action("deliver", ofOrder, (input) => controls.deliver(input.orderId));
  action("complete", ofOrder, (input) => controls.complete(input.orderId));
  action("order-status", ofOrder.extend({ status: z.enum(ORDER_STATUSES) }), (input) =>
    controls.setOrderStatus(input.orderId, input.status),
  );
  action("forbid", ofOrder.extend({ forbidden: z.boolean() }), (input) =>
    controls.forbid(input.orderId, input.forbidden),
  );
  action("cancel", ofOrder, (input) => controls.cancel(input.orderId));
  action("relist", ofOrder, (input) => controls.relist(input.orderId));
  action("add-listing", itemSchema, (input) => void controls.addItem(input));
  action("remove-listing", z.object({ sku: z.string() }), (input) => controls.removeItem(input.sku));
  action("settings", settingsChangeSchema, (input) => controls.changeSettings(input));
  action("webhook-url", z.object({ url: z.url().nullable() }), (input) => controls.setWebhookUrl(input.url));
  action("rotate-token", z.object({ token: z.string().regex(/^[^,]+,[^,]+$/) }), (input) =>
    controls.rotateToken(input.token),
  );
  action("finish-work", z.object({}), () => controls.finishWork());
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
