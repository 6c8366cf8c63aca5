/** Slice: customers. Owns CustomerIdentity: which Shopify customer a buyer is, by keyed hashes. */
import type { Db, Tx } from "../db.server.ts";
import type { Secrets } from "../secrets.ts";
import type { BuyerIdentities } from "./identities.ts";

interface HashedIdentity {
  kind: string;
  valueHash: string;
}

function hashed(secrets: Secrets, connectorKey: string, identities: BuyerIdentities): HashedIdentity[] {
  const list: HashedIdentity[] = [];
  if (identities.email) list.push({ kind: "email", valueHash: secrets.hash(`email:${identities.email}`) });
  if (identities.phone) list.push({ kind: "phone", valueHash: secrets.hash(`phone:${identities.phone}`) });
  if (identities.buyerId) {
    const kind = `buyer:${connectorKey}`;
    list.push({ kind, valueHash: secrets.hash(`${kind}:${identities.buyerId}`) });
  }
  return list;
}

/** The customer we know for this buyer: by email, else by phone, else by the marketplace's buyer id. */
export async function findKnownCustomer(
  db: Db | Tx,
  input: { shopId: number; connectorKey: string; identities: BuyerIdentities; secrets: Secrets },
): Promise<string | null> {
  const wanted = hashed(input.secrets, input.connectorKey, input.identities);
  const rows = await db.customerIdentity.findMany({ where: { shopId: input.shopId, OR: wanted } });
  for (const { kind, valueHash } of wanted) {
    const row = rows.find((one) => one.kind === kind && one.valueHash === valueHash);
    if (row) return row.customerGid;
  }
  return null;
}

/** Remembers what this buyer is known by. The first customer an identity was bound to keeps it. */
export async function rememberCustomer(
  tx: Tx,
  input: {
    shopId: number;
    connectorKey: string;
    identities: BuyerIdentities;
    secrets: Secrets;
    customerGid: string;
    now: Date;
  },
): Promise<void> {
  await tx.customerIdentity.createMany({
    data: hashed(input.secrets, input.connectorKey, input.identities).map((identity) => ({
      shopId: input.shopId,
      ...identity,
      customerGid: input.customerGid,
      createdAt: input.now,
    })),
    skipDuplicates: true,
  });
}

/** For a customer that Shopify no longer has (deleted or merged), and for redaction. */
export async function forgetCustomer(tx: Db | Tx, shopId: number, customerGid: string): Promise<void> {
  await tx.customerIdentity.deleteMany({ where: { shopId, customerGid } });
}
