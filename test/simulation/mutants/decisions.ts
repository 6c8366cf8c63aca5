/** Slips in pure decisions, which unit tests must catch: a seed may never draw their very edge. */
import type { Mutant } from "./mutant.ts";

export const DECISIONS: readonly Mutant[] = [
  {
    name: "shown-late-is-sold",
    mode: 1,
    unitTests: ["test/listings/push-plan.test.ts"],
    patches: [{ file: "app/listings/observation.ts", find: "waits && unclear.before.some(isThat)", replace: "false" }],
  },
  {
    name: "failed-reading-forgets-write",
    mode: 3,
    unitTests: ["test/flows/shown-late.test.ts"],
    patches: [
      {
        file: "app/flows/stop-pushing.ts",
        find: "unclear: true, lookAgainAt: null };",
        replace: "lookAgainAt: null };",
      },
    ],
  },
  {
    name: "last-unit-goes-to-nobody",
    mode: 34,
    unitTests: ["test/conflicts/allotment.test.ts"],
    patches: [
      { file: "app/conflicts/allotment.ts", find: "if (claim.units <= left) {", replace: "if (claim.units < left) {" },
    ],
  },
  {
    name: "threshold-taken-for-reached",
    mode: 39,
    unitTests: ["test/inventory/policy.test.ts"],
    patches: [
      {
        file: "app/inventory/policy.ts",
        find: "if (sellable < policy.threshold) return 0;",
        replace: "if (sellable <= policy.threshold) return 0;",
      },
    ],
  },
  {
    name: "no-cap-is-inherited",
    mode: 39,
    unitTests: ["test/inventory/policy.test.ts"],
    patches: [
      {
        file: "app/inventory/policy.ts",
        find: "cap: policy.cap === undefined ? effective.cap : policy.cap,",
        replace: "cap: policy.cap ?? effective.cap,",
      },
    ],
  },
  {
    name: "least-specific-policy-wins",
    mode: 39,
    unitTests: ["test/inventory/policy.test.ts"],
    patches: [
      {
        file: "app/inventory/policy.ts",
        find: "for (const policy of policies) {",
        replace: "for (const policy of [...policies].reverse()) {",
      },
    ],
  },
  {
    name: "one-listing-too-many-for-a-unit",
    mode: 39,
    unitTests: ["test/inventory/quantity.test.ts"],
    patches: [
      {
        file: "app/inventory/quantity.ts",
        find: "return quantity > place ? 1 : 0;",
        replace: "return quantity >= place ? 1 : 0;",
      },
    ],
  },
  {
    name: "phone-without-country-is-american",
    mode: 52,
    unitTests: ["test/customers/identities.test.ts"],
    patches: [
      {
        file: "app/customers/identities.ts",
        find: "(isoCountry(countryCode) ?? undefined) as",
        replace: '(isoCountry(countryCode) ?? "US") as',
      },
    ],
  },
  {
    name: "masked-phone-is-somebody",
    mode: 52,
    unitTests: ["test/customers/identities.test.ts"],
    patches: [
      { file: "app/customers/identities.ts", find: "buyer.phone && !buyer.phoneIsMasked ?", replace: "buyer.phone ?" },
    ],
  },
  {
    name: "relay-address-is-somebody",
    mode: 52,
    unitTests: ["test/customers/identities.test.ts"],
    patches: [
      { file: "app/customers/identities.ts", find: "email && !buyer.emailIsRelay && /", replace: "email && /" },
    ],
  },
  {
    name: "back-off-without-cap",
    mode: 24,
    unitTests: ["test/tasks/retry.test.ts"],
    patches: [
      {
        file: "app/tasks/retry.ts",
        find: "return Math.min(RETRY_MS_MAX, FIRST_RETRY_MS *",
        replace: "return Math.max(FIRST_RETRY_MS, FIRST_RETRY_MS *",
      },
    ],
  },
  {
    name: "throttled-asks-again-at-once",
    mode: 24,
    unitTests: ["test/tasks/retry.test.ts"],
    patches: [
      {
        file: "app/tasks/retry.ts",
        find: "failure.retryAfterMs ?? Math.max(THROTTLED_MS_MIN, backoffMs(attempts))",
        replace: "failure.retryAfterMs ?? backoffMs(attempts)",
      },
    ],
  },
  {
    name: "window-forgets-a-slot-early",
    mode: 53,
    unitTests: ["test/budgets/allowance.test.ts"],
    patches: [
      {
        file: "app/budgets/allowance.ts",
        find: "const endMs = (Number(slot) + 1) * slotMs;",
        replace: "const endMs = Number(slot) * slotMs;",
      },
    ],
  },
  {
    name: "bucket-refills-by-a-clock-gone-back",
    mode: 53,
    unitTests: ["test/budgets/allowance.test.ts"],
    patches: [
      {
        file: "app/budgets/allowance.ts",
        find: "Math.max(0, nowMs - held.atMs) / msPerCall",
        replace: "Math.abs(nowMs - held.atMs) / msPerCall",
      },
    ],
  },
  {
    name: "promise-forgets-who-is-owed",
    mode: 53,
    unitTests: ["test/budgets/allowance.test.ts"],
    patches: [{ file: "app/budgets/allowance.ts", find: "return total + owed < max;", replace: "return total < max;" }],
  },
  {
    name: "token-good-to-its-last-second",
    mode: 54,
    unitTests: ["test/token-life.test.ts"],
    patches: [
      {
        file: "app/token-life.ts",
        find: "endsAt > addMs(now, RENEW_WHEN_LEFT_MS)",
        replace: "endsAt >= addMs(now, RENEW_WHEN_LEFT_MS)",
      },
    ],
  },
  {
    name: "rotating-token-spent-twice",
    mode: 54,
    unitTests: ["test/flows/token-refresh.test.ts"],
    patches: [
      {
        file: "app/flows/open-channel.ts",
        find: "if (latest?.credentialsSealed !== current.credentialsSealed) {",
        replace: "if (!latest) {",
      },
    ],
  },
  {
    name: "brake-at-three-of-ten",
    mode: 29,
    unitTests: ["test/listings/brake.test.ts"],
    patches: [
      {
        file: "app/listings/brake.ts",
        find: "together <= wereShowing * ZEROED_SHARE",
        replace: "together < wereShowing * ZEROED_SHARE",
      },
    ],
  },
  {
    name: "sold-units-explain-a-wiped-stock",
    mode: 29,
    unitTests: ["test/listings/brake.test.ts"],
    patches: [
      {
        file: "app/listings/brake.ts",
        find: "return soldUnits > 0 && publishedQuantity",
        replace: "return publishedQuantity",
      },
    ],
  },
  {
    name: "sale-about-when-it-was-read-explains",
    mode: 2,
    unitTests: ["test/listings/unseen.test.ts"],
    patches: [
      {
        file: "app/listings/unseen.ts",
        find: "sale.soldAt < addMs(one.to, -toleranceMs)",
        replace: "sale.soldAt < addMs(one.to, toleranceMs)",
      },
    ],
  },
  {
    name: "sent-order-is-empty-without-a-look",
    mode: 3,
    unitTests: ["test/orders/order-stage.test.ts"],
    patches: [{ file: "app/orders/order-stage.ts", find: 'return wasSent ? "sent" : end;', replace: "return end;" }],
  },
  {
    name: "tax-contained-is-added-on-top",
    mode: 55,
    unitTests: ["test/orders/order-draft.test.ts"],
    patches: [
      { file: "app/orders/order-draft.ts", find: "taxesIncluded: containsTax,", replace: "taxesIncluded: false," },
    ],
  },
  {
    name: "cancelled-units-are-placed",
    mode: 38,
    patches: [
      {
        file: "app/orders/order-draft.ts",
        find: "quantity: unitsOf(line),\n          priceSet",
        replace: "quantity: line.quantity,\n          priceSet",
      },
    ],
  },
  {
    name: "parcel-that-failed-counts-as-sent",
    mode: 23,
    unitTests: ["test/orders/order-difference-words.test.ts"],
    patches: [
      {
        file: "app/orders/order-differences.ts",
        find: ".filter(({ status }) => !WENT_NOWHERE.has(status))",
        replace: ".filter(() => true)",
      },
    ],
  },
];
