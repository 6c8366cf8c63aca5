/** Slice: channels. Owns Channel. */
import type { Db, Tx } from "../db.server.ts";
import { type Channel, Prisma } from "../generated/prisma/client.ts";
import type { Policy } from "../inventory/policy.ts";
import type { WithdrawalPolicies } from "../inventory/withdrawal.ts";
import { PLAN_ENDED } from "../plans/entitlements.ts";
import type { OnSaleCount } from "./on-sale.ts";

export type { Channel };
/** What becomes of a listing that shows fewer than it should after an edit by hand. */
export type EditPolicy = "repair" | "ask";
export type ChannelState = "connected" | "paused" | "reconnect" | "disconnected";

export async function findChannel(db: Db | Tx, id: number): Promise<Channel | null> {
  const [channel] = await db.$queryRaw<Channel[]>`SELECT * FROM "Channel" WHERE id = ${id}`;
  return channel ?? null;
}

/** The channel, if it is this shop's: what a screen may touch. */
export function findChannelOfShop(db: Db | Tx, shopId: number, id: number): Promise<Channel | null> {
  return db.channel.findFirst({ where: { id, shopId } });
}

/** The same, locked until the transaction ends: what one reads of its settings is what one alters. */
export async function lockChannelOfShop(tx: Tx, shopId: number, id: number): Promise<Channel | null> {
  const rows = await tx.$queryRaw<Channel[]>`
    SELECT * FROM "Channel" WHERE id = ${id} AND "shopId" = ${shopId} FOR NO KEY UPDATE`;
  return rows[0] ?? null;
}

export function listChannels(db: Db | Tx, shopId: number): Promise<Channel[]> {
  return db.channel.findMany({ where: { shopId }, orderBy: { id: "asc" } });
}

/** What a call changes over there: the numbers that listings show, or orders, which are shipped and cancelled under a pause too. */
export type WriteKind = "quantities" | "orders";

/**
 * Whether anything of this kind may be written to a channel at this moment: it was paused, disconnected, braked or left by
 * its shop perhaps since the write was decided.
 */
