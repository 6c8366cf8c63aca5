/** What is read before an account is joined to a shop. */
import type { Runtime } from "../runtime.ts";
import { marketplaceName } from "./home.ts";
import { saySharedStock } from "./words.ts";

export interface PendingConnectionView {
  marketplace: string;
  accountName: string;
  shopName: string;
  shopDomain: string;
  warnings: string[];
  /** The channel that is connected again; null: it becomes a new one. */
  channelName: string | null;
  /** The account is connected in another shop, from which it would be taken. */
  isElsewhere: boolean;
}

/** Null: it is not this shop's or not this person's, is over, or never was. */
export async function readPendingConnection(
  rt: Runtime,
  { shopId, userId, claim }: { shopId: number; userId: string | null; claim: string },
): Promise<PendingConnectionView | null> {
  const pending = await rt.db.pendingConnection.findFirst({
    where: { claim, shopId, expiresAt: { gt: rt.clock.now() }, OR: [{ userId: null }, { userId }] },
  });
  if (!pending) return null;
  const { connectorKey, remoteAccountId, channelId } = pending;
  const [shop, channel] = await Promise.all([
    rt.db.shop.findUniqueOrThrow({ where: { id: shopId }, select: { name: true, domain: true } }),
    rt.db.channel.findFirst({
      where: { shopId, ...(channelId === null ? { connectorKey, remoteAccountId } : { id: channelId }) },
      select: { name: true, remoteAccountId: true },
    }),
  ]);
  const isElsewhere = await rt.db.channel.count({
    where: {
      connectorKey,
      remoteAccountId: { in: [remoteAccountId, channel?.remoteAccountId ?? remoteAccountId] },
      shopId: { not: shopId },
      state: { not: "disconnected" },
    },
  });
  return {
    marketplace: marketplaceName(rt, connectorKey),
    accountName: pending.accountName,
    shopName: shop.name,
    shopDomain: shop.domain,
    warnings: [...pending.warnings, ...saySharedStock(pending.accountName, pending.sharesStockWith)],
    channelName: channel?.name ?? null,
    isElsewhere: isElsewhere > 0,
  };
}
