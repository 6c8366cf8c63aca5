/** Read model of alerts, on Home and on the page of what they are about. */
import { byPressing, SEVERITIES, type Severity } from "../alerts/kinds.ts";
import type { Alert } from "../generated/prisma/client.ts";
import { plainWords } from "../plain-words.ts";
import type { Runtime } from "../runtime.ts";
import { RULES_MAX, type StockRuleValue, sayPattern, sayRule } from "../stock-rules/patterns.ts";
import { type ChangeRow, readChanges, sayWho } from "./changes.ts";

export interface ShownAlert {
  id: number;
  /** Names what it is about: "order:17". */
  key: string;
  severity: Severity;
  title: string;
  message: string;
  /** Where it can be done; null: here. */
  action: string | null;
  /** The merchant says when it is done. */
  endsByHand: boolean;
  openedAt: string;
  /** Somebody said that they see to it. */
  seenTo: { at: string; who: string } | null;
}

/** The most pressing first; among equals, the newest. */
export async function readAlerts(
  rt: Pick<Runtime, "db">,
  shopId: number,
  which: { rowsMax: number; viewer?: string | null },
): Promise<ShownAlert[]> {
  const where = { shopId, resolvedAt: null };
  const rows = await rt.db.alert.findMany({ where, orderBy: { openedAt: "desc" }, take: which.rowsMax });
  return inOrder(rows.map((row) => toShown(row, which.viewer)));
}

/** Where a mail leads. Null: there is no such alert any more. */
export async function readAlert(
  rt: Pick<Runtime, "db">,
  { shopId, id, viewer }: { shopId: number; id: number; viewer: string | null },
): Promise<{ alert: ShownAlert; endedAt: string | null } | null> {
  const row = await rt.db.alert.findFirst({ where: { id, shopId } });
  return row && { alert: toShown(row, viewer), endedAt: row.resolvedAt?.toISOString() ?? null };
}

/** Those about one order that only the merchant can end: the others are on its page as what they are. */
export async function readOrderAlerts(
  rt: Pick<Runtime, "db">,
  { shopId, orderId }: { shopId: number; orderId: number },
): Promise<ShownAlert[]> {
  const where = { shopId, resolvedAt: null, endsByHand: true, action: `/app/orders/${orderId}` };
  const rows = await rt.db.alert.findMany({ where, orderBy: { openedAt: "desc" }, take: ORDER_ALERTS_MAX });
  return inOrder(rows.map((row) => ({ ...toShown(row), action: null })));
}

const ORDER_ALERTS_MAX = 20;

function toShown(alert: Alert, viewer: string | null = null): ShownAlert {
  const { id, key, severity, title, message, action, endsByHand, openedAt, acknowledgedAt, acknowledgedBy } = alert;
  return {
    id,
    key,
    severity: SEVERITIES.find((one) => one === severity) ?? "warning",
    title,
    message: plainWords(message),
    action,
    endsByHand,
    openedAt: openedAt.toISOString(),
    seenTo: acknowledgedAt && { at: acknowledgedAt.toISOString(), who: sayWho(acknowledgedBy, viewer) },
  };
}

function inOrder(alerts: ShownAlert[]): ShownAlert[] {
  return alerts.sort(byPressing);
}

/** Rules by which alerts come up that a merchant makes: when a SKU is low, a channel late, an order to be shipped. */
export interface AlertRules {
  stock: { pattern: string; what: string; rule: StockRuleValue; says: string }[];
  late: { channelId: number; name: string; afterMinutes: number | null }[];
  /** Hours before an order is to be shipped; null: they don't want to hear. */
  shipByHours: number | null;
  changes: ChangeRow[];
}

const RULE_SETTINGS = ["stock-rule", "late-after", "ship-by"];

export async function readAlertRules(
  rt: Pick<Runtime, "db">,
  shopId: number,
  viewer: string | null,
): Promise<AlertRules> {
  const rules = await rt.db.stockRule.findMany({ where: { shopId }, orderBy: { pattern: "asc" }, take: RULES_MAX });
  const shop = await rt.db.shop.findUniqueOrThrow({ where: { id: shopId }, select: { shipByHours: true } });
  const channels = await rt.db.channel.findMany({
    where: { shopId, state: { not: "disconnected" } },
    orderBy: { name: "asc" },
    select: { id: true, name: true, lateAfterMinutes: true },
  });
  return {
    stock: rules.map(({ pattern, units, owner, answerHours, holds }) => {
      const rule = { units, owner, answerHours, holds };
      return { pattern, what: sayPattern(pattern), rule, says: sayRule(rule) };
    }),
    late: channels.map(({ id, name, lateAfterMinutes }) => ({ channelId: id, name, afterMinutes: lateAfterMinutes })),
    shipByHours: shop.shipByHours,
    changes: await readChanges(rt, shopId, { setting: { in: RULE_SETTINGS } }, viewer),
  };
}
