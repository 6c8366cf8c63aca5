/** What each screen waits for: its first and last page, its filters, a search. */
import { findByKeys } from "#app/catalogue/catalogue.ts";
import type { Db } from "#app/db.server.ts";
import { findNamed } from "#app/listings/many.ts";
import type { Runtime } from "#app/runtime.ts";
import { readChanges } from "#app/views/changes.ts";
import { readChannel, readChannels } from "#app/views/channels.ts";
import { readCustomer, readStages } from "#app/views/customer.ts";
import { exportCustomers } from "#app/views/customer-export.ts";
import { findCustomers, readCustomers, readHiddenBuyers } from "#app/views/customers.ts";
import { findTrouble } from "#app/views/find-trouble.ts";
import { readHistory } from "#app/views/history.ts";
import { readHome } from "#app/views/home.ts";
import { readLatency } from "#app/views/latency.ts";
import { readLatencyChecks } from "#app/views/latency-check.ts";
import { LISTING_LABELS, type ListingStatusCode, type StatusFilter } from "#app/views/listing-status.ts";
import { readListing, readListings } from "#app/views/listings.ts";
import { exportMatches } from "#app/views/match-export.ts";
import { readOrder, readOrders } from "#app/views/orders.ts";
import { readOversellFacts } from "#app/views/oversell-cost.ts";
import { readGates, readPlan } from "#app/views/plan.ts";
import { readRule, readRules } from "#app/views/rules.ts";
import { readSkuCheck } from "#app/views/sku-check.ts";
import { readSweepMatches } from "#app/views/sweep-matches.ts";
import { createBenchRuntime } from "../bench-runtime.ts";
import type { Question } from "../question.ts";
import { CHANNELS, makeInStep, makeRuled, makeStale, NOW, SEARCHED, SHOP_ID, unmakeRuled } from "../seeded-database.ts";

const SHOP = { id: SHOP_ID, timezone: "UTC" };
const CHANNEL_ID = 1;
/** One thing among many. */
const NUMBER = "1234";
const FAR_IN = 15_000;
const STATUS_CODES = Object.keys(LISTING_LABELS) as ListingStatusCode[];

const LISTINGS = { channelId: null, status: null, search: "", beside: null };
const ORDERS = { channelId: null, stage: null, search: "", beside: null };
const HISTORY = {
  from: null,
  to: null,
  channelId: null,
  kind: null,
  outcome: null,
  search: "",
  beside: null,
  viewer: null,
};

function screen(name: string, read: (rt: Runtime) => Promise<unknown>) {
  return {
    name: `screen: ${name}`,
    limit: { reads: 150, writes: 0 },
    // Who waits for one page in twenty longer than that, waits.
    share: 0.95,
    ask: (db: Db) => read(createBenchRuntime(db)),
  } satisfies Question;
}

/** They cost what carries the SKU, however much else there is. */
export const troubleQuestions: Question[] = [
  screen("the trouble of a SKU", (rt) => findTrouble(rt, SHOP_ID, `SKU-${NUMBER}`)),
  screen("the trouble of a SKU that nothing has", (rt) => findTrouble(rt, SHOP_ID, "NO-SUCH-SKU")),
];

/** Sums, and of each channel the one change that waits longest, however many do and whatever was ever tried. */
export const latencyQuestions: Question[] = [
  {
    ...screen("how fast changes get there, while two thousand wait", ({ db }) =>
      readLatency(
        db,
        Array.from({ length: CHANNELS }, (_, at) => ({ id: at + 1, name: `eBay ${at + 1}` })),
        NOW,
      ),
    ),
    prepare: (db) => makeStale(db, 2_000),
    end: makeInStep,
  },
  screen("the last latency checks", (rt) => readLatencyChecks(rt, SHOP_ID, { variantId: 1, viewer: null })),
];

const EVERYBODY = { stage: null, channelId: null };

