/** An order was sold on a listing that is none of ours: its quantity is not kept in step, and the merchant may not know. */
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import { listAlertKeys, raiseAlert, resolveAlerts } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import type { Channel } from "../channels/channels.ts";
import type { Tx } from "../db.server.ts";
import { listKnownNames } from "../listings/listings.ts";
import type { ResolvedLine } from "../orders/record-order.ts";
import type { Runtime } from "../runtime.ts";

const keyOf = (channelId: number, name: string): AlertKey => `sold-not-kept:${channelId}:${name}`;
const OPEN_MAX = 1_000;

/** To be called with an order that is new, and what its lines were found to be. */
export async function noteSoldNotKept(
  rt: Runtime,
  tx: Tx,
  channel: Channel,
  order: RemoteOrder,
  lines: readonly ResolvedLine[],
): Promise<void> {
  const manifest = rt.connectors.get(channel.connectorKey)?.manifest;
  // Before the first reading none is known; and where a listing stands for one unit, none is left to keep in step.
  if (channel.listingsReadAt === null || !manifest?.capabilities.quantities) return;
  const found = new Set(lines.flatMap((line) => (line.listingId === null ? [] : [line.remoteLineId])));
  const sold = order.lines.flatMap((line) => {
    // A variation's own id may change while its listing stays: where the SKU found a listing of ours, that is it.
    const name = line.groupId ?? (found.has(line.remoteLineId) ? null : line.listingRemoteId);
    return name ? [{ name, title: line.title, sku: line.sku }] : [];
  });
  const names = sold.map((one) => one.name);
  // One that is gone by now was kept while it was there.
  const known = await listKnownNames(tx, channel.id, names, { removedToo: true });
  for (const { name, title, sku } of sold) {
    if (known.has(name)) continue;
    const help =
      manifest.onSaleHelp ?? "Read the listings again on the channel's page; if it is on sale, it is found then.";
    await raiseAlert(
      tx,
      {
        shopId: channel.shopId,
        channelId: channel.id,
        key: keyOf(channel.id, name),
        endsByHand: true,
        severity: "warning",
        title: `${channel.name} sold from a listing that is not kept in step`,
        message: `Order ${order.displayName} sold "${title}"${sku ? ` (SKU ${sku})` : ""} on listing ${name}, which is not among those that Lockstep reads. The order is imported, but the listing's quantity is left as it is. ${help}`,
        action: `/app/channels/${channel.id}`,
      },
      rt.clock.now(),
    );
  }
}

/** After a whole reading of the listings: those that are among ours by now. */
export async function endSoldNotKept(tx: Tx, { id, shopId }: Channel, now: Date): Promise<void> {
  const prefix = keyOf(id, "");
  const open = await listAlertKeys(tx, { shopId, prefix, open: { rowsMax: OPEN_MAX } });
  if (open.length === 0) return;
  const names = open.map((key) => key.slice(prefix.length));
  const known = await listKnownNames(tx, id, names, { removedToo: false });
  await resolveAlerts(
    tx,
    shopId,
    [...known].map((name) => keyOf(id, name)),
    now,
  );
}
