/** Orders on their way in: read, placed, compared, and who gets the last unit. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are source text.
import type { Mutant } from "./mutant.ts";
import { WITHOUT_UNIQUE_KEY } from "./mutant.ts";

const IMPORT = "app/flows/import-orders.ts";
const STORE = "app/flows/store-order.ts";
const PLACE = "app/flows/place-orders.ts";
const CREATE = "app/flows/create-shopify-order.ts";
const ROWS = "app/orders/orders.ts";
const TICK = "app/flows/tick.ts";
const MARKETPLACE = "test/simulation/sim-marketplace.ts";

export const ORDERS: readonly Mutant[] = [
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
        file: ROWS,
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
        file: "app/orders/to-import.ts",
        find: "order.soldAt < channel.importOrdersSince || ",
        replace: "",
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
        find: "orders: channelsWithOrdersDue(pollEveryMs, now)",
        replace: "orders: channelsWithOrdersDue(new Map(), now)",
      },
      {
        file: IMPORT,
        find: "(lease) => readPages(rt, channelId, lease)",
        replace: "async (lease) => { if (!orderRemoteId) await readPages(rt, channelId, lease); }",
      },
    ],
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
  {
    name: "cursor-before-its-orders",
    mode: 10,
    unitTests: ["test/awaits/import.test.ts"],
    patches: [
      {
        file: "app/flows/import-orders.ts",
        find: "    await storeOrders(rt, channel, page.value.orders, 0);\n    await showUnreadable",
        replace:
          "    await recordOrdersRead(rt.db, channelId, { cursor: page.value.nextCursor, completeThrough: null, readAt: null }, isHeld(lease));\n    await storeOrders(rt, channel, page.value.orders, 0);\n    await showUnreadable",
      },
    ],
  },
];
