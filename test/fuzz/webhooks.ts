/**
 * Every topic of Shopify's, signed: stored and answered 200, then applied, or given up after a few tries with an alert and
 * its body kept. 400 is for headers that can't be stored.
 */
import fc from "fast-check";
import { acceptWebhook } from "#app/flows/accept-webhook.ts";
import { applyDelivery } from "#app/flows/apply-delivery.ts";
import { stringifyWithNumerals } from "#test/emulators/shopify/numeral-json.ts";
import { levelsOf, type Store } from "#test/emulators/shopify/store.ts";
import {
  bulkOperationPayload,
  compliancePayload,
  inventoryItemPayload,
  locationPayload,
  productPayload,
  shopPayload,
} from "#test/emulators/shopify/webhook-payloads.ts";
import type { Bench } from "./bench.ts";
import { mutate, mutateText, type Oddity, oddity, seldom } from "./mutation.ts";
import { type Target, target } from "./target.ts";

/** Tries after which a delivery must have come to an end. */
const TRIES_MAX = 12;

interface Case {
  topic: string;
  oddTopic: string | null;
  oddHeader: { name: string; value: string } | null;
  body: Oddity;
}

export function webhookTarget(bench: Bench): Target {
  const payloads = payloadsOf(bench.shopify.store(bench.shopDomain));
  let sent = 0;

  async function run(one: Case): Promise<string | null> {
    await bench.rewind();
    const rawBody = bodyOf(one);
    sent += 1;
    const webhookId = `fuzz-${sent}`;
    const headers = new Headers({
      "x-shopify-webhook-id": webhookId,
      "x-shopify-topic": one.oddTopic ?? one.topic,
      "x-shopify-shop-domain": bench.shopDomain,
      "x-shopify-triggered-at": bench.rt.clock.now().toISOString(),
    });
    if (one.oddHeader) headers.set(one.oddHeader.name, one.oddHeader.value);
    const answer = await acceptWebhook(bench.rt, { headers, rawBody });
    if (answer.status === 400 && (one.oddHeader || one.oddTopic) && answer.body) return null;
    if (answer.status !== 200) return `answered ${answer.status}`;
    // With the shop goes all that came from it, this message too.
    const goes = one.topic === "shop/redact" && one.oddTopic === null;
    const problem = await end(headers.get("x-shopify-webhook-id") ?? "", rawBody, goes);
    // These remove the shop.
    if (/uninstalled|redact/.test(one.topic)) await bench.install();
    return problem;
  }

  async function end(remoteId: string, rawBody: string, goes: boolean): Promise<string | null> {
    const { rt } = bench;
    const find = () => rt.db.delivery.findFirst({ where: { source: "shopify", remoteId }, orderBy: { id: "desc" } });
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const delivery = await find();
      if (!delivery && goes && tries > 0) return null;
      if (!delivery) return "200, and not stored";
      if (delivery.state !== "stored") break;
      if (delivery.retryAt) bench.goOnTo(delivery.retryAt);
      await applyDelivery(rt, { deliveryId: delivery.id.toString() });
    }
    const ended = await find();
    if (!ended) return goes ? null : "lost";
    if (ended.state === "stored") return `tried ${TRIES_MAX} times and not given up: ${ended.note}`;
    if (ended.state !== "failed") return null;
    if (ended.payloadSealed === null || rt.secrets.open(ended.payloadSealed) !== rawBody)
      return "given up, and its body was not kept";
    const shop = await rt.db.shop.findFirst({ where: { domain: ended.account ?? "" } });
    const alerts = await rt.db.alert.findMany({ where: { shopId: shop?.id ?? 0, key: { contains: "delivery" } } });
    if (shop && alerts.length === 0) return "given up without an alert";
    return alerts.some((alert) => /prisma|constraint|invocation/i.test(alert.message)) ? "raw words in an alert" : null;
  }

  /** As bytes can carry it: what is cut in the middle of a pair comes as U+FFFD. */
  function bodyOf({ topic, body }: Case): string {
    const text = stringifyWithNumerals(mutate(payloads.get(topic) ?? {}, body.values)) ?? "";
    return mutateText(text, body.text).toWellFormed();
  }

  return target<Case>({
    name: "webhooks",
    cases: fc.record({
      topic: fc.constantFrom(...payloads.keys()),
      oddTopic: seldom(
        fc.constantFrom("__proto__", "constructor", "toString", "orders/unheard-of", "t".repeat(101)),
        30,
      ),
      oddHeader: seldom(
        fc.record({
          name: fc.constantFrom("x-shopify-webhook-id", "x-shopify-shop-domain", "x-shopify-triggered-at"),
          value: fc.constantFrom("", "garbage", "x".repeat(3_000), "é", "+275760-09-13T00:00:00Z", "__proto__"),
        }),
        20,
      ),
      body: oddity,
    }),
    run: (one) => run(one),
    show: (one) => `${one.oddTopic ?? one.topic} ${JSON.stringify(one.oddHeader ?? {})} ${bodyOf(one).slice(0, 2_000)}`,
  });
}

