/**
 * Slice: channels, before they are. Owns ConnectAttempt and PendingConnection: what a consent page will bring back, and an
 * account whose access was given but which no shop has yet. Both are of one shop and one user, short-lived, and used once.
 */
import { isStorable } from "#connectors/contract/storable.ts";
import type { Db, Tx } from "../db.server.ts";
import type { ConnectAttempt, PendingConnection } from "../generated/prisma/client.ts";

export type { ConnectAttempt, PendingConnection };

export async function openConnectAttempt(tx: Db | Tx, attempt: Omit<ConnectAttempt, "browserHash">): Promise<void> {
  await tx.connectAttempt.create({ data: attempt });
}

/** Who goes to the consent page is the one who must come back: an attempt is of the first browser that opens it. */
export async function bindConnectAttempt(
  tx: Db | Tx,
  { state, connectorKey, browserHash, now }: { state: string; connectorKey: string; browserHash: string; now: Date },
): Promise<ConnectAttempt | null> {
  // What stands in an address anybody may open, here and below.
  if (!isStorable(state) || !isStorable(connectorKey)) return null;
  const rows = await tx.connectAttempt.updateManyAndReturn({
    where: { state, connectorKey, browserHash: null, expiresAt: { gt: now } },
    data: { browserHash },
  });
  return rows[0] ?? null;
}

/** Each attempt is answered once: a second answer with the same state finds nothing. */
export async function takeConnectAttempt(
  tx: Db | Tx,
  { state, connectorKey, now }: { state: string; connectorKey: string; now: Date },
): Promise<ConnectAttempt | null> {
  if (!isStorable(state) || !isStorable(connectorKey)) return null;
  const [row] = await tx.$queryRaw<ConnectAttempt[]>`
    DELETE FROM "ConnectAttempt" WHERE state = ${state} AND "connectorKey" = ${connectorKey} RETURNING *`;
  return row && row.expiresAt > now ? row : null;
}

export async function openPendingConnection(tx: Db | Tx, pending: PendingConnection): Promise<void> {
  await tx.pendingConnection.create({ data: pending });
}

/** Whom a pending connection is for: the shop and, where it is known who began it, that person. */
export interface Claimant {
  shopId: number;
  userId: string | null;
  claim: string;
}

/** Locked until the transaction ends. Null for anybody else's, as for one that never was. */
export async function findPendingConnection(
  tx: Tx,
  { shopId, userId, claim }: Claimant,
  now: Date,
): Promise<PendingConnection | null> {
  if (!isStorable(claim)) return null;
  const [row] = await tx.$queryRaw<PendingConnection[]>`
    SELECT * FROM "PendingConnection" WHERE claim = ${claim} AND "shopId" = ${shopId} AND "expiresAt" > ${now}
      AND ("userId" IS NULL OR "userId" = ${userId}) FOR UPDATE`;
  return row ?? null;
}

export async function dropPendingConnection(tx: Db | Tx, { shopId, claim }: Omit<Claimant, "userId">): Promise<void> {
  if (isStorable(claim)) await tx.pendingConnection.deleteMany({ where: { claim, shopId } });
}

/** The shop left, or what was begun was never ended: keys are not kept for nothing. */
export async function forgetConnections(tx: Db | Tx, which: { shopId: number } | { endedBefore: Date }): Promise<void> {
  const where = "shopId" in which ? which : { expiresAt: { lt: which.endedBefore } };
  await tx.connectAttempt.deleteMany({ where });
  await tx.pendingConnection.deleteMany({ where });
}
