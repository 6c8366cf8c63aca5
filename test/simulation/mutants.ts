/**
 * Known failures, put back in one by one: each takes a protection out of the app as it is loaded. The simulation must
 * catch every one of them. `mode` is the failure it stands for: how other multichannel systems went wrong.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are source text.
import type { Patch } from "./patches.ts";

export const FAILURE_MODES: Record<number, string> = {
  1: "a late retry overwrites a newer quantity",
  2: "a push re-lists what an unseen order sold",
  3: "duplicate orders",
  4: "greedy dedupe loses orders",
  5: "the first sync imports the whole history",
  6: "the first sync goes the wrong way",
  7: "webhooks missed, late, doubled, out of order",
  8: "sync loops",
  9: "lost updates in one's own database",
  10: "order pages omit, repeat or delay",
  11: "an edit on the marketplace stays unseen",
  12: "missing or duplicate SKUs",
  13: "an imported order does not lower stock",
  14: "a cancellation restocks what does not exist",
  15: "zero, NULL and untracked mixed up",
  16: "items from before never sync",
  17: "a missing answer is taken for an empty one",
  18: "an unclear outcome is recorded as a clear one",
  19: "one bad row blocks all others",
  20: "an old snapshot is stored over newer knowledge",
  24: "a failure has no scope, a retry no memory",
  28: "what is gone at the source stays on sale, or is taken off it unasked",
  33: "what is held for an unpaid order is held twice, or never freed",
  34: "who bought first loses to who came first",
  35: "one merchant sees, or is moved by, what is another's",
  36: "what nobody may read lies in a table or a log",
  37: "a channel that the merchant stopped is written to",
  38: "a later picture of an order is not believed",
};

export interface Mutant {
  name: string;
  mode: number;
  patches: readonly Patch[];
}

const PUSH = "app/flows/push-quantities.ts";
const PLAN = "app/listings/push-plan.ts";
const STATE = "app/listings/push-state.ts";
const IMPORT = "app/flows/import-orders.ts";
const STOP = "app/flows/stop-pushing.ts";
const STORE = "app/flows/store-order.ts";
const PLACE = "app/flows/place-orders.ts";
const CREATE = "app/flows/create-shopify-order.ts";
const LEASES = "app/leases/leases.ts";
const ORDERS = "app/orders/orders.ts";
const FACTS = "app/views/quantity-facts.ts";
const QUANTITY = "app/inventory/quantity.ts";
const LEVELS = "app/inventory/levels.ts";
const WITHDRAWN = "app/views/withdrawn-facts.ts";
const TICK = "app/flows/tick.ts";
const RECONCILE = "app/flows/reconcile-listings.ts";
const MARKETPLACE = "test/simulation/sim-marketplace.ts";

/** What a reading of the catalogue does not show is gone, and nobody is asked. */
const NOT_SHOWN_IS_GONE: Patch = {
  file: "app/flows/mirror-catalogue.ts",
  find: "    gone += await refreshVariants(\n      rt,\n      shop,\n      missing.map((one) => one.gid),\n    );\n",
  replace:
    "    const ids = missing.map((one) => one.id);\n    gone += ids.length;\n    await rt.db.variant.updateMany({ where: { id: { in: ids } }, data: { removedAt: rt.clock.now() } });\n",
};

/** Shopify's unique key would hold back a second order; these systems had none. */
const WITHOUT_UNIQUE_KEY: Patch = {
  file: "app/orders/order-draft.ts",
  find: `metafields: [{ ...ORDER_KEY, type: "id", value: facts.key }],`,
  replace: "metafields: [],",
};

const WITHOUT_FENCE = {
  file: LEASES,
  find: 'EXISTS (SELECT 1 FROM "Lease" WHERE name = ${name} AND fence = ${fence} AND holder IS NOT NULL FOR UPDATE)',
  replace: "(true OR ${name}::text = ${fence}::text)",
};

