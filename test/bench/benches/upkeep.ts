/**
 * What happens now and then, or in the middle of other work: alerts, settings, retention, budgets, leases.
 * A limit is an R for each statement that reads, a W for each that writes or commits, and half as much again.
 */
import {
  dropOtherAlerts,
  hasOpenAlert,
  listAlertKeys,
  raiseAlert,
  resolveAlert,
  resolveOtherAlerts,
} from "#app/alerts/alerts.ts";
import type { AlertKey } from "#app/alerts/kinds.ts";
import { createBudgets } from "#app/budgets/budgets.ts";
import { listChannelIds } from "#app/channels/channels.ts";
import { addMs } from "#app/clock.ts";
import { type Db, inTransaction } from "#app/db.server.ts";
import { changeSetting } from "#app/flows/change-setting.ts";
import { forgetOld } from "#app/flows/forget-old.ts";
import { moveStages } from "#app/flows/move-stages.ts";
import { redactBuyer, redactCustomer } from "#app/flows/redact.ts";
import { sweepListings } from "#app/flows/sweep-listings.ts";
import { countDoneSince } from "#app/history/history.ts";
import { recordLatencies } from "#app/latencies/latencies.ts";
import { renewLeases } from "#app/leases/leases.ts";
import { countCompared, findRunning } from "#app/runs/runs.ts";
import { readAlerts } from "#app/views/alerts.ts";
import { createBenchRuntime } from "../bench-runtime.ts";
import type { Question } from "../question.ts";
import { makeInStep, NOW, SHOP_ID } from "../seeded-database.ts";

const SHOP = { shopId: SHOP_ID };
const CHANNEL_ID = 1;

let asked = 0;

const listingOf = (db: Db, item: number) =>
  db.listing.findUniqueOrThrow({ where: { channelId_remoteId: { channelId: CHANNEL_ID, remoteId: `item-${item}` } } });

/** As a merchant does it: asked first, then approved as shown. */
async function change(db: Db, proposed: Parameters<typeof changeSetting>[1]["change"]): Promise<void> {
  const rt = createBenchRuntime(db);
  const first = await changeSetting(rt, { ...SHOP, change: proposed });
  if (first.ok || !first.asks) return;
  const second = await changeSetting(rt, { ...SHOP, change: proposed, approved: first.asks });
  if (!second.ok) throw new Error(second.message);
}

const alert = (key: AlertKey) => ({
  ...SHOP,
  key,
  severity: "warning" as const,
  title: "Something",
  message: "It happened.",
});

/** A sync, and what came of it. */
const SYNC_AT = addMs(NOW, 60 * 60_000);
const SYNCED = 100;
const synced = {
  ...SHOP,
  channelId: CHANNEL_ID,
  kind: "push",
  listingId: 1,
  outcome: "accepted",
  message: "12 available, none reserved: 12",
  startedAt: SYNC_AT,
  finishedAt: SYNC_AT,
};

/** A step costs what it changes, a few reads and writes for each listing, however many there are beside. */
function sweepStep(name: string, facts: { state: string; deed: object }): Question {
  const filter = { channelId: CHANNEL_ID, status: null, search: "" };
  return {
    name: `upkeep: a step of a change of many listings is ${name}`,
    limit: { reads: 2_000, writes: 2_000 },
    prepare: async (db) => {
      const about = { about: "All listings", total: 1, startedAt: NOW, approvedAt: NOW };
      await db.sweep.create({ data: { ...SHOP, ...facts, ...about, filter, approvedRaised: 1_000_000 } });
    },
    ask: (db) => sweepListings(createBenchRuntime(db), SHOP, { stepsMax: 1 }),
    end: async (db) => {
      await db.sweep.deleteMany();
      await makeInStep(db);
    },
  };
}

const MATCHED = 2;

