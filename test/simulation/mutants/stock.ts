/** Shopify's levels as we hold them, what orders reserve, and what cancellations give back. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are source text.
import type { Mutant } from "./mutant.ts";

const STORE = "app/flows/store-order.ts";
const LEVELS = "app/inventory/levels.ts";
const TICK = "app/flows/tick.ts";

export const STOCK: readonly Mutant[] = [
  {
    name: "older-webhook-wins",
    mode: 7,
    patches: [
      {
        file: LEVELS,
        find: `l.available IS NOT DISTINCT FROM i.available OR (l.revision`,
        replace: `true OR (l.revision`,
      },
      { file: LEVELS, find: `COALESCE(l."remoteUpdatedAt" > i."remoteUpdatedAt", false)`, replace: "false" },
    ],
  },
  {
    name: "slow-read-wins",
    mode: 7,
    patches: [
      {
        file: LEVELS,
        find: `l.revision <= \${asOf}`,
        replace: `\${whole !== undefined}`,
      },
    ],
  },
  {
    name: "older-reading-of-locations-wins",
    mode: 20,
    unitTests: ["test/flows/unheard-location.test.ts"],
    patches: [
      {
        file: "app/shops/shops.ts",
        find: "const where = { id: shopId, locationsRead: { lt: readNumber } };",
        replace: "const where = { id: shopId };",
      },
    ],
  },
  {
    name: "missed-webhooks-stay-missed",
    mode: 7,
    patches: [
      {
        file: TICK,
        find: "addMs(now, -LEVELS_EVERY_MS)",
        replace: "addMs(now, -1_000 * LEVELS_EVERY_MS)",
      },
    ],
  },
  {
    name: "read-then-write-of-levels",
    mode: 9,
    patches: [
      {
        file: "app/flows/apply-inventory-change.ts",
        find: "  const { changes, unclear, toWake } = await applyLevels(",
        replace: `  const held = await rt.db.level.findMany({ where: { shopId: shop.id } });
  await rt.clock.sleep(60);
    for (const { id, available, remoteUpdatedAt } of held.filter((one) => input.readings.some((reading) =>
      reading.inventoryItemGid === one.inventoryItemGid && reading.locationGid === one.locationGid && reading.remoteUpdatedAt >= one.remoteUpdatedAt))) {
      await rt.db.level.update({ where: { id }, data: { available, remoteUpdatedAt } });
    }
  const { changes, unclear, toWake } = await applyLevels(`,
      },
    ],
  },
  {
    name: "stock-bypassed",
    mode: 13,
    patches: [
      { file: "app/shopify/orders.ts", find: `inventoryBehaviour: "DECREMENT_IGNORING_POLICY", `, replace: "" },
    ],
  },
  {
    name: "sold-units-not-reserved",
    mode: 13,
    patches: [
      {
        file: "app/orders/record-order.ts",
        find: `AND i."unitsToReserve" > 0 ON CONFLICT`,
        replace: `AND false ON CONFLICT`,
      },
    ],
  },
  {
    name: "cancellation-raises-mirror",
    mode: 14,
    patches: [
      {
        file: STORE,
        find: "  const scope = { inventoryItemGids: [...new Set([...stored.inventoryItemGids, ...back])] };\n",
        replace: `  if (order.status === "cancelled") {
    for (const gid of stored.inventoryItemGids) await tx.$executeRaw\`UPDATE "Level" SET available = available + 1 WHERE "inventoryItemGid" = \${gid}\`;
  }
  const scope = { inventoryItemGids: [...new Set([...stored.inventoryItemGids, ...back])] };\n`,
      },
    ],
  },
  {
    name: "oversold-cancel-restocks",
    mode: 14,
    patches: [
      {
        file: "app/flows/give-up-order.ts",
        find: "export async function giveUpOrder(rt: Runtime, tx: Tx, order: OrderWithLines, reason: string): Promise<void> {\n",
        replace: `export async function giveUpOrder(rt: Runtime, tx: Tx, order: OrderWithLines, reason: string): Promise<void> {
  for (const { reservation } of order.lines) {
    if (!reservation) continue;
    await tx.$executeRaw\`UPDATE "Level" SET available = available + \${reservation.quantity} WHERE "inventoryItemGid" = \${reservation.inventoryItemGid}\`;
  }\n`,
      },
    ],
  },
  {
    name: "cancellation-never-restocks",
    mode: 14,
    patches: [
      {
        file: STORE,
        find: `reason: "cancelled on the marketplace", restock: true`,
        replace: `reason: "cancelled on the marketplace", restock: false`,
      },
    ],
  },
  {
    name: "hold-asked-for-anew",
    mode: 33,
    patches: [
      {
        file: "app/flows/hold-stock.ts",
        find: "${hold.keeping}` : to}:${hold.attempt}`,",
        replace: "${hold.keeping}` : to}:${rt.clock.now().getTime()}`,",
      },
    ],
  },
  {
    name: "hold-never-freed",
    mode: 33,
    patches: [
      {
        file: "app/stock-holds/stock-holds.ts",
        find: "(h.state = 'held' AND (${NEEDS_NONE} OR ${IS_FOR_NOTHING} OR",
        replace: "(h.state = 'held' AND (o.stage = 'cancelled' OR ${IS_FOR_NOTHING} OR",
      },
    ],
  },
  {
    name: "unit-of-a-check-stays-away",
    mode: 33,
    unitTests: ["test/flows/latency-check.test.ts"],
    patches: [
      {
        file: "app/latency-checks/latency-checks.ts",
        find: `WHERE k."lookAt" <= \${now} ORDER BY`,
        replace: `WHERE k."lookAt" <= \${now} AND k.state <> 'returning' ORDER BY`,
      },
    ],
  },
  {
    name: "unit-of-a-check-taken-twice",
    mode: 33,
    unitTests: ["test/awaits/latency-check.test.ts"],
    patches: [
      {
        file: "app/flows/check-latency.ts",
        find: "idempotencyKey: `latency-check:${check.id}:${to}:${check.attempt}`",
        replace: "idempotencyKey: `latency-check:${check.id}:${to}:${rt.clock.now().getTime()}`",
      },
    ],
  },
  {
    name: "unit-of-a-check-is-low-stock",
    mode: 56,
    unitTests: ["test/flows/latency-check.test.ts"],
    patches: [
      {
        file: "app/flows/watch-stock.ts",
        find: "stock.available !== null && away.has(stock.inventoryItemGid)",
        replace: "stock.available !== null && away.size < 0",
      },
    ],
  },
  {
    name: "whole-read-ends-nothing",
    mode: 40,
    unitTests: ["test/flows/levels.test.ts"],
    patches: [
      {
        file: "app/inventory/levels.ts",
        find: `l."inventoryItemGid" = ANY(\${whole?.inventoryItemGids ?? []}) AND NOT EXISTS`,
        replace: `l."inventoryItemGid" = ANY(\${[]}::text[]) AND NOT EXISTS`,
      },
    ],
  },
  {
    name: "answer-from-before-an-opening-hides",
    mode: 40,
    unitTests: ["test/inventory/levels.test.ts"],
    patches: [
      { file: LEVELS, find: `o."openedRevision" > \${asOf}`, replace: `o."openedRevision" > \${asOf} AND false` },
    ],
  },
  {
    name: "hold-for-nothing-stays",
    mode: 40,
    unitTests: ["test/flows/hold-stock.test.ts"],
    patches: [
      { file: "app/stock-holds/stock-holds.ts", find: "Prisma.sql`r.state = 'voided'`", replace: "Prisma.sql`false`" },
    ],
  },
];
