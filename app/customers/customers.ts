/**
 * Slice: customers. Owns Customer, CustomerRecord, CustomerIdentity and CustomerChannel: who is one person, and why. What
 * each bought is counted in figures.ts.
 *
 * An order belongs to a record, a buyer as one marketplace knows them; records are joined to a customer by what they are
 * known by. So a wrong match is undone by moving one record, with its orders and all that was first known by it.
 *
 * Locks are taken in one order, records before customers, and never exclude who only refers to a row (NO KEY UPDATE).
 */
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { assert } from "../errors.ts";
import type { Customer, CustomerRecord } from "../generated/prisma/client.ts";
import type { Secrets } from "../secrets.ts";
import { type BuyerIdentities, identityKeys } from "./identities.ts";
import { forgetTags, markTagsOfGone } from "./taggings.ts";

export type { Customer, CustomerRecord };

/** What made a record this person's: nothing, e-mail, phone, the marketplace's buyer id, or that Shopify knows them. */
export const MATCHED_BY = ["new", "email", "phone", "buyer", "shopify"] as const;
export type MatchedBy = (typeof MATCHED_BY)[number];

interface Known {
  shopId: number;
  connectorKey: string;
  identities: BuyerIdentities;
  secrets: Secrets;
}

/** Under each key that the installation had: who was remembered before a change of keys is still known. */
function lookedFor({ secrets, connectorKey, identities }: Known) {
  const hashes = secrets.hashes.map((hash) => identityKeys(hash, connectorKey, identities));
  const kinds = hashes[0]?.length ?? 0;
  return Array.from({ length: kinds }, (_, kind) => hashes.flatMap((keys) => keys[kind] ?? [])).flat();
}

/**
 * Shopify's customer that we know by each of what a buyer is known by. They need not be one: a number may be a household's.
 * What only an order told that Shopify does not have yet, Shopify is asked of first: its customer may be another.
 */
export async function findKnownCustomers(
  db: Db | Tx,
  known: Known,
): Promise<Record<keyof BuyerIdentities, string | null>> {
  const wanted = lookedFor(known);
  const rows = await db.customerIdentity.findMany({
    where: { shopId: known.shopId, isSettled: true, OR: wanted },
    select: { kind: true, valueHash: true, record: { select: { customer: { select: { customerGid: true } } } } },
  });
  const customerBy = (kind: string): string | null => {
    const held = wanted.map((one) => rows.find((row) => row.kind === kind && row.valueHash === one.valueHash));
    return held.find((row) => row !== undefined)?.record.customer.customerGid ?? null;
  };
  return { email: customerBy("email"), phone: customerBy("phone"), buyerId: customerBy(`buyer:${known.connectorKey}`) };
}

/** Whom the merchant set apart, as the customer of this record; null: it is nobody of that kind. */
export async function findApart(db: Db | Tx, recordId: number): Promise<{ customerGid: string | null } | null> {
  return db.customer.findFirst({
    where: { isApart: true, records: { some: { id: recordId } } },
    select: { customerGid: true },
  });
}

/** Locked: it is not moved to another at this moment. */
export async function findCustomerOf(tx: Tx, recordId: number): Promise<number | null> {
  const [record] = await tx.$queryRaw<{ customerId: number }[]>`
    SELECT "customerId" FROM "CustomerRecord" WHERE id = ${recordId} FOR SHARE`;
  return record?.customerId ?? null;
}

interface NewBuyer extends Known {
  isEmailHidden: boolean;
  now: Date;
}

/**
 * The record of this buyer; null: nothing makes a person. Whom the merchant set apart comes first. Somebody new is known by
 * all that was told of them; what is new of somebody known is theirs only once Shopify has said so (settleCustomer).
 */
export async function recordBuyer(tx: Tx, buyer: NewBuyer): Promise<number | null> {
  const keys = identityKeys(buyer.secrets.hash, buyer.connectorKey, buyer.identities);
  if (keys.length === 0) return null;
  for (;;) {
    const matched = await findMatch(tx, buyer);
    if (matched) return recordOf(tx, buyer, matched);
    const recordId = await insertPerson(tx, buyer);
    if ((await presumeAs(tx, buyer, recordId)) === keys.length) return recordId;
    // Another channel's order of the same buyer was stored at the same moment: they are one.
    await tx.$executeRaw`DELETE FROM "Customer" WHERE id = (SELECT "customerId" FROM "CustomerRecord" WHERE id = ${recordId})`;
  }
}

