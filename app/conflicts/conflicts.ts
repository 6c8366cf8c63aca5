/** Slice: conflicts. Owns Conflict: an order that lost to an earlier sale, and what was decided about it. */
import type { Db, Tx } from "../db.server.ts";
import type { Conflict } from "../generated/prisma/client.ts";
import type { ConflictPolicy } from "./allotment.ts";

export function findConflict(db: Db | Tx, orderId: number): Promise<Conflict | null> {
  return db.conflict.findUnique({ where: { orderId } });
}

/** Opens the case, or writes down how it stands now. One that was settled stays so. */
export async function recordConflict(
  tx: Tx,
  conflict: {
    shopId: number;
    orderId: number;
    unitsMissing: number;
    explanation: string;
    decision: ConflictPolicy;
    state: "open" | "settled";
    now: Date;
  },
): Promise<void> {
  const { now, ...facts } = conflict;
  const settledAt = facts.state === "settled" ? now : null;
  await tx.conflict.upsert({
    where: { orderId: facts.orderId },
    create: { ...facts, createdAt: now, settledAt },
    update: { ...facts, settledAt },
  });
}

/** The merchant's word. False when it is not open. */
export async function settleConflict(
  tx: Db | Tx,
  of: { shopId: number; orderId: number; decision: ConflictPolicy; now: Date },
): Promise<boolean> {
  const { count } = await tx.conflict.updateMany({
    where: { shopId: of.shopId, orderId: of.orderId, state: "open" },
    data: { state: "settled", decision: of.decision, settledAt: of.now },
  });
  return count === 1;
}
