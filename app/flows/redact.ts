/** Redaction requests, from Shopify and the marketplaces: carried out at once, on everything that names the person. */
import {
  forgetCustomer,
  forgetEmptyRecords,
  forgetIdentities,
  forgetPeople,
  listIdentities,
  listRecordsOf,
} from "../customers/customers.ts";
import { countCustomers } from "../customers/figures.ts";
import { identityKeys } from "../customers/identities.ts";
import { type Db, inTransaction, type Tx } from "../db.server.ts";
import { type BuyersOrders, forgetBuyers } from "../orders/buyers.ts";
import type { Runtime } from "../runtime.ts";
import { eraseShop, type Shop } from "../shops/shops.ts";

/** As Shopify names a customer. */
export interface NamedCustomer {
  id: string;
  email?: string | null | undefined;
  phone?: string | null | undefined;
}

/** The list of orders is Shopify's; we know others of the same person, of which it never heard or which it left out. */
export async function ordersOfCustomer(
  rt: Runtime,
  db: Db | Tx,
  {
    shopId,
    customer,
    shopifyOrderGids,
  }: { shopId: number; customer: NamedCustomer | undefined; shopifyOrderGids: readonly string[] },
): Promise<Extract<BuyersOrders, { shopId: number }>> {
  const person = {
    email: customer?.email?.trim().toLowerCase() || null,
    phone: customer?.phone || null,
    buyerId: null,
  };
  const keys = rt.secrets.hashes.flatMap((hash) => identityKeys(hash, "", person).map((key) => key.valueHash));
  const customerGid = customer?.id ?? null;
  const known = customerGid === null ? [] : await listIdentities(db, shopId, customerGid);
  const records = await listRecordsOf(db, { shopId, customerGid, valueHashes: keys });
  return {
    shopId,
    keys: [...keys, ...known],
    customerGid,
    shopifyOrderGids,
    recordIds: records.map((record) => record.id),
  };
}

export async function redactCustomer(
  rt: Runtime,
  shop: Shop,
  { customer, orders_to_redact }: { customer?: NamedCustomer | undefined; orders_to_redact: readonly string[] },
): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const named = { shopId: shop.id, customer, shopifyOrderGids: orders_to_redact };
    const orders = await ordersOfCustomer(rt, tx, named);
    const { keys, customerGid } = orders;
    const people = await listRecordsOf(tx, { shopId: shop.id, customerGid, valueHashes: keys });
    const { recordIds } = await forgetBuyers(tx, orders, rt.clock.now());
    await forgetIdentities(tx, keys, shop.id);
    await forgetPeople(tx, [...new Set(people.map((record) => record.customerId))], rt.clock.now());
    if (customer) await forgetCustomer(tx, shop.id, customer.id);
    await countCustomers(tx, await forgetEmptyRecords(tx, recordIds, rt.clock.now()), rt.clock.now());
  });
}

export async function redactShop(rt: Runtime, shop: Shop): Promise<void> {
  await inTransaction(rt.db, (tx) => eraseShop(tx, shop));
}

/** A marketplace says that this buyer closed their account: they are forgotten in every shop that sold to them there. */
export async function redactBuyer(
  rt: Runtime,
  input: { connectorKey: string; buyerRemoteIds: readonly string[] },
): Promise<void> {
  const nobody = { email: null, phone: null };
  const keys = rt.secrets.hashes.flatMap((hash) =>
    input.buyerRemoteIds.flatMap((buyerId) =>
      identityKeys(hash, input.connectorKey, { ...nobody, buyerId }).map((key) => key.valueHash),
    ),
  );
  await inTransaction(rt.db, async (tx) => {
    // What else they were known by, from the same orders, goes with them.
    const { keys: others, recordIds } = await forgetBuyers(tx, { keys }, rt.clock.now());
    await forgetIdentities(tx, [...keys, ...others]);
    await countCustomers(tx, await forgetEmptyRecords(tx, recordIds, rt.clock.now()), rt.clock.now());
  });
}
