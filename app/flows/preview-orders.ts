/**
 * What would be brought into Shopify, were orders imported from an earlier day on: read from the marketplace as it is, and
 * nothing of it is stored.
 */
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import { findChannelOfShop } from "../channels/channels.ts";
import { listKnownPictures } from "../orders/orders.ts";
import { unitsOf } from "../orders/picture.ts";
import type { Runtime } from "../runtime.ts";
import { explainFailure } from "../setbacks/words.ts";
import { importRule } from "./import-orders.ts";
import { openChannel } from "./open-channel.ts";
import { refusalByPlan } from "./plan-gate.ts";

/** A person waits for it. */
const PAGES_MAX = 8;

export interface OrderFound {
  name: string;
  soldAt: string;
  units: number;
  total: { amount: string; currency: string };
  isPaid: boolean;
  /** Why it will wait for the merchant; null: it goes to Shopify by itself. */
  waits: string | null;
}

export interface OrdersFound {
  /** The latest first. */
  orders: OrderFound[];
  /** There are more than could be looked at. */
  isMore: boolean;
}

/** Words: why it can't be said. */
export async function previewOrders(
  rt: Runtime,
  { shopId, channelId, since }: { shopId: number; channelId: number; since: Date },
): Promise<OrdersFound | string> {
  const channel = await findChannelOfShop(rt.db, shopId, channelId);
  if (!channel || (channel.state !== "connected" && channel.state !== "paused"))
    return "This channel is not connected.";
  const byPlan = await refusalByPlan(rt, rt.db, shopId, "orders");
  if (byPlan !== null) return byPlan;
  const opened = await openChannel(rt, channel, { urgent: true });
  if (!opened.ok) return `${explainFailure(opened.failure, channel.name)}. Try again in a minute.`;
  const importable = await importRule(rt, { ...channel, importOrdersSince: since });
  const found = new Map<string, OrderFound>();
  let cursor: string | null = null;
  for (let pages = 0; ; pages += 1) {
    if (pages === PAGES_MAX) return { orders: sorted(found), isMore: true };
    const page = await opened.value.remote.readOrders({ cursor, since });
    if (!page.ok) return `${explainFailure(page.failure, channel.name)}. Try again in a minute.`;
    const ids = page.value.orders.map((order) => order.remoteId);
    const known = await listKnownPictures(rt.db, channelId, ids);
    for (const order of page.value.orders) {
      const imported = known.has(order.remoteId) ? null : importable(order, false);
      if (imported && imported.status !== "cancelled") found.set(order.remoteId, shown(imported));
      else found.delete(order.remoteId);
    }
    if (!page.value.more) return { orders: sorted(found), isMore: false };
    cursor = page.value.nextCursor;
  }
}

function shown(order: RemoteOrder): OrderFound {
  return {
    name: order.displayName,
    soldAt: order.soldAt.toISOString(),
    units: order.lines.reduce((sum, line) => sum + unitsOf(line), 0),
    total: order.total,
    isPaid: order.status === "paid",
    waits: order.holdBecause,
  };
}

function sorted(found: ReadonlyMap<string, OrderFound>): OrderFound[] {
  return [...found.values()].sort((one, other) => other.soldAt.localeCompare(one.soldAt));
}
