/**
 * Works on what a shop's levels were said to be, many messages at a time: a burst is mostly about the same few items, and of
 * an item and location the last quantity counts. What can't be decided costs its item, what can't be read itself alone.
 */
import { type Delivery, listStored, settleDeliveries } from "../deliveries/deliveries.ts";
import { lastReadings } from "../inventory/last-readings.ts";
import type { LevelReading } from "../inventory/levels.ts";
import type { Runtime } from "../runtime.ts";
import { inventoryLevelPayload, parseWebhookJson } from "../shopify/webhook-payload.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { applyReadings, readLevelsAgain } from "./apply-inventory-change.ts";
import { LEVEL_UPDATE } from "./delivery-task.ts";
import { endPutOffAlert, isShown, keepForLater } from "./keep-delivery.ts";

const MESSAGES_MAX = 500;
/** Then other shops have their turn. */
const SETS_PER_TURN_MAX = 4;

export async function applyLevelUpdates(rt: Runtime, { shopDomain }: { shopDomain: string }): Promise<void> {
  for (let sets = 0; sets < SETS_PER_TURN_MAX; sets += 1) {
    const due = { ...LEVEL_UPDATE, account: shopDomain, now: rt.clock.now(), limit: MESSAGES_MAX };
    const stored = await listStored(rt.db, due);
    if (stored.length > 0) await applySet(rt, shopDomain, stored);
    // What came meanwhile has a nudge of its own.
    if (stored.length < MESSAGES_MAX) return;
  }
  rt.queue.nudge("apply-level-updates", { shopDomain });
}

/** What one message said. */
type Told = LevelReading & { delivery: Delivery };

async function applySet(rt: Runtime, shopDomain: string, deliveries: readonly Delivery[]): Promise<void> {
  const shop = await findShop(rt.db, { domain: shopDomain });
  if (!shop) {
    const ids = deliveries.map(({ id }) => id);
    const note = `${shopDomain} is not installed`;
    return settleDeliveries(rt.db, ids, { state: "ignored", note, now: rt.clock.now() });
  }
  const told: Told[] = [];
  for (const delivery of deliveries) {
    try {
      told.push(read(rt, delivery));
    } catch (error) {
      await keepForLater(rt, delivery, error);
    }
  }
  await applyTold(rt, shop, told);
}

function read(rt: Runtime, delivery: Delivery): Told {
  const body = parseWebhookJson(rt.secrets.open(delivery.payloadSealed ?? ""));
  const level = inventoryLevelPayload.parse(body);
  return {
    inventoryItemGid: level.inventory_item_id,
    locationGid: level.location_id,
    available: level.available,
    remoteUpdatedAt: level.updated_at,
    reference: delivery.id.toString(),
    delivery,
  };
}

async function applyTold(rt: Runtime, shop: Shop, told: readonly Told[]): Promise<void> {
  if (told.length === 0) return;
  const { last, unclear } = lastReadings(told);
  const readings = last.map(({ delivery: _, ...reading }) => reading);
  try {
    const applied = await applyReadings(rt, shop, { readings, cause: "webhook", reference: null });
    for (const gid of applied.unclear) unclear.add(gid);
  } catch (error) {
    // One that can't be stored must not keep back the others.
    const [only, ...others] = told;
    if (only && others.length === 0) return keepForLater(rt, only.delivery, error);
    for (const one of told) await applyTold(rt, shop, [one]);
    return;
  }
  await settle(
    rt,
    told.filter((one) => !unclear.has(one.inventoryItemGid)),
  );
  const open = told.filter((one) => unclear.has(one.inventoryItemGid));
  if (open.length === 0) return;
  try {
    await readLevelsAgain(rt, shop, [...unclear], open.at(-1)?.reference ?? null);
    await settle(rt, open);
  } catch (error) {
    for (const { delivery } of open) await keepForLater(rt, delivery, error);
  }
}

async function settle(rt: Runtime, told: readonly Told[]): Promise<void> {
  const deliveries = told.map((one) => one.delivery);
  const ids = deliveries.map(({ id }) => id);
  await settleDeliveries(rt.db, ids, { state: "applied", now: rt.clock.now() });
  const shown = deliveries.find(isShown);
  if (shown) await endPutOffAlert(rt, shown);
}
