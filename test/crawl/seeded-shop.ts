/**
 * A shop that has everything a screen can show, on top of one that was mirrored and connected by the real flows: listings of
 * every status, orders in every stage, every state of what belongs to them, alerts with every kind of way out, and enough of
 * each for a second page. Rows, for most of it takes faults and days to come about; which states there are is read off the
 * app's own lists.
 */
import { MATCHED_BY } from "#app/customers/customers.ts";
import { LIFECYCLE_STAGES } from "#app/customers/lifecycle.ts";
import type { Db } from "#app/db.server.ts";
import { histogramOf } from "#app/latencies/histogram.ts";
import { PLAN_ENDED } from "#app/plans/entitlements.ts";
import { HISTORY_OUTCOMES } from "#app/views/history-filters.ts";
import { LISTING_LABELS, type ListingStatusCode } from "#app/views/listing-status.ts";
import { PAGE_SIZE } from "#app/views/paging.ts";
import { ATTEMPT_KINDS } from "#app/views/words.ts";

/** What breaks a page that forgets where text comes from. */
/** As they are kept for the log: no screen says them so. */
const RAW_FAILURES = [
  "getSellerDetails: Depop answered 401, unauthorized: invalid api key",
  "Invalid `prisma.$executeRaw()` invocation:\nRaw query failed. Code: `23502`.",
  "getReceipts: Etsy's reply does not have the documented shape (results.0: Invalid input: expected array, received undefined)",
  "orderCreate: sent to Shopify, but no reply (ECONNRESET)",
] as const;

const FILLER = "One of many";
const TIMED = "TIMED-1";
const ODD_TITLE = `Mug “moss” <b>&amp;</b> 'n "tea" %s {{x}} ${"very ".repeat(40)}long`;

export interface Seeded {
  /** Pages of rows that are like others, and there to make a list long. */
  fillers: ReadonlySet<string>;
  channelIds: number[];
  variantIds: number[];
  ruleIds: number[];
  sweepIds: number[];
  listingIds: number[];
  orderIds: number[];
  customerIds: number[];
  alertIds: number[];
}

/** `channelId`: a channel that works, with its listings read. */
export async function seedEverything(db: Db, at: { shopId: number; channelId: number; now: Date }): Promise<Seeded> {
  const channels = await seedChannels(db, at);
  await seedListings(db, at, channels);
  await seedOrders(db, at);
  await seedCustomers(db, at);
  await seedHistory(db, at);
  await seedAlerts(db, at);
  await seedLatencies(db, at);
  await seedChecks(db, at);
  await seedMails(db, at);
  await seedRules(db, at);
  await seedSweeps(db, at);
  const where = { shopId: at.shopId };
  const fillers = [
    ...(await db.listing.findMany({ where: { title: FILLER } })).map(({ id }) => `/app/listings/${id}`),
    ...(await db.marketplaceOrder.findMany({ where: { displayName: FILLER } })).map(({ id }) => `/app/orders/${id}`),
    ...(await db.variant.findMany({ where: { productTitle: FILLER } })).map(({ id }) => `/app/skus/${id}`),
    ...(await db.customer.findMany({ where: { customerGid: { startsWith: FILLER } } })).map(
      ({ id }) => `/app/customers/${id}`,
    ),
  ];
  const ids = async (found: Promise<{ id: number }[]>) => (await found).map((one) => one.id);
  const by = { where, select: { id: true }, orderBy: { id: "asc" as const } };
  return {
    fillers: new Set(fillers),
    channelIds: await ids(db.channel.findMany(by)),
    variantIds: await ids(db.variant.findMany(by)),
    ruleIds: await ids(db.listingRule.findMany(by)),
    sweepIds: await ids(db.sweep.findMany(by)),
    listingIds: await ids(db.listing.findMany(by)),
    orderIds: await ids(db.marketplaceOrder.findMany(by)),
    customerIds: await ids(db.customer.findMany(by)),
    alertIds: await ids(db.alert.findMany(by)),
  };
}

