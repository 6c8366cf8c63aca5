/**
 * Call budgets shared by every worker: a row per published limit and scope, charged before the call is sent.
 */
import type { Limit } from "#connectors/contract/connector.ts";
import type { Budgets } from "#connectors/transport/transport.ts";
import { addMs, type Clock } from "../clock.ts";
import { type Db, inTransaction } from "../db.server.ts";

interface BudgetRow {
  name: string;
  windowStart: Date;
  callsUsed: number;
  blockedUntil: Date | null;
}

/**
 * Budgets of one channel. A window starts with the first call after the one before is over. A marketplace that counts in
 * sliding windows may still answer 429 at a border: that closes the row for everyone until the time it names.
 */
export function createBudgets(db: Db, clock: Clock, scope: { connectorKey: string; channel: string }): Budgets {
  const nameOf = (limit: Limit): string =>
    limit.scope === "app"
      ? `${scope.connectorKey}:${limit.name}`
      : `${scope.connectorKey}:${limit.name}:${scope.channel}`;

  return {
    async take(limits) {
      if (limits.length === 0) return { granted: true };
      const now = clock.now();
      // One order for all takers, so that two of them never wait for each other.
      const wanted = [...limits].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
      return inTransaction(db, async (tx) => {
        const names = wanted.map(nameOf);
        await tx.$executeRaw`
          INSERT INTO "Budget" (name, "windowStart", "callsUsed") SELECT unnest(${names}::text[]), ${now}, 0
          ON CONFLICT (name) DO NOTHING`;
        const rows = await tx.$queryRaw<BudgetRow[]>`
          SELECT name, "windowStart", "callsUsed", "blockedUntil" FROM "Budget" WHERE name = ANY(${names}::text[]) ORDER BY name FOR UPDATE`;
        let retryAfterMs = 0;
        const charged: { name: string; windowStart: Date; callsUsed: number }[] = [];
        for (const limit of wanted) {
          const row = rows.find((one) => one.name === nameOf(limit));
          if (!row) continue;
          const over = addMs(row.windowStart, limit.windowMs);
          const fresh = over <= now;
          const used = fresh ? 0 : row.callsUsed;
          if (row.blockedUntil && row.blockedUntil > now) {
            retryAfterMs = Math.max(retryAfterMs, row.blockedUntil.getTime() - now.getTime());
          } else if (used >= limit.callsMax) {
            retryAfterMs = Math.max(retryAfterMs, over.getTime() - now.getTime());
          }
          charged.push({ name: row.name, windowStart: fresh ? now : row.windowStart, callsUsed: used + 1 });
        }
        if (retryAfterMs > 0) return { granted: false, retryAfterMs };
        await tx.$executeRaw`
          UPDATE "Budget" b SET "windowStart" = c."windowStart", "callsUsed" = c."callsUsed", "blockedUntil" = NULL
          FROM jsonb_to_recordset(${JSON.stringify(charged)}::jsonb) AS c(name text, "windowStart" timestamptz, "callsUsed" int)
          WHERE b.name = c.name`;
        return { granted: true };
      });
    },
    async exhausted(limits, retryAfterMs) {
      const until = addMs(clock.now(), retryAfterMs);
      await db.$executeRaw`
        UPDATE "Budget" SET "blockedUntil" = GREATEST("blockedUntil", ${until}) WHERE name = ANY(${limits.map(nameOf)}::text[])`;
    },
  };
}
