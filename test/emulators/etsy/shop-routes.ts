/** Who the merchant is, and the receipts: User, Shop and Shop-Receipt of the spec. */
import type { Context } from "hono";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import type { EtsyControls } from "./controls.ts";
import { failed, type Gateway } from "./gateway.ts";
import { receiptJson, seconds, shopJson } from "./json.ts";
import { visibleReceipts } from "./receipts.ts";
import type { EtsyState, Receipt } from "./state.ts";

const whole = z.coerce.number().int();
const flag = z.enum(["true", "false"]).transform((one) => one === "true");

const searchSchema = z.object({
  min_created: whole.optional(),
  max_created: whole.optional(),
  min_last_modified: whole.optional(),
  max_last_modified: whole.optional(),
  limit: whole.min(1).max(100).default(25),
  offset: whole.min(0).default(0),
  sort_on: z.enum(["created", "updated", "receipt_id"]).default("created"),
  sort_order: z.enum(["asc", "ascending", "up", "desc", "descending", "down"]).default("desc"),
  was_paid: flag.optional(),
  was_shipped: flag.optional(),
  was_delivered: flag.optional(),
  was_canceled: flag.optional(),
});

const trackingSchema = z.object({ tracking_code: z.string().optional(), carrier_name: z.string().optional() });

export function mountShop(gateway: Gateway, state: EtsyState, controls: EtsyControls, clock: Clock): void {
  gateway.route("GET", "/v3/application/users/me", "getMe", "shops_r", (c) =>
    c.json({ user_id: state.seller.userId, shop_id: state.seller.shopId }),
  );

  gateway.route("GET", "/v3/application/shops/:shop", "getShop", null, (c) =>
    isOurs(c, state) ? c.json(shopJson(state)) : failed(c, 404, "Could not find a Shop"),
  );

  gateway.route("GET", "/v3/application/shops/:shop/receipts", "getShopReceipts", "transactions_r", (c) => {
    if (!isOurs(c, state)) return failed(c, 404, "Could not find a Shop");
    const parsed = searchSchema.safeParse(c.req.query());
    if (!parsed.success) return failed(c, 400, `Invalid parameters: ${z.prettifyError(parsed.error)}`);
    const { limit, offset } = parsed.data;
    const found = search(visibleReceipts(state, clock.now()), parsed.data);
    const results = found.slice(offset, offset + limit).map((one) => receiptJson(state, one));
    return c.json({ count: found.length, results });
  });

  const withReceipt = async (c: Context, act: (receipt: Receipt) => Response | Promise<Response>) => {
    const receipt = isOurs(c, state) ? state.receipts.get(Number(c.req.param("receipt"))) : undefined;
    if (receipt) return act(receipt);
    return failed(c, 404, `Could not find a Shop Receipt with receipt_id = ${c.req.param("receipt")}`);
  };

  gateway.route("GET", "/v3/application/shops/:shop/receipts/:receipt", "getShopReceipt", "transactions_r", (c) =>
    withReceipt(c, (receipt) => c.json(receiptJson(state, receipt))),
  );

  gateway.route(
    "POST",
    "/v3/application/shops/:shop/receipts/:receipt/tracking",
    "createReceiptShipment",
    "transactions_w",
    (c) =>
      withReceipt(c, async (receipt) => {
        const parsed = trackingSchema.safeParse(await c.req.json().catch(() => null));
        if (!parsed.success) return failed(c, 400, "Invalid input");
        const { tracking_code, carrier_name } = parsed.data;
        if (tracking_code && !carrier_name) return failed(c, 400, "A carrier name is required");
        const changed = controls.ship(
          receipt.receiptId,
          tracking_code && carrier_name ? { code: tracking_code, carrier: carrier_name } : null,
        );
        return changed.ok ? c.json(receiptJson(state, receipt)) : failed(c, 400, changed.why);
      }),
  );
}

function isOurs(c: Context, state: EtsyState): boolean {
  return Number(c.req.param("shop")) === state.seller.shopId;
}

function search(receipts: readonly Receipt[], query: z.infer<typeof searchSchema>): Receipt[] {
  const within = (at: string, min: number | undefined, max: number | undefined) =>
    (min === undefined || seconds(at) >= min) && (max === undefined || seconds(at) <= max);
  const is = (wanted: boolean | undefined, value: boolean) => wanted === undefined || wanted === value;
  const found = receipts.filter(
    (one) =>
      within(one.createdAt, query.min_created, query.max_created) &&
      within(one.updatedAt, query.min_last_modified, query.max_last_modified) &&
      is(query.was_paid, one.paidAt !== null) &&
      is(query.was_shipped, one.shippedAt !== null) &&
      is(query.was_delivered, false) &&
      // Without the parameter, cancelled receipts are not among the results (github.com/etsy/open-api, issue 629).
      (query.was_canceled ?? false) === (one.cancelledAt !== null),
  );
  const key = (one: Receipt) =>
    query.sort_on === "receipt_id"
      ? one.receiptId
      : seconds(query.sort_on === "updated" ? one.updatedAt : one.createdAt);
  const direction = query.sort_order.startsWith("desc") || query.sort_order === "down" ? -1 : 1;
  return found.sort((a, b) => direction * (key(a) - key(b) || a.receiptId - b.receiptId));
}