/** Good values of a form's fields, of which its schema alone says too little: ids of one shop. */
export async function formValues(db: Db, shopId: number, seeded: Seeded): Promise<Record<string, string[]>> {
  const ids = async (found: Promise<{ id: number }[]>) => (await found).map(({ id }) => String(id));
  const where = { shopId };
  const location = await db.location.findFirstOrThrow({ where });
  return {
    variantId: await ids(db.variant.findMany({ where: { ...where, tracked: true, removedAt: null }, take: 1 })),
    // Those that the marketplace really has are in step once they were pushed.
    "start.variantId": await ids(
      db.variant.findMany({ where: { ...where, listings: { some: { matchedBy: "sku", removedAt: null } } } }),
    ),
    "start.listings": ["50"],
    alertId: await ids(db.alert.findMany({ where: { ...where, endsByHand: true, resolvedAt: null } })),
    id: [...seeded.listingIds.slice(-20), ...seeded.orderIds.slice(0, 12)].map(String),
    shipmentId: await ids(db.shipment.findMany({ where })),
    cancellationId: await ids(db.cancellation.findMany({ where })),
    "acknowledge.alertId": await ids(db.alert.findMany({ where: { ...where, resolvedAt: null } })),
    pattern: ["MUG-*"],
    ruleId: await ids(db.listingRule.findMany({ where })),
    "save-listing-rule.name": ["Clearance"],
    "save-listing-rule.conditions": [
      JSON.stringify([{ field: "tag", how: "is", text: "clearance" }]),
      JSON.stringify([
        { field: "price", how: "at-most", text: "9,50" },
        { field: "stock", how: "at-least", text: "3" },
      ]),
      "[]",
    ],
    csv: [await matchFile(db, shopId), "Listing ID,Shopify SKU\nnone,MUG-MOSS", '"open'],
    channelId: [...seeded.channelIds].reverse().map(String),
    "save-rule.units": ["5"],
    owner: ["", "stock@lockstep-demo.example"],
    answerHours: ["", "4"],
    address: ["owner@lockstep-demo.example"],
    ...Object.fromEntries(["quietFrom", "quietTo", "digestAt"].map((name) => [name, ["06:30"]])),
    escalateTo: ["boss@lockstep-demo.example"],
    escalateHours: ["4"],
    connector: ["ebay"],
    "connect-with-keys.connector": ["market"],
    "reconnect-with-keys.connector": ["market"],
    // The latest first: what others were built upon can't be taken back. Before there is any, a number that none has.
    changeId: [...(await ids(db.change.findMany({ where, orderBy: { id: "desc" } }))), "999999999"],
    quantity: ["1", "0"],
    buffer: ["", "2"],
    threshold: ["", "1"],
    cap: ["", "5"],
    units: ["2", "0"],
    customerRecordId: await ids(db.customerRecord.findMany({ where: { customer: where } })),
    atRiskDays: ["30"],
    lapsedDays: ["60"],
    remindDays: ["3"],
    "retry-many.listingIds": await ids(db.listing.findMany({ where: { ...where, removedAt: null }, take: 3 })),
    "orders-since.since": [new Date(Date.parse("2026-11-12T00:00:00Z")).toISOString()],
    "begin-sweep.which": ["all", "chosen"],
    "begin-sweep.listingIds": await ids(db.listing.findMany({ where: { ...where, removedAt: null }, take: 3 })),
    "leave-out.listingIds": (await db.sweepMatch.findMany({ where: { sweep: where } })).map((one) =>
      String(one.listingId),
    ),
    "retry-many.orderIds": [],
    // The first that the shop itself sells.
    "find-order.number": ["1001"],
    orderGid: ["gid://shopify/Order/1"],
    shown: ["nothing"],
    "retry-held.orderIds": seeded.orderIds.slice(0, 12).map(String),
    channelIds: seeded.channelIds.map(String),
    locationGids: [location.gid],
    options: [],
  };
}

/** One that excludes and one that sets a policy by stock, with a listing under each. */
async function seedRules(db: Db, { shopId, channelId }: At): Promise<void> {
  const tag = { field: "tag", is: true, text: "in-store" };
  const few = { field: "stock", compare: "at-most", units: 3 };
  const like = { shopId, matchAll: true };
  const excluding = await db.listingRule.create({
    data: { ...like, position: 0, name: "In the store only", conditions: [tag], channelId, excludes: true },
  });
  const sparing = await db.listingRule.create({
    data: { ...like, position: 1, name: "The last ones", conditions: [few], excludes: false, policy: { cap: 1 } },
  });
  const where = { shopId, channelId, variantId: { not: null }, removedAt: null, excluded: false };
  const [first, second] = await db.listing.findMany({ where, orderBy: { id: "asc" }, take: 2 });
  const under = { ruleId: excluding.id, ruleExcludes: true, excluded: true };
  await db.listing.update({ where: { id: first?.id ?? 0 }, data: under });
  await db.listing.update({ where: { id: second?.id ?? 0 }, data: { stockRuleIds: [sparing.id] } });
}

