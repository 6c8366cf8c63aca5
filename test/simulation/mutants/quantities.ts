/** How much of what there is a listing shows: policies, locations, previews, holds, and what the merchant is told of it. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are source text.
import type { Mutant } from "./mutant.ts";

const POLICY = "app/inventory/policy.ts";
const FACTS = "app/views/quantity-facts.ts";
const SOLD_FROM = "app/views/withdrawn-facts.ts";
const PUSH = "app/flows/push-quantities.ts";
const SETTINGS = "app/flows/settings.ts";
const CHANGE = "app/flows/change-setting.ts";
const HOLDS = "app/stock-holds/stock-holds.ts";

export const QUANTITIES: readonly Mutant[] = [
  {
    name: "percent-rounded-down",
    mode: 39,
    patches: [{ file: POLICY, find: "return Math.ceil(", replace: "return Math.floor(" }],
  },
  {
    name: "buffer-kept-back-twice",
    mode: 39,
    patches: [
      {
        file: POLICY,
        find: "const afterBuffer = Math.max(0, sellable - bufferUnits(policy, sellable));",
        replace: "const afterBuffer = Math.max(0, sellable - 2 * bufferUnits(policy, sellable));",
      },
    ],
  },
  {
    name: "threshold-one-too-high",
    mode: 39,
    patches: [
      {
        file: POLICY,
        find: "if (sellable < policy.threshold) return 0",
        replace: "if (sellable <= policy.threshold) return 0",
      },
    ],
  },
  {
    name: "no-cap-falls-through",
    mode: 39,
    patches: [
      {
        file: POLICY,
        find: "cap: policy.cap === undefined ? effective.cap : policy.cap,",
        replace: "cap: policy.cap ?? effective.cap,",
      },
    ],
  },
  {
    name: "policy-of-the-wrong-level",
    mode: 39,
    patches: [
      {
        file: FACTS,
        find: "      parsePolicy(row.channelPolicy),\n      ofRule,\n      parsePolicy(row.listingPolicy),\n",
        replace: "      parsePolicy(row.listingPolicy),\n      ofRule,\n      parsePolicy(row.channelPolicy),\n",
      },
    ],
  },
  {
    name: "shop-policy-forgotten",
    mode: 39,
    patches: [{ file: FACTS, find: "      parsePolicy(row.shopPolicy),\n", replace: "" }],
  },
  {
    name: "closed-location-sold",
    mode: 40,
    patches: [
      { file: SOLD_FROM, find: `loc.gid = lv."locationGid" AND loc.active`, replace: `loc.gid = lv."locationGid"` },
    ],
  },
  {
    name: "locations-of-others-counted",
    mode: 40,
    patches: [{ file: SOLD_FROM, find: `(cardinality(c."locationGids") = 0 OR`, replace: "(true OR" }],
  },
  {
    name: "fullest-location-alone",
    mode: 40,
    patches: [
      { file: FACTS, find: "(SELECT SUM(lv.available)::int FROM", replace: "(SELECT MAX(lv.available)::int FROM" },
    ],
  },
  {
    name: "opened-location-stays-unread",
    mode: 40,
    patches: [
      {
        file: "app/flows/refresh-locations.ts",
        find: "  if (hidden.inventoryItemGids.length > 0) await readLevelsAgain(rt, shop, hidden.inventoryItemGids, null);\n",
        replace: "",
      },
      {
        file: "app/flows/refresh-locations.ts",
        find: '    if (haveChanged && hidden.isAnyOpened && shop.mirroredAt)\n      await rt.queue.send(tx, "mirror-shop", { shopId: shop.id });\n',
        replace: "",
      },
    ],
  },
  {
    name: "excluded-listing-pushed",
    mode: 37,
    patches: [{ file: "app/listings/pushable.ts", find: " AND NOT l.excluded AND", replace: " AND" }],
  },
  {
    name: "match-by-hand-taken-back",
    mode: 12,
    patches: [
      {
        file: SETTINGS,
        find: "      await setMatch(tx, listing.id, after, now);\n",
        replace:
          "      await setMatch(tx, listing.id, listing.variantId === null ? after : { ...after, variantId: listing.variantId }, now);\n",
      },
    ],
  },
  {
    name: "closing-noticed-by-nobody",
    mode: 40,
    patches: [
      {
        file: "app/flows/refresh-locations.ts",
        find: "if (changed.length === 0) return false;",
        replace: "if (locations.length > 0) return false;",
      },
    ],
  },
  {
    name: "unit-given-by-another-location",
    mode: 40,
    patches: [
      {
        file: "app/flows/settle-reservations.ts",
        find: "    await wakeChannels(rt, tx, await markStale(tx, shop.id, moved, { decreasing: true, now }));\n",
        replace: "",
      },
    ],
  },
  {
    name: "taken-where-nothing-shows-pends-for-good",
    mode: 40,
    patches: [
      {
        file: "app/flows/settle-reservations.ts",
        find: "      if (isOld(one) && its.length > 0 && hidden.has(inventoryItemGid)) return true;\n",
        replace: "",
      },
    ],
  },
  {
    name: "locations-saved-and-not-pushed",
    mode: 40,
    patches: [
      {
        file: SETTINGS,
        find: '      return `sells from ${chosen.map((location) => location.name).join(", ")}`;\n    },\n    decidesNumbers: true,\n',
        replace: '      return `sells from ${chosen.map((location) => location.name).join(", ")}`;\n    },\n',
      },
    ],
  },
  {
    name: "preview-without-policy",
    mode: 41,
    patches: [
      {
        file: "app/views/channels.ts",
        find: "const explanation = decideQuantity({ ...held, undoneTo: null, planTo: null });",
        replace: "const explanation = decideQuantity({ ...held, undoneTo: null, policy: effectivePolicy() });",
      },
    ],
  },
  {
    name: "stale-preview-of-a-setting",
    mode: 41,
    patches: [
      {
        file: CHANGE,
        find: "    await altered.write();\n    const effect = weighChange(before, await readNumbers(rt, tx, shopId, scopes));\n",
        replace:
          "    const effect = weighChange(before, await readNumbers(rt, tx, shopId, scopes));\n    await altered.write();\n",
      },
    ],
  },
  {
    name: "effect-of-the-first-listing",
    mode: 41,
    patches: [
      {
        file: "app/changes/effect.ts",
        find: 'if (from === null) return "raised";\n  return to === 0 ? "zeroed" : to < from ? "lowered" : "raised";',
        replace:
          'if (from === null) return "lowered";\n  return to === 0 ? "zeroed" : to < from ? "raised" : "lowered";',
      },
    ],
  },
  {
    name: "approval-outlives-its-number",
    mode: 41,
    patches: [
      {
        file: PUSH,
        find: "    await endOtherApprovals(tx, [...plan.unchanged, ...toSend]);\n",
        replace: "    void toSend;\n",
      },
    ],
  },
  {
    name: "alert-of-the-brake-stays",
    mode: 42,
    patches: [
      {
        file: "app/flows/manage-channel.ts",
        find: "    await resolveAlert(tx, of.shopId, `brake:${channel.id}`, now);\n",
        replace: "",
      },
    ],
  },
  {
    name: "alert-of-a-cancelled-order-stays",
    mode: 42,
    patches: [
      {
        file: "app/flows/close-conflict.ts",
        find: "  await resolveAlert(tx, shopId, `order:${orderId}`, now);\n",
        replace: "",
      },
    ],
  },
  {
    name: "history-tells-what-was-accepted-before",
    mode: 43,
    patches: [
      {
        file: PUSH,
        find: "quantityBefore: before,",
        replace: "quantityBefore: listing.acknowledgedQuantity ?? before,",
      },
    ],
  },
  {
    name: "history-tells-the-number-of-yesterday",
    mode: 43,
    patches: [
      {
        file: PUSH,
        find: "        message: explainQuantity(explanation),\n        quantityBefore: before,\n        quantity,\n",
        replace:
          "        message: explainQuantity(explanation),\n        quantityBefore: before,\n        quantity: listing.desiredQuantity ?? quantity,\n",
      },
    ],
  },
  {
    name: "history-forgets-the-buffer",
    mode: 43,
    patches: [
      {
        file: "app/inventory/quantity.ts",
        find: "  if (explanation.bufferUnits > 0) parts.push(`− ${explanation.bufferUnits} buffer`);\n",
        replace: "",
      },
    ],
  },
  {
    name: "containment-ignored",
    mode: 39,
    patches: [
      {
        file: "app/inventory/quantity.ts",
        find: "  if (!contained) return free;",
        replace: "  if (free >= 0) return free;",
      },
    ],
  },
  {
    name: "single-units-not-held",
    mode: 33,
    patches: [
      {
        file: HOLDS,
        find: "r.state = 'pending' AND r.quantity > 0\n",
        replace: "r.state = 'pending' AND r.quantity > 1\n",
      },
    ],
  },
  {
    name: "orders-read-when-all-was-done",
    mode: 2,
    patches: [
      {
        file: "app/flows/import-orders.ts",
        find: "readAt: more ? null : startedAt };",
        replace: "readAt: more ? null : rt.clock.now() };",
      },
    ],
  },
];
