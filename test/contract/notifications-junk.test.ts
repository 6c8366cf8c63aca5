/** Notifications that are signed and hold what no database stores: never more than a refusal, or a hint without it. */
import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import type { Connector, RawNotification } from "#connectors/contract/connector.ts";
import { createDepopConnector } from "#connectors/depop/index.ts";
import { createEtsyConnector } from "#connectors/etsy/index.ts";
import { createVintedConnector } from "#connectors/vinted/index.ts";

const NOW = new Date("2026-11-22T12:00:00.000Z");
const SECRET = "c2VjcmV0LW9mLXRoZS13ZWJob29rcw==";

type Signed = (body: string, id?: string) => RawNotification;

function raw(body: string, headers: Record<string, string>): RawNotification {
  const bytes = new TextEncoder().encode(body);
  return {
    method: "POST",
    endpoint: "https://x",
    query: new URLSearchParams(),
    headers: new Headers(headers),
    body: bytes,
  };
}
const hmac = (text: string) => createHmac("sha256", SECRET).update(text).digest("hex");

const etsy: Signed = (body, id = "msg_1") =>
  raw(body, {
    "webhook-id": id,
    "webhook-timestamp": String(NOW.getTime() / 1000),
    "webhook-signature": new Webhook(`whsec_${SECRET}`).sign(id, NOW, body),
  });
const depop: Signed = (body) => raw(body, { "x-depop-timestamp": "1", "x-depop-signature": hmac(`1.${body}`) });
const vinted: Signed = (body) => raw(body, { "x-vpi-webhook-hmac-sha256": `t=1,v1=${hmac(`1.${body}`)}` });

const connectors: Record<string, Connector> = {
  etsy: createEtsyConnector({ keystring: "k", sharedSecret: "s", webhookSecret: `whsec_${SECRET}` }),
  depop: createDepopConnector({ webhookSecret: SECRET }),
  vinted: createVintedConnector({ webhookSecret: SECRET }),
};
const transport = { send: () => Promise.reject(new Error("asks nobody")) };
const parse = (name: string, notification: RawNotification) =>
  connectors[name]?.parseNotification(notification, { transport, now: NOW });

const LONG = "x".repeat(108_000);
const receipt = "https://api.etsy.com/v3/application/shops/1/receipts/77";

describe("a signed notification", () => {
  it.each([
    ["etsy", etsy(JSON.stringify({ event_type: "ORDER\0PAID", resource_url: receipt, shop_id: "1" }))],
    ["etsy", etsy(JSON.stringify({ event_type: LONG, resource_url: receipt, shop_id: "1" }))],
    [
      "etsy",
      etsy(JSON.stringify({ event_type: "ORDER_PAID", resource_url: receipt, shop_id: "1" }), "i".repeat(3_000)),
    ],
    ["etsy", etsy(JSON.stringify({ event_type: "ORDER_PAID", resource_url: receipt, shop_id: "1".repeat(3_000) }))],
    ["depop", depop(JSON.stringify({ id: "a\0b", event_type: "v1:order.new" }))],
    ["depop", depop(JSON.stringify({ id: LONG, event_type: "v1:order.new" }))],
    ["depop", depop(JSON.stringify({ id: "a", event_type: "\ud800" }))],
    ["vinted", vinted(JSON.stringify({ event_type: "ORDER\0" }))],
    // Signed with its byte order mark, and no JSON because of it.
    ["etsy", etsy(`\ufeff${JSON.stringify({ event_type: "ORDER_PAID", resource_url: receipt, shop_id: "1" })}`)],
    ["vinted", vinted("[1]")],
    ["vinted", vinted("")],
  ])("of %s whose id or kind can't be stored is refused with a reason", async (name, notification) => {
    expect(await parse(name, notification)).toMatchObject({ kind: "refused", status: 400, why: expect.any(String) });
  });

  it.each([
    [
      "etsy",
      etsy(JSON.stringify({ event_type: "ORDER_PAID", resource_url: `${receipt}${"7".repeat(3_000)}`, shop_id: 1 })),
    ],
    ["depop", depop(JSON.stringify({ id: "a", event_type: "v1:order.new", data: { purchase_id: "\0" } }))],
    ["depop", depop(JSON.stringify({ id: "a", event_type: "v1:order.new", data: { purchase_id: LONG } }))],
    ["vinted", vinted(JSON.stringify({ event_type: "ORDER_CREATED", event_data: { order_id: "1".repeat(3_000) } }))],
  ])("of %s whose order can't be looked up still says: read orders now", async (name, notification) => {
    expect(await parse(name, notification)).toMatchObject({ kind: "hint", orderRemoteId: null });
  });
});