/** As the emulated store would send them. */
function payloadsOf(store: Store): Map<string, unknown> {
  const product = first(store.products);
  const item = first(store.inventoryItems);
  const [level] = levelsOf(store, item.id);
  const customer = store.customers.size > 0 ? first(store.customers) : null;
  const idOf = (gid: string) => BigInt(gid.split("/").at(-1) ?? "1");
  const levelPayload = {
    inventory_item_id: idOf(item.id),
    location_id: idOf(level?.locationId ?? "1"),
    available: 7,
    updated_at: "2026-11-22T12:10:00+00:00",
  };
  const order = { id: 5_000_000_000_001n, admin_graphql_api_id: "gid://shopify/Order/5000000000001", line_items: [] };
  const ofOrder = { id: 5_000_000_000_002n, order_id: order.id, status: "success", line_items: [] };
  const bulk = { id: "gid://shopify/BulkOperation/1", createdAt: "2026-11-22T12:00:00Z", completedAt: null };
  const status = { errorCode: null, status: "COMPLETED" };
  const location = locationPayload(first(store.locations));
  return new Map<string, unknown>([
    ["inventory_levels/update", levelPayload],
    ["inventory_levels/connect", levelPayload],
    ["inventory_levels/disconnect", levelPayload],
    ["inventory_items/update", inventoryItemPayload(store, item)],
    ["inventory_items/delete", inventoryItemPayload(store, item)],
    ["products/create", productPayload(store, product)],
    ["products/update", productPayload(store, product)],
    ["products/delete", { id: idOf(product.id) + 1n }],
    ["collections/update", { id: 7n, title: "Sale", handle: "sale", updated_at: levelPayload.updated_at }],
    ["collections/delete", { id: 7n }],
    ...["create", "update", "activate", "deactivate", "delete"].map((what): [string, unknown] => [
      `locations/${what}`,
      location,
    ]),
    ["orders/updated", order],
    ["orders/cancelled", order],
    ["orders/delete", { id: order.id }],
    ["orders/edited", { order_edit: { id: 5_000_000_000_003n, order_id: order.id, line_items: { additions: [] } } }],
    ["refunds/create", ofOrder],
    ["fulfillments/create", ofOrder],
    ["fulfillments/update", ofOrder],
    ["bulk_operations/finish", bulkOperationPayload(store, { ...bulk, ...status } as never)],
    ["app/uninstalled", shopPayload(store)],
    ["app/scopes_update", { previous: [], current: ["read_products"], updated_at: "2026-11-22T12:00:00Z" }],
    ["shop/update", shopPayload(store)],
    ["customers/data_request", compliancePayload(store, "customers/data_request", customer)],
    ["customers/redact", compliancePayload(store, "customers/redact", customer)],
    ["shop/redact", compliancePayload(store, "shop/redact", customer)],
  ]);
}

function first<T>(all: ReadonlyMap<string, T>): T {
  const [one] = all.values();
  if (one === undefined) throw new Error("the emulated store has none");
  return one;
}