/** Changes of many listings in every state in which they rest. */
async function seedSweeps(db: Db, { shopId, now }: At): Promise<void> {
  const [one, other] = await db.listing.findMany({
    where: { shopId, removedAt: null },
    orderBy: { id: "desc" },
    take: 2,
  });
  const all = { channelId: null, status: "not-matched", search: "" };
  const like = {
    shopId,
    filter: all,
    about: `All listings with the status “${ODD_TITLE}”`,
    startedAt: now,
    total: 2_000,
  };
  const over = { ...like, approvedAt: now, finishedAt: now };
  const deed = { act: "exclude" };
  const swept = { before: { ownExcluded: null }, after: { ownExcluded: true } };
  for (const [state, listing] of [
    ["done", one],
    ["stopped", other],
  ] as const) {
    const listings = { create: [{ listingId: listing?.id ?? 0, ...swept }] };
    await db.listing.update({ where: { id: listing?.id ?? 0 }, data: { ownExcluded: true, excluded: true } });
    await db.sweep.create({ data: { ...over, deed, state, looked: 900, changed: 1, skipped: 4, listings } });
  }
  await db.sweep.create({ data: { ...like, deed: { act: "push" }, state: "dropped", finishedAt: now } });
  const first = [{ listingId: one?.id ?? 0, title: ODD_TITLE, sku: null, from: null, to: 0 }];
  const moves = { zeroed: 1_200, lowered: 3, raised: 2, unchanged: 10, final: 7, first };
  const variant = await db.variant.findFirstOrThrow({ where: { shopId, removedAt: null } });
  const clear = {
    listingId: other?.id ?? 0,
    variantId: variant.id,
    because: "title",
    shown: 3,
    quantity: 0,
    leftOut: true,
  };
  const problem = "It stopped, because it does more by now than you were shown.";
  await db.sweep.create({
    data: {
      ...like,
      ...moves,
      deed: { act: "match" },
      state: "asking",
      found: 1_215,
      alike: 9,
      unclear: 1,
      leftOut: 1,
      problem,
      matches: { create: [clear, { listingId: one?.id ?? 0, because: "several", shown: null }] },
    },
  });
}

/** A file of one listing that stands for nothing yet. */
async function matchFile(db: Db, shopId: number): Promise<string> {
  const { remoteId, channel } = await db.listing.findFirstOrThrow({
    where: { shopId, variantId: null, removedAt: null, channel: { state: "connected" } },
    include: { channel: true },
    orderBy: { id: "asc" },
  });
  const variants = await db.variant.findMany({ where: { shopId, removedAt: null, sku: { not: null } } });
  const own = variants.find((one) => variants.filter(({ sku }) => sku === one.sku).length === 1);
  return `Channel,Listing ID,Shopify SKU\n"${channel.name}",${remoteId},${own?.sku}\n`;
}

type At = Parameters<typeof seedEverything>[1];

/** Further accounts at the same marketplace, in every state a channel can be in. */
async function seedChannels(db: Db, { shopId, channelId, now }: At): Promise<Record<string, number>> {
  const { id: _, ...like } = await db.channel.findUniqueOrThrow({ where: { id: channelId } });
  const states = {
    unapproved: { pushApprovedAt: null },
    braked: { pushApprovedAt: null, brakeReason: "12 of 40 listings would go to zero" },
    planEnded: { pushApprovedAt: null, brakeReason: PLAN_ENDED },
    undone: { pushApprovedAt: now, undoneAt: now },
    undoable: { pushApprovedAt: now },
    paused: { state: "paused", pushApprovedAt: now, stateReason: "You paused it" },
    reconnect: {
      state: "reconnect",
      pushApprovedAt: now,
      stateReason: RAW_FAILURES[0],
      warnings: ["Out-of-stock control is off"],
    },
    disconnected: { state: "disconnected", disconnectedAt: now, credentialsSealed: null },
    unread: { pushApprovedAt: null, listingsReadAt: null },
    putOff: { pushApprovedAt: now, pushRetryAt: new Date(now.getTime() + 86_400_000) },
  };
  const ids: Record<string, number> = { live: channelId };
  for (const [name, state] of Object.entries(states)) {
    const data = {
      ...like,
      policy: {},
      onSale: {},
      remoteAccountId: `account-${name}-${shopId}`,
      name: `eBay · ${name}`,
      ...state,
    };
    ids[name] = (await db.channel.create({ data })).id;
  }
  await db.channel.update({ where: { id: channelId }, data: { pushApprovedAt: now, editPolicy: "ask" } });
  for (const name of ["undone", "undoable"]) {
    await db.bulkChange.create({
      data: { channelId: ids[name] ?? 0, approvedAt: now, reason: name === "undone" ? null : "much" },
    });
  }
  const kinds = ["mirror-shop", "import-listings", "reconcile-levels", "reconcile-listings"];
  for (const kind of kinds) {
    for (const state of ["done", "failed", "running"]) {
      const its = kind === "import-listings" ? { channelId } : {};
      const ended = state === "running" ? {} : { finishedAt: now, message: RAW_FAILURES[0] };
      await db.run.create({
        data: { shopId, kind, state, startedAt: now, done: 3, total: state === "done" ? null : 10, ...its, ...ended },
      });
    }
  }
  return ids;
}

