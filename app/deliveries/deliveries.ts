/** Slice: deliveries. Owns Delivery: what was sent to us, stored before it is acknowledged. */
import { addMs } from "../clock.ts";
import type { Db, Tx } from "../db.server.ts";
import { type Delivery, Prisma } from "../generated/prisma/client.ts";

export type { Delivery };

export interface NewDelivery {
  source: string;
  remoteId: string;
  topic: string;
  account: string | null;
  channelId: number | null;
  triggeredAt: Date | null;
  receivedAt: Date;
  payloadSealed: string;
}

/** Returns the stored delivery's id, or null when this delivery was stored before. */
export async function storeDelivery(tx: Db | Tx, delivery: NewDelivery): Promise<bigint | null> {
  const { source, remoteId, topic, account, channelId, triggeredAt, receivedAt, payloadSealed } = delivery;
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    INSERT INTO "Delivery" (source, "remoteId", topic, account, "channelId", "triggeredAt", "receivedAt", "payloadSealed")
    VALUES (${source}, ${remoteId}, ${topic}, ${account}, ${channelId}, ${triggeredAt}, ${receivedAt}, ${payloadSealed})
    ON CONFLICT DO NOTHING RETURNING id`;
  return rows[0]?.id ?? null;
}

export async function findDelivery(db: Db | Tx, id: bigint): Promise<Delivery | null> {
  const [delivery] = await db.$queryRaw<Delivery[]>`SELECT * FROM "Delivery" WHERE id = ${id}`;
  return delivery ?? null;
}

/** What waits to be applied of one sender and kind, in the order in which it came. */
export function listStored(
  db: Db | Tx,
  { source, topic, account, now, limit }: { source: string; topic: string; account: string; now: Date; limit: number },
): Promise<Delivery[]> {
  // In the order of the index Delivery_stored, which PostgreSQL would else pass by for that of all ids.
  return db.$queryRaw<Delivery[]>`
    SELECT * FROM "Delivery" WHERE state = 'stored' AND source = ${source} AND account = ${account} AND topic = ${topic}
      AND ("retryAt" IS NULL OR "retryAt" <= ${now})
    ORDER BY source, account, topic, id LIMIT ${limit}`;
}

/** `note` says why something was ignored or went wrong, for support. */
export async function settleDeliveries(
  tx: Db | Tx,
  ids: readonly bigint[],
  settled: { state: "applied" | "ignored"; note?: string; now: Date },
): Promise<void> {
  if (ids.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Delivery" SET "payloadSealed" = NULL, state = ${settled.state}, note = ${settled.note ?? null}, "appliedAt" = ${settled.now}, "retryAt" = NULL
    WHERE id = ANY(${ids.map(String)}::bigint[])`;
}

export async function postponeDelivery(tx: Tx, id: bigint, note: string, retryAt: Date): Promise<void> {
  await tx.delivery.update({ where: { id }, data: { note, retryAt, attempts: { increment: 1 } } });
}

/** It can never be applied, or was tried long enough. `keepsBody`: for support, until `forgetSettledDeliveries`. */
export async function giveUpDelivery(
  tx: Tx,
  id: bigint,
  { note, keepsBody, now }: { note: string; keepsBody: boolean; now: Date },
): Promise<void> {
  const body = keepsBody ? {} : { payloadSealed: null };
  await tx.delivery.update({
    where: { id },
    data: { state: "failed", note, appliedAt: now, retryAt: null, attempts: { increment: 1 }, ...body },
  });
}

/** Ids of those stored but not applied, and due: their task was lost, or they were put off. Of each the first. */
export function dueDeliveries(now: Date): Prisma.Sql {
  return Prisma.sql`
    (SELECT id FROM "Delivery" WHERE state = 'stored' AND "retryAt" <= ${now} ORDER BY "retryAt" LIMIT ${DUE_MAX})
    UNION ALL
    (SELECT id FROM "Delivery" WHERE state = 'stored' AND "retryAt" IS NULL AND "receivedAt" <= ${addMs(now, -TASK_LOST_MS)}
      ORDER BY "receivedAt" LIMIT ${DUE_MAX})`;
}

const TASK_LOST_MS = 30_000;
const DUE_MAX = 500;

/** What says which task works on each. */
export function listDeliveries(
  db: Db | Tx,
  ids: readonly bigint[],
): Promise<Pick<Delivery, "id" | "source" | "topic" | "account">[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return db.delivery.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, source: true, topic: true, account: true },
    orderBy: { id: "asc" },
  });
}

/** Kept a while, so that the same one sent again is known. The oldest have the lowest ids: no more is looked at. */
export function forgetSettledDeliveries(
  db: Db,
  { before, rowsMax }: { before: Date; rowsMax: number },
): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "Delivery" WHERE id IN (
      SELECT id FROM (SELECT id, state, "appliedAt" FROM "Delivery" ORDER BY id LIMIT ${rowsMax}) oldest
      WHERE state <> 'stored' AND "appliedAt" < ${before})`;
}
