/** What goes out to marketplaces: which quantity, when, and who may send it. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are source text.
import type { Mutant } from "./mutant.ts";

const PUSH = "app/flows/push-quantities.ts";
const PLAN = "app/listings/push-plan.ts";
const STATE = "app/listings/push-state.ts";
const CLAIM = "app/listings/claim.ts";
const LEASES = "app/leases/leases.ts";
const QUANTITY = "app/inventory/quantity.ts";
const RECONCILE = "app/flows/reconcile-listings.ts";

const WITHOUT_FENCE = {
  file: LEASES,
  find: 'EXISTS (SELECT 1 FROM "Lease" WHERE name = ${name} AND fence = ${fence} AND holder IS NOT NULL FOR UPDATE)',
  replace: "(true OR ${name}::text = ${fence}::text)",
};

export const PUSHING: readonly Mutant[] = [
  {
    name: "quantity-from-claim",
    mode: 1,
    patches: [
      {
        file: PUSH,
        find: "const TURN_MS_MAX",
        replace: "const carried = new Map();\nconst TURN_MS_MAX",
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
        file: CLAIM,
        find: 'const READY = Prisma.sql`${STALE_SINCE} <= (SELECT "ordersReadAt" FROM open)`',
        replace: "const READY = Prisma.sql`${STALE_SINCE} <= 'infinity'`",
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
      { file: CLAIM, find: `'connected' AND c."pushApprovedAt" IS NOT NULL`, replace: "'connected'" },
      {
        file: "app/channels/channels.ts",
        find: `'connected' AND c."pushApprovedAt" IS NOT NULL`,
        replace: "'connected'",
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
        file: CLAIM,
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
];