/** Of as many listings without a match, each finds its variant by its SKU but for case, however many others there are. */
function matchStep(name: string, facts: { state: string; approvedAt: Date | null }): Question {
  const isDone = facts.approvedAt !== null;
  let ids: number[] = [];
  const unmatch = (db: Db) =>
    db.listing.updateMany({ where: { id: { in: ids } }, data: { variantId: null, matchedBy: null } });
  return {
    name: `upkeep: a step of matching many listings is ${name}`,
    limit: { reads: 2_000, writes: 2_000 },
    async prepare(db) {
      const where = { ...SHOP, channelId: CHANNEL_ID, remoteId: { startsWith: "unmatched-" } };
      const listings = await db.listing.findMany({ where, orderBy: { id: "asc" }, take: MATCHED });
      ids = listings.map(({ id }) => id);
      await db.$executeRaw`
        UPDATE "Listing" SET sku = replace("remoteId", 'unmatched-', 'sku ') WHERE id = ANY(${ids}::int[]) AND sku NOT LIKE 'sku %'`;
      const variants = await db.variant.findMany({ where: SHOP, orderBy: { id: "asc" }, take: MATCHED });
      const matches = variants.map(({ id: variantId }, at) => ({
        ...{ listingId: ids[at] ?? 0, variantId, because: "plain-sku" },
      }));
      await db.sweep.create({
        data: {
          ...{ ...SHOP, ...facts, about: "Some listings", total: MATCHED, startedAt: NOW, approvedRaised: 1_000_000 },
          ...{ deed: { act: "match" }, filter: { listingIds: ids }, matches: { create: isDone ? matches : [] } },
        },
      });
    },
    async ask(db) {
      // From the beginning each time.
      await db.sweep.updateMany({ data: { ...facts, weighedId: 0, doneId: 0, found: 0, changed: 0 } });
      await db.sweepListing.deleteMany();
      if (isDone) await unmatch(db);
      await sweepListings(createBenchRuntime(db), SHOP, { stepsMax: 1 });
      const { found, changed } = await db.sweep.findFirstOrThrow();
      const matched = isDone ? changed : found;
      if (matched !== MATCHED) throw new Error(`${matched} listings were matched, and not ${MATCHED}`);
    },
    async end(db) {
      await db.sweep.deleteMany();
      await unmatch(db);
      await makeInStep(db);
    },
  };
}

