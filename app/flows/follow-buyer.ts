/**
 * Whose an order is: found or made when it is stored, and for sure once Shopify has it. What its customer bought is counted
 * with it, in the same transaction.
 */
import type { RemoteBuyer } from "#connectors/contract/remote-types.ts";
import type { Channel } from "../channels/channels.ts";
import { findCustomerOf, forgetEmptyRecords, recordBuyer, settleCustomer } from "../customers/customers.ts";
import { countCustomers } from "../customers/figures.ts";
import { identifyBuyer } from "../customers/identities.ts";
import type { Tx } from "../db.server.ts";
import { setCustomerRecord } from "../orders/orders.ts";
import type { RecordedOrder } from "../orders/record-order.ts";
import type { Runtime } from "../runtime.ts";

/** Last in the transaction that stored the order. */
export async function followBuyer(rt: Runtime, tx: Tx, channel: Channel, stored: RecordedOrder): Promise<void> {
  const recordId = stored.customerRecordId ?? (await nameBuyer(rt, tx, channel, stored));
  if (recordId === null) return;
  const customerId = await findCustomerOf(tx, recordId);
  if (customerId !== null) await countCustomers(tx, [customerId], rt.clock.now());
}

async function nameBuyer(
  rt: Runtime,
  tx: Tx,
  channel: Channel,
  { id: orderId, isForgotten, buyer }: RecordedOrder,
): Promise<number | null> {
  if (isForgotten) return null;
  const recordId = await recordBuyer(tx, buyerOn(rt, channel, buyer));
  if (recordId !== null) await setCustomerRecord(tx, orderId, recordId);
  return recordId;
}

/** The merchant said who the buyer is, or took that back: the order is of whom that leads to. */
export async function renameBuyer(
  rt: Runtime,
  tx: Tx,
  channel: Channel,
  order: { id: number; customerRecordId: number | null },
  { before, after }: { before: RemoteBuyer; after: RemoteBuyer },
): Promise<void> {
  const known = (buyer: RemoteBuyer) => JSON.stringify(identifyBuyer(buyer));
  if (known(before) === known(after)) return;
  const recordId = await recordBuyer(tx, buyerOn(rt, channel, after));
  if (recordId === order.customerRecordId) return;
  await setCustomerRecord(tx, order.id, recordId);
  const now = rt.clock.now();
  const left = order.customerRecordId === null ? [] : await forgetEmptyRecords(tx, [order.customerRecordId], now);
  const customerId = recordId === null ? null : await findCustomerOf(tx, recordId);
  await countCustomers(tx, [...new Set([...left, ...(customerId === null ? [] : [customerId])])], now);
}

/** Shopify has the order, as one of this customer. */
export async function followPlacedBuyer(
  rt: Runtime,
  tx: Tx,
  channel: Channel,
  order: { id: number; customerRecordId: number | null; buyer: RemoteBuyer },
  customerGid: string,
): Promise<void> {
  const buyer = buyerOn(rt, channel, order.buyer);
  const recordId = order.customerRecordId ?? (await recordBuyer(tx, buyer));
  if (recordId === null) return;
  const settled = await settleCustomer(tx, { ...buyer, recordId, customerGid });
  if (settled.recordId !== order.customerRecordId) await setCustomerRecord(tx, order.id, settled.recordId);
  await countCustomers(tx, settled.customerIds, rt.clock.now());
}

function buyerOn(rt: Runtime, { shopId, connectorKey }: Channel, buyer: RemoteBuyer) {
  const identities = identifyBuyer(buyer);
  const isEmailHidden = identities.email === null && buyer.emailIsRelay;
  return { shopId, connectorKey, identities, isEmailHidden, secrets: rt.secrets, now: rt.clock.now() };
}
