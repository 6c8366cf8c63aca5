/**
 * Slice: mail. Owns Mail and MailAlert: what is to be mailed to whom. What happens at about the same time is gathered in one
 * mail until that is due. A mail is claimed for a while, so that of several workers one sends it; one that is claimed and
 * never told of is sent again, with the same Message-ID.
 */
import { addMs } from "../clock.ts";
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { type Mail, Prisma } from "../generated/prisma/client.ts";

export type { Mail };

export type MailKind = "alerts" | "digest" | "escalation" | "test";

/** Longer than sending one may take. */
const CLAIM_MS = 5 * 60_000;
const FIRST_RETRY_MS = 60_000;
const RETRY_MS_MAX = 2 * 60 * 60_000;
/** Over about four hours; then it is given up. */
export const ATTEMPTS_MAX = 9;
/** So many in one turn of the tick: the others are due in the next. */
const DUE_MAX = 100;

export interface GatheredAlert {
  alertId: number;
  openedAt: Date;
}

/** Adds alerts to the mail of this kind that waits for this address, or begins one. It leaves no later than said first. */
export async function gatherMail(
  tx: Tx,
  mail: { shopId: number; kind: MailKind; address: string; dueAt: Date; alerts: readonly GatheredAlert[] },
  now: Date,
): Promise<number> {
  const { shopId, kind, address, dueAt, alerts } = mail;
  const [row] = await tx.$queryRaw<{ id: number }[]>`
    INSERT INTO "Mail" AS m ("shopId", kind, address, state, "dueAt", "createdAt")
    VALUES (${shopId}, ${kind}, ${address}, 'waiting', ${dueAt}, ${now})
    ON CONFLICT ("shopId", address, kind) WHERE state = 'waiting' AND attempts = 0
    DO UPDATE SET "dueAt" = LEAST(m."dueAt", EXCLUDED."dueAt") RETURNING id`;
  const mailId = row?.id ?? 0;
  if (alerts.length > 0)
    await tx.$executeRaw`
      INSERT INTO "MailAlert" ("mailId", "alertId", "openedAt")
      SELECT ${mailId}, a."alertId", a."openedAt" FROM ${tableOf(alerts, `"alertId" int, "openedAt" timestamptz`)} a
      ON CONFLICT ("mailId", "alertId") DO UPDATE SET "openedAt" = EXCLUDED."openedAt"`;
  return mailId;
}

/** What waits for its time and was not tried yet. */
export function listGathered(tx: Tx, shopId: number): Promise<Mail[]> {
  return tx.mail.findMany({ where: { shopId, state: "waiting", attempts: 0 }, orderBy: { id: "asc" } });
}

/** It leaves then, and not before. */
export async function moveMail(tx: Db | Tx, { id, dueAt }: Mail, until: Date): Promise<void> {
  await tx.mail.updateMany({ where: { id, dueAt, state: { in: ["waiting", "sending"] } }, data: { dueAt: until } });
}

/** When the last of this kind left for this address. */
export async function lastSentAt(
  tx: Tx,
  { shopId, address, kind }: { shopId: number; address: string; kind: MailKind },
): Promise<Date | null> {
  const last = await tx.mail.findFirst({
    where: { shopId, address, kind, sentAt: { not: null } },
    orderBy: { sentAt: "desc" },
    select: { sentAt: true },
  });
  return last?.sentAt ?? null;
}

/** One that whoever asked for it sends at once; should they not come to it, the tick does. */
export function createTestMail(
  tx: Tx,
  { shopId, address }: { shopId: number; address: string },
  now: Date,
): Promise<Mail> {
  const claimed = { state: "sending", attempts: 1, dueAt: addMs(now, CLAIM_MS) };
  return tx.mail.create({ data: { shopId, address, kind: "test", ...claimed, createdAt: now } });
}

export function countTestMails(db: Db | Tx, shopId: number, since: Date): Promise<number> {
  return db.mail.count({ where: { shopId, kind: "test", createdAt: { gte: since } } });
}

/** Mails that are to leave now. */
export function dueMails(now: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT id FROM "Mail" WHERE state IN ('waiting', 'sending') AND "dueAt" <= ${now} ORDER BY "dueAt" LIMIT ${DUE_MAX}`;
}

/** Null: it is gone. */
export function findMail(db: Db, id: number): Promise<Mail | null> {
  return db.mail.findUnique({ where: { id } });
}

/** For one worker alone, for a while; null: it is not due, or another has it. */
export async function claimMail(db: Db, id: number, now: Date): Promise<Mail | null> {
  const [mail] = await db.$queryRaw<Mail[]>`
    UPDATE "Mail" SET state = 'sending', attempts = attempts + 1, "dueAt" = ${addMs(now, CLAIM_MS)}
    WHERE id = ${id} AND state IN ('waiting', 'sending') AND "dueAt" <= ${now} RETURNING *`;
  return mail ?? null;
}

export function listMailAlerts(db: Db | Tx, mailId: number): Promise<GatheredAlert[]> {
  return db.mailAlert.findMany({ where: { mailId }, select: { alertId: true, openedAt: true } });
}

/** Stored only while the claim is ours. */
async function settle(tx: Db | Tx, { id, attempts }: Mail, data: Prisma.MailUpdateManyMutationInput): Promise<boolean> {
  const { count } = await tx.mail.updateMany({ where: { id, state: "sending", attempts }, data });
  return count === 1;
}

export const recordSent = (tx: Db | Tx, mail: Mail, subject: string, now: Date): Promise<boolean> =>
  settle(tx, mail, { state: "sent", sentAt: now, subject, problem: null });

/** What it was about is over, or nobody wants it any more. */
export const recordDropped = (tx: Db | Tx, mail: Mail, why: string): Promise<boolean> =>
  settle(tx, mail, { state: "dropped", problem: why });

/** Tried again, each time later; `failed`: given up. */
export async function recordNotSent(
  tx: Db | Tx,
  mail: Mail,
  { subject, why, isFinal }: { subject: string; why: string; isFinal: boolean },
  now: Date,
): Promise<"waiting" | "failed" | "lost"> {
  const state = isFinal || mail.attempts >= ATTEMPTS_MAX ? "failed" : "waiting";
  const dueAt = addMs(now, mailBackoffMs(mail.attempts));
  return (await settle(tx, mail, { state, dueAt, subject, problem: why })) ? state : "lost";
}

/** `attempts`: made so far. */
export function mailBackoffMs(attempts: number): number {
  return Math.min(RETRY_MS_MAX, FIRST_RETRY_MS * 2 ** Math.max(0, attempts - 1));
}

/** They are not to be mailed there any more. */
export async function dropMailsTo(tx: Tx, shopId: number, address: string): Promise<void> {
  await tx.mail.updateMany({
    where: { shopId, address, state: "waiting" },
    data: { state: "dropped", problem: "The address was removed" },
  });
}

export function forgetOldMails(db: Db, { before, rowsMax }: { before: Date; rowsMax: number }): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "Mail" WHERE id IN (
      SELECT id FROM "Mail" WHERE "createdAt" < ${before} AND state NOT IN ('waiting', 'sending') LIMIT ${rowsMax})`;
}
