/** Slice: cancellations. Owns Cancellation: an order cancelled on one side, on its way to the other. */
import type { Db, Tx } from "../db.server.ts";
import { type Cancellation, Prisma } from "../generated/prisma/client.ts";

export type { Cancellation };

export interface NewCancellation {
  shopId: number;
  orderId: number;
  direction: "to-shopify" | "to-marketplace";
  reason: string;
  /** Whether Shopify should take the units back into stock: only where the order took them. */
  restock: boolean;
  now: Date;
}

/** Returns its id, or null when this order's cancellation in this direction is known. */
export async function recordCancellation(tx: Tx, { now, ...facts }: NewCancellation): Promise<number | null> {
  const rows = await tx.cancellation.createManyAndReturn({
    data: [{ ...facts, state: "waiting", createdAt: now }],
    skipDuplicates: true,
    select: { id: true },
  });
  return rows[0]?.id ?? null;
}

export function findCancellation(db: Db | Tx, id: number): Promise<Cancellation | null> {
  return db.cancellation.findUnique({ where: { id } });
}

/** Those of these orders that are cancelled, or are about to be, as far as that goes on by itself. */
export async function listBeingCancelled(tx: Tx, orderIds: readonly number[]): Promise<Set<number>> {
  const rows = await tx.cancellation.findMany({
    where: { orderId: { in: [...orderIds] }, state: { in: ["waiting", "sending", "asked", "done"] } },
    select: { orderId: true },
  });
  return new Set(rows.map((row) => row.orderId));
}

/** Written before the call. False when it was settled meanwhile. */
export async function recordCancellationSending(tx: Tx, id: number, retryAt: Date): Promise<boolean> {
  const { count } = await tx.cancellation.updateMany({
    where: { id, state: { in: ["waiting", "sending"] } },
    data: { state: "sending", attempts: { increment: 1 }, retryAt },
  });
  return count === 1;
}

/** The marketplace has taken it and not done it. False where it said meanwhile that it will not. */
export async function recordCancellationAsked(
  tx: Tx,
  id: number,
  asked: { askedAt: Date; retryAt: Date },
): Promise<boolean> {
  const { count } = await tx.cancellation.updateMany({
    where: { id, state: { in: ["waiting", "sending", "asked"] } },
    data: { state: "asked", problem: null, ...asked },
  });
  return count === 1;
}

/** The marketplace says that it will not cancel this order. Returns the cancellation that it was asked for, if we asked. */
export async function recordCancellationRefused(tx: Tx, orderId: number, why: string): Promise<Cancellation | null> {
  const rows = await tx.cancellation.updateManyAndReturn({
    where: { orderId, direction: "to-marketplace", state: { in: ["sending", "asked"] } },
    data: { state: "task", problem: why, retryAt: null },
  });
  return rows[0] ?? null;
}

export async function recordCancellationDone(tx: Tx, id: number, now: Date, note: string | null = null): Promise<void> {
  await tx.cancellation.update({ where: { id }, data: { state: "done", doneAt: now, problem: note, retryAt: null } });
}

/** The order is cancelled there: what the merchant was asked to do by hand is done. Returns which tasks that were. */
export async function settleTasks(
  tx: Tx,
  of: { orderId: number; direction: NewCancellation["direction"] },
  now: Date,
): Promise<number[]> {
  const rows = await tx.cancellation.updateManyAndReturn({
    where: { ...of, state: "task" },
    data: { state: "done", doneAt: now, problem: "done by hand" },
    select: { id: true },
  });
  return rows.map((row) => row.id);
}

export async function recordCancellationProblem(
  tx: Tx,
  id: number,
  problem: { state: "waiting" | "sending" | "failed" | "task"; problem: string; retryAt: Date | null },
): Promise<void> {
  await tx.cancellation.update({ where: { id }, data: problem });
}

export async function retryFailedCancellation(tx: Tx, shopId: number, id: number): Promise<boolean> {
  const { count } = await tx.cancellation.updateMany({
    where: { id, shopId, state: { in: ["failed", "waiting", "task"] } },
    data: { state: "waiting", retryAt: null, problem: null, askedAt: null },
  });
  return count === 1;
}

/** Ids. */
export function dueCancellations(now: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT id FROM "Cancellation" WHERE state IN ('waiting', 'sending', 'asked') AND ("retryAt" IS NULL OR "retryAt" <= ${now})
    ORDER BY id LIMIT ${DUE_MAX}`;
}

const DUE_MAX = 500;
