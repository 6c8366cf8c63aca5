/**
 * Notifications of every marketplace that sends some, signed: stored and answered 200, then applied; or refused with a
 * reason. Without a good signature: 401 or 412.
 */
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { acceptNotification } from "#app/flows/accept-notification.ts";
import { applyDelivery } from "#app/flows/apply-delivery.ts";
import { depopTestSettings } from "#test/contract/depop-world.ts";
import { etsyTestSettings } from "#test/contract/etsy-world.ts";
import { VINTED_WEBHOOK_SECRET } from "#test/contract/vinted-world.ts";
import type { Bench } from "./bench.ts";
import { mutate, mutateText, type Oddity, oddity } from "./mutation.ts";
import { type Target, target } from "./target.ts";

interface Case {
  sample: number;
  body: Oddity;
}

interface Sender {
  samples: readonly unknown[];
  headers(body: string, now: Date): Record<string, string>;
}

export function notificationTargets(bench: Bench): Target[] {
  return Object.entries(senders(bench)).map(([key, sender]) => {
    const bodyOf = ({ sample, body }: Case): string =>
      mutateText(JSON.stringify(mutate(sender.samples[sample % sender.samples.length], body.values)) ?? "", body.text);

    return target<Case>({
      name: `notifications of ${key}`,
      cases: fc.record({ sample: fc.nat(10), body: oddity }),
      async run(one) {
        await bench.rewind();
        if (key === "ebay") bench.onReply = async (request, reply) => (await ebayKey(request)) ?? reply;
        const { rt } = bench;
        const body = bodyOf(one);
        const before = await rt.db.delivery.count();
        const answer = await acceptNotification(rt, {
          connectorKey: key,
          channelId: null,
          raw: {
            method: "POST",
            endpoint: `${rt.appUrl}/notifications/${key}`,
            query: new URLSearchParams(),
            headers: new Headers(sender.headers(body, rt.clock.now())),
            body: new TextEncoder().encode(body),
          },
        });
        if (answer.status === 400) return answer.body ? null : "refused without a reason";
        if (answer.status !== 200) return `answered ${answer.status}: ${answer.body}`;
        const delivery = await rt.db.delivery.findFirst({ where: { source: key }, orderBy: { id: "desc" } });
        if (!delivery) return "200, and not stored";
        if ((await rt.db.delivery.count()) === before) return null;
        await applyDelivery(rt, { deliveryId: delivery.id.toString() });
        const { state, note } = await rt.db.delivery.findUniqueOrThrow({ where: { id: delivery.id } });
        return state === "applied" || state === "ignored" ? null : `${state}: ${note}`;
      },
      show: bodyOf,
    });
  });
}

const VINTED_WEBHOOK_ID = "0f0c7a5e-5d0e-4a4f-8b8e-0c6a5d1f2b3c";

const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });

/** eBay's key of this run, which the emulator does not hand out. */
async function ebayKey(request: Request): Promise<Response | null> {
  if (!new URL(request.url).pathname.includes("/public_key/")) return null;
  const key = keys.publicKey.export({ type: "spki", format: "pem" }).toString().replaceAll("\n", "");
  return Response.json({ key, algorithm: "ECDSA", digest: "SHA1" });
}

function senders(bench: Bench): Record<string, Sender> {
  const orderOf = (key: string): string => bench.markets.get(key)?.orderIds[1] ?? "";
  const ofOrder = { order_id: orderOf("vinted"), items: [{ item_id: VINTED_WEBHOOK_ID, item_reference: "MUG" }] };
  const hmac = (secret: string, text: string) => createHmac("sha256", secret).update(text).digest("hex");
  return {
    ebay: {
      samples: [
        {
          metadata: { topic: "ORDER_CONFIRMATION", schemaVersion: "1.0", deprecated: false },
          notification: {
            notificationId: "n-1",
            eventDate: "2026-11-22T12:00:00Z",
            publishDate: "2026-11-22T12:00:01Z",
            publishAttemptCount: 1,
            data: { orderId: orderOf("ebay"), seller: { userId: "account-of-ebay" } },
          },
        },
        {
          metadata: { topic: "MARKETPLACE_ACCOUNT_DELETION", schemaVersion: "1.0" },
          notification: { notificationId: "n-2", data: { username: "buyer-1", userId: "u9", eiasToken: "e" } },
        },
      ],
      headers(body) {
        const signature = sign("sha1", Buffer.from(body), keys.privateKey).toString("base64");
        const header = JSON.stringify({ alg: "ECDSA", kid: "key-of-the-run", signature, digest: "SHA1" });
        return { "x-ebay-signature": Buffer.from(header).toString("base64") };
      },
    },
    etsy: {
      samples: [
        {
          event_type: "order.paid",
          resource_url: `https://api.etsy.com/v3/application/shops/1/receipts/${orderOf("etsy")}`,
          shop_id: "account-of-etsy",
        },
        { event_type: "ORDER_PAID", resource_url: "https://api.etsy.com/v3/x/receipts/12?x=1", shop_id: 12_345_678 },
      ],
      headers(body, now) {
        const webhook = new Webhook(etsyTestSettings.webhookSecret);
        return {
          "webhook-id": `msg_${hmac("id", body).slice(0, 20)}`,
          "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
          "webhook-signature": webhook.sign(`msg_${hmac("id", body).slice(0, 20)}`, now, body),
        };
      },
    },
    depop: {
      samples: [
        { id: "evt-1", event_type: "v1:order.new", data: { purchase_id: orderOf("depop"), seller_id: 1 } },
        {
          id: "evt-2",
          event_type: "v1:order.refunded",
          data: { purchase_id: orderOf("depop"), refunded_by: "SELLER" },
        },
      ],
      headers: (body) => ({
        "x-depop-timestamp": "1764000000",
        "x-depop-signature": hmac(depopTestSettings.webhookSecret, `1764000000.${body}`),
      }),
    },
    vinted: {
      samples: [
        { webhook_id: VINTED_WEBHOOK_ID, event_type: "ORDER_CREATED", event_data: ofOrder },
        {
          webhook_id: VINTED_WEBHOOK_ID,
          event_type: "ITEM_SOLD",
          event_data: { item_id: VINTED_WEBHOOK_ID, item_reference: "MUG" },
        },
        {
          webhook_id: VINTED_WEBHOOK_ID,
          event_type: "CANCEL_ORDER_FAILURE",
          event_data: { order_id: ofOrder.order_id, error: "Order is SHIPPED" },
        },
      ],
      headers: (body) => ({
        "x-vpi-webhook-hmac-sha256": `t=1764000000,v1=${hmac(VINTED_WEBHOOK_SECRET, `1764000000.${body}`)}`,
      }),
    },
  };
}
