/** Slice: changes. Owns Change and ApprovedNumber: what was altered by whom, and the numbers that were approved with it. */
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { type Change, Prisma } from "../generated/prisma/client.ts";
import type { Effect } from "./effect.ts";

export type { Change };

/** Shopify's id of the user who does it; null: nobody is known. */
export type Actor = string | null;

/** Numbers stored by one statement. */
const NUMBERS_MAX = 5_000;

export interface NewChange {
  shopId: number;
  channelId: number | null;
  listingId: number | null;
  variantId: number | null;
  customerRecordId?: number | null;
  setting: string;
  before: unknown;
  after: unknown;
  actor: Actor;
  message: string;
  effect: Effect;
  undoesId: number | null;
  now: Date;
}

/** With the numbers that it leads to: the merchant saw them, or there were none. Returns its id. */
export async function recordChange(tx: Tx, { effect, now, before, after, ...facts }: NewChange): Promise<number> {
  const { zeroed, lowered, raised, unchanged, moved } = effect;
  const data = { ...facts, before: stored(before), after: stored(after), changedAt: now };
  const { id } = await tx.change.create({
    data: { ...data, zeroed, lowered, raised, unchanged },
    select: { id: true },
  });
  await approveNumbers(tx, moved, now);
  return id;
}

/** What long work has come to, which was recorded as it began. */
export async function restateChange(
  tx: Tx,
  id: number,
  { message, effect }: { message: string; effect: Omit<Effect, "moved" | "final"> },
): Promise<void> {
  const { zeroed, lowered, raised, unchanged } = effect;
  await tx.change.update({ where: { id }, data: { message, zeroed, lowered, raised, unchanged } });
}

/** The merchant saw these numbers, and approved them. */
export async function approveNumbers(tx: Tx, moved: Effect["moved"], now: Date): Promise<void> {
  for (let start = 0; start < moved.length; start += NUMBERS_MAX) {
    const numbers = moved.slice(start, start + NUMBERS_MAX).map(({ listingId, to }) => ({ listingId, to }));
    await tx.$executeRaw`
      INSERT INTO "ApprovedNumber" ("listingId", quantity, "approvedAt")
      SELECT "listingId", "to", ${now} FROM ${tableOf(numbers, `"listingId" int, "to" int`)} n
      ON CONFLICT ("listingId") DO UPDATE SET quantity = EXCLUDED.quantity, "approvedAt" = EXCLUDED."approvedAt"`;
  }
}

/** JSON has no undefined, and the column's NULL is another null. */
function stored(value: unknown): Prisma.InputJsonValue | typeof Prisma.JsonNull {
  return value === null || value === undefined ? Prisma.JsonNull : JSON.parse(JSON.stringify(value));
}

/** With whether it was taken back. */
export async function findChangeOfShop(
  tx: Tx,
  shopId: number,
  id: number,
): Promise<{ change: Change; isUndone: boolean } | null> {
  const found = await tx.change.findFirst({ where: { id, shopId }, include: { undone: { select: { id: true } } } });
  if (!found) return null;
  const { undone, ...change } = found;
  return { change, isUndone: undone !== null };
}

/** Of these numbers, those that the merchant has approved for their listings by a change of settings. */
export async function listApprovedNumbers(
  db: Db | Tx,
  numbers: readonly { id: number; quantity: number | null }[],
): Promise<number[]> {
  if (numbers.length === 0) return [];
  const rows = await db.$queryRaw<{ listingId: number }[]>`
    SELECT n."listingId" FROM ${tableOf(numbers, `id int, quantity int`)} w
    JOIN "ApprovedNumber" n ON n."listingId" = w.id AND n.quantity = w.quantity`;
  return rows.map((row) => row.listingId);
}

/**
 * An approval is used up once another number was decided on, sent or shown already: what brings the listing to the approved
 * one later is another cause. One of a change since then, which raised the listing's version, stays.
 */
export async function endOtherApprovals(
  tx: Tx,
  decided: readonly { id: number; quantity: number | null; version: number }[],
): Promise<void> {
  if (decided.length === 0) return;
  const rows = decided.map(({ id, quantity, version }) => ({ id, quantity, version }));
  await tx.$executeRaw`
    DELETE FROM "ApprovedNumber" n
    USING ${tableOf(rows, "id int, quantity int, version int")} w JOIN "Listing" l ON l.id = w.id AND l.version = w.version
    WHERE n."listingId" = w.id AND n.quantity IS DISTINCT FROM w.quantity`;
}