export const MUTANTS: readonly Mutant[] = [
  {
    name: "quantity-from-claim",
    mode: 1,
    patches: [
      {
        file: PUSH,
        find: "const BATCHES_PER_TURN_MAX",
        replace: "const carried = new Map();\nconst BATCHES_PER_TURN_MAX",
      },
      {
        file: PUSH,
        find: "  const begunAt = rt.clock.now();\n",
        replace:
          "  const begunAt = rt.clock.now();\n  carried.set(channelId, await explainListings(rt.db, stale.map((one) => one.id), limitsOf(rt)));\n",
      },
      {
        file: PUSH,
        find: "planWrites(learned.read, explanations,",
        replace: "planWrites(learned.read, carried.get(channel.id),",
      },
    ],
  },
  {
    name: "retry-carries-quantity",
    mode: 1,
    patches: [
      {
        file: PLAN,
        find: "const quantity = explanation?.quantity ?? null;",
        replace:
          "const quantity = listing.attemptsFailed > 0 ? listing.desiredQuantity : (explanation?.quantity ?? null);",
      },
    ],
  },
  {
    name: "no-lease",
    mode: 1,
    patches: [
      { file: LEASES, find: `\n      WHERE l.holder IS NULL OR l.until <= \${now}\n`, replace: "\n" },
      WITHOUT_FENCE,
    ],
  },
  {
    name: "no-fencing",
    mode: 1,
    patches: [WITHOUT_FENCE],
  },
  {
    name: "acknowledges-newer-version",
    mode: 1,
    patches: [
      {
        file: STATE,
        find: `CASE WHEN w."verifyAt" IS NULL THEN GREATEST(l."acknowledgedVersion", w.version) ELSE`,
        replace: `CASE WHEN w."verifyAt" IS NULL THEN l.version ELSE`,
      },
    ],
  },
  {
    name: "unseen-not-subtracted",
    mode: 2,
    patches: [
      {
        file: QUANTITY,
        find: "facts.available - facts.pendingUnits - facts.unseenUnits",
        replace: "facts.available - facts.pendingUnits",
      },
    ],
  },
  {
    name: "increase-without-order-read",
    mode: 2,
    patches: [
      {
        file: STATE,
        find: `(l.decreasing OR l."staleSince" IS NULL OR l."staleSince" <= COALESCE(c."ordersReadAt", 'epoch'))`,
        replace: "true",
      },
      { file: PLAN, find: "shown !== null && quantity > shown && staleSince", replace: "false && staleSince" },
    ],
  },
  {
    name: "writes-without-looking",
    mode: 2,
    patches: [
      {
        file: PUSH,
        find: "const readings = await readFirst(opened.value, stale);",
        replace: `const readings = stale.map((one) => ({ outcome: "read", quantity: one.acknowledgedQuantity, state: "active" }));`,
      },
    ],
  },
  {
    name: "retry-without-look-up",
    mode: 3,
    patches: [
      WITHOUT_UNIQUE_KEY,
      {
        file: PLACE,
        find: `if (order.stage === "sent" && !(await recover(rt, shop, channel, order, lease))) return null;`,
        replace: `if (order.stage === "sent") await recordNotSent(rt.db, order.id, null);`,
      },
    ],
  },
  {
    name: "create-before-claim",
    mode: 3,
    patches: [
      WITHOUT_UNIQUE_KEY,
      {
        file: CREATE,
        find: "await recordSent(rt.db, order.id, { refundedBefore, now: sentAt }, isHeld(lease))",
        replace: "true",
      },
    ],
  },
  {
    name: "no-lease-for-orders",
    mode: 3,
    patches: [
      WITHOUT_UNIQUE_KEY,
      {
        file: ORDERS,
        find: "WHERE ${when} AND id = ${id} AND stage = 'claimed'`;",
        replace: "WHERE id = ${id}`;",
      },
      {
        file: PLACE,
        find: "underLease(rt, { name: `place:${shopId}`, holder: rt.workerId }",
        replace: "underLease(rt, { name: `place:${shopId}:${Math.random()}`, holder: rt.workerId }",
      },
    ],
  },
  {
    name: "dedupe-by-minute",
    mode: 4,
    patches: [
      {
        file: IMPORT,
        find: "    const fingerprint = fingerprintOf(",
        replace: `    const minute = new Date(Math.floor(order.soldAt.getTime() / 60_000) * 60_000);
    const near = { channelId: channel.id, soldAt: { gte: minute, lt: addMs(minute, 60_000) }, remoteId: { not: order.remoteId } };
    if (!known.has(order.remoteId) && (await rt.db.marketplaceOrder.count({ where: near })) > 0) continue;
    const fingerprint = fingerprintOf(`,
      },
    ],
  },
  {
    name: "dedupe-by-buyer",
    mode: 4,
    patches: [
      {
        file: IMPORT,
        find: "    const fingerprint = fingerprintOf(",
        replace: `    const buyerKey = rt.secrets.hash(\`buyer:\${channel.connectorKey}:\${order.buyer.remoteId}\`);
    const same = { channelId: channel.id, buyerKeys: { has: buyerKey }, remoteId: { not: order.remoteId } };
    if (!known.has(order.remoteId) && (await rt.db.marketplaceOrder.count({ where: same })) > 0) continue;
    const fingerprint = fingerprintOf(`,
      },
    ],
  },
  {
    name: "import-without-cut-off",
    mode: 5,
    patches: [
      {
        file: IMPORT,
        find: "if (order.soldAt < channel.importOrdersSince && !held) continue;",
        replace: "",
      },
    ],
  },
  {
    name: "marketplace-is-source",
    mode: 6,
    patches: [
      {
        file: RECONCILE,
        find: "    return drifted.length;\n",
        replace: `    await tx.$executeRaw\`UPDATE "Level" lv SET available = l."observedQuantity" FROM "Listing" l JOIN "Variant" v ON v.id = l."variantId"
      WHERE l."channelId" = \${channelId} AND v.tracked AND v."inventoryItemGid" = lv."inventoryItemGid" AND l."acknowledgedQuantity" IS NULL\`;
    return drifted.length;\n`,
      },
    ],
  },
  {
    name: "first-push-unapproved",
    mode: 6,
    patches: [
      { file: STATE, find: `'connected' AND c."pushApprovedAt" IS NOT NULL`, replace: "'connected'" },
      {
        file: "app/channels/channels.ts",
        find: `'connected' AND c."pushApprovedAt" IS NOT NULL`,
        replace: "'connected'",
      },
    ],
  },
  {
    name: "older-webhook-wins",
    mode: 7,
    patches: [
      {
        file: LEVELS,
        find: `l.available IS NOT DISTINCT FROM i.available OR l.revision`,
        replace: `true OR l.revision`,
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
        find: `l.revision <= \${whole?.asOf ?? 0n}`,
        replace: `\${whole !== undefined}`,
      },
    ],
  },
  {
    name: "own-sales-always-win",
    mode: 34,
    patches: [
      {
        file: "app/flows/settle-oversale.ts",
        find: "losersIn(contest, ownSales)",
        replace: "losersIn(contest, [])",
      },
    ],
  },
  {
    name: "backorders-take-units",
    mode: 34,
    patches: [
      {
        file: "app/conflicts/contest.ts",
        find: `(NOT t.settled OR t."isAccepted")`,
        replace: "NOT t.settled",
      },
    ],
  },
  {
    name: "missed-webhooks-stay-missed",
    mode: 7,
    patches: [
      {
        file: TICK,
        find: "isOlder(shop.levelsCheckedAt, now, LEVELS_EVERY_MS)",
        replace: "isOlder(shop.levelsCheckedAt, now, 1_000 * LEVELS_EVERY_MS)",
      },
    ],
  },
  {
    name: "no-skip-of-acknowledged",
    mode: 8,
    patches: [{ file: PLAN, find: `(quantity === shown && unclear !== "waiting")`, replace: "false" }],
  },
  {
    name: "echo-raises-version",
    mode: 8,
    patches: [
      {
        file: PUSH,
        find: "    const decided = await recordSending(\n",
        replace: `    await markStale(tx, channel.shopId, { listingIds: ids }, { decreasing: true, now });
    const decided = await recordSending(\n`,
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
    name: "no-overlapping-window",
    mode: 10,
    patches: [
      { file: MARKETPLACE, find: "sweep.startedAt - capabilities.orderVisibilityLagMs", replace: "now" },
      { file: MARKETPLACE, find: "through - 1_000", replace: "through" },
    ],
  },
  {
    name: "notifications-only",
    mode: 10,
    patches: [
      {
        file: TICK,
        find: "return channel.ordersRetryAt !== null || isOlder(channel.ordersReadAt, now, everyMs);",
        replace: "return false;",
      },
      {
        file: IMPORT,
        find: "(lease) => readPages(rt, channelId, lease)",
        replace: "async (lease) => { if (!orderRemoteId) await readPages(rt, channelId, lease); }",
      },
    ],
  },
  {
    name: "drift-not-compared",
    mode: 11,
    patches: [
      {
        file: RECONCILE,
        find: "listing.acknowledgedQuantity !== null && listing.observedQuantity !== listing.acknowledgedQuantity",
        replace: "false",
      },
    ],
  },
  {
    name: "first-of-duplicate-skus",
    mode: 12,
    patches: [{ file: "app/listings/matching.ts", find: "if (only && found.length === 1)", replace: "if (only)" }],
  },
  {
    name: "unmatched-orders-dropped",
    mode: 12,
    patches: [
      {
        file: STORE,
        find: "  const stored = await recordOrder(tx,",
        replace:
          "  if (lines.every((line) => line.variantId === null)) return;\n  const stored = await recordOrder(tx,",
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
    name: "untracked-as-zero",
    mode: 15,
    patches: [
      { file: FACTS, find: `CASE WHEN v.tracked AND v."removedAt" IS NULL THEN (`, replace: "CASE WHEN true THEN (" },
    ],
  },
  {
    name: "null-as-zero",
    mode: 15,
    patches: [
      {
        file: QUANTITY,
        find: "export function decideQuantity(facts: QuantityFacts): Explanation {\n",
        replace:
          "export function decideQuantity(asked: QuantityFacts): Explanation {\n  const facts = { ...asked, available: asked.available ?? 0 };\n",
      },
    ],
  },
  {
    name: "zero-ends-listing",
    mode: 15,
    patches: [
      {
        file: STATE,
        find: `      "remoteId" = COALESCE(w.ref->>'remoteId', l."remoteId"),`,
        replace: `      "remoteState" = CASE WHEN w.quantity = 0 THEN 'ended' ELSE l."remoteState" END,
      "remoteId" = COALESCE(w.ref->>'remoteId', l."remoteId"),`,
      },
    ],
  },
  {
    name: "no-brake",
    mode: 15,
    patches: [
      {
        file: "app/listings/brake.ts",
        find: "  const wereShowing",
        replace: "  if (showing >= 0) return null;\n  const wereShowing",
      },
    ],
  },
  {
    name: "watermark-by-acknowledgement",
    mode: 16,
    patches: [
      {
        file: STATE,
        find: `const STALE = Prisma.sql\`\${PUSHABLE} AND l.version > l."acknowledgedVersion"`,
        replace: `const STALE = Prisma.sql\`\${PUSHABLE} AND l.version > l."acknowledgedVersion"
          AND l."staleSince" >= (SELECT COALESCE(MAX(m."acknowledgedAt"), 'epoch') FROM "Listing" m WHERE m."channelId" = l."channelId")`,
      },
    ],
  },
  {
    name: "only-what-is-new",
    mode: 16,
    patches: [
      {
        file: "app/flows/manage-channel.ts",
        find: "    await resolveAlert(tx, of.shopId, `undone:${channel.id}`, now);\n    await decideAgain(rt, tx, of);\n",
        replace:
          "    await resolveAlert(tx, of.shopId, `undone:${channel.id}`, now);\n    await tx.listing.updateMany({ where: { channelId: channel.id, acknowledgedVersion: 0 }, data: { acknowledgedVersion: 100 } });\n",
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
        find: "(h.state = 'held' AND (o.stage IN ${NEED_NONE} OR",
        replace: "(h.state = 'held' AND (o.stage = 'cancelled' OR",
      },
    ],
  },
  {
    name: "matches-across-shops",
    mode: 35,
    patches: [
      {
        file: "app/catalogue/catalogue.ts",
        find: "      shopId,\n      removedAt: null,\n      OR: [{ sku: { in:",
        replace: "      removedAt: null,\n      OR: [{ sku: { in:",
      },
    ],
  },
  {
    name: "shows-orders-of-all-shops",
    mode: 35,
    patches: [
      {
        file: "app/views/orders.ts",
        find: "MarketplaceOrderWhereInput = {\n    shopId,\n",
        replace: "MarketplaceOrderWhereInput = {\n",
      },
    ],
  },
  {
    name: "seals-nothing",
    mode: 36,
    patches: [
      {
        file: "app/secrets.ts",
        find: "      const iv = randomBytes(IV_BYTES);\n",
        replace: "      if (text) return `v0.${text}`;\n      const iv = randomBytes(IV_BYTES);\n",
      },
      {
        file: "app/secrets.ts",
        find: '      const parts = sealed.split(".");\n',
        replace:
          '      if (sealed.startsWith("v0.")) return sealed.slice(3);\n      const parts = sealed.split(".");\n',
      },
    ],
  },
  {
    name: "logs-buyers",
    mode: 36,
    patches: [
      {
        file: IMPORT,
        find: "      await storeOrders(rt, channel, [order.value], tries);\n",
        replace:
          "      rt.logger.info(`sold to ${order.value.buyer.name}`);\n      await storeOrders(rt, channel, [order.value], tries);\n",
      },
    ],
  },
  {
    name: "pause-not-asked",
    mode: 37,
    patches: [
      {
        file: "app/flows/open-channel.ts",
        find: "if (!(await mayBeWritten(rt.db, channel.id, writes))) return HELD[writes];",
        replace: "await mayBeWritten(rt.db, channel.id, writes);",
      },
    ],
  },
  {
    name: "not-shown-is-gone",
    mode: 17,
    patches: [NOT_SHOWN_IS_GONE],
  },
  {
    name: "no-file-is-an-empty-shop",
    mode: 17,
    patches: [
      NOT_SHOWN_IS_GONE,
      { file: "app/shopify/catalogue-bulk.ts", find: "if (!bulk.url && objectCount !== 0)", replace: "if (!bulk.id)" },
      {
        file: "app/flows/mirror-catalogue.ts",
        find: "if (objectCount > 0 && file.lines === file.unreadable)",
        replace: "if (objectCount < 0)",
      },
    ],
  },
  {
    name: "old-catalogue-over-newer",
    mode: 20,
    patches: [
      {
        file: "app/catalogue/catalogue.ts",
        find: `        WHERE "Variant"."readNumber" <= excluded."readNumber"\n`,
        replace: "",
      },
    ],
  },
  {
    name: "one-item-blocks-all",
    mode: 19,
    patches: [
      {
        file: "app/shopify/levels.ts",
        find: "  if (isAskedAlone)\n",
        replace:
          '  if (isAskedAlone && gids.length > 0) return { ok: false, failure: { kind: "unavailable", message: why } };\n  if (isAskedAlone)\n',
      },
    ],
  },
  {
    name: "odd-error-is-a-refusal",
    mode: 18,
    patches: [
      {
        file: "app/shopify/admin-reply.ts",
        find: 'kind: isMutation ? "outcome-unknown" : "unavailable",\n      scope: "shop",\n      message,\n      code: "denied"',
        replace:
          'kind: isMutation ? "rejected" : "unavailable",\n      scope: "shop",\n      message,\n      code: "denied"',
      },
      {
        file: CREATE,
        find: "    await lookUpLater(rt, subject, { ...look.failure, message });\n    return false;\n",
        replace: "    return true;\n",
      },
    ],
  },
  {
    name: "failed-look-up-is-absent",
    mode: 18,
    patches: [
      WITHOUT_UNIQUE_KEY,
      {
        file: "app/flows/look-up-order.ts",
        find: 'if (!found.ok) return { outcome: "unclear", failure: found.failure };',
        replace: 'if (!found.ok) return { outcome: "absent" };',
      },
    ],
  },
  {
    name: "lost-reply-is-success",
    mode: 18,
    patches: [
      {
        file: PUSH,
        find: 'if (result.outcome === "accepted") {',
        replace: 'if (result.outcome === "accepted" || result.failure.kind === "outcome-unknown") {',
      },
    ],
  },
  {
    name: "lost-reply-is-refusal",
    mode: 18,
    patches: [
      { file: STOP, find: 'const unclear = failure.kind === "outcome-unknown";', replace: "const unclear = false;" },
    ],
  },
  {
    name: "parcel-told-without-a-look",
    mode: 18,
    patches: [
      {
        file: "app/flows/relay-shipment.ts",
        find: 'if (shipment.state === "sending") {',
        replace: 'if (shipment.state === "looked at") {',
      },
    ],
  },
  {
    name: "unread-row-stops-its-batch",
    mode: 19,
    patches: [
      { file: PUSH, find: ` && whatWaits(one.failure) === "channel");\n  if (refused`, replace: `);\n  if (refused` },
    ],
  },
  {
    name: "unreadable-order-stops-its-page",
    mode: 19,
    patches: [
      {
        file: IMPORT,
        find: "    await storeOrders(rt, channel, page.value.orders, 0);\n",
        replace: `    const [bad] = page.value.unreadable;
    if (bad) return putOffOrders(rt, channel, { kind: "unavailable", scope: "account", message: bad.why });
    await storeOrders(rt, channel, page.value.orders, 0);\n`,
      },
    ],
  },
  {
    name: "unreadable-order-is-skipped",
    mode: 19,
    patches: [{ file: IMPORT, find: "    await showUnreadable(rt, channel, page.value.unreadable);\n", replace: "" }],
  },
  {
    name: "row-stops-the-channel",
    mode: 24,
    patches: [
      {
        file: "app/tasks/retry.ts",
        find: 'if (failure.kind === "outcome-unknown" || failure.scope === "item") return "row";',
        replace: 'if (failure.kind === "outcome-unknown") return "row";',
      },
    ],
  },
  {
    name: "back-off-forgotten",
    mode: 24,
    patches: [{ file: "app/setbacks/setbacks.ts", find: "failures = s.failures + 1", replace: "failures = 1" }],
  },
  {
    name: "gone-stays-on-sale",
    mode: 28,
    patches: [
      {
        file: QUANTITY,
        find: 'if (facts.withdrawn && facts.onWithdrawn === "zero") return',
        replace: "if (facts.withdrawn && !facts.onWithdrawn) return",
      },
    ],
  },
  {
    name: "deleted-is-forgotten",
    mode: 28,
    patches: [{ file: WITHDRAWN, find: `WHEN v."removedAt" IS NOT NULL THEN 'deleted'`, replace: "" }],
  },
  {
    name: "draft-zeroed-unasked",
    mode: 28,
    patches: [{ file: WITHDRAWN, find: `WHEN 'draft' THEN c."draftPolicy"`, replace: `WHEN 'draft' THEN 'zero'` }],
  },
  {
    name: "untracked-goes-to-zero",
    mode: 28,
    patches: [
      { file: WITHDRAWN, find: `WHEN 'untracked' THEN c."untrackedPolicy"`, replace: `WHEN 'untracked' THEN 'zero'` },
    ],
  },
  {
    name: "first-number-of-units-kept",
    mode: 38,
    patches: [
      {
        file: "app/orders/picture.ts",
        find: "quantityCancelled: quantity - (shown ? unitsOf(shown) : 0)",
        replace: "quantityCancelled: shown?.quantityCancelled ?? 0",
      },
    ],
  },
];

export function findMutant(name: string): Mutant | undefined {
  return MUTANTS.find((mutant) => mutant.name === name);
}