interface Match {
  customerId: number;
  by: MatchedBy;
}

async function findMatch(tx: Tx, buyer: Known): Promise<Match | null> {
  const wanted = lookedFor(buyer);
  // Locked, so that none is set apart at this moment; whom each is of is read as it is then.
  const rows = await tx.$queryRaw<{ kind: string; valueHash: string; customerId: number }[]>`
    SELECT i.kind, i."valueHash", r."customerId" FROM "CustomerIdentity" i JOIN "CustomerRecord" r ON r.id = i."recordId"
    WHERE i."shopId" = ${buyer.shopId} AND i."valueHash" = ANY(${wanted.map((one) => one.valueHash)}::text[])
    ORDER BY r.id FOR SHARE OF r`;
  const found = wanted.flatMap(
    (one) => rows.find((row) => row.kind === one.kind && row.valueHash === one.valueHash) ?? [],
  );
  const [surest] = found;
  if (!surest) return null;
  const ids = [...new Set(found.map((one) => one.customerId))];
  const apart = await tx.$queryRaw<{ id: number }[]>`
    SELECT id FROM "Customer" WHERE id = ANY(${ids}::int[]) AND "isApart"`;
  const chosen = found.find((one) => apart.some(({ id }) => id === one.customerId)) ?? surest;
  return { customerId: chosen.customerId, by: matchedByKind(chosen.kind) };
}

function matchedByKind(kind: string): MatchedBy {
  return kind === "email" || kind === "phone" ? kind : "buyer";
}

/** The person's record of this buyer, made where they have none. */
async function recordOf(tx: Tx, buyer: NewBuyer, { customerId, by }: Match): Promise<number> {
  const keyHashes = buyer.secrets.hashes.flatMap((hash) => primaryKeyOf(buyer, hash) ?? []);
  const held = await tx.customerRecord.findFirst({
    where: { customerId, connectorKey: buyer.connectorKey, keyHash: { in: keyHashes } },
    orderBy: { id: "asc" },
    select: { id: true },
  });
  return held?.id ?? insertRecord(tx, buyer, customerId, by);
}

/** The surest that their marketplace knows them by. */
function primaryKeyOf({ connectorKey, identities }: Known, hash: (text: string) => string): string | null {
  const keys = identityKeys(hash, connectorKey, identities);
  return (keys.find((key) => key.kind.startsWith("buyer:")) ?? keys[0])?.valueHash ?? null;
}

async function insertRecord(tx: Tx, buyer: NewBuyer, customerId: number, matchedBy: MatchedBy): Promise<number> {
  const { connectorKey, isEmailHidden, now } = buyer;
  const keyHash = primaryKeyOf(buyer, buyer.secrets.hash);
  const data = { customerId, connectorKey, keyHash, matchedBy, isEmailHidden, createdAt: now };
  return (await tx.customerRecord.create({ data, select: { id: true } })).id;
}

async function insertPerson(tx: Tx, buyer: NewBuyer): Promise<number> {
  const { id } = await tx.customer.create({
    data: { shopId: buyer.shopId, createdAt: buyer.now },
    select: { id: true },
  });
  return insertRecord(tx, buyer, id, "new");
}

function identitiesOf({ shopId, secrets, connectorKey, identities, now }: NewBuyer, recordId: number) {
  const keys = identityKeys(secrets.hash, connectorKey, identities);
  return keys.map((identity) => ({ shopId, ...identity, recordId, createdAt: now }));
}

/** What is known as another record's stays with it. Returns how many are this one's from now on. */
async function presumeAs(tx: Tx, buyer: NewBuyer, recordId: number): Promise<number> {
  const data = identitiesOf(buyer, recordId).map((one) => ({ ...one, isSettled: false }));
  return (await tx.customerIdentity.createMany({ data, skipDuplicates: true })).count;
}

