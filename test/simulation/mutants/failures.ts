/** What an unclear, refused or unreadable answer may cost, and whom. */
import type { Mutant } from "./mutant.ts";
import { WITHOUT_UNIQUE_KEY } from "./mutant.ts";

const PUSH = "app/flows/push-quantities.ts";
const IMPORT = "app/flows/import-orders.ts";
const STOP = "app/flows/stop-pushing.ts";
const CREATE = "app/flows/create-shopify-order.ts";

export const FAILURES: readonly Mutant[] = [
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
    name: "refused-reading-waits-for-days",
    mode: 24,
    patches: [
      {
        file: "app/flows/put-off-work.ts",
        find: "const REFUSED_MS = 5 * 60_000;",
        replace: "const REFUSED_MS = 5 * 24 * 60 * 60_000;",
      },
    ],
  },
  {
    name: "refused-move-counts-as-done",
    mode: 18,
    patches: [
      {
        file: "app/shopify/levels.ts",
        find: "  const failure = failureOfUserErrors(userErrors);\n  if (codes",
        replace:
          "  const failure = failureOfUserErrors(userErrors);\n  return succeed({ movedAt: new Date() });\n  if (codes",
      },
    ],
  },
  {
    name: "parcel-told-without-a-look",
    mode: 18,
    patches: [
      {
        file: "app/flows/relay-shipment.ts",
        find: 'if (shipment.state !== "waiting") {',
        replace: 'if (shipment.state === "looked at") {',
      },
    ],
  },
  {
    name: "parcel-not-seen-is-not-there",
    mode: 18,
    patches: [
      {
        file: "app/flows/relay-shipment.ts",
        find: 'const isUnseen = shipment.state !== "waiting";',
        replace: "const isUnseen = false;",
      },
      {
        file: "app/shipments/shipment-state.ts",
        find: 'return isInTrouble(state) ? "sending" : null;',
        replace: 'return isInTrouble(state) ? "waiting" : null;',
      },
    ],
  },
  {
    name: "parcel-entered-by-hand-is-told-again",
    mode: 18,
    patches: [
      {
        file: "app/shipments/shipment-state.ts",
        find: 'return isInTrouble(state) ? "sending" : null;',
        replace: 'return isInTrouble(state) ? "waiting" : null;',
      },
    ],
  },
  {
    name: "refused-parcel-is-forgotten",
    mode: 18,
    patches: [
      {
        file: "app/shipments/shipment-state.ts",
        find: 'return isInTrouble(state) ? "sending" : null;',
        replace: 'return state === "unseen" ? "sending" : null;',
      },
    ],
  },
  {
    name: "refused-parcel-is-looked-up-once",
    mode: 18,
    unitTests: ["test/flows/equal-parcels.test.ts"],
    patches: [
      {
        file: "app/flows/relay-shipment.ts",
        find: 'kind === "outcome-unknown" || state !== "waiting" ?',
        replace: 'kind === "outcome-unknown" ?',
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
];
