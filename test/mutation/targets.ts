/**
 * The pure decisions that mutation testing looks at, and the test files that must hold each. A mutant is run through these
 * alone, so that a file takes seconds and not an hour.
 */
export interface Target {
  /** From the repository's root. */
  file: string;
  tests: readonly string[];
}

/** Of the environment: the test files that Stryker's vitest is to run, with commas between them. */
export const TEST_FILES_VARIABLE = "MUTATION_TEST_FILES";

const target = (file: string, ...tests: string[]): Target => ({ file, tests });

/** Tests of a connector before its emulated marketplace, by the names of their files. */
const contract = (...names: string[]) => names.map((name) => `test/contract/${name}.test.ts`);

export const TARGETS: readonly Target[] = [
  target("app/changes/same.ts", "test/changes/same.test.ts"),
  target("app/budgets/allowance.ts", "test/budgets/allowance.test.ts"),
  target("app/conflicts/allotment.ts", "test/conflicts/allotment.test.ts"),
  target("app/customers/identities.ts", "test/customers/identities.test.ts"),
  target("app/customers/lifecycle.ts", "test/customers/lifecycle.test.ts"),
  target("app/customers/tags.ts", "test/customers/tags.test.ts"),
  target("app/flows/mail-times.ts", "test/flows/mail-times.test.ts"),
  target("app/inventory/last-readings.ts", "test/inventory/last-readings.test.ts"),
  target("app/inventory/policy.ts", "test/inventory/policy.test.ts"),
  target("app/inventory/quantity.ts", "test/inventory/quantity.test.ts"),
  target("app/inventory/withdrawal.ts", "test/inventory/withdrawal.test.ts"),
  target("app/latencies/histogram.ts", "test/latencies/histogram.test.ts"),
  target("app/latency-checks/check-plan.ts", "test/latency-checks/check-plan.test.ts"),
  target("app/latency-checks/check-progress.ts", "test/latency-checks/check-progress.test.ts"),
  target("app/listing-rules/rules.ts", "test/listing-rules/rules.test.ts"),
  target("app/listings/brake.ts", "test/listings/brake.test.ts"),
  target("app/listings/csv-records.ts", "test/listings/csv-text.test.ts"),
  target("app/listings/csv-text.ts", "test/listings/csv-text.test.ts"),
  target("app/listings/match-csv.ts", "test/listings/match-csv.test.ts"),
  target("app/listings/matching.ts", "test/listings/matching.test.ts"),
  target("app/listings/observation.ts", "test/listings/unseen.test.ts"),
  target("app/listings/push-plan.ts", "test/listings/push-plan.test.ts"),
  target("app/listings/unseen.ts", "test/listings/unseen.test.ts"),
  target("app/orders/buyer-faults.ts", "test/orders/buyer-faults.test.ts"),
  target("app/orders/corrected-buyer.ts", "test/orders/corrected-buyer.test.ts"),
  target("app/orders/draft-mending.ts", "test/orders/draft-mending.test.ts"),
  target(
    "app/orders/order-differences.ts",
    "test/orders/order-differences.test.ts",
    "test/orders/order-difference-words.test.ts",
  ),
  target("app/orders/order-draft.ts", "test/orders/order-draft.test.ts"),
  target("app/orders/order-link.ts", "test/orders/order-link.test.ts"),
  target("app/orders/order-money.ts", "test/orders/order-money.test.ts"),
  target("app/orders/order-stage.ts", "test/orders/order-stage.test.ts"),
  target("app/orders/picture.ts", "test/orders/picture.test.ts"),
  target("app/orders/to-import.ts", "test/orders/to-import.test.ts"),
  target("app/orders/ship-by.ts", "test/orders/ship-by.test.ts"),
  target("app/orders/territories.ts", "test/orders/territories.test.ts"),
  target("app/plans/answers.ts", "test/plans/answers.test.ts"),
  target("app/plans/entitlements.ts", "test/plans/entitlements.test.ts"),
  target("app/plans/plan-state.ts", "test/plans/plan-state.test.ts"),
  target("app/shopify/access-scopes.ts", "test/shopify/access-scopes.test.ts"),
  target("app/shops/retention.ts", "test/shops/retention.test.ts"),
  target("app/sweeps/deeds.ts", "test/sweeps/deeds.test.ts"),
  target("app/tasks/retry.ts", "test/tasks/retry.test.ts"),
  target("app/token-life.ts", "test/token-life.test.ts"),
  target("app/views/shop-time.ts", "test/views/shop-time.test.ts"),
  target("connectors/amazon/items.ts", ...contract("amazon-replies")),
  target("connectors/amazon/order-money.ts", ...contract("amazon-replies")),
  target("connectors/amazon/order-shape.ts", ...contract("amazon-replies")),
  target("connectors/depop/listings.ts", ...contract("depop-replies")),
  target("connectors/depop/order-json.ts", ...contract("depop-replies")),
  target("connectors/ebay/listing-json.ts", ...contract("ebay-replies")),
  target("connectors/ebay/order-buyer.ts", ...contract("ebay-replies")),
  target("connectors/ebay/order-json.ts", ...contract("ebay-replies")),
  target("connectors/ebay/order-money.ts", ...contract("ebay-replies")),
  target("connectors/etsy/listings.ts", ...contract("etsy-replies")),
  target("connectors/etsy/receipt-money.ts", ...contract("etsy-replies")),
  target("connectors/etsy/receipts.ts", ...contract("etsy-replies")),
  target("connectors/vinted/items.ts", ...contract("vinted-replies")),
  target("connectors/vinted/order-json.ts", ...contract("vinted-replies")),
];