/** What only an order that Shopify does not have said of another record was a guess: it is this one's now. */
async function settleAs(tx: Tx, buyer: NewBuyer, recordId: number): Promise<void> {
  const rows = tableOf(identitiesOf(buyer, recordId), IDENTITY);
  await tx.$executeRaw`
    INSERT INTO "CustomerIdentity" AS i ("shopId", kind, "valueHash", "recordId", "isSettled", "createdAt")
    SELECT t."shopId", t.kind, t."valueHash", t."recordId", true, t."createdAt" FROM ${rows} t
    ON CONFLICT ("shopId", kind, "valueHash") DO UPDATE SET "recordId" = EXCLUDED."recordId", "isSettled" = true
      WHERE NOT i."isSettled"`;
}

const IDENTITY = `"shopId" int, kind text, "valueHash" text, "recordId" int, "createdAt" timestamptz`;

/** What Shopify says of a customer when an order is about to be theirs. */
export interface ShopHistory {
  customerGid: string;
  /** All of their orders, ours included. */
  orders: number | null;
  /** Of the newest that are not ours. */
  lastAt: Date | null;
}

/** A person that Shopify has, whether or not they bought on a marketplace before. */
export async function noteShopHistory(db: Db, shopId: number, { customerGid, orders, lastAt }: ShopHistory, now: Date) {
  await db.$executeRaw`
    INSERT INTO "Customer" ("shopId", "customerGid", "shopOrders", "shopLastAt", "createdAt")
    SELECT ${shopId}, ${customerGid}, f.orders, ${lastAt}, ${now} FROM (
      SELECT GREATEST(0, COALESCE(${orders}::int, 0) - COUNT(*))::int AS orders FROM "MarketplaceOrder"
      WHERE "shopId" = ${shopId} AND "customerGid" = ${customerGid}) f
    ON CONFLICT ("shopId", "customerGid") DO UPDATE SET "shopOrders" = EXCLUDED."shopOrders", "shopLastAt" = EXCLUDED."shopLastAt"`;
}

/**
 * Shopify has an order of this record as one of `customerGid`: who they are is known for sure now. Returns the record that
 * the order belongs to, and the customers whose figures are to be counted. Whom the merchant set apart stays apart.
 */
export async function settleCustomer(
  tx: Tx,
  order: NewBuyer & { recordId: number; customerGid: string },
): Promise<{ recordId: number; customerIds: number[] }> {
  const settled = await settleRecord(tx, order);
  // What the others are known by stays with them: of whom the merchant set apart it would lead to the wrong one.
  if (settled.isApart) await presumeAs(tx, order, settled.recordId);
  else await settleAs(tx, order, settled.recordId);
  return settled;
}

async function settleRecord(
  tx: Tx,
  { recordId, customerGid, ...buyer }: NewBuyer & { recordId: number; customerGid: string },
): Promise<{ recordId: number; customerIds: number[]; isApart: boolean }> {
  const [record] = await tx.$queryRaw<{ customerId: number }[]>`
    SELECT "customerId" FROM "CustomerRecord" WHERE id = ${recordId} FOR NO KEY UPDATE`;
  assert(record, "an order's record is there as long as the order is of it");
  const { customerId } = record;
  const person = await tx.customer.findUniqueOrThrow({ where: { id: customerId } });
  const stays = { recordId, customerIds: [customerId], isApart: person.isApart };
  if (person.customerGid === customerGid) return stays;
  const shopify = await tx.customer.findUnique({
    where: { shopId_customerGid: { shopId: buyer.shopId, customerGid } },
    select: { id: true },
  });
  if (person.isApart && (shopify || person.customerGid)) return stays;
  if (!shopify && !person.customerGid) {
    await tx.$executeRaw`UPDATE "Customer" SET "customerGid" = ${customerGid} WHERE id = ${customerId}`;
    return stays;
  }
  if (shopify && !person.customerGid) {
    await joinPeople(tx, customerId, shopify.id);
    return { recordId, customerIds: [shopify.id], isApart: false };
  }
  // Known as somebody else until now, as a number or an id said: this order is of whom the e-mail says.
  const other =
    shopify ??
    (await tx.customer.create({
      data: { shopId: buyer.shopId, customerGid, createdAt: buyer.now },
      select: { id: true },
    }));
  const own = await recordOf(tx, buyer, { customerId: other.id, by: "shopify" });
  return { recordId: own, customerIds: [customerId, other.id], isApart: false };
}