/** They cost the page, or the one customer. */
export const customerQuestions: Question[] = [
  screen("customers", (rt) => readCustomers(rt, SHOP_ID, { ...EVERYBODY, beside: null })),
  screen("customers, of one stage on one channel, further on", async (rt) => {
    const filters = { stage: "active", channelId: CHANNEL_ID } as const;
    const first = await readCustomers(rt, SHOP_ID, { ...filters, beside: null });
    return readCustomers(rt, SHOP_ID, { ...filters, beside: { after: first.rows[9]?.id ?? 0 } });
  }),
  screen("customers, searched", (rt) =>
    findCustomers(rt, SHOP_ID, { ...EVERYBODY, typed: `order-${NUMBER}`, gids: ["gid://shopify/Customer/77"] }),
  ),
  screen("customers, what is exported first", async (rt) => {
    const lines = exportCustomers(rt, SHOP_ID, { ...EVERYBODY, typed: "", gids: [] });
    for (let line = 0; line < 2; line += 1) await lines.next();
  }),
  screen("buyers that a marketplace hides", (rt) => readHiddenBuyers(rt, SHOP_ID)),
  screen("a customer", async (rt) => {
    const [known] = (await readCustomers(rt, SHOP_ID, { ...EVERYBODY, beside: null })).rows;
    await readCustomer(rt, SHOP_ID, known?.id ?? 0, null);
    await readStages(rt, SHOP_ID, null);
  }),
  screen("the plan, and what it does not have", async (rt) => {
    const billing = { ask: async () => ({ kind: "none" as const }), pricingUrl: () => "" };
    await readPlan({ ...rt, billing }, { id: SHOP_ID, domain: "" });
    await readGates({ ...rt, billing }, SHOP_ID);
    await readChanges(rt, SHOP_ID, { setting: "plan-end" }, null);
  }),
];

/** Of a file the first page, of whatever number of listings; and a line costs what it names. */
export const matchFileQuestions: Question[] = [
  screen("matches, what is exported first", async (rt) => {
    const lines = exportMatches(rt, SHOP_ID, "all");
    for (let part = 0; part < 2; part += 1) await lines.next();
  }),
  screen("matches, the lines of a file", (rt) =>
    findNamed(rt.db, SHOP_ID, [
      ...Array.from({ length: 20 }, (_, at) => ({ channelId: CHANNEL_ID, remoteId: `item-${at + 1}`, sku: null })),
      ...Array.from({ length: 20 }, (_, at) => ({ channelId: CHANNEL_ID, remoteId: null, sku: `SKU-${at + 1}` })),
    ]),
  ),
  screen("matches, the variants of a file", (rt) =>
    findByKeys(rt.db, SHOP_ID, { skus: ["SKU-1", "SKU-2", "NONE"], barcodes: ["NONE"] }),
  ),
];

let sweepId = 0;

/** Of whatever number of listings that one change matches, a page. */
function matchesScreen(name: string, after: number | null): Question {
  return {
    ...screen(`a change of many listings, ${name}`, (rt) =>
      readSweepMatches(rt, SHOP_ID, sweepId, { clear: true, beside: after === null ? null : { after } }),
    ),
    async prepare(db) {
      const about = { about: "All listings", total: 1, startedAt: NOW };
      const sweep = await db.sweep.create({
        data: { shopId: SHOP_ID, state: "asking", deed: { act: "match" }, ...about },
      });
      sweepId = sweep.id;
      // One in ten is clear.
      await db.$executeRaw`
        INSERT INTO "SweepMatch" ("sweepId", "listingId", "variantId", because, shown, quantity)
        SELECT ${sweepId}, id, CASE WHEN id % 10 = 0 THEN "variantId" END, 'title', 5, 7 FROM "Listing"
        WHERE "channelId" = ${CHANNEL_ID} AND "variantId" IS NOT NULL ORDER BY id`;
      // As PostgreSQL does by itself a moment later.
      await db.$executeRaw`ANALYZE "SweepMatch"`;
    },
    async end(db) {
      // What is deleted leaves room, in which the next would lie anywhere.
      await db.$executeRaw`TRUNCATE "SweepMatch"`;
      await db.sweep.deleteMany();
    },
  };
}

export const sweepMatchQuestions: Question[] = [
  matchesScreen("what it matches", null),
  matchesScreen("what it matches, further on", 1_000),
];

/** So many SKUs as are compared, and no more. */
export const skuCheckQuestions: Question[] = [
  screen("SKUs that will make trouble", (rt) => readSkuCheck(rt, SHOP_ID, { check: "shared", comparedMax: 1_000 })),
];