/** Pure decisions that are no target, with the reason. */
export const NO_TARGETS: Readonly<Record<string, string>> = {
  "app/alerts/kinds.ts": "a list of kinds, which the types hold",
  "app/bulk-changes/undo-time.ts": "one comparison of times",
  "app/changes/effect.ts": "words of a preview, whose numbers are those of app/inventory/quantity.ts",
  "app/channels/browser-cookie.ts": "a name and an age",
  "app/channels/on-sale.ts": "words",
  "app/conflicts/explanation.ts": "words",
  "app/listings/pushable.ts": "a condition in SQL",
  "app/mail/template.ts": "words and their HTML, held by test/flows/mail.test.ts",
  "app/notifications/settings.ts": "a form of a screen",
  "app/plain-words.ts": "words",
  "app/setbacks/words.ts": "words",
  "app/shipments/shipment-state.ts":
    "lists of states, and which follows which, held by test/flows/equal-parcels.test.ts",
  "app/stock-holds/conditions.ts": "conditions in SQL",
  "app/stock-rules/patterns.ts": "one comparison of a SKU with a pattern, held by test/flows/low-stock.test.ts",
  "app/ui/action-reply.ts": "a shape",
  "app/views/csv.ts": "a form of a file, held by the cases of test/views/csv.test.ts",
  "app/views/headline.ts": "words of a screen, held by the cases of test/views/home.test.ts",
  "app/views/history-filters.ts": "a form of a screen",
  "app/views/home-needs.ts": "words of a screen, held by the cases of test/views/home.test.ts",
  "app/views/latency-check-words.ts": "words of a screen, held by the cases of test/views/latency-check.test.ts",
  "app/views/listing-status.ts": "words of a screen",
  "app/views/order-filters.ts": "a form of a screen",
  "app/views/oversell-cost-words.ts":
    "an estimate in words that decides nothing, held by the cases of test/views/oversell-cost.test.ts",
  "app/views/paging.ts": "a form of a screen",
  "app/views/policy-form.ts": "a form of a screen",
  "app/views/rule-form.ts": "a form of a screen, held by the cases of test/views/rule-form.test.ts",
  "app/views/setup-guide.ts": "words of a screen, held by the cases of test/views/home.test.ts",
  "app/views/shown-then.ts":
    "tells of the past, and decides nothing; held by the cases of test/views/shown-then.test.ts",
  "app/views/sku-minute-words.ts": "words of a screen",
  "app/views/sku-words.ts": "words of a screen",
  "app/views/sync-words.ts": "words of a screen",
  "app/views/trouble.ts": "words of a screen, held by the cases of test/views/trouble.test.ts",
  "app/views/words.ts": "words of a screen",
  "connectors/contract/money.ts": "arithmetic, held by the properties of test/contract/money.test.ts",
  "connectors/contract/storable.ts": "what text can be stored, held by test/contract/storable.test.ts",
};
