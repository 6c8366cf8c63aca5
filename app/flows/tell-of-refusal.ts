/** Shopify refuses a shop as a whole: one alert says why and what to do, and ends when Shopify takes something again. */
import type { Failure } from "#connectors/contract/failures.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import type { Db, Tx } from "../db.server.ts";
import type { Runtime } from "../runtime.ts";
import { refusalOf, wordsOf } from "../shopify/shop-refusals.ts";

/** The shop's orders wait until then. */
export interface PutOff {
  until: Date;
}

const KEY = "shopify-access";
/** Orders that come in a burst are no trouble: they have an alert of their own, which does not hide another. */
const RATE_KEY = "shopify-rate";

/** Nothing where the failure is about less than the shop. */
export async function tellOfRefusal(rt: Runtime, tx: Db | Tx, shopId: number, failure: Failure): Promise<void> {
  const refusal = refusalOf(failure);
  if (!refusal) return;
  const { message, ...words } = wordsOf(refusal, failure);
  const facts = { shopId, key: refusal === "rate" ? RATE_KEY : KEY, action: "/app" } as const;
  const waiting = `${message} Marketplace orders wait meanwhile, and go to Shopify by themselves.`;
  await raiseAlert(tx, { ...facts, ...words, message: waiting }, rt.clock.now());
}

/** Shopify has just taken something. */
export async function resolveRefusals(rt: Runtime, tx: Db | Tx, shopId: number): Promise<void> {
  for (const key of [KEY, RATE_KEY]) await resolveAlert(tx, shopId, key, rt.clock.now());
}