async function seedListings(db: Db, { shopId, channelId, now }: At, channels: Record<string, number>): Promise<void> {
  const tracked = await db.variant.findMany({
    where: { shopId, tracked: true, removedAt: null },
    orderBy: { id: "asc" },
  });
  const good = tracked[0];
  if (!good) throw new Error("the shop has no tracked variant");
  const variant = async (
    name: string,
    more: { tracked?: boolean; removedAt?: Date; sku?: string; status?: string },
  ) => {
    const gids = { gid: `gid://v/${name}`, productGid: `gid://p/${name}`, inventoryItemGid: `gid://i/${name}` };
    return (
      await db.variant.create({
        data: { shopId, ...gids, productTitle: name, title: "Small / Red", tracked: true, ...more },
      })
    ).id;
  };
  const held = async (name: string, units: number) => {
    const variantId = await variant(name, { sku: name.toUpperCase() });
    const days = { since: new Date(now.getTime() - 4 * 86_400_000), remindDays: 3 };
    await db.containment.create({ data: { variantId, shopId, units, takesDown: false, ...days } });
    return variantId;
  };
  const inStep = {
    variantId: good.id,
    matchedBy: "sku",
    version: 1,
    acknowledgedVersion: 1,
    acknowledgedQuantity: 3,
    acknowledgedAt: now,
  };
  const byStatus: Record<ListingStatusCode, { on?: string; row: object }[]> = {
    "in-step": Array.from({ length: PAGE_SIZE + 5 }, () => ({
      row: { ...inStep, observedQuantity: 3, observedAt: now },
    })),
    updating: [
      { row: { ...inStep, version: 2, retryAt: new Date(now.getTime() + 3_600_000) } },
      { row: { ...inStep, unclearSince: now, unclearQuantity: 2 } },
    ],
    problem: [{ row: { ...inStep, problem: RAW_FAILURES[0] } }],
    "put-off": [{ row: { ...inStep, problem: RAW_FAILURES[0], retryAt: new Date(now.getTime() + 3_600_000) } }],
    "held-back": [
      {
        row: {
          ...inStep,
          variantId: await variant("held back", {}),
          unseenUnits: 2,
          unseen: [{ units: 2, from: now, to: now }],
        },
      },
    ],
    contained: [{ row: { ...inStep, variantId: await held("held", 0) } }],
    edited: [
      { row: { ...inStep, editedAt: now, observedQuantity: 1, observedAt: now, acknowledgedQuantity: 1 } },
      { row: { ...inStep, editedAt: now } },
    ],
    asked: [
      { row: { ...inStep, withdrawnAs: "draft", variantId: await variant("draft", { status: "draft" }) } },
      { row: { ...inStep, withdrawnAs: "untracked", variantId: await variant("made to order", { tracked: false }) } },
    ],
    gone: [
      {
        row: {
          ...inStep,
          withdrawnAs: "archived",
          withdrawnAnswer: "zero",
          acknowledgedQuantity: 0,
          variantId: await variant("archived", { status: "archived" }),
        },
      },
    ],
    kept: [
      {
        row: {
          ...inStep,
          withdrawnAs: "deleted",
          withdrawnAnswer: "keep",
          variantId: await variant("deleted and kept", { removedAt: now }),
        },
      },
    ],
    excluded: [{ row: { ...inStep, excluded: true } }],
    "left-alone": [{ row: { ...inStep, unmanagedBecause: "Amazon holds its stock." } }],
    ended: [{ row: { ...inStep, remoteState: "ended" } }, { row: { ...inStep, removedAt: now } }],
    untracked: [{ row: { ...inStep, variantId: await variant("untracked", { tracked: false }) } }],
    "not-matched": [
      {
        row: {
          sku: "NOBODY-HAS-IT",
          barcode: "4006381333931",
          url: "https://ebay.example/itm/1",
          priceAmount: "12.00",
          priceCurrency: "GBP",
        },
      },
      { row: { sku: null, title: `${good.productTitle} of some kind` } },
      { row: { ...inStep, variantId: await variant("deleted", { removedAt: now }) } },
    ],
    "duplicate-sku": [{ row: { sku: "TWIN" } }],
    "plan-ended": [{ on: "planEnded", row: inStep }],
    approval: [
      { on: "unapproved", row: inStep },
      { on: "braked", row: { ...inStep, version: 2 } },
    ],
    paused: [
      { on: "paused", row: inStep },
      { on: "reconnect", row: inStep },
      { on: "disconnected", row: inStep },
    ],
  };
  for (let more = 0; more < PAGE_SIZE; more += 1) {
    const gids = { gid: `gid://v/${more}`, productGid: `gid://p/${more}`, inventoryItemGid: `gid://i/${more}` };
    const named = { productTitle: FILLER, title: "Default Title", sku: more % 9 === 0 ? null : `FILL-${more}` };
    await db.variant.create({ data: { shopId, ...gids, ...named, tracked: true } });
  }
  await variant("twin 1", { sku: "TWIN" });
  await variant("twin 2", { sku: "TWIN" });
  byStatus["in-step"].push({ on: "undone", row: inStep }, { on: "undoable", row: inStep });
  for (const status of Object.keys(LISTING_LABELS) as ListingStatusCode[]) {
    if (!byStatus[status]) throw new Error(`the crawl's shop has no listing that is “${status}”: seed one`);
    for (const [index, { on, row }] of byStatus[status].entries()) {
      const named = {
        remoteId: `${status}-${index}`,
        sku: `${status}-${index}`,
        title: titleOf(status, index),
      };
      const channel = on ? (channels[on] ?? channelId) : channelId;
      const { id } = await db.listing.create({
        data: {
          shopId,
          channelId: channel,
          ...named,
          remoteState: "active",
          seenAt: now,
          unseenUnits: status === "problem" ? 1 : 0,
          unseen: status === "problem" ? [{ units: 1, from: now, to: now }] : [],
          ...row,
        },
      });
      if (on === "undone" || on === "undoable")
        await db.bulkChangeListing.create({
          data: { channelId: channel, listingId: id, quantityBefore: 1, quantityApproved: 3 },
        });
    }
  }
}

