/** Slice: runs. Owns Run: long work, with its progress, and where to go on after a restart. */
import { addMs } from "../clock.ts";
import type { Db, Tx } from "../db.server.ts";
import { Prisma, type Run } from "../generated/prisma/client.ts";

export type { Run };
export type RunKind = "mirror-shop" | "import-listings" | "sync";

/** The unfinished run of this kind, or a new one. */
export async function openRun(
  tx: Tx,
  run: { shopId: number; channelId: number | null; kind: RunKind; now: Date },
): Promise<Run> {
  const { shopId, channelId, kind, now } = run;
  const held = await findRunning(tx, { shopId, channelId, kind });
  return held ?? tx.run.create({ data: { shopId, channelId, kind, state: "running", startedAt: now } });
}

export function findRunning(
  db: Db | Tx,
  { shopId, channelId, kind }: { shopId: number; channelId: number | null; kind: RunKind },
): Promise<Run | null> {
  return db.run.findFirst({ where: { shopId, channelId, kind, state: "running" }, orderBy: { id: "desc" } });
}

/** No reading of a channel's listings takes longer. */
const READING_MS_MAX = 24 * 60 * 60_000;

/** Listings of its channel that a whole reading compared since the run began; 0: none ended since. */
export async function countCompared(
  db: Db | Tx,
  { shopId, channelId, startedAt }: Pick<Run, "shopId" | "channelId" | "startedAt">,
): Promise<number> {
  // One that began before it may have ended after it; how many are kept from before that does not matter.
  const since = addMs(startedAt, -READING_MS_MAX);
  const ended = { startedAt: { gte: since }, finishedAt: { gte: startedAt } };
  const latest = await db.run.findFirst({
    where: { shopId, kind: "import-listings", channelId, state: "done", ...ended },
    orderBy: { startedAt: "desc" },
    select: { done: true },
  });
  return latest?.done ?? 0;
}

export async function recordProgress(
  tx: Db | Tx,
  id: number,
  progress: { done?: number; total?: number | null; checkpoint?: string | null; message?: string | null },
): Promise<void> {
  await tx.run.update({ where: { id }, data: progress });
}

export async function closeRun(
  tx: Tx,
  id: number,
  closed: { state: "done" | "failed"; message: string; now: Date },
): Promise<void> {
  await tx.run.update({
    where: { id },
    data: { state: closed.state, message: closed.message, finishedAt: closed.now, checkpoint: null },
  });
}

/** Shops with an unfinished run of this kind. */
export function shopsRunning(kind: RunKind): Prisma.Sql {
  return Prisma.sql`SELECT "shopId" FROM "Run" WHERE state = 'running' AND kind = ${kind}`;
}

/** Channels with an unfinished run of this kind. */
export function channelsRunning(kind: RunKind): Prisma.Sql {
  return Prisma.sql`SELECT "channelId" FROM "Run" WHERE state = 'running' AND kind = ${kind} AND "channelId" IS NOT NULL`;
}

/** Whether a run of this kind is unfinished in the shop. */
export async function isRunning(db: Db | Tx, shopId: number, kind: RunKind): Promise<boolean> {
  return (await db.run.findFirst({ where: { shopId, kind, state: "running" }, select: { id: true } })) !== null;
}

/** The oldest have the lowest ids: no more is looked at. */
export function forgetEndedRuns(db: Db, { before, rowsMax }: { before: Date; rowsMax: number }): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "Run" WHERE id IN (
      SELECT id FROM (SELECT id, "finishedAt" FROM "Run" ORDER BY id LIMIT ${rowsMax}) oldest WHERE "finishedAt" < ${before})`;
}
