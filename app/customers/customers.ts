/** Slice: customers. Owns CustomerIdentity: which Shopify customer a buyer is, by keyed hashes. */
import type { Db, Tx } from "../db.server.ts";
import type { Secrets } from "../secrets.ts";
import { type BuyerIdentities, identityKeys } from "./identities.ts";

/** Under each key that the installation had: who was remembered before a change of keys is still known. */
function lookedFor(secrets: Secrets, connectorKey: string, identities: BuyerIdentities) {
  const hashes = secrets.hashes.map((hash) => identityKeys(hash, connectorKey, identities));
  const kinds = hashes[0]?.length ?? 0;
  return Array.from({ length: kinds }, (_, kind) => hashes.flatMap((keys) => keys[kind] ?? [])).flat();
}

/** The customer that we know by each of what a buyer is known by. They need not be one: a number may be a household's. */
export async function findKnownCustomers(
  db: Db | Tx,
  input: { shopId: number; connectorKey: string; identities: BuyerIdentities; secrets: Secrets },
): Promise<Record<keyof BuyerIdentities, string | null>> {
  const wanted = lookedFor(input.secrets, input.connectorKey, input.identities);
  const rows = await db.customerIdentity.findMany({ where: { shopId: input.shopId, OR: wanted } });
  const customerBy = (kind: string): string | null => {
    const held = wanted.map((one) => rows.find((row) => row.kind === kind && row.valueHash === one.valueHash));
    return held.find((row) => row !== undefined)?.customerGid ?? null;
  };
  return { email: customerBy("email"), phone: customerBy("phone"), buyerId: customerBy(`buyer:${input.connectorKey}`) };
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
    data: identityKeys(input.secrets.hash, input.connectorKey, input.identities).map((identity) => ({
      shopId: input.shopId,
      ...identity,
      customerGid: input.customerGid,
      createdAt: input.now,
    })),
    skipDuplicates: true,
  });
}

/** What this customer is known by. */
export async function listIdentities(db: Db | Tx, shopId: number, customerGid: string): Promise<string[]> {
  const rows = await db.customerIdentity.findMany({ where: { shopId, customerGid }, select: { valueHash: true } });
  return rows.map((row) => row.valueHash);
}

/** Whoever is known by one of these. */
export async function forgetIdentities(tx: Tx, valueHashes: readonly string[], shopId?: number): Promise<void> {
  if (valueHashes.length === 0) return;
  await tx.customerIdentity.deleteMany({
    where: { valueHash: { in: [...valueHashes] }, ...(shopId === undefined ? {} : { shopId }) },
  });
}

/** Of shops that left long ago. */
export function forgetIdentitiesOfShops(
  db: Db,
  { shopIds, rowsMax }: { shopIds: readonly number[]; rowsMax: number },
): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "CustomerIdentity" WHERE id IN (
      SELECT id FROM "CustomerIdentity" WHERE "shopId" = ANY(${[...shopIds]}::int[]) LIMIT ${rowsMax})`;
}

/** For a customer that Shopify no longer has (deleted or merged), and for redaction. */
export async function forgetCustomer(tx: Db | Tx, shopId: number, customerGid: string): Promise<void> {
  await tx.customerIdentity.deleteMany({ where: { shopId, customerGid } });
}
