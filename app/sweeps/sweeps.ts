/** Slice: sweeps. Owns Sweep, SweepListing and SweepMatch: changes of many listings, how far each has come, what it altered, and what it was to match. */
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

/** What one that matches would do to a listing. `because`: app/listings/matching.ts; `move`: as it counts in the effect. */
export interface TriedMatch {
  listingId: number;
  variantId: number | null;
  because: string;
  shown: number | null;
  quantity: number | null;
  move: keyof Moves | "unchanged" | null;
  final: boolean;
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
    matches,
  }: Stretch & { found: number; alike: number; effect: Effect; first: object[]; matches: readonly TriedMatch[] },
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
      unclear: more(matches.filter((one) => one.variantId === null).length),
      first: JSON.parse(JSON.stringify(first)),
    },
  });
  if (matches.length === 0) return;
  // Of one whose rest is worked out again they are there already.
  await tx.$executeRaw`
    INSERT INTO "SweepMatch" ("sweepId", "listingId", "variantId", because, shown, quantity, move, final)
    SELECT ${id}, m.* FROM ${tableOf(matches, TRIED)} m
    ON CONFLICT ("sweepId", "listingId") DO UPDATE SET "variantId" = excluded."variantId", because = excluded.because,
      shown = excluded.shown, quantity = excluded.quantity, move = excluded.move, final = excluded.final`;
}

const TRIED = `"listingId" int, "variantId" int, because text, shown int, quantity int, move text, final boolean`;

/** The next listings that a sweep matches, as the merchant was shown them, and did not leave out; and to which variant. */
export async function listMatches(
  tx: Tx,
  sweepId: number,
  { afterId, limit }: { afterId: number; limit: number },
): Promise<Map<number, number>> {
  const rows = await tx.$queryRaw<{ listingId: number; variantId: number }[]>`
    SELECT "listingId", "variantId" FROM "SweepMatch"
    WHERE "sweepId" = ${sweepId} AND "listingId" > ${afterId} AND "variantId" IS NOT NULL AND NOT "leftOut"
    ORDER BY "listingId" LIMIT ${limit}`;
  return new Map(rows.map(({ listingId, variantId }) => [listingId, variantId]));
}

/**
 * They are not matched, or are after all; what that does to other listings of the variant still counts. Returns how many: not
 * those that are so already, and not what is done.
 */
export async function setLeftOut(
  tx: Tx,
  { id, doneId }: Pick<Sweep, "id" | "doneId">,
  { listingIds, leftOut }: { listingIds: readonly number[]; leftOut: boolean },
): Promise<number> {
  const rows = await tx.$queryRaw<Pick<TriedMatch, "move" | "final">[]>`
    UPDATE "SweepMatch" SET "leftOut" = ${leftOut}
    WHERE "sweepId" = ${id} AND "listingId" = ANY(${[...listingIds]}::int[]) AND "listingId" > ${doneId}
      AND "variantId" IS NOT NULL AND "leftOut" <> ${leftOut} RETURNING move, final`;
  const sign = leftOut ? -1 : 1;
  const more = (which: (row: Pick<TriedMatch, "move" | "final">) => boolean) => ({
    increment: sign * rows.filter(which).length,
  });
  await tx.sweep.update({
    where: { id },
    data: {
      found: more(() => true),
      leftOut: { increment: -sign * rows.length },
      zeroed: more(({ move }) => move === "zeroed"),
      lowered: more(({ move }) => move === "lowered"),
      raised: more(({ move }) => move === "raised"),
      unchanged: more(({ move }) => move === "unchanged"),
      final: more(({ final }) => final),
    },
  });
  return rows.length;
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

/** With what was done before it asked again. Of one that matches, it goes through what was found, and no more. */
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
      ...(deedOf(sweep).act === "match" ? { total: sweep.looked + sweep.found } : {}),
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

/** What ended sweeps altered, or were to: it can't be taken back any more. */
export async function forgetSwept(db: Db, { before, rowsMax }: { before: Date; rowsMax: number }): Promise<number> {
  let most = 0;
  for (const table of [Prisma.sql`"SweepListing"`, Prisma.sql`"SweepMatch"`]) {
    const forgotten = await db.$executeRaw`
      DELETE FROM ${table} WHERE ("sweepId", "listingId") IN (
        SELECT l."sweepId", l."listingId" FROM "Sweep" s CROSS JOIN LATERAL (
          SELECT * FROM ${table} WHERE "sweepId" = s.id LIMIT ${rowsMax}) l
        WHERE s."finishedAt" < ${before} LIMIT ${rowsMax})`;
    most = Math.max(most, forgotten);
  }
  return most;
}

export function forgetOldSweeps(db: Db, { before, rowsMax }: { before: Date; rowsMax: number }): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "Sweep" WHERE id IN (SELECT id FROM "Sweep" WHERE "finishedAt" < ${before} ORDER BY "finishedAt" LIMIT ${rowsMax})`;
}
