/**
 * Mutual exclusion between workers, in rows. A lease ends by itself; its fence rises with every acquisition, so that a
 * worker which lost it (a long pause, a slow reply) is told apart from the one that holds it now and stores nothing.
 */
import { addMs, type Clock } from "../clock.ts";
import { type Db, inTransaction, type Tx } from "../db.server.ts";

/**
 * How long a lease lasts without a heartbeat: longer than a request may take, so that what a lost worker still sends is
 * over, or unclear, when the next one begins.
 */
export const LEASE_MS = 45_000;
export const HEARTBEAT_MS = 10_000;

export interface Lease {
  name: string;
  holder: string;
  fence: number;
  until: Date;
}

/** Takes the lease if it is free, over, or already ours under this very call's name; null when another holds it. */
export async function acquireLease(
  db: Db | Tx,
  { name, holder, now, ttlMs }: { name: string; holder: string; now: Date; ttlMs: number },
): Promise<Lease | null> {
  const until = addMs(now, ttlMs);
  const rows = await db.$queryRaw<{ fence: number }[]>`
    INSERT INTO "Lease" AS l (name, holder, fence, until) VALUES (${name}, ${holder}, 1, ${until})
    ON CONFLICT (name) DO UPDATE SET holder = ${holder}, fence = l.fence + 1, until = ${until}
      WHERE l.holder IS NULL OR l.until <= ${now}
    RETURNING fence`;
  const row = rows[0];
  return row ? { name, holder, fence: row.fence, until } : null;
}

/**
 * Prolongs all that this holder has and has not lost. Workers call it on a clock (`HEARTBEAT_MS`), so that a lease lasts
 * as long as its work, and ends soon after its worker.
 */
export async function renewLeases(db: Db, holder: string, now: Date): Promise<void> {
  await db.$executeRaw`
    UPDATE "Lease" SET until = ${addMs(now, LEASE_MS)} WHERE holder = ${holder} AND until > ${now} AND until < ${addMs(now, LEASE_MS)}`;
}

/**
 * For the start of a transaction that stores what was done under the lease: locks the row and says whether it is still
 * ours. When it is not, the caller stores nothing.
 */
export async function holdsLease(tx: Tx, lease: Lease): Promise<boolean> {
  const rows = await tx.$queryRaw<{ fence: number }[]>`
    SELECT fence FROM "Lease" WHERE name = ${lease.name} AND fence = ${lease.fence} AND holder IS NOT NULL FOR UPDATE`;
  return rows.length === 1;
}

/**
 * Stores what was done under the lease, in one transaction. False when the lease is not ours any more, and nothing was
 * stored, or when `store` says so.
 */
export function storeUnder(db: Db, lease: Lease, store: (tx: Tx) => Promise<unknown>): Promise<boolean> {
  return inTransaction(db, async (tx) => (await holdsLease(tx, lease)) && (await store(tx)) !== false);
}

export async function releaseLease(db: Db | Tx, lease: Lease): Promise<void> {
  await db.$executeRaw`UPDATE "Lease" SET holder = NULL WHERE name = ${lease.name} AND fence = ${lease.fence}`;
}

/** For a database that only this process can open: whoever held a lease died with the process before. */
export async function releaseAllLeases(db: Db): Promise<void> {
  await db.$executeRaw`UPDATE "Lease" SET holder = NULL`;
}

/** What this process works on at the moment: to know that of oneself takes no statement. */
const underWay = new WeakMap<Db, Set<string>>();

/** True while this process works under the lease. */
function isUnderWay(db: Db, name: string): boolean {
  return underWay.get(db)?.has(name) ?? false;
}

/** Runs `work` under the lease; `busy` when another worker has it, or this one in another task. */
export async function underLease<T>(
  { db, clock }: { db: Db; clock: Clock },
  { name, holder }: { name: string; holder: string },
  work: (lease: Lease) => Promise<T>,
): Promise<{ busy: true } | { busy: false; value: T }> {
  const here = underWay.get(db) ?? new Set();
  underWay.set(db, here);
  if (isUnderWay(db, name)) return { busy: true };
  here.add(name);
  try {
    const lease = await acquireLease(db, { name, holder, now: clock.now(), ttlMs: LEASE_MS });
    if (!lease) return { busy: true };
    try {
      return { busy: false, value: await work(lease) };
    } finally {
      await releaseLease(db, lease);
    }
  } finally {
    here.delete(name);
  }
}