export async function mayBeWritten(db: Db | Tx, id: number, kind: WriteKind): Promise<boolean> {
  const isOpen =
    kind === "quantities"
      ? Prisma.sql`c.state = 'connected' AND c."pushApprovedAt" IS NOT NULL`
      : Prisma.sql`c.state IN ('connected', 'paused')`;
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM "Channel" c JOIN "Shop" s ON s.id = c."shopId" WHERE c.id = ${id} AND s."uninstalledAt" IS NULL AND ${isOpen}`;
  return rows.length > 0;
}

/** The active channels of one marketplace, of all shops. */
export async function listChannelIds(db: Db | Tx, connectorKey: string): Promise<string[]> {
  const where = { connectorKey, state: { in: ["connected", "paused"] } };
  const rows = await db.channel.findMany({ where, select: { id: true } });
  return rows.map((row) => String(row.id));
}

export function findChannelsOfAccount(db: Db | Tx, connectorKey: string, remoteAccountId: string): Promise<Channel[]> {
  return db.channel.findMany({ where: { connectorKey, remoteAccountId } });
}

export interface ConnectedAccount {
  shopId: number;
  connectorKey: string;
  remoteAccountId: string;
  name: string;
  warnings: string[];
  /** Stores whose sales lower the same quantities and whose orders are not read. */
  sharesStockWith: string[];
  credentialsSealed: string;
  credentialsExpireAt: Date | null;
  /** Of a new channel: "ask" where zero is final over there. */
  gonePolicy: "zero" | "ask";
  now: Date;
}

/** New keys of an account that is known under another id, because the marketplace names it by its keys. */
export async function recordReconnected(
  tx: Tx,
  id: number,
  account: Pick<
    ConnectedAccount,
    "name" | "warnings" | "sharesStockWith" | "credentialsSealed" | "credentialsExpireAt"
  >,
): Promise<Channel> {
  return tx.channel.update({ where: { id }, data: { ...account, ...CONNECTED } });
}

const CONNECTED = {
  state: "connected" satisfies ChannelState,
  stateReason: null,
  sharesAccount: false,
  disconnectedAt: null,
  pushRetryAt: null,
  ordersRetryAt: null,
};

/** A new channel, or the same account connected again: what it had learned and agreed to stays. */
export async function recordConnected(
  tx: Tx,
  account: ConnectedAccount,
): Promise<{ channel: Channel; isNew: boolean }> {
  const { shopId, connectorKey, remoteAccountId, gonePolicy, now, ...facts } = account;
  const where = { shopId_connectorKey_remoteAccountId: { shopId, connectorKey, remoteAccountId } };
  const held = await tx.channel.findUnique({ where });
  const channel = await tx.channel.upsert({
    where,
    create: {
      shopId,
      connectorKey,
      remoteAccountId,
      ...facts,
      gonePolicy,
      state: CONNECTED.state,
      importOrdersSince: now,
      createdAt: now,
    },
    update: { ...facts, ...CONNECTED },
  });
  return { channel, isNew: held === null };
}

/** Renewed ones. A channel that was disconnected meanwhile gets no keys back. */
export async function recordCredentials(
  tx: Db | Tx,
  id: number,
  credentials: { credentialsSealed: string; credentialsExpireAt: Date | null },
): Promise<void> {
  await tx.channel.updateMany({ where: { id, state: NOT_DISCONNECTED }, data: credentials });
}

const NOT_DISCONNECTED = { not: "disconnected" satisfies ChannelState };

/**
 * `reason` is for the merchant; null when all is well. False: it was disconnected meanwhile, and only a merchant who
 * connects the account brings it back, which may be another shop's by now.
 */
export async function setChannelState(
  tx: Db | Tx,
  id: number,
  state: Exclude<ChannelState, "disconnected">,
  reason: string | null,
): Promise<boolean> {
  const { count } = await tx.channel.updateMany({
    where: { id, state: NOT_DISCONNECTED },
    data: { state, stateReason: reason },
  });
  return count === 1;
}

/** Channels that have one of these accounts and are not disconnected, this shop's among them. */
export function listHolders(
  db: Db | Tx,
  connectorKey: string,
  remoteAccountIds: readonly string[],
): Promise<Channel[]> {
  return db.channel.findMany({
    where: { connectorKey, remoteAccountId: { in: [...remoteAccountIds] }, state: NOT_DISCONNECTED },
    orderBy: { id: "asc" },
  });
}

/** Nobody else connects this account until the transaction ends. */
export async function lockAccount(tx: Tx, connectorKey: string, remoteAccountId: string): Promise<void> {
  const name = JSON.stringify([connectorKey, remoteAccountId]);
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}

/** The account has one shop again. Null: it is still shared, or never was. */
export async function endSharing(
  tx: Tx,
  connectorKey: string,
  remoteAccountId: string,
): Promise<{ id: number; shopId: number } | null> {
  const [rest, ...others] = await listHolders(tx, connectorKey, [remoteAccountId]);
  if (!rest?.sharesAccount || others.length > 0) return null;
  await tx.channel.update({ where: { id: rest.id }, data: { sharesAccount: false } });
  return rest;
}

/** Forgets the keys to the account. Listings over there stay as they are. */
export async function recordDisconnected(tx: Tx, id: number, now: Date): Promise<void> {
  await tx.channel.update({
    where: { id },
    data: {
      state: "disconnected",
      stateReason: null,
      credentialsSealed: null,
      credentialsExpireAt: null,
      disconnectedAt: now,
      pushApprovedAt: null,
      planHold: null,
    },
  });
}

export async function setPolicy(tx: Tx, id: number, policy: Policy | null): Promise<void> {
  await tx.channel.update({ where: { id }, data: { policy: policy ?? Prisma.DbNull } });
}

/** Locations whose stock the channel may sell; none: all active ones. */
export async function setLocations(tx: Tx, id: number, locationGids: string[]): Promise<void> {
  await tx.channel.update({ where: { id }, data: { locationGids } });
}

export async function setConflictPolicy(tx: Tx, id: number, conflictPolicy: string): Promise<void> {
  await tx.channel.update({ where: { id }, data: { conflictPolicy } });
}

export async function setWithdrawalPolicies(tx: Tx, id: number, policies: WithdrawalPolicies): Promise<void> {
  await tx.channel.update({ where: { id }, data: policies });
}

/** Where others take units off the same quantities unseen, a fall that no order explains may be a sale: it is asked about. */
export function editPolicyOf({
  editPolicy,
  sharesStockWith,
}: Pick<Channel, "editPolicy" | "sharesStockWith">): EditPolicy {
  return editPolicy === "ask" || sharesStockWith.length > 0 ? "ask" : "repair";
}

export async function setEditPolicy(tx: Tx, id: number, editPolicy: EditPolicy): Promise<void> {
  await tx.channel.update({ where: { id }, data: { editPolicy } });
}

export async function setLateAfter(tx: Tx, id: number, lateAfterMinutes: number | null): Promise<void> {
  await tx.channel.update({ where: { id }, data: { lateAfterMinutes } });
}

export async function setHoldsOrders(tx: Tx, id: number, holdsOrders: boolean): Promise<void> {
  await tx.channel.update({ where: { id }, data: { holdsOrders } });
}

export async function setHoldsAddresses(tx: Tx, id: number, holdsAddresses: boolean): Promise<void> {
  await tx.channel.update({ where: { id }, data: { holdsAddresses } });
}

/** `isAgain`: its orders are read from then on, whatever was read of them before. */
export async function setOrdersSince(
  tx: Tx,
  id: number,
  { since, isAgain }: { since: Date; isAgain: boolean },
): Promise<void> {
  const again = isAgain ? { ordersCursor: null } : {};
  await tx.channel.update({ where: { id }, data: { importOrdersSince: since, ...again } });
}

/** Names of the options that are on; all others are off. */
export async function setOptions(tx: Tx, id: number, options: string[]): Promise<void> {
  await tx.channel.update({ where: { id }, data: { options } });
}

/** False when nothing waits for an approval. `planHold`: what the shop's plan goes on doing. */
export async function recordPushApproved(
  tx: Tx,
  id: number,
  { planHold, now }: { planHold: PlanHold | null; now: Date },
): Promise<boolean> {
  const held = planHold === null ? [{ planHold: { not: null } }] : [];
  const { count } = await tx.channel.updateMany({
    where: { id, OR: [{ pushApprovedAt: null }, { undoneAt: { not: null } }, ...held] },
    data: { pushApprovedAt: now, brakeReason: null, bulkApproved: true, undoneAt: null, planHold },
  });
  return count === 1;
}

/** The merchant takes an approved change back: that much is about to change again is their word. False: nothing to undo. */
export async function recordUndone(tx: Tx, id: number, now: Date): Promise<boolean> {
  const { count } = await tx.channel.updateMany({
    where: { id, pushApprovedAt: { not: null }, undoneAt: null },
    data: { undoneAt: now, bulkApproved: true },
  });
  return count === 1;
}

/** Much is about to change at once: nothing more is pushed before the merchant has seen it. */
export async function recordBrake(tx: Tx, id: number, brakeReason: string): Promise<void> {
  await tx.channel.update({ where: { id }, data: { pushApprovedAt: null, brakeReason } });
}

/** What the shop's plan does to a channel that is pushed to. */
export type PlanHold = "decreases" | "zero";

/** Channels of a shop to which numbers are pushed. */
export function listPushing(tx: Db | Tx, shopId: number): Promise<Channel[]> {
  return tx.channel.findMany({ where: { shopId, pushApprovedAt: { not: null } }, orderBy: { id: "asc" } });
}

/** From here on no listing of the shop shows more than it does. */
export async function holdIncreases(tx: Tx, shopId: number): Promise<void> {
  await tx.channel.updateMany({
    where: { shopId, pushApprovedAt: { not: null } },
    data: { planHold: "decreases" satisfies PlanHold },
  });
}

/** All listings of a channel go to 0, by the merchant's word. */
export async function recordGoesToZero(tx: Tx, id: number, now: Date): Promise<void> {
  const planHold = "zero" satisfies PlanHold;
  await tx.channel.update({ where: { id }, data: { planHold, pushApprovedAt: now, bulkApproved: true } });
}

/** Nothing is pushed there any more, until the shop's plan has stock sync again and the merchant approves. */
export async function recordPlanEnded(tx: Tx, id: number): Promise<void> {
  await tx.channel.update({
    where: { id },
    data: { planHold: null, pushApprovedAt: null, brakeReason: PLAN_ENDED },
  });
}

/** What the merchant chose is shown before it is so, and taken back where it was only tried. */
export async function setPlanHold(tx: Tx, id: number, planHold: string | null): Promise<void> {
  await tx.channel.update({ where: { id }, data: { planHold } });
}

/**
 * The plan has stock sync again. What stood still waits for an approval, and what was only lowered is raised with one: those
 * channels, which the merchant is asked about. Orders are read at once.
 */
export async function endPlanHolds(tx: Tx, shopId: number, now: Date): Promise<Channel[]> {
  await tx.channel.updateMany({
    where: { shopId, planHold: { not: null } },
    data: { planHold: "decreases" satisfies PlanHold },
  });
  await tx.channel.updateMany({ where: { shopId, ordersRetryAt: { gt: now } }, data: { ordersRetryAt: now } });
  return tx.channel.findMany({
    where: { shopId, OR: [{ planHold: { not: null } }, { brakeReason: PLAN_ENDED, pushApprovedAt: null }] },
    orderBy: { id: "asc" },
  });
}

/** What the merchant approved is done: what comes after is weighed anew. */
export async function endBulkApproval(tx: Db | Tx, id: number): Promise<void> {
  await tx.channel.update({ where: { id }, data: { bulkApproved: false } });
}

export async function postponePush(tx: Db | Tx, id: number, until: Date | null): Promise<void> {
  await tx.$executeRaw`UPDATE "Channel" SET "pushRetryAt" = ${until} WHERE id = ${id}`;
}

export async function postponeOrders(tx: Db | Tx, id: number, until: Date | null): Promise<void> {
  await tx.$executeRaw`UPDATE "Channel" SET "ordersRetryAt" = ${until} WHERE id = ${id}`;
}

/** After each page of orders. `readAt` only once all that was waiting has been read. False when `when` does not hold. */
export async function recordOrdersRead(
  tx: Db | Tx,
  id: number,
  { cursor, completeThrough, readAt }: { cursor: string; completeThrough: Date | null; readAt: Date | null },
  when: Prisma.Sql,
): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE "Channel" SET "ordersCursor" = ${cursor}, "ordersCompleteThrough" = COALESCE(${completeThrough}, "ordersCompleteThrough"),
      "ordersReadAt" = COALESCE(${readAt}, "ordersReadAt"),
      "ordersRetryAt" = CASE WHEN ${readAt}::timestamptz IS NULL THEN "ordersRetryAt" END
    WHERE ${when} AND id = ${id}`;
  return count === 1;
}

export async function recordListingsRead(tx: Tx, id: number, now: Date): Promise<void> {
  await tx.channel.update({ where: { id }, data: { listingsReadAt: now, listingsRetryAt: null } });
}

export async function postponeListings(tx: Db | Tx, id: number, until: Date): Promise<void> {
  await tx.channel.update({ where: { id }, data: { listingsRetryAt: until } });
}

/** `count` null: it could not be counted, what was known stays. Counted again at `dueAt`. */
export async function recordOnSale(
  tx: Db | Tx,
  id: number,
  { count, dueAt }: { count: OnSaleCount | null; dueAt: Date | null },
): Promise<void> {
  await tx.channel.update({ where: { id }, data: { ...(count ? { onSale: count } : {}), onSaleDueAt: dueAt } });
}
