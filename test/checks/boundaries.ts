/**
 * Which folder may import which. Dependencies run one way: routes -> flows -> slices -> database, clock, errors. Read
 * as a list; each rule says what to do about it.
 */
import { resolve } from "node:path";
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from "dependency-cruiser";

/** A folder of app/ with a noun's name is a slice; these are not. */
const LAYERS = "flows|routes|views|ui|shopify|tasks|generated";
const SLICE = `^app/(?!(?:${LAYERS})/)[^/]+/`;

/** Decisions without a database, a clock or a network: anybody may ask them. `pure-stays-pure` holds them to it. */
export const PURE = [
  "^connectors/contract/(money|storable)\\.ts$",
  "^app/inventory/(last-readings|policy|quantity|withdrawal)\\.ts$",
  "^app/alerts/kinds\\.ts$",
  "^app/(mail/template|notifications/settings|flows/mail-times|stock-rules/patterns)\\.ts$",
  "^app/budgets/allowance\\.ts$",
  "^app/bulk-changes/undo-time\\.ts$",
  "^app/channels/(browser-cookie|on-sale)\\.ts$",
  "^app/changes/(effect|same)\\.ts$",
  "^app/conflicts/(allotment|explanation)\\.ts$",
  "^app/customers/(identities|lifecycle|tags)\\.ts$",
  "^app/listing-rules/rules\\.ts$",
  "^app/latencies/histogram\\.ts$",
  "^app/latency-checks/check-(plan|progress)\\.ts$",
  "^app/listings/(brake|csv-records|csv-text|match-csv|matching|observation|push-plan|pushable|unseen)\\.ts$",
  "^app/orders/(order-differences|order-draft|order-stage)\\.ts$",
  "^app/plans/(answers|entitlements|plan-state)\\.ts$",
  "^app/setbacks/words\\.ts$",
  "^app/shopify/access-scopes\\.ts$",
  "^app/shops/retention\\.ts$",
  "^app/shipments/shipment-state\\.ts$",
  "^app/stock-holds/conditions\\.ts$",
  "^app/sweeps/deeds\\.ts$",
  "^app/tasks/retry\\.ts$",
  "^app/(plain-words|token-life)\\.ts$",
  "^app/ui/action-reply\\.ts$",
  "^app/views/(csv|headline|home-needs|latency-check-words|oversell-cost-words|setup-guide|sync-words|paging|words|policy-form|rule-form|listing-status|history-filters|order-filters|shop-time|shown-then|sku-minute-words|sku-words|trouble)\\.ts$",
  "^app/orders/(buyer-faults|corrected-buyer|draft-mending|order-link|order-money|picture|territories|to-import)\\.ts$",
];

/** What runs processes and ties everything together. Nothing below may know it. */
const COMPOSITION = [
  "^app/(server|worker|worker\\.server|runtime\\.server|shopify\\.server|webhooks\\.server|entry\\.server)\\.tsx?$",
  "^app/root\\.tsx$",
];

/** Read by everybody, knows nobody. */
const FOUNDATION =
  "^app/(clock|errors|logger|secrets|env\\.server|(db|embedded-pool)\\.server|migrations\\.server)\\.ts$";

const CONTRACT = "^connectors/(contract|transport)/";
const TYPE_ONLY = ["type-only" as const];

