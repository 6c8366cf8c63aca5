/**
 * Slice: budgets. Owns Budget: call budgets shared by every worker, a row per published limit and scope, charged before
 * the call is sent.
 */
import type { Limit } from "#connectors/contract/connector.ts";
import type { Budgets } from "#connectors/transport/transport.ts";
import { addMs, type Clock } from "../clock.ts";
import { type Db, inTransaction, type Tx } from "../db.server.ts";
import { type Allowance, freshAllowance, isShared, JITTER_MS, takeCall } from "./allowance.ts";

interface BudgetRow {
  name: string;
  allowance: Allowance | null;
  blockedUntil: Date | null;
}

export interface BudgetScope {
  connectorKey: string;
  channel: string;
  /** The channels that share the limits of the whole app. */
  sharers(): Promise<readonly string[]>;
}

/** Rows that are not there yet are made first: what does not exist can't be locked. */
async function lockBudgets(tx: Tx, names: readonly string[]): Promise<BudgetRow[]> {
  const lock = () => tx.$queryRaw<BudgetRow[]>`
    SELECT name, allowance, "blockedUntil" FROM "Budget" WHERE name = ANY(${[...names]}::text[]) ORDER BY name FOR UPDATE`;
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

  return {
    async take(limits, { urgent }) {
      if (limits.length === 0) return { granted: true };
      const sharers = limits.some(isShared) ? await scope.sharers() : [];
      // One order for all takers, so that two of them never wait for each other.
      const wanted = [...limits].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
      const names = wanted.map(nameOf);
      return inTransaction(db, async (tx) => {
        const rows = await lockBudgets(tx, names);
        const now = clock.now();
        const nowMs = now.getTime();
        let retryAfterMs = 0;
        const charged: { name: string; allowance: Allowance }[] = [];
        for (const limit of wanted) {
          const row = rows.find((one) => one.name === nameOf(limit));
          if (row?.blockedUntil && row.blockedUntil > now) {
            retryAfterMs = Math.max(retryAfterMs, row.blockedUntil.getTime() - nowMs);
          }
          const taken = takeCall(limit, row?.allowance ?? freshAllowance(limit, nowMs), nowMs, {
            channel: scope.channel,
            urgent,
            sharers,
          });
          if (taken.granted) charged.push({ name: nameOf(limit), allowance: taken.left });
          else retryAfterMs = Math.max(retryAfterMs, taken.retryAfterMs);
        }
        if (retryAfterMs > 0) return { granted: false, retryAfterMs };
        await tx.$executeRaw`
          UPDATE "Budget" b SET allowance = c.allowance
          FROM jsonb_to_recordset(${JSON.stringify(charged)}::jsonb) AS c(name text, allowance jsonb) WHERE b.name = c.name`;
        return { granted: true, leaveByMs: nowMs + JITTER_MS };
      });
    },
    async exhausted(limits, retryAfterMs) {
      const until = addMs(clock.now(), retryAfterMs);
      await db.$executeRaw`
        UPDATE "Budget" SET "blockedUntil" = GREATEST("blockedUntil", ${until}) WHERE name = ANY(${limits.map(nameOf)}::text[])`;
    },
  };
}