function titleOf(status: ListingStatusCode, index: number): string {
  if (status === "in-step" && index > 2 && index < PAGE_SIZE + 5) return FILLER;
  return index === 1 ? ODD_TITLE : `A ${status}`;
}

/** Stages, and states of what belongs to an order, as the schema lists them. */
const STAGES = ["waiting", "claimed", "sent", "placed", "held", "entered", "cancelled"];
const SHIPMENTS = ["waiting", "sending", "relayed", "failed", "withdrawn"];
const CANCELLATIONS = ["waiting", "sending", "done", "failed", "task"];
const RESERVATIONS = ["pending", "posted", "voided"];
const HOLDS = ["holding", "held", "releasing", "released", "refused"];
const CONFLICTS = [
  { state: "open", decision: "hold" },
  { state: "settled", decision: "hold" },
  { state: "settled", decision: "cancel" },
  { state: "settled", decision: "backorder" },
];

/** One of each stage, of each reason to be one person, set apart and not; and enough for a second page. */
async function seedCustomers(db: Db, { shopId, channelId, now }: At): Promise<void> {
  const orders = await db.marketplaceOrder.findMany({
    where: { shopId, displayName: { not: FILLER } },
    orderBy: { id: "asc" },
    take: 14,
  });
  const { connectorKey } = await db.channel.findUniqueOrThrow({ where: { id: channelId } });
  const person = async (stage: string | null, more: object = {}) => {
    const lastAt = stage === null ? null : now;
    const bought = { orders: stage === null ? 0 : 2, stage, firstAt: lastAt, lastAt, createdAt: now };
    const { id } = await db.customer.create({ data: { shopId, ...bought, ...more } });
    const there = { customerId: id, channelId, shopId, orders: 2, firstAt: now, lastAt: now };
    const spent = { GBP: "24.00", EUR: "3.50" };
    if (stage !== null) await db.customerChannel.create({ data: { ...there, stage, spent } });
    return id;
  };
  const record = async (customerId: number, matchedBy: string | null, more: object = {}) => {
    const order = orders.pop();
    const { id } = await db.customerRecord.create({
      data: { customerId, connectorKey, matchedBy, createdAt: now, ...more },
    });
    if (order) await db.marketplaceOrder.update({ where: { id: order.id }, data: { customerRecordId: id } });
  };
  for (const stage of LIFECYCLE_STAGES) {
    const id = await person(stage, { customerGid: `gid://shopify/Customer/${stage}`, stageDueAt: null, shopOrders: 1 });
    await record(id, stage === "new" ? "new" : null, { isEmailHidden: stage === "lapsed" });
  }
  const matched = await person("active");
  for (const by of MATCHED_BY) await record(matched, by);
  await record(await person("new", { isApart: true }), "phone", { otherCustomerId: matched });
  await record(await person(null), "new");
  for (let more = 0; more < PAGE_SIZE; more += 1) await person("active", { customerGid: `${FILLER} ${more}` });
  await db.marketplaceOrder.updateMany({
    where: { shopId, customerRecordId: null, displayName: { not: FILLER } },
    data: { buyerIsHidden: true },
  });
}

