/** Slice: sweeps. Owns Sweep and SweepListing: changes of many listings, how far each has come, and what it altered. */
import type { Effect, Moves } from "../changes/effect.ts";
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { Prisma, type Sweep } from "../generated/prisma/client.ts";
import {
  OPEN_STATES,
  type SweepDeed,
  type SweepFilter,
  type SweepState,
  type Swept,
  sweepDeed,
  sweepFilter,
  sweptPart,
} from "./deeds.ts";

export type { Sweep };

/** In these a worker goes on with it. */
const AT_WORK: readonly SweepState[] = ["weighing", "running"];

export function deedOf(sweep: Sweep): SweepDeed {
  return sweepDeed.parse(sweep.deed);
}

/** Null: the listings of the sweep that is taken back. */
export function filterOf(sweep: Sweep): SweepFilter | null {
  return sweep.filter === null ? null : sweepFilter.parse(sweep.filter);
}

export async function createSweep(
  tx: Tx,
  sweep: {
    shopId: number;
    deed: SweepDeed;
    filter: SweepFilter | null;
    about: string;
    actor: string | null;
    total: number;
    undoesId: number | null;
    now: Date;
  },
): Promise<number> {
  const { now, filter, ...facts } = sweep;
  const data = { ...facts, filter: filter ?? Prisma.DbNull, state: "weighing" satisfies SweepState, startedAt: now };
  return (await tx.sweep.create({ data, select: { id: true } })).id;
}

export function findSweepOfShop(db: Db | Tx, shopId: number, id: number): Promise<Sweep | null> {
  return db.sweep.findFirst({ where: { id, shopId } });
}

/** The one that is not over, if there is one. */
export function findOpenSweep(db: Db | Tx, shopId: number): Promise<Sweep | null> {
  return db.sweep.findFirst({ where: { shopId, state: { in: [...OPEN_STATES] } } });
}

/** Locked until the transaction ends: whoever stops it waits for what is under way. */
export async function lockSweep(tx: Tx, shopId: number, id: number): Promise<Sweep | null> {
  const [row] = await tx.$queryRaw<{ id: number }[]>`
    SELECT id FROM "Sweep" WHERE id = ${id} AND "shopId" = ${shopId} FOR UPDATE`;
  return row ? findSweepOfShop(tx, shopId, id) : null;
}

/** Shops with a sweep that a worker goes on with. */
export function shopsSweeping(): Prisma.Sql {
  return Prisma.sql`SELECT "shopId" FROM "Sweep" WHERE state IN (${Prisma.join(AT_WORK.map((state) => Prisma.raw(`'${state}'`)))})`;
}

/** `upTo`: the listing with the highest id that was looked at. */
export interface Stretch {
  upTo: number;
  looked: number;
}

/** What it would do to these, added to what was worked out before. */
export async function addWeighed(
  tx: Tx,
  { id }: Pick<Sweep, "id">,
  {
    upTo,
    looked,
    found,
    alike,
    effect,
    first,
  }: Stretch & { found: number; alike: number; effect: Effect; first: object[] },
): Promise<void> {
  const { zeroed, lowered, raised, unchanged, final } = effect;
  const more = (increment: number) => ({ increment });
  await tx.sweep.update({
    where: { id },
    data: {
      weighedId: upTo,
      weighed: more(looked),
      found: more(found),
      alike: more(alike),
      zeroed: more(zeroed),
      lowered: more(lowered),
      raised: more(raised),
      unchanged: more(unchanged),
      final: more(final),
      first: JSON.parse(JSON.stringify(first)),
    },
  });
}