/** All records of one become the other's, for Shopify knows them as that. */
async function joinPeople(tx: Tx, from: number, to: number): Promise<void> {
  // By a statement of its own: who is storing another record of theirs has done so before the next one.
  await tx.$queryRaw`SELECT id FROM "CustomerRecord" WHERE "customerId" = ${from} ORDER BY id FOR NO KEY UPDATE`;
  await tx.$executeRaw`
    UPDATE "CustomerRecord" SET "customerId" = ${to}, "matchedBy" = CASE WHEN "matchedBy" = 'new' THEN 'shopify' ELSE "matchedBy" END
    WHERE "customerId" = ${from}`;
  await tx.$executeRaw`UPDATE "CustomerRecord" SET "otherCustomerId" = ${to} WHERE "otherCustomerId" = ${from}`;
  await tx.$executeRaw`DELETE FROM "Customer" WHERE id = ${from}`;
}

/** Shopify has no such customer any more: they were deleted there, or merged with another. */
export async function leaveShopify(db: Db | Tx, shopId: number, customerGid: string): Promise<void> {
  await db.customer.updateMany({ where: { shopId, customerGid }, data: { customerGid: null } });
}

export interface RecordOfShop extends CustomerRecord {
  customer: Customer;
  /** Set apart from whom, where it is. */
  other: Customer | null;
}

/** Locked until the transaction ends. */
export async function lockRecordOfShop(tx: Tx, shopId: number, id: number): Promise<RecordOfShop | null> {
  await tx.$queryRaw`SELECT id FROM "CustomerRecord" WHERE id = ${id} FOR NO KEY UPDATE`;
  const record = await tx.customerRecord.findFirst({
    where: { id, customer: { shopId } },
    include: { customer: true },
  });
  if (!record) return null;
  const other = record.otherCustomerId
    ? await tx.customer.findFirst({ where: { id: record.otherCustomerId, shopId } })
    : null;
  return { ...record, other };
}

/** It is somebody else from now on: whom it was set apart as before, or somebody new. Returns both people. */
export async function setApart(tx: Tx, record: RecordOfShop, now: Date): Promise<number[]> {
  const { shopId } = record.customer;
  const to =
    record.other?.isApart === true
      ? record.other.id
      : (await tx.customer.create({ data: { shopId, isApart: true, createdAt: now }, select: { id: true } })).id;
  return moveRecord(tx, record, to);
}

/** It is the person again that it was set apart from. Returns both people. */
export async function joinAgain(tx: Tx, record: RecordOfShop, to: Customer): Promise<number[]> {
  return moveRecord(tx, record, to.id);
}

async function moveRecord(tx: Tx, { id, customerId }: RecordOfShop, to: number): Promise<number[]> {
  await tx.customerRecord.update({ where: { id }, data: { customerId: to, otherCustomerId: customerId } });
  return [customerId, to];
}

/** What this customer of Shopify's is known by. Step by step: joined, PostgreSQL would read all customers through. */
export async function listIdentities(db: Db | Tx, shopId: number, customerGid: string): Promise<string[]> {
  const person = await db.customer.findUnique({
    where: { shopId_customerGid: { shopId, customerGid } },
    select: { id: true },
  });
  if (!person) return [];
  const records = await db.customerRecord.findMany({ where: { customerId: person.id }, select: { id: true } });
  const rows = await db.customerIdentity.findMany({
    where: { recordId: { in: records.map((record) => record.id) } },
    select: { valueHash: true },
  });
  return rows.map((row) => row.valueHash);
}