async function seedOrders(db: Db, { shopId, channelId, now }: At): Promise<void> {
  const listing = await db.listing.findFirstOrThrow({
    where: { channelId, variantId: { not: null } },
    include: { variant: true },
  });
  let made = 0;
  const order = async (stage: string, more: object = {}, state: { reservation?: string; hold?: string } = {}) => {
    made += 1;
    const placed =
      stage === "placed"
        ? { shopifyOrderGid: `gid://shopify/Order/${made}`, shopifyOrderName: `#${1000 + made}`, placedAt: now }
        : {};
    const money = {
      currency: "GBP",
      totalAmount: "24.00",
      shippingAmount: "3.95",
      taxAmount: "4.00",
      taxCollectedByMarketplace: true,
    };
    const times = { soldAt: new Date(now.getTime() - made * 60_000), importedAt: now, remoteUpdatedAt: now };
    const line = { title: made % 5 === 0 ? ODD_TITLE : "A mug", sku: "MUG", quantity: 2, unitAmount: "10.00" };
    const bound = made % 3 === 0 ? {} : { listingId: listing.id, variantId: listing.variantId };
    const { reservation = "posted", hold } = state;
    const { id } = await db.marketplaceOrder.create({
      data: {
        shopId,
        channelId,
        remoteId: `order-${made}`,
        displayName: `20-1-${made}`,
        remoteStatus: stage === "waiting" ? "pending" : "paid",
        stage,
        ...money,
        ...times,
        ...placed,
        ...more,
        lines: {
          create: [
            {
              remoteLineId: "1",
              ...line,
              ...bound,
              soldAt: times.soldAt,
              importedAt: now,
              reservation: {
                create: {
                  shopId,
                  inventoryItemGid: listing.variant?.inventoryItemGid ?? "",
                  quantity: 2,
                  state: reservation,
                  createdAt: now,
                  ...(hold
                    ? {
                        hold: {
                          create: {
                            shopId,
                            inventoryItemGid: "i",
                            locationGid: "l",
                            quantity: 2,
                            state: hold,
                            askedAt: now,
                          },
                        },
                      }
                    : {}),
                },
              },
            },
          ],
        },
      },
    });
    return id;
  };
  for (const stage of STAGES)
    await order(stage, {
      holdReason:
        stage === "held" ? `Shopify refused it: ${RAW_FAILURES[3]}. Mend the cause, then choose Retry.` : null,
      retryAt: stage === "sent" ? now : null,
    });
  await order("held", { holdReason: null, cancellationRequested: true });
  await order("cancelled", { remoteStatus: "cancelled" });
  for (const reservation of RESERVATIONS) await order("waiting", {}, { reservation });
  for (const hold of HOLDS) await order("waiting", {}, { hold });
  for (const conflict of CONFLICTS) {
    for (const stage of ["held", "placed"]) {
      const orderId = await order(stage, stage === "held" ? { holdReason: "An earlier sale has its units." } : {});
      await db.conflict.create({
        data: {
          shopId,
          orderId,
          unitsMissing: 1,
          explanation: "One was there; #1001 was earlier.",
          createdAt: now,
          ...conflict,
        },
      });
    }
  }
  for (const state of SHIPMENTS) {
    const orderId = await order("placed");
    const tracking =
      state === "waiting"
        ? {}
        : {
            carrier: "Royal Mail",
            trackingNumber: "RM1",
            trackingUrl: state === "failed" ? "javascript:alert(1)" : "https://rm.example/1",
          };
    await db.shipment.create({
      data: {
        shopId,
        orderId,
        fulfilmentGid: `gid://f/${orderId}`,
        lines: [{ remoteLineId: "1", quantity: 1 }],
        shippedAt: now,
        state,
        problem: state === "failed" ? RAW_FAILURES[2] : null,
        retryAt: state === "waiting" ? now : null,
        ...tracking,
      },
    });
  }
  for (const state of CANCELLATIONS) {
    for (const direction of ["to-shopify", "to-marketplace"]) {
      const orderId = await order(direction === "to-shopify" ? "cancelled" : "placed");
      await db.cancellation.create({
        data: {
          shopId,
          orderId,
          direction,
          state,
          reason: "sold out",
          restock: direction === "to-shopify",
          createdAt: now,
          problem: state === "failed" ? RAW_FAILURES[1] : null,
        },
      });
    }
  }
  while (made <= PAGE_SIZE + 5) await order("placed", { displayName: FILLER });
}

