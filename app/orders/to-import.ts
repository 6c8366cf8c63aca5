/** Which of a marketplace's orders are ours to import, and which of these wait for the merchant. Pure. */
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";

/** How far back a merchant may go: Shopify shows an app no older orders of its own, so their shipments could not be told. */
const OLDEST_DAYS = 60;

/** What of a channel decides. */
export interface Importing {
  name: string;
  importOrdersSince: Date;
  holdsOrders: boolean;
  /** When it was connected. */
  createdAt: Date;
}

/** Null: it is left where it is. `isKnown`: it is among ours already. */
export function toImport(channel: Importing, order: RemoteOrder, isKnown: boolean): RemoteOrder | null {
  if (!isKnown && (order.soldAt < channel.importOrdersSince || isOver(channel, order))) return null;
  const why = order.holdBecause ?? whyHeld(channel, order, isKnown);
  return why === order.holdBecause ? order : { ...order, holdBecause: why };
}

/** Why orders can't be imported from then on; null: they can. What was imported before may be again: a change is undone so. */
export function refuseSince({ createdAt }: Pick<Importing, "createdAt">, since: Date, now: Date): string | null {
  if (since > now) return "Choose a day that has begun.";
  const isTooOld = since < createdAt && since.getTime() < now.getTime() - OLDEST_DAYS * 24 * 60 * 60_000;
  return isTooOld ? `Choose one of the last ${OLDEST_DAYS} days: Shopify shows apps no older orders.` : null;
}

/** What was sold before anybody read it took its stock then: Shopify would take it once more for nothing that is to be sent. */
function isOver(channel: Importing, order: RemoteOrder): boolean {
  return order.soldAt < channel.createdAt && (order.status === "cancelled" || order.fulfilment === "complete");
}

function whyHeld(channel: Importing, order: RemoteOrder, isKnown: boolean): string | null {
  if (channel.holdsOrders) return `Importing orders from ${channel.name} is off.`;
  return !isKnown && order.soldAt < channel.createdAt && order.fulfilment === "partial"
    ? `Part of it was sent before ${channel.name} was connected: Shopify would take those units once more.`
    : null;
}