/** Records of whom Shopify calls this, and of whoever is known by one of these. Without a shop: of all. */
export async function listRecordsOf(
  db: Db | Tx,
  who: { shopId?: number; customerGid: string | null; valueHashes: readonly string[] },
): Promise<{ id: number; customerId: number }[]> {
  const ofShop = who.shopId === undefined ? {} : { shopId: who.shopId };
  const byKey =
    who.valueHashes.length === 0
      ? []
      : await db.customerIdentity.findMany({
          where: { ...ofShop, valueHash: { in: [...who.valueHashes] } },
          select: { record: { select: { customerId: true } } },
        });
  const byGid =
    who.customerGid === null
      ? []
      : await db.customer.findMany({ where: { ...ofShop, customerGid: who.customerGid }, select: { id: true } });
  const customerIds = [...byKey.map((one) => one.record.customerId), ...byGid.map((one) => one.id)];
  return db.customerRecord.findMany({
    where: { customerId: { in: [...new Set(customerIds)] } },
    select: { id: true, customerId: true },
  });
}

/** Whoever is known by one of these. */
export async function forgetIdentities(tx: Tx, valueHashes: readonly string[], shopId?: number): Promise<void> {
  if (valueHashes.length === 0) return;
  await tx.customerIdentity.deleteMany({
    where: { valueHash: { in: [...valueHashes] }, ...(shopId === undefined ? {} : { shopId }) },
  });
}

/** With all of their records; their orders become nobody's. */
export async function forgetPeople(tx: Tx, customerIds: readonly number[], now: Date): Promise<void> {
  const ids = [...customerIds];
  if (ids.length === 0) return;
  await markTagsOfGone(tx, ids, now);
  await tx.$queryRaw`SELECT id FROM "CustomerRecord" WHERE "customerId" = ANY(${ids}::int[]) ORDER BY id FOR UPDATE`;
  await tx.$executeRaw`DELETE FROM "Customer" WHERE id = ANY(${ids}::int[])`;
}

/** Shopify's customer, whatever we know of them. Shopify forgets them too, and their tags with them. */
export async function forgetCustomer(tx: Tx, shopId: number, customerGid: string): Promise<void> {
  await forgetTags(tx, shopId, customerGid);
  await tx.customer.deleteMany({ where: { shopId, customerGid } });
}

/** Of these, the records that no order belongs to any more. Returns the people that are left, to be counted again. */
export async function forgetEmptyRecords(tx: Tx, recordIds: readonly number[], now: Date): Promise<number[]> {
  const ids = [...recordIds];
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<{ id: number; customerId: number }[]>`
    SELECT id, "customerId" FROM "CustomerRecord" WHERE id = ANY(${ids}::int[]) ORDER BY id FOR UPDATE`;
  await tx.$executeRaw`
    DELETE FROM "CustomerRecord" r WHERE r.id = ANY(${ids}::int[])
      AND NOT EXISTS (SELECT 1 FROM "MarketplaceOrder" o WHERE o."customerRecordId" = r.id)`;
  const people = [...new Set(rows.map((row) => row.customerId))];
  // Of whoever is left they are worked out again, and are the same.
  await markTagsOfGone(tx, people, now);
  await tx.$executeRaw`
    DELETE FROM "Customer" c WHERE c.id = ANY(${people}::int[])
      AND NOT EXISTS (SELECT 1 FROM "CustomerRecord" r WHERE r."customerId" = c.id)`;
  return people;
}

/** Whom no order names any more and Shopify does not have: of these records' people. */
export async function forgetUnnamed(tx: Tx, recordIds: readonly number[], now: Date): Promise<void> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT DISTINCT c.id FROM "CustomerRecord" r JOIN "Customer" c ON c.id = r."customerId"
    WHERE r.id = ANY(${[...recordIds]}::int[]) AND c."customerGid" IS NULL AND NOT EXISTS (
      SELECT 1 FROM "CustomerRecord" one JOIN "MarketplaceOrder" o ON o."customerRecordId" = one.id
      WHERE one."customerId" = c.id AND o."buyerSealed" IS NOT NULL)`;
  await forgetPeople(
    tx,
    rows.map((row) => row.id),
    now,
  );
}

/** Of shops that left long ago. */
export function forgetPeopleOfShops(
  db: Db,
  { shopIds, rowsMax }: { shopIds: readonly number[]; rowsMax: number },
): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "Customer" WHERE id IN (
      SELECT id FROM "Customer" WHERE "shopId" = ANY(${[...shopIds]}::int[]) LIMIT ${rowsMax})`;
}