const RULES: IForbiddenRuleType[] = [
  {
    name: "app-and-connectors-know-no-test",
    comment: "What ships never imports test/.",
    from: { path: "^(app|connectors|prisma)/" },
    to: { path: "^test/" },
  },
  {
    name: "slice-imports-no-slice",
    comment: "Slices meet in a flow. Only pure decisions of another slice may be imported.",
    from: { path: `^app/(?!(?:${LAYERS})/)([^/]+)/` },
    to: { path: SLICE, pathNot: ["^app/$1/", ...PURE] },
  },
  {
    name: "slice-knows-nothing-above-it",
    comment:
      "A slice owns tables. It imports the database, the clock, errors, secrets and the contract's types; never flows, screens, the queue, or processes.",
    from: { path: SLICE },
    to: { path: ["^app/(flows|routes|views|ui|tasks)/", "^app/(runtime|env\\.server)\\.ts$", ...COMPOSITION] },
  },
  {
    name: "slice-never-calls-shopify",
    comment: "Slices know Shopify's types (operations.generated.ts), never its client. Call it from a flow.",
    from: { path: SLICE },
    to: { path: "^app/shopify/", pathNot: "^app/shopify/operations\\.generated\\.ts$" },
  },
  {
    name: "slice-has-shopifys-types-only",
    comment: "Of Shopify's operations a slice may import types alone.",
    from: { path: SLICE },
    to: { path: "^app/shopify/operations\\.generated\\.ts$", dependencyTypesNot: TYPE_ONLY },
  },
  {
    name: "route-only-asks",
    comment: "A route authenticates, makes one call and responds: flows, views, ui, and who is asking.",
    from: { path: "^app/(routes/|root\\.tsx$|entry\\.server\\.tsx$)" },
    to: {
      path: "^(app|connectors)/",
      pathNot: [
        "^app/(flows|views|ui|routes)/",
        "^app/(shopify|runtime|env)\\.server\\.ts$",
        "^app/errors\\.ts$",
        "^app/shopify/admin-url\\.ts$",
        ...PURE,
      ],
    },
  },
  {
    name: "flow-knows-no-screen-and-no-process",
    comment:
      "A flow gets its runtime as an argument. It never imports routes, ui, the environment or a process's own runtime.",
    from: { path: "^app/flows/" },
    to: { path: ["^app/(routes|ui)/", "^app/env\\.server\\.ts$", ...COMPOSITION], pathNot: PURE },
  },
  {
    name: "flow-reads-one-view",
    comment:
      "The screens' read models are for screens. The facts behind a quantity, what a filter matches, and what a latency check would do, are shared, so that what is shown is what is pushed, changed or begun.",
    from: { path: "^app/flows/" },
    to: {
      path: "^app/views/",
      pathNot: ["^app/views/(latency-check-facts|quantity-facts|withdrawn-facts|listing-filter)\\.ts$", ...PURE],
    },
  },
  {
    name: "view-only-reads",
    comment:
      "A view reads the database for a screen. It changes nothing, so it imports no flow, no slice's writing part and no queue.",
    from: { path: "^app/views/" },
    to: {
      path: "^(app|connectors)/",
      pathNot: [
        "^app/(views|generated)/",
        "^app/(db\\.server|clock|errors|secrets)\\.ts$",
        "^app/runtime\\.ts$",
        CONTRACT,
        ...PURE,
      ],
    },
  },
  {
    name: "ui-is-for-the-browser",
    comment: "Pieces of screens go to the browser: they import each other, views' types and pure decisions.",
    from: { path: "^app/ui/" },
    to: { path: "^(app|connectors)/", pathNot: ["^app/ui/", ...PURE], dependencyTypesNot: TYPE_ONLY },
  },
  {
    name: "shopify-knows-no-story",
    comment:
      "The Admin client and its operations know slices' types and pure decisions; leases guard the token. No flow, no screen.",
    from: { path: "^app/shopify/" },
    to: {
      path: [SLICE, "^app/(flows|routes|views|ui|tasks)/", "^app/runtime\\.ts$", ...COMPOSITION],
      pathNot: ["^app/leases/", ...PURE],
      dependencyTypesNot: TYPE_ONLY,
    },
  },
  {
    name: "queue-knows-no-story",
    comment: "The queue carries names and payloads; the worker knows what they mean.",
    from: { path: "^app/tasks/" },
    to: { path: [SLICE, "^app/(flows|routes|views|ui|shopify)/", "^app/runtime\\.ts$", ...COMPOSITION] },
  },
  {
    name: "foundation-knows-nobody",
    comment: "Clock, errors, logger, secrets, environment and database import nothing of the app's own but each other.",
    from: { path: FOUNDATION },
    to: { path: "^(app|connectors)/", pathNot: [FOUNDATION, "^app/generated/"] },
  },
  {
    name: "pure-stays-pure",
    comment:
      "A file on the list of pure decisions imports other pure ones, types, and the contract. Else take it off the list.",
    from: { path: PURE },
    to: {
      path: ["^(app|connectors)/", "^(node:|fs$|crypto$)"],
      // Of the clock, the arithmetic on dates: the clock check refuses the machine's clock.
      pathNot: [CONTRACT, "^node:crypto$", "^crypto$", "^app/clock\\.ts$", ...PURE],
      dependencyTypesNot: TYPE_ONLY,
    },
  },
  {
    name: "nobody-imports-a-process",
    comment: "server.ts and worker.ts are started, not imported.",
    from: {},
    to: { path: "^app/(server|worker)\\.ts$" },
  },
  {
    name: "app-knows-no-connector-by-name",
    comment: "The app sees connectors through the contract; only the runtime opens the registry.",
    from: { path: "^app/", pathNot: "^app/runtime\\.server\\.ts$" },
    to: { path: "^connectors/", pathNot: CONTRACT },
  },
  {
    name: "runtime-opens-the-registry-alone",
    comment: "The runtime opens the registry, and no connector itself.",
    from: { path: "^app/runtime\\.server\\.ts$" },
    to: { path: "^connectors/", pathNot: [CONTRACT, "^connectors/registry\\.server\\.ts$"] },
  },
  {
    name: "connector-stands-alone",
    comment: "A connector imports contract, transport, its own files and npm packages; never the app or a sibling.",
    from: { path: "^connectors/([^/]+)/", pathNot: CONTRACT },
    to: { path: "^(app|prisma|test|connectors)/", pathNot: ["^connectors/$1/", CONTRACT] },
  },
  {
    name: "connector-has-no-machine",
    comment: "A connector has no database, no Shopify, no screen and no Node of its own (but crypto and buffers).",
    from: { path: "^connectors/" },
    to: {
      path: [
        "node_modules/(@prisma|prisma|pg|pg-boss|@electric-sql|@remix-run|@shopify|react|react-dom|hono|pino)(/|$)",
        "^(node:)?(fs|http|https|net|process|timers|child_process)(/|$)",
      ],
    },
  },
  {
    name: "contract-knows-no-connector",
    comment: "Contract and transport are what all connectors share.",
    from: { path: CONTRACT },
    to: { path: "^(app|prisma|test|connectors)/", pathNot: CONTRACT },
  },
  {
    name: "emulator-is-judged-by-the-spec",
    comment:
      "An emulator is written from the marketplace's spec: one that imported the code it tests would share its mistakes. Of the app it may have the clock, and the schema that its operations are typed by.",
    // Tests of an emulator may put the connector before it.
    from: { path: "^test/emulators/", pathNot: "\\.test\\.ts$" },
    to: { path: "^(app|connectors)/", pathNot: ["^app/clock\\.ts$", "^app/shopify/(schema/|api-version\\.ts$)"] },
  },
  {
    name: "oracle-believes-nothing",
    comment:
      "The simulation's oracle works every number out anew: a decision of the app's own that it asked would agree with itself. Of the app and the connectors it may have types, and read the tables.",
    from: { path: "^test/simulation/oracle/" },
    to: { path: "^(app|connectors)/", dependencyTypesNot: TYPE_ONLY },
  },
  {
    name: "no-circle",
    comment: "Two files that need each other at run time are one file, or miss a third.",
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: TYPE_ONLY }, dependencyTypesNot: TYPE_ONLY },
  },
  {
    name: "ships-with-its-packages",
    comment: "What runs in production is under dependencies. Vite is loaded in development only; prune.ts is a tool.",
    from: { path: "^(app|connectors)/", pathNot: "^app/(server|shopify/schema/prune)\\.ts$" },
    to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: TYPE_ONLY, pathNot: "node_modules/@types/" },
  },
  {
    name: "import-is-there",
    comment: "The imported file or package can't be found.",
    from: {},
    // A package of types alone has nothing to resolve; the type check sees it.
    to: { couldNotResolve: true, pathNot: "^(virtual:|@graphql-typed-document-node/core$)" },
  },
];

/** All broken rules below `directory`, a tree like this repository. */
export async function boundaryProblems(directory = resolve(import.meta.dirname, "../..")): Promise<string[]> {
  const options: ICruiseOptions = {
    baseDir: directory,
    ruleSet: { forbidden: RULES },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^app/generated/prisma/.+\\.js$" },
    combinedDependencies: false,
  };
  const cruised = await cruise(["app", "connectors", "test"], options, {
    exportsFields: ["exports"],
    conditionNames: ["import", "node", "types", "default"],
    extensions: [".ts", ".tsx", ".js", ".mjs", ".json"],
  });
  const { summary } = cruised.output as ICruiseResult;
  const comments = new Map(RULES.map((rule) => [rule.name, rule.comment]));
  const lines = summary.violations.map(({ from, to, rule, cycle }) => {
    const via = cycle ? ` (${cycle.map((step) => step.name).join(" -> ")})` : "";
    return `${from} -> ${to}${via}: ${rule.name}. ${comments.get(rule.name) ?? ""}`;
  });
  return [...new Set(lines)].sort();
}