export const upkeepQuestions: Question[] = [
  {
    name: "what a sync of a channel did",
    limit: { reads: 15, writes: 0 },
    // Later than all that other questions did to the channel; made once, for what is deleted leaves its place in the index.
    async prepare(db) {
      if ((await db.attempt.count({ where: { channelId: CHANNEL_ID, startedAt: SYNC_AT } })) === 0)
        await db.attempt.createMany({ data: Array(SYNCED).fill(synced) });
    },
    async ask(db) {
      const startedAt = SYNC_AT;
      await findRunning(db, { ...SHOP, channelId: CHANNEL_ID, kind: "sync" });
      await countDoneSince(db, CHANNEL_ID, startedAt);
      await countCompared(db, { ...SHOP, channelId: CHANNEL_ID, startedAt });
    },
  },
  {
    name: "a batch that was accepted is added to the sums of its hour and its day",
    limit: { reads: 10, writes: 4 },
    ask: (db) =>
      inTransaction(db, (tx) =>
        recordLatencies(tx, CHANNEL_ID, Array(25).fill({ changedAt: addMs(NOW, -4_000), before: 5, quantity: 4 }), NOW),
      ),
  },
  {
    name: "an alert is raised, and ends",
    limit: { reads: 10, writes: 4 },
    async ask(db) {
      await raiseAlert(db, alert("mirror:bench"), NOW);
      await resolveAlert(db, SHOP_ID, "mirror:bench", NOW);
    },
  },
  {
    name: "alerts by the beginning of their keys",
    limit: { reads: 25, writes: 2 },
    async ask(db) {
      await hasOpenAlert(db, SHOP_ID, ["unstored-order:1:", "unreadable-order:1:"]);
      await listAlertKeys(db, { ...SHOP, prefix: "order-difference:" });
      await listAlertKeys(db, { ...SHOP, prefix: "sold-not-kept:1:", open: { rowsMax: 1_000 } });
      await dropOtherAlerts(db, { ...SHOP, prefix: "order-difference:7:", keys: ["order-difference:7:x"] });
      await resolveOtherAlerts(db, { ...SHOP, prefix: "unreadable-listing:1:", keys: ["unreadable-listing:1:x"] }, NOW);
    },
  },
  { name: "open alerts", limit: { reads: 5, writes: 0 }, ask: (db) => readAlerts({ db }, SHOP_ID, { rowsMax: 50 }) },
  {
    name: "time moves 20 customers on",
    limit: { reads: 200, writes: 60 },
    async ask(db) {
      const some = await db.customer.findMany({ where: SHOP, take: 20, orderBy: { id: "asc" }, select: { id: true } });
      await moveStages(
        createBenchRuntime(db),
        some.map(({ id }) => id),
      );
    },
  },
  {
    name: "a buyer is set apart, and matched again",
    limit: { reads: 60, writes: 30 },
    async ask(db) {
      const { id: customerRecordId } = await db.customerRecord.findFirstOrThrow({ orderBy: { id: "asc" } });
      for (const after of [true, false]) await change(db, { setting: "customer-apart", customerRecordId, after });
    },
  },
  {
    name: "a listing gets a policy of its own",
    limit: { reads: 120, writes: 20 },
    end: makeInStep,
    async ask(db) {
      const { id: listingId } = await listingOf(db, 1_801);
      await change(db, { setting: "listing-policy", after: { cap: 1 + (asked++ % 5) }, listingId });
    },
  },
  {
    name: "a listing is excluded, and included",
    limit: { reads: 240, writes: 40 },
    end: makeInStep,
    async ask(db) {
      const { id: listingId } = await listingOf(db, 1_802);
      await change(db, { setting: "excluded", after: true, listingId });
      await change(db, { setting: "excluded", after: false, listingId });
    },
  },
  {
    name: "a listing is matched by hand to another variant",
    limit: { reads: 240, writes: 40 },
    end: makeInStep,
    async ask(db) {
      const { id: listingId } = await listingOf(db, 1_803);
      const of = async (item: number) => (await listingOf(db, item)).variantId ?? 0;
      await change(db, { setting: "match", after: { variantId: await of(1_804), matchedBy: "hand" }, listingId });
      const back = await db.variant.findFirstOrThrow({ where: { ...SHOP, sku: "SKU-1803" } });
      await change(db, { setting: "match", after: { variantId: back.id, matchedBy: "sku" }, listingId });
    },
  },
  {
    name: "the minute's forgetting, nothing being old",
    limit: { reads: 60, writes: 4 },
    ask: (db) => forgetOld(createBenchRuntime(db)),
  },
  {
    name: "a worker prolongs its leases",
    limit: { reads: 4, writes: 2 },
    ask: (db) => renewLeases(db, "bench", NOW),
  },
  {
    name: "a call is charged to the budget that all channels share",
    limit: { reads: 10, writes: 4 },
    ask(db) {
      const limit = {
        name: "bench-day",
        operations: ["x"],
        scope: "app" as const,
        callsMax: 100_000,
        windowMs: 86_400_000,
        source: "",
      };
      const scope = { connectorKey: "ebay", channel: "1", sharers: () => listChannelIds(db, "ebay") };
      return createBudgets(db, createBenchRuntime(db).clock, scope).take([limit], { urgent: true });
    },
  },
  {
    name: "a buyer closed their account on a marketplace",
    limit: { reads: 20, writes: 4 },
    ask: (db) => redactBuyer(createBenchRuntime(db), { connectorKey: "ebay", buyerRemoteIds: ["nobody", "nobody-2"] }),
  },
  {
    name: "a customer is to be forgotten",
    limit: { reads: 30, writes: 6 },
    async ask(db) {
      const shop = await db.shop.findUniqueOrThrow({ where: { id: SHOP_ID } });
      const customer = { id: "gid://shopify/Customer/none", email: "nobody@example.com", phone: null };
      await redactCustomer(createBenchRuntime(db), shop, { customer, orders_to_redact: ["gid://shopify/Order/none"] });
    },
  },
  // Last, for the versions of rows that they leave behind are read by whoever comes after.
  sweepStep("worked out", { state: "weighing", deed: { act: "policy", policy: { cap: 1 } } }),
  sweepStep("done", { state: "running", deed: { act: "push" } }),
  matchStep("worked out", { state: "weighing", approvedAt: null }),
  matchStep("done", { state: "running", approvedAt: NOW }),
];
