/**
 * Slice: budgets. Owns Budget: call budgets shared by every worker, a row per published limit and scope, charged before
 * the call is sent; and, where a marketplace counts the changes of each listing, a row per listing group and day.
 */
import type { Limit } from "#connectors/contract/connector.ts";
import type { BudgetAnswer, Budgets } from "#connectors/transport/transport.ts";
import type { Clock } from "../clock.ts";
import { type Db, inTransaction, type Tx, tableOf } from "../db.server.ts";
import { type Allowance, freshAllowance, JITTER_MS, takeCall } from "./allowance.ts";
import { type RevisionLimit, type RevisionsUsed, revisionsEndAt, takeRevision } from "./revisions.ts";

interface BudgetRow {
  name: string;
  allowance: unknown;
  blockedUntil: Date | null;
  blockedWhy: string | null;
  refusals: number;
}

/** Between the first refusals in a row that name no time, and between later ones. */
const REFUSED_MS_MIN = 1_000;
const REFUSED_MS_MAX = 5 * 60_000;

export interface BudgetScope {
  connectorKey: string;
  channel: string;
  /** The channels that share the limits of the whole app: of all shops, so they are asked for only where they decide. */
  sharers(): Promise<readonly string[]>;
}

/** Rows that are not there yet are made first: what does not exist can't be locked. */
async function lockBudgets(tx: Tx, names: readonly string[]): Promise<BudgetRow[]> {
  const lock = () => tx.$queryRaw<BudgetRow[]>`
    SELECT name, allowance, "blockedUntil", "blockedWhy", refusals FROM "Budget" WHERE name = ANY(${[...names]}::text[]) ORDER BY name FOR UPDATE`;
  const rows = await lock();
  if (rows.length === names.length) return rows;
  await tx.$executeRaw`
    INSERT INTO "Budget" (name) SELECT unnest(${[...names]}::text[]) ON CONFLICT (name) DO NOTHING`;
  return lock();
}

/** Budgets of one channel. When a marketplace says no all the same, its rows are closed for everyone until then. */
export function createBudgets(db: Db, clock: Clock, scope: BudgetScope): Budgets {
  const nameOf = (limit: Limit): string =>
    limit.scope === "app"
      ? `${scope.connectorKey}:${limit.name}`
      : `${scope.connectorKey}:${limit.name}:${scope.channel}`;

  /** Null: it depends on who shares the limits. Nothing is charged then. */
  async function takeKnowing(
    sharers: readonly string[] | null,
    limits: readonly Limit[],
    urgent: boolean,
  ): Promise<BudgetAnswer | null> {
    // One order for all takers, so that two of them never wait for each other.
    const wanted = [...limits].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
    const names = wanted.map(nameOf);
    return inTransaction(db, async (tx) => {
      const rows = await lockBudgets(tx, names);
      const now = clock.now();
      const nowMs = now.getTime();
      let retryAfterMs = 0;
      let why: string | null = null;
      const charged: { name: string; allowance: Allowance }[] = [];
      for (const limit of wanted) {
        const row = rows.find((one) => one.name === nameOf(limit));
        if (row?.blockedUntil && row.blockedUntil > now) {
          retryAfterMs = Math.max(retryAfterMs, row.blockedUntil.getTime() - nowMs);
          why = row.blockedWhy;
        }
        const held = (row?.allowance as Allowance | null | undefined) ?? freshAllowance(limit, nowMs);
        const taken = takeCall(limit, held, nowMs, { channel: scope.channel, urgent, sharers });
        if (taken.granted === null) return null;
        if (taken.granted) charged.push({ name: nameOf(limit), allowance: taken.left });
        else retryAfterMs = Math.max(retryAfterMs, taken.retryAfterMs);
      }
      if (retryAfterMs > 0) return { granted: false, retryAfterMs, ...(why === null ? {} : { why }) };
      await tx.$executeRaw`
        UPDATE "Budget" b SET allowance = c.allowance
        FROM ${tableOf(charged, `name text, allowance jsonb`)} c WHERE b.name = c.name`;
      return { granted: true, leaveByMs: nowMs + JITTER_MS, wasRefused: rows.some((row) => row.refusals > 0) };
    });
  }

  return {
    async take(limits, { urgent }) {
      if (limits.length === 0) return { granted: true };
      const taken =
        (await takeKnowing(null, limits, urgent)) ?? (await takeKnowing(await scope.sharers(), limits, urgent));
      if (taken === null) throw new Error("who shares the limits is known, and decides nothing");
      return taken;
    },
    async exhausted(limits, { scope: refused, retryAfterMs, why }) {
      const names = limits.filter((limit) => (limit.scope === "app") === (refused === "app")).map(nameOf);
      const now = clock.now();
      // Calls that were under way together are refused together: that counts once.
      await db.$executeRaw`
        UPDATE "Budget" SET "blockedWhy" = ${why},
          refusals = CASE WHEN "blockedUntil" > ${now} THEN refusals ELSE refusals + 1 END,
          "blockedUntil" = GREATEST("blockedUntil", ${now}::timestamptz + interval '1 millisecond' * COALESCE(${retryAfterMs}::float8,
            LEAST(${REFUSED_MS_MAX}::float8, ${REFUSED_MS_MIN}::float8 * power(2, LEAST(refusals, 20)))))
        WHERE name = ANY(${names}::text[])`;
    },
    async answered(limits) {
      await db.$executeRaw`
        UPDATE "Budget" SET refusals = 0, "blockedWhy" = NULL WHERE name = ANY(${limits.map(nameOf)}::text[]) AND refusals > 0`;
    },
  };
}

