/** Read model of which of a channel's orders are imported. */
import type { Runtime } from "../runtime.ts";
import { readDay } from "./shop-time.ts";

export interface ChannelOrdersView {
  name: string;
  isImporting: boolean;
  /** An order of whose address Shopify refuses something waits to be corrected. */
  holdsAddresses: boolean;
  /** Orders sold since then are imported. */
  since: string;
  connectedAt: string;
  /** The day that is asked about, yyyy-mm-dd, and its first moment; null: none is. */
  from: { day: string; at: string } | null;
}

/** Null: the shop has no such channel. */
export async function readChannelOrders(
  rt: Runtime,
  shop: { id: number; timezone: string },
  channelId: number,
  day: string | null,
): Promise<ChannelOrdersView | null> {
  const channel = await rt.db.channel.findFirst({ where: { id: channelId, shopId: shop.id } });
  if (!channel) return null;
  const from = readDay(day, shop.timezone);
  return {
    name: channel.name,
    isImporting: !channel.holdsOrders,
    holdsAddresses: channel.holdsAddresses,
    since: channel.importOrdersSince.toISOString(),
    connectedAt: channel.createdAt.toISOString(),
    from: from && { day: from.text, at: from.from.toISOString() },
  };
}
