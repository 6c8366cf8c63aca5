/** What becomes of an order that Shopify has: parcels, cancellations of all or a part, money given back, and what is told. */
import type { Mutant } from "./mutant.ts";

const FOLLOW = "app/flows/follow-orders.ts";
const RELAY = "app/flows/relay-shipment.ts";
const DIFFERENCES = "app/orders/order-differences.ts";

export const AFTER_PLACING: readonly Mutant[] = [
  {
    name: "first-line-of-a-parcel-told",
    mode: 23,
    patches: [
      {
        file: RELAY,
        find: "lines: shipmentLines(shipment),\n    carrier",
        replace: "lines: shipmentLines(shipment).slice(0, 1),\n    carrier",
      },
    ],
  },
  {
    name: "parcel-of-the-whole-line",
    mode: 23,
    patches: [
      {
        file: FOLLOW,
        find: "const units = line ? Math.min(quantity ?? 0, left.get(line.remoteLineId) ?? 0) : 0;",
        replace: "const units = line && (quantity ?? 0) > 0 ? (left.get(line.remoteLineId) ?? 0) : 0;",
      },
    ],
  },
  {
    name: "parcels-that-look-alike-are-one",
    mode: 18,
    unitTests: ["test/flows/equal-parcels.test.ts"],
    patches: [{ file: RELAY, find: "if (other.id === id) continue;", replace: "if (id > 0) continue;" }],
  },
  {
    name: "one-unit-too-many-is-nothing",
    mode: 23,
    unitTests: ["test/orders/order-differences.test.ts"],
    patches: [
      {
        file: DIFFERENCES,
        find: ".filter((one) => one.units > 0);\n  const where",
        replace: ".filter((one) => one.units > 1);\n  const where",
      },
    ],
  },
  {
    name: "missing-units-untold",
    mode: 23,
    unitTests: ["test/orders/order-differences.test.ts"],
    patches: [
      {
        file: DIFFERENCES,
        find: "one.wanted > one.going + one.open);",
        replace: "one.wanted > one.going + one.open + one.restocked);",
      },
    ],
  },
  {
    name: "called-back-parcel-untold",
    mode: 23,
    unitTests: ["test/flows/after-placing.test.ts"],
    patches: [
      {
        file: FOLLOW,
        find: 'else if (withdrawn === "too-late") {',
        replace: 'else if (withdrawn === ("never" as never)) {',
      },
    ],
  },
  {
    name: "called-back-parcel-still-told",
    mode: 42,
    unitTests: ["test/flows/equal-parcels.test.ts"],
    patches: [{ file: FOLLOW, find: 'if (typeof withdrawn === "object")', replace: "if (false as boolean)" }],
  },
  {
    name: "later-tracking-untold",
    mode: 23,
    patches: [{ file: FOLLOW, find: "if (changedAfterRelay) {", replace: "if (changedAfterRelay && isNew) {" }],
  },
  {
    name: "money-given-back-untold",
    mode: 23,
    patches: [
      {
        file: "app/flows/store-order.ts",
        find: "if (stored.refundToTell !== null) await",
        replace: 'if (stored.refundToTell === "") await',
      },
    ],
  },
  {
    name: "money-given-back-before-it-was-placed-told-too",
    mode: 55,
    patches: [
      {
        file: "app/orders/record-order.ts",
        find: "const amount = subtractAmounts(refundedBeyondUnits, held.refundedBefore);",
        replace: `const amount = subtractAmounts(refundedBeyondUnits, "0");`,
      },
    ],
  },
  {
    name: "money-given-back-asked-for-twice",
    mode: 55,
    unitTests: ["test/flows/later-pictures.test.ts"],
    patches: [
      {
        file: "app/flows/store-order.ts",
        find: "await resolveOtherAlerts(tx, { shopId, prefix, keys: [key] }, now);",
        replace: "",
      },
    ],
  },
  {
    name: "difference-outlives-its-end",
    mode: 42,
    unitTests: ["test/flows/differences.test.ts"],
    patches: [
      {
        file: "app/flows/tell-differences.ts",
        find: "keys: all.map((one) => one.key) });",
        replace: `keys: all.map((one) => one.key), prefix: "of none" });`,
      },
    ],
  },
  {
    name: "part-given-back-is-all",
    mode: 23,
    patches: [
      {
        file: "app/flows/relay-cancellation.ts",
        find: "if (there.value.lines.every((line) => line.quantityCancelled >= line.quantity))",
        replace: "if (there.value.lines.some((line) => line.quantityCancelled >= line.quantity))",
      },
    ],
  },
  {
    name: "cancelled-there-shipped-here",
    mode: 23,
    patches: [
      {
        file: "app/orders/record-order.ts",
        find: `cancelInShopify: order.status === "cancelled" && (stage === "sent" || stage === "placed"),`,
        replace: `cancelInShopify: order.status === "cancelled" && stage === "sent",`,
      },
    ],
  },
  {
    name: "cancelled-while-on-its-way-shipped-here",
    mode: 23,
    patches: [
      {
        file: "app/orders/record-order.ts",
        find: `cancelInShopify: order.status === "cancelled" && (stage === "sent" || stage === "placed"),`,
        replace: `cancelInShopify: order.status === "cancelled" && stage === "placed",`,
      },
    ],
  },
  {
    name: "cancelled-here-open-there",
    mode: 23,
    patches: [
      {
        file: FOLLOW,
        find: "if (progress.cancelledAt) await followCancellation",
        replace: 'if (progress.cancelledAt === "") await followCancellation',
      },
    ],
  },
];