/** One change of a listing that the marketplace counts. */
export interface Revision {
  groupId: string;
  isDecrease: boolean;
}

const revisionsOf = (channelId: number, groupId: string): string => `revisions:${channelId}:${groupId}`;

/** Takes one revision each; where there is none left, says until when. In the order of `revisions`. */
export async function takeRevisions(
  tx: Tx,
  channelId: number,
  limit: RevisionLimit,
  revisions: readonly Revision[],
  now: Date,
): Promise<(Date | null)[]> {
  if (revisions.length === 0) return [];
  const names = [...new Set(revisions.map((one) => revisionsOf(channelId, one.groupId)))];
  const rows = new Map((await lockBudgets(tx, names)).map((row) => [row.name, row]));
  const endsAt = revisionsEndAt(limit, now);
  const taken = new Map<string, RevisionsUsed>();
  const answers = revisions.map(({ groupId, isDecrease }) => {
    const name = revisionsOf(channelId, groupId);
    const row = rows.get(name);
    if (row?.blockedUntil && row.blockedUntil > now) return row.blockedUntil;
    const held = taken.get(name) ?? (row?.allowance as RevisionsUsed | null | undefined) ?? null;
    const left = takeRevision(limit, held, isDecrease, now);
    if (left) taken.set(name, left);
    return left ? null : endsAt;
  });
  const charged = [...taken].map(([name, allowance]) => ({ name, allowance }));
  await tx.$executeRaw`
    UPDATE "Budget" b SET allowance = c.allowance, "endsAt" = ${endsAt}
    FROM ${tableOf(charged, `name text, allowance jsonb`)} c WHERE b.name = c.name`;
  return answers;
}

/** The marketplace itself takes no more changes of this listing before then. */
export async function closeRevisions(tx: Tx, channelId: number, groupId: string, until: Date): Promise<void> {
  const name = revisionsOf(channelId, groupId);
  await tx.$executeRaw`
    INSERT INTO "Budget" (name, "blockedUntil", "endsAt") VALUES (${name}, ${until}, ${until})
    ON CONFLICT (name) DO UPDATE SET "blockedUntil" = ${until}, "endsAt" = GREATEST("Budget"."endsAt", ${until})`;
}

/** Rows of a day that is over. Returns how many. */
export function forgetEndedBudgets(db: Db, { now, rowsMax }: { now: Date; rowsMax: number }): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "Budget" WHERE name IN (SELECT name FROM "Budget" WHERE "endsAt" <= ${now} ORDER BY "endsAt" LIMIT ${rowsMax})`;
}
