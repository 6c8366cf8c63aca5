/**
 * Slice: channels, those whose orders or listings are to be read now. The tick asks every second, and of thousands of
 * channels few are due: each question goes by an index of its own (migration cost_by_what_is_due). Each selects ids.
 */
import { addMs } from "../clock.ts";
import { Prisma } from "../generated/prisma/client.ts";

/** Channels that work goes on for, where their shop is there. */
const ACTIVE = Prisma.sql`c.state IN ('connected', 'paused')`;
const NONE = Prisma.sql`SELECT 0 WHERE false`;

/** Of the channels for which any of `conditions` on "Channel" c holds, those that work goes on for. */
function activeWhere(conditions: readonly Prisma.Sql[]): Prisma.Sql {
  const parts = conditions.map(
    (holds) => Prisma.sql`SELECT c.id, c."shopId" FROM "Channel" c WHERE ${ACTIVE} AND ${holds}`,
  );
  return Prisma.sql`
    SELECT found.id FROM (${Prisma.join(parts, " UNION ALL ")}) found
    JOIN "Shop" s ON s.id = found."shopId" AND s."uninstalledAt" IS NULL AND s."mirroredAt" IS NOT NULL`;
}

const isOneOf = (connectorKeys: Iterable<string>) =>
  Prisma.sql`c."connectorKey" IN (${Prisma.join([...connectorKeys])})`;

/** A reading that was put off is due by its own time, however new or old the one before it is. `everyMs`: by connector's key. */
export function channelsWithOrdersDue(everyMs: ReadonlyMap<string, number>, now: Date): Prisma.Sql {
  if (everyMs.size === 0) return NONE;
  const polled = [...everyMs].map(
    ([key, ms]) => Prisma.sql`c."connectorKey" = ${key} AND c."ordersRetryAt" IS NULL
      AND COALESCE(c."ordersReadAt", '-infinity'::timestamptz) <= ${addMs(now, -ms)}`,
  );
  return activeWhere([Prisma.sql`${isOneOf(everyMs.keys())} AND c."ordersRetryAt" <= ${now}`, ...polled]);
}

export function channelsWithListingsDue(everyMs: number, now: Date): Prisma.Sql {
  return activeWhere([
    Prisma.sql`c."listingsRetryAt" <= ${now}`,
    Prisma.sql`c."listingsRetryAt" IS NULL
      AND COALESCE(c."listingsReadAt", '-infinity'::timestamptz) <= ${addMs(now, -everyMs)}`,
  ]);
}

/** After the first reading of the listings: before it none would be among ours. */
export function channelsToCount(connectorKeys: readonly string[], now: Date): Prisma.Sql {
  if (connectorKeys.length === 0) return NONE;
  return activeWhere([
    Prisma.sql`${isOneOf(connectorKeys)} AND c."listingsReadAt" IS NOT NULL
      AND COALESCE(c."onSaleDueAt", '-infinity'::timestamptz) <= ${now}`,
  ]);
}

export function channelsOf(connectorKeys: readonly string[]): Prisma.Sql {
  return connectorKeys.length === 0 ? NONE : activeWhere([isOneOf(connectorKeys)]);
}
