/**
 * Mutual exclusion between workers, in rows. A lease ends by itself; its fence rises with every acquisition, so that a
 * worker which lost it (a long pause, a slow reply) is told apart from the one that holds it now and stores nothing.
 */
import { addMs, type Clock } from "../clock.ts";
import { type Db, inTransaction, type Tx } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";

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
  /** Whoever had it before died, lost it, or failed in the middle of its work. */
  unclean: boolean;
}

/** Takes the lease if it is free or over, and `when` holds; null when another has it. */
export async function acquireLease(
  db: Db | Tx,
  { name, holder, now, ttlMs, when }: { name: string; holder: string; now: Date; ttlMs: number; when?: Prisma.Sql },
): Promise<Lease | null> {
  const until = addMs(now, ttlMs);
  // `when` may be dear: of a lease that another has it is not asked.
  const isOpen = when
    ? Prisma.sql`NOT EXISTS (SELECT 1 FROM "Lease" h WHERE h.name = ${name} AND h.holder IS NOT NULL AND h.until > ${now}) AND ${when}`
    : Prisma.sql`true`;
  const rows = await db.$queryRaw<{ fence: number; unclean: boolean }[]>`
    INSERT INTO "Lease" AS l (name, holder, fence, until) SELECT ${name}, ${holder}, 1, ${until}::timestamptz WHERE ${isOpen}
    ON CONFLICT (name) DO UPDATE SET holder = ${holder}, fence = l.fence + 1, until = ${until}, unclean = l.unclean OR l.holder IS NOT NULL
      WHERE l.holder IS NULL OR l.until <= ${now}
    RETURNING fence, unclean`;
  const row = rows[0];
  return row ? { name, holder, until, ...row } : null;
}

/**
 * Prolongs those of `names` that this holder has and has not lost: all that it works under. Workers call it on a clock
 * (`HEARTBEAT_MS`), so that a lease lasts as long as its work, and ends soon after its worker.
 */
export async function renewLeases(
  db: Db,
  holder: string,
  now: Date,
  names: Iterable<string> = underWay.get(db) ?? [],
): Promise<void> {
  const held = [...names];
  if (held.length === 0) return;
  await db.$executeRaw`
    UPDATE "Lease" SET until = ${addMs(now, LEASE_MS)}
    WHERE name = ANY(${held}::text[]) AND holder = ${holder} AND until > ${now} AND until < ${addMs(now, LEASE_MS)}`;
}

/** A condition for a single statement that stores what was done under the lease: locks the row, and holds while it is ours. */
export function isHeld({ name, fence }: Lease): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT 1 FROM "Lease" WHERE name = ${name} AND fence = ${fence} AND holder IS NOT NULL FOR UPDATE)`;
}

/**
 * For the start of a transaction that stores what was done under the lease: locks the row and says whether it is still
 * ours. When it is not, the caller stores nothing.
 */
export async function holdsLease(tx: Tx, lease: Lease): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ held: boolean }[]>`SELECT ${isHeld(lease)} AS held`;
  return row?.held ?? false;
}

/**
 * Stores what was done under the lease, in one transaction. False when the lease is not ours any more, and nothing was
 * stored, or when `store` says so.
 */
export function storeUnder(db: Db, lease: Lease, store: (tx: Tx) => Promise<unknown>): Promise<boolean> {
  return inTransaction(db, async (tx) => (await holdsLease(tx, lease)) && (await store(tx)) !== false);
}

/** `unclean`: its work was not ended. */
export async function releaseLease(db: Db | Tx, { name, fence }: Lease, unclean = false): Promise<void> {
  await db.$executeRaw`UPDATE "Lease" SET holder = NULL, unclean = ${unclean} WHERE name = ${name} AND fence = ${fence}`;
}

/** For a database that only this process can open: whoever held a lease died with the process before. */
export async function releaseAllLeases(db: Db): Promise<void> {
  await db.$executeRaw`UPDATE "Lease" SET holder = NULL, unclean = unclean OR holder IS NOT NULL`;
}

/** What this process works on at the moment: to know that of oneself takes no statement. */
const underWay = new WeakMap<Db, Set<string>>();

/** True while this process works under the lease. */
function isUnderWay(db: Db, name: string): boolean {
  return underWay.get(db)?.has(name) ?? false;
}

/** Runs `work` under the lease; `busy` when another worker has it, or this one in another task, or `when` does not hold. */
export async function underLease<T>(
  { db, clock }: { db: Db; clock: Clock },
  { name, holder, when }: { name: string; holder: string; when?: Prisma.Sql },
  work: (lease: Lease) => Promise<T>,
): Promise<{ busy: true } | { busy: false; value: T }> {
  const here = underWay.get(db) ?? new Set();
  underWay.set(db, here);
  if (isUnderWay(db, name)) return { busy: true };
  here.add(name);
  try {
    const lease = await acquireLease(db, { name, holder, now: clock.now(), ttlMs: LEASE_MS, ...(when && { when }) });
    if (!lease) return { busy: true };
    let isDone = false;
    try {
      const value = await work(lease);
      isDone = true;
      return { busy: false, value };
    } finally {
      await releaseLease(db, lease, !isDone);
    }
  } finally {
    here.delete(name);
  }
}
