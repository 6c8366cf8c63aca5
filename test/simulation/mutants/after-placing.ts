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
];
