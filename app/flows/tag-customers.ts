/**
 * Shopify's customers get the tags that their stage and their channels say, and lose those that they do not say any more.
 * What is wanted is worked out as it is sent, so a late try never brings an older stage back. Adding and taking off come to
 * the same however often they are done: what may have been lost is done again, and once more after the longest time that a
 * lost request may still land.
 *
 * Nobody waits for tags: they leave half of Shopify's budget to orders, and a shop that Shopify refuses is put off as a whole.
 */
import type { Failure } from "#connectors/contract/failures.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import { addMs } from "../clock.ts";
import {
  type DueTags,
  forgetTags,
  listDueTags,
  recordTags,
  recordTagsAgainAt,
  recordTagsRefused,
  recordTagsSending,
  recordTagsUnclear,
} from "../customers/taggings.ts";
import { moveOf, type TagMove, tagsOf } from "../customers/tags.ts";
import { type Lease, storeUnder, underLease } from "../leases/leases.ts";
import type { Runtime } from "../runtime.ts";
import { moveCustomerTags } from "../shopify/customers.ts";
import { refusalOf } from "../shopify/shop-refusals.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { endShopPutOff, putOffShopWork } from "./put-off-shop-work.ts";

const PAGE = 20;
/** Of one task: the tick finds the others. */
const TURN_MAX = 100;
/** Longer than Shopify works on a request whose reply was lost. */
const LOST_MS = 60_000;

export async function tagCustomers(rt: Runtime, { shopId }: { shopId: number }): Promise<void> {
  const shop = await findShop(rt.db, { id: shopId });
  if (!shop || shop.uninstalledAt) return;
  await underLease(rt, { name: `tags:${shopId}`, holder: rt.workerId }, async (lease) => {
    for (let done = 0; done < TURN_MAX; done += PAGE) {
      const page = await listDueTags(rt.db, shopId, rt.clock.now(), PAGE);
      for (const due of page) if (!(await tagCustomer(rt, shop, due, lease))) return;
      if (page.length < PAGE) return;
    }
  });
}

/** False: the shop's others wait, or another worker goes on with them. */
async function tagCustomer(rt: Runtime, shop: Shop, due: DueTags, lease: Lease): Promise<boolean> {
  const nameOf = (key: string): string => rt.connectors.get(key)?.manifest.name ?? key;
  const wanted = tagsOf({ stage: due.stage, marketplaces: due.connectorKeys.map(nameOf) });
  const marketplaces = [...rt.connectors.values()].map((connector) => connector.manifest.name);
  const move = moveOf({ held: due.tags, isUnclear: due.isUnclear, wanted, marketplaces });
  if (!move) return storeUnder(rt.db, lease, (tx) => recordTags(tx, due, wanted));
  let isAsWorkedOut = false;
  const isOurs = await storeUnder(rt.db, lease, async (tx) => {
    isAsWorkedOut = await recordTagsSending(tx, due, [...new Set([...due.tags, ...wanted])]);
  });
  // What changed meanwhile is due still, and is worked out anew.
  if (!isOurs || !isAsWorkedOut) return isOurs;
  return send(rt, shop, due, move, lease);
}

async function send(rt: Runtime, shop: Shop, due: DueTags, move: TagMove, lease: Lease): Promise<boolean> {
  const moved = await moveCustomerTags(rt.admin(shop.domain), { customerGid: due.customerGid, ...move });
  if (!moved.ok && moved.failure.kind !== "rejected") return putOff(rt, shop, due, moved.failure, lease);
  return storeUnder(rt.db, lease, async (tx) => {
    const { failure } = moved.ok ? { failure: null } : moved;
    if (failure) await recordTagsRefused(tx, due, failure.message);
    else if (moved.ok && moved.value === "gone") await forgetTags(tx, shop.id, due.customerGid);
    else if (due.unclearTries > 0) await recordTagsAgainAt(tx, due, addMs(rt.clock.now(), LOST_MS));
    else await recordTags(tx, due, move.add);
    await endShopPutOff(tx, shop.id, "tags");
    await resolveAlert(tx, shop.id, ALERT, rt.clock.now());
  });
}

const ALERT = "customer-tags";

async function putOff(rt: Runtime, shop: Shop, due: DueTags, failure: Failure, lease: Lease): Promise<boolean> {
  await storeUnder(rt.db, lease, async (tx) => {
    if (failure.kind === "outcome-unknown") await recordTagsUnclear(tx, due);
    if (refusalOf(failure) === "denied")
      await raiseAlert(
        tx,
        {
          shopId: shop.id,
          key: ALERT,
          severity: "warning",
          title: "Shopify does not let Lockstep tag your customers",
          message: `Lockstep needs the permission to change customers (write_customers). Open Lockstep in the Shopify admin and agree to what it asks for: the tags follow by themselves then. Or turn them off. Shopify said: ${failure.message}.`,
          action: "/app/customers/stages",
        },
        rt.clock.now(),
      );
  });
  await putOffShopWork(rt, { shopId: shop.id, work: "tags", why: failure.message });
  return false;
}
