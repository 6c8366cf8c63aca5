/** A parcel left, or the merchant has the order in hand: from now on the buyer's time runs, as their marketplace allows. */
import { findChannel } from "../channels/channels.ts";
import type { Tx } from "../db.server.ts";
import { buyerForgetAt, startBuyerClock } from "../orders/buyers.ts";
import type { MarketplaceOrder } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";

/** Where a marketplace is not set up here any more: the shortest that any asks for. */
const SHORTEST_MS = 30 * 24 * 60 * 60_000;

export function buyerKeptMsOf(rt: Runtime, connectorKey: string): number {
  return rt.connectors.get(connectorKey)?.manifest.buyerDataKeptMs ?? SHORTEST_MS;
}

export async function orderEnded(
  rt: Runtime,
  tx: Tx,
  { id, channelId, soldAt }: Pick<MarketplaceOrder, "id" | "channelId" | "soldAt">,
  endedAt: Date,
): Promise<void> {
  const channel = await findChannel(tx, channelId);
  if (!channel) return;
  await startBuyerClock(tx, id, buyerForgetAt({ soldAt, endedAt }, buyerKeptMsOf(rt, channel.connectorKey)));
}

/** It is not over after all: their time runs as if it had never been said to be. */
export async function orderOpenAgain(
  rt: Runtime,
  tx: Tx,
  { id, channelId, soldAt }: Pick<MarketplaceOrder, "id" | "channelId" | "soldAt">,
): Promise<void> {
  const channel = await findChannel(tx, channelId);
  if (!channel) return;
  await startBuyerClock(tx, id, buyerForgetAt({ soldAt, endedAt: null }, buyerKeptMsOf(rt, channel.connectorKey)));
}