/** A day and a month of changes, fast and slow ones, with hours and days in which there were none. */
async function seedLatencies(db: Db, { channelId, now }: At): Promise<void> {
  const hourMs = 3_600_000;
  const spans = { hour: hourMs, day: 24 * hourMs };
  for (const [span, spanMs] of Object.entries(spans)) {
    for (let ago = 0; ago < 30; ago += 1) {
      if (ago % 7 === 3) continue;
      const took = Array.from({ length: 40 }, (_, n) => 900 + 120 * n * (1 + (ago % 5)) + (n > 37 ? ago * 9_000 : 0));
      const startsAt = new Date(Math.floor(now.getTime() / spanMs) * spanMs - ago * spanMs);
      const sums = { decreases: 25, decreasesMs: 90_000n, takenDown: ago % 3 };
      await db.latency.create({ data: { channelId, span, startsAt, counts: histogramOf(took), ...sums } });
    }
  }
  await db.listing.updateMany({
    where: { channelId, problem: { not: null } },
    data: { changedAt: new Date(now.getTime() - 2 * hourMs) },
  });
}

/** Checks that have ended in every way, and a SKU that can be timed. */
async function seedChecks(db: Db, { shopId, channelId, now }: At): Promise<void> {
  const location = await db.location.findFirstOrThrow({ where: { shopId, active: true } });
  const inventoryItemGid = "gid://i/timed";
  const timed = { gid: "gid://v/timed", productGid: "gid://p/timed", inventoryItemGid, sku: TIMED };
  const { id: variantId } = await db.variant.create({
    data: { shopId, ...timed, productTitle: ODD_TITLE, title: "Small", tracked: true, vendor: "", status: "active" },
  });
  const where = { shopId, inventoryItemGid, locationGid: location.gid };
  await db.level.create({ data: { ...where, available: 20, remoteUpdatedAt: now } });
  const accepted = { acknowledgedQuantity: 20, acknowledgedAt: now, observedQuantity: 20, observedAt: now };
  const listing = { shopId, channelId, variantId, matchedBy: "sku", sku: TIMED, remoteState: "active", seenAt: now };
  const rows = [];
  for (const remoteId of ["timed-1", "timed-2"]) {
    const data = { ...listing, ...accepted, remoteId, title: ODD_TITLE, version: 1, acknowledgedVersion: 1 };
    rows.push(await db.listing.create({ data }));
  }
  const later = (ms: number) => new Date(now.getTime() - 86_400_000 + ms);
  const moved = { changedAt: later(0), movedAt: later(0) };
  const over = { state: "ended", startedAt: later(0), askedAt: later(0), endedAt: later(9_000) };
  const shown = { pushedAt: later(900), acceptedAt: later(1_400), shownAt: later(2_600) };
  const ways: { check: object; times: object[] }[] = [
    { check: { ...moved, heardAt: later(700), heardByNotice: true, returnedAt: later(9_000) }, times: [shown, shown] },
    {
      check: { ...moved, heardAt: later(700), returnedAt: later(9_000), problem: "It took too long.", actor: "1" },
      times: [shown, { pushedAt: later(900), isRefused: true, problem: RAW_FAILURES[0] }],
    },
    { check: { ...moved, returnedAt: later(9_000) }, times: [{ acceptedAt: later(900) }, {}] },
    { check: { problem: RAW_FAILURES[0] }, times: [{}, {}] },
  ];
  for (const { check, times } of ways) {
    const data = { shopId, variantId, inventoryItemGid, locationGid: location.gid, ...over, ...check };
    const { id: checkId } = await db.latencyCheck.create({ data });
    for (const [index, { id: listingId }] of rows.entries()) {
      const numbers = { quantityBefore: 20, quantityExpected: 19 };
      await db.latencyCheckListing.create({
        data: { checkId, listingId, channelId, ...numbers, ...times[index] },
      });
    }
  }
}