/** What was done to these, with what each was before. */
export async function addDone(
  tx: Tx,
  { id }: Pick<Sweep, "id">,
  {
    upTo,
    looked,
    swept,
    skipped,
    moves,
  }: Stretch & { swept: readonly ({ listingId: number } & Swept)[]; skipped: number; moves: Moves },
): Promise<void> {
  const more = (increment: number) => ({ increment });
  await tx.sweep.update({
    where: { id },
    data: {
      doneId: upTo,
      looked: more(looked),
      changed: more(swept.length),
      skipped: more(skipped),
      doneZeroed: more(moves.zeroed),
      doneLowered: more(moves.lowered),
      doneRaised: more(moves.raised),
    },
  });
  const kept = swept.filter(({ after }) => Object.keys(after).length > 0);
  if (kept.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO "SweepListing" ("sweepId", "listingId", before, after)
    SELECT ${id}, s."listingId", s.before, s.after FROM ${tableOf(kept, `"listingId" int, before jsonb, after jsonb`)} s`;
}

/** Its effect is worked out from here on, anew: what was shown before is not what it would do now. */
export async function weighAgain(tx: Tx, sweep: Sweep, problem: string | null): Promise<void> {
  await tx.sweep.update({
    where: { id: sweep.id },
    data: {
      state: "weighing" satisfies SweepState,
      finishedAt: null,
      problem,
      weighedId: sweep.doneId,
      weighed: sweep.looked,
      ...{ found: 0, alike: 0, zeroed: 0, lowered: 0, raised: 0, unchanged: 0, final: 0, first: [] },
    },
  });
}

/** With what was done before it asked again. */
export async function recordSweepApproved(
  tx: Tx,
  sweep: Sweep,
  { changeId, actor, now }: { changeId: number | null; actor: string | null; now: Date },
): Promise<void> {
  await tx.sweep.update({
    where: { id: sweep.id },
    data: {
      state: "running" satisfies SweepState,
      problem: null,
      approvedZeroed: sweep.doneZeroed + sweep.zeroed,
      approvedLowered: sweep.doneLowered + sweep.lowered,
      approvedRaised: sweep.doneRaised + sweep.raised,
      actor,
      changeId,
      approvedAt: now,
    },
  });
}

export async function setSweepState(
  tx: Tx,
  { id }: Pick<Sweep, "id">,
  state: SweepState,
  { finishedAt, problem = null }: { finishedAt: Date | null; problem?: string | null },
): Promise<void> {
  await tx.sweep.update({ where: { id }, data: { state, finishedAt, problem } });
}

/** Another one that takes it back, or has: one that was only asked about does not. */
export function findUndoOf(db: Db | Tx, { id, shopId }: Pick<Sweep, "id" | "shopId">): Promise<Sweep | null> {
  return db.sweep.findFirst({ where: { shopId, undoesId: id, approvedAt: { not: null } }, orderBy: { id: "desc" } });
}

/** The next listings that a sweep altered, by id, and what it did to them. */
export async function listSwept(
  tx: Tx,
  sweepId: number,
  { afterId, limit }: { afterId: number; limit: number },
): Promise<Map<number, Swept>> {
  const rows = await tx.sweepListing.findMany({
    where: { sweepId, listingId: { gt: afterId } },
    orderBy: { listingId: "asc" },
    take: limit,
  });
  return new Map(
    rows.map(({ listingId, before, after }) => [
      listingId,
      { before: sweptPart.parse(before), after: sweptPart.parse(after) },
    ]),
  );
}

/** What ended sweeps altered: it can't be taken back any more. */
export function forgetSwept(db: Db, { before, rowsMax }: { before: Date; rowsMax: number }): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "SweepListing" WHERE ("sweepId", "listingId") IN (
      SELECT l."sweepId", l."listingId" FROM "Sweep" s CROSS JOIN LATERAL (
        SELECT * FROM "SweepListing" WHERE "sweepId" = s.id LIMIT ${rowsMax}) l
      WHERE s."finishedAt" < ${before} LIMIT ${rowsMax})`;
}

export function forgetOldSweeps(db: Db, { before, rowsMax }: { before: Date; rowsMax: number }): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "Sweep" WHERE id IN (SELECT id FROM "Sweep" WHERE "finishedAt" < ${before} ORDER BY "finishedAt" LIMIT ${rowsMax})`;
}
