/** A delivery that could not be applied is kept, tried again and shown; one that never can be is given up, and shown. */
import { z } from "zod";
import { mendedText } from "#connectors/contract/storable.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import { addMs } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { type Delivery, giveUpDelivery, postponeDelivery } from "../deliveries/deliveries.ts";
import { plainWords } from "../plain-words.ts";
import type { Runtime } from "../runtime.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { backoffMs } from "../tasks/retry.ts";

export function shopOf(rt: Runtime, { account }: Delivery): Promise<Shop | null> {
  return account ? findShop(rt.db, { domain: account }) : Promise.resolve(null);
}

/** Nothing is lost: it is tried again, ever more rarely, and shown once that has gone on for a while. */
export async function keepForLater(rt: Runtime, delivery: Delivery, error: unknown): Promise<void> {
  const now = rt.clock.now();
  const isUnreadable = error instanceof z.ZodError || error instanceof SyntaxError;
  const why = reasonOf(error);
  const isTooOld = delivery.attempts >= TRIES_MIN && delivery.receivedAt < addMs(now, -TRIED_MS_MAX);
  const shop = await shopOf(rt, delivery);
  if (isUnreadable && delivery.attempts + 1 >= UNREADABLE_TRIES_MAX) {
    return giveUp(rt, delivery, shop, {
      why,
      key: "unreadable-delivery",
      whatBecame: "can't be read",
      what: "It was left out.",
      keepsBody: true,
    });
  }
  if (isTooOld) {
    const words = { whatBecame: "was given up", what: "It was tried for three days.", keepsBody: false };
    return giveUp(rt, delivery, shop, { why, key: "delivery-given-up", ...words });
  }
  rt.logger.warn({ deliveryId: delivery.id.toString(), topic: delivery.topic, why }, "delivery put off");
  await inTransaction(rt.db, (tx) =>
    postponeDelivery(tx, delivery.id, why, addMs(now, backoffMs(delivery.attempts + 1))),
  );
  if (shop && isShown(delivery)) {
    await raiseAlert(
      rt.db,
      {
        shopId: shop.id,
        key: `delivery:${delivery.topic}`,
        severity: "warning",
        title: `A message from Shopify could not be applied (${delivery.topic})`,
        message: `It is kept and tried again. ${error instanceof z.ZodError ? "It can't be read" : plainWords(why)}. Stock and orders are compared with Shopify on a clock meanwhile.`,
        action: "/app/history",
      },
      now,
    );
  }
}

const SHOWN_AFTER_ATTEMPTS = 5;

/** Whether the merchant is told that it is put off. */
export function isShown({ attempts }: Delivery): boolean {
  return attempts >= SHOWN_AFTER_ATTEMPTS;
}

/** It was applied after all. */
export async function endPutOffAlert(rt: Runtime, delivery: Delivery): Promise<void> {
  const shop = await shopOf(rt, delivery);
  if (shop) await resolveAlert(rt.db, shop.id, `delivery:${delivery.topic}`, rt.clock.now());
}

/** Stored as a note. An error's words may quote what was sent: JSON's would, so they are left out. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return "can't be read: not JSON";
  if (error instanceof z.ZodError) return mendedText(`can't be read: ${z.prettifyError(error)}`) ?? "can't be read";
  return mendedText(error instanceof Error ? error.message : String(error)) ?? "no reason";
}

/** What can't be read today can't be read tomorrow. */
const UNREADABLE_TRIES_MAX = 3;
/** After so many days, and so many tries, nothing would make it right: what it said is not kept for ever. */
const TRIED_MS_MAX = 3 * 24 * 60 * 60_000;
const TRIES_MIN = 20;

async function giveUp(
  rt: Runtime,
  delivery: Delivery,
  shop: Shop | null,
  said: {
    why: string;
    key: "unreadable-delivery" | "delivery-given-up";
    whatBecame: string;
    what: string;
    keepsBody: boolean;
  },
): Promise<void> {
  const now = rt.clock.now();
  const { topic } = delivery;
  rt.logger.error({ deliveryId: delivery.id.toString(), topic, why: said.why }, `delivery ${said.whatBecame}`);
  await inTransaction(rt.db, async (tx) => {
    await giveUpDelivery(tx, delivery.id, { note: said.why, keepsBody: said.keepsBody, now });
    if (!shop) return;
    await resolveAlert(tx, shop.id, `delivery:${topic}`, now);
    await raiseAlert(
      tx,
      {
        shopId: shop.id,
        // One a day says as much as a thousand.
        key: `${said.key}:${topic}:${now.toISOString().slice(0, 10)}`,
        endsByHand: true,
        severity: "warning",
        title: `A message from Shopify ${said.whatBecame} (${topic})`,
        message: `${said.what} Stock and orders are compared with Shopify on a clock all the same. Tell Lockstep's support which message it was, then choose Done.`,
        action: "/app/history",
      },
      now,
    );
  });
}