async function seedHistory(db: Db, { shopId, channelId, now }: At): Promise<void> {
  const [listing, order] = await Promise.all([
    db.listing.findFirstOrThrow({ where: { channelId, problem: { not: null } } }),
    db.marketplaceOrder.findFirstOrThrow({ where: { channelId, stage: "held" } }),
  ]);
  const outcomes = Object.values(HISTORY_OUTCOMES).flatMap((one) => one.outcomes as readonly string[]);
  for (const kind of Object.keys(ATTEMPT_KINDS)) {
    for (const outcome of outcomes) {
      const about = kind.includes("order")
        ? { orderId: order.id }
        : { listingId: listing.id, variantId: listing.variantId };
      const counted = kind === "push" ? { quantityBefore: null, quantity: 3, explanation: {} } : {};
      await db.attempt.create({
        data: {
          shopId,
          channelId: outcome === "done" ? null : channelId,
          kind,
          outcome,
          message:
            outcome === "done" ? "It was done." : `${RAW_FAILURES[outcomes.indexOf(outcome) % 4]}. It is tried again.`,
          startedAt: now,
          ...about,
          ...counted,
        },
      });
    }
  }
}

/** As each place that raises one does: severities, ways out, and who ends it. */
async function seedAlerts(db: Db, { shopId, channelId, now }: At): Promise<void> {
  const order = await db.marketplaceOrder.findFirstOrThrow({ where: { channelId, stage: "held" } });
  const placed = await db.marketplaceOrder.findFirstOrThrow({ where: { channelId, stage: "placed" } });
  const listing = await db.listing.findFirstOrThrow({ where: { channelId, problem: { not: null } } });
  const actions = [
    null,
    "/app",
    "/app/history",
    "/app/orders",
    `/app/orders/${order.id}`,
    `/app/orders/${placed.id}`,
    `/app/buyer-data?orders=${order.id}`,
    `/app/channels/${channelId}`,
    `/app/listings/${listing.id}`,
    "shopify:/orders/1",
  ];
  for (const [index, action] of actions.entries()) {
    for (const endsByHand of [true, false]) {
      const severity = ["critical", "warning", "info"][index % 3] ?? "info";
      await db.alert.create({
        data: {
          shopId,
          channelId,
          key: `seeded:${index}:${endsByHand}`,
          severity,
          title: "Something needs you",
          message: `It happened to this: ${RAW_FAILURES[index % 4]}. Do that.`,
          action,
          endsByHand,
          openedAt: now,
        },
      });
    }
  }
}

/** One in every state that a mail can be in. */
async function seedMails(db: Db, { shopId, now }: At): Promise<void> {
  // Nobody whom the app mails by itself: one mail alone gathers for an address.
  const address = "seeded@lockstep-demo.example";
  const late = { kind: "alerts", attempts: 2, problem: "the mail server does not answer" };
  const mails = [
    { kind: "digest", state: "waiting" },
    { ...late, state: "waiting" },
    { ...late, state: "failed", subject: ODD_TITLE },
    { kind: "escalation", state: "sending", attempts: 1 },
    { kind: "test", state: "sent", attempts: 1, sentAt: now, subject: "A test mail" },
    { kind: "alerts", state: "dropped", attempts: 1, problem: "It was over before the mail left" },
  ];
  const dueAt = new Date(now.getTime() + 365 * 86_400_000);
  for (const mail of mails) await db.mail.create({ data: { shopId, address, dueAt, createdAt: now, ...mail } });
}
