/** Slice: listing-rules. Owns ListingRule: what listings are left alone, or show by a policy of their own, and in which order that is asked. */
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { type ListingRuleValue, parseRule } from "./rules.ts";

/**
 * Until the transaction ends nobody is in the middle of working out whom rules hit: whoever changes them would miss what is
 * about to be stored, and whoever stores would ask the old rules. Before any other lock.
 */
export async function lockRules(tx: Tx, shopId: number): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK(shopId)})`;
}

/** Until the transaction ends the rules stay as they are. Before any other lock, where that can be. */
export async function keepRules(tx: Tx, shopId: number): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock_shared(${LOCK(shopId)})`;
}

const LOCK = (shopId: number): Prisma.Sql => Prisma.sql`hashtextextended('listing-rules:' || ${shopId}::int, 0)`;

/** From the first that counts to the last. One that can't be read says nothing. */
export async function listListingRules(db: Db | Tx, shopId: number): Promise<ListingRuleValue[]> {
  const rows = await db.listingRule.findMany({ where: { shopId }, orderBy: { position: "asc" } });
  return rows.flatMap((row) => parseRule(row) ?? []);
}

/** For a rule that is to be. */
export async function nextRuleId(db: Db | Tx): Promise<number> {
  const [row] = await db.$queryRaw<{ id: number }[]>`SELECT nextval('"ListingRule_id_seq"')::int AS id`;
  if (!row) throw new Error("the sequence of rules gave no number");
  return row.id;
}

/** These and no others, in this order. */
export async function replaceListingRules(tx: Tx, shopId: number, rules: readonly ListingRuleValue[]): Promise<void> {
  await tx.listingRule.deleteMany({ where: { shopId } });
  if (rules.length === 0) return;
  const rows = rules.map(({ id, name, match, conditions, channelId, action }, position) => ({
    id,
    position,
    name,
    matchAll: match === "all",
    conditions,
    channelId,
    excludes: action.kind === "exclude",
    policy: action.kind === "policy" ? action.policy : null,
  }));
  await tx.$executeRaw`
    INSERT INTO "ListingRule" (id, "shopId", position, name, "matchAll", conditions, "channelId", excludes, policy)
    SELECT id, ${shopId}, position, name, "matchAll", conditions, "channelId", excludes, policy
    FROM ${tableOf(rows, `id int, position int, name text, "matchAll" boolean, conditions jsonb, "channelId" int, excludes boolean, policy jsonb`)} r`;
}