/** A page of whom a rule hits, and a thousand that are counted, however many there are: each may lie on a page of its own. */
export const ruleQuestions: Question[] = [
  {
    ...screen("rules, and whom one hits", async (rt) => {
      const { rules } = await readRules(rt, SHOP_ID);
      await readRule(rt, SHOP_ID, rules[0]?.id ?? 0);
    }),
    prepare: (db) => makeRuled(db, 5_000),
    end: unmakeRuled,
  },
];

function ofStatus(status: StatusFilter): Question {
  return screen(`Listings, ${status}`, (rt) => readListings(rt, SHOP_ID, { ...LISTINGS, status }));
}

/** They cost the page, whichever it is. */
export const listingQuestions: Question[] = [
  screen("Home", (rt) => readHome(rt, SHOP_ID)),
  screen("Channels", (rt) => readChannels(rt, SHOP_ID)),
  screen("one channel", (rt) => readChannel(rt, SHOP_ID, CHANNEL_ID)),
  screen("Listings, first page", (rt) => readListings(rt, SHOP_ID, LISTINGS)),
  screen("Listings, far in", (rt) => readListings(rt, SHOP_ID, { ...LISTINGS, beside: { after: FAR_IN } })),
  screen("Listings, the page before", (rt) => readListings(rt, SHOP_ID, { ...LISTINGS, beside: { before: FAR_IN } })),
  screen("Listings, of one channel", (rt) => readListings(rt, SHOP_ID, { ...LISTINGS, channelId: CHANNEL_ID })),
  ...(["any-updating", "any-in-step", ...STATUS_CODES] as const)
    .filter((status) => status !== "not-matched" && status !== "duplicate-sku")
    .map(ofStatus),
];

/** They cost what they look through, which has an end: a thousand of what is sorted, or of what was typed. */
export const lookingQuestions: Question[] = [
  ...(["needs-you", "not-matched", "duplicate-sku"] as const).map(ofStatus),
  screen("Listings, search for a few", (rt) => readListings(rt, SHOP_ID, { ...LISTINGS, search: SEARCHED })),
  screen("Listings, search for what all have", (rt) => readListings(rt, SHOP_ID, { ...LISTINGS, search: "linen" })),
];

export const screenQuestions: Question[] = [
  ...sweepMatchQuestions,
  ...ruleQuestions,
  ...skuCheckQuestions,
  ...matchFileQuestions,
  ...troubleQuestions,
  ...latencyQuestions,
  ...customerQuestions,
  ...listingQuestions,
  ...lookingQuestions,
  // It reads a thousand orders of the month where there are so many: no more, however many more there are.
  screen("what overselling would cost, from the orders of a month", ({ db, clock }) =>
    readOversellFacts({ db, clock }, { id: SHOP_ID, currency: "GBP" }),
  ),
  screen("one listing", (rt) => readListing(rt, SHOP_ID, 1)),
  screen("Orders, first page", (rt) => readOrders(rt, SHOP_ID, ORDERS)),
  screen("Orders, far in", (rt) => readOrders(rt, SHOP_ID, { ...ORDERS, beside: { after: FAR_IN } })),
  screen("Orders, of one channel", (rt) => readOrders(rt, SHOP_ID, { ...ORDERS, channelId: CHANNEL_ID })),
  screen("Orders, search for a few", (rt) => readOrders(rt, SHOP_ID, { ...ORDERS, search: SEARCHED })),
  screen("Orders, search for what all have", (rt) => readOrders(rt, SHOP_ID, { ...ORDERS, search: "linen" })),
  screen("one order", (rt) => readOrder(rt, SHOP_ID, 1)),
  screen("History, first page", (rt) => readHistory(rt, SHOP, HISTORY)),
  screen("History, far in", (rt) => readHistory(rt, SHOP, { ...HISTORY, beside: { after: FAR_IN } })),
  screen("History, of one channel", (rt) => readHistory(rt, SHOP, { ...HISTORY, channelId: CHANNEL_ID })),
  screen("History, search for a few", (rt) => readHistory(rt, SHOP, { ...HISTORY, search: SEARCHED })),
  screen("History, search for what all have", (rt) => readHistory(rt, SHOP, { ...HISTORY, search: "linen" })),
];
