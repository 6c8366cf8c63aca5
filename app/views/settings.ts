/** Read model of Settings: what holds for the whole shop, and what the app is. */
import { type Policy, parsePolicy } from "../inventory/policy.ts";
import type { Runtime } from "../runtime.ts";
import { explainScopes } from "../shopify/access-scopes.ts";
import { BUYER_CHOICES, HISTORY_CHOICES, type Retention, soonerMs } from "../shops/retention.ts";
import { type ChangeRow, readChanges } from "./changes.ts";
import { marketplaceName } from "./home.ts";
import { readPlan } from "./plan.ts";

export interface SettingsView {
  policy: Policy | null;
  retention: Retention;
  /** For each choice, how much is older than that and would be forgotten; as many as are counted. */
  historyChoices: { days: number | null; older: number; isMore: boolean }[];
  buyerChoices: { days: number | null; older: number; isMore: boolean }[];
  /** How long each marketplace of a channel lets its buyers be kept. */
  marketplaces: { name: string; days: number }[];
  shop: { name: string; domain: string };
  /** Null: no plans are sold here. */
  plan: string | null;
  /** What the app asks for, and whether it is granted as Shopify last said; null: not known. */
  scopes: ReturnType<typeof explainScopes> | null;
  changes: ChangeRow[];
}

/** Nobody counts further: that it is many is enough to know. */
const COUNTED_MAX = 1_000;

const DAY_MS = 24 * 60 * 60_000;
const SETTINGS_HERE = ["shop-policy", "retention"];

export async function readSettings(rt: Runtime, shopId: number, viewer: string | null): Promise<SettingsView> {
  const { db } = rt;
  const shop = await db.shop.findUniqueOrThrow({ where: { id: shopId } });
  const channels = await db.channel.findMany({ where: { shopId }, select: { id: true, connectorKey: true } });
  const keptMsOf = (key: string): number => rt.connectors.get(key)?.manifest.buyerDataKeptMs ?? 0;
  const [plan, session, changes] = await Promise.all([
    readPlan(rt, shop),
    db.session.findFirst({ where: { shop: shop.domain, scope: { not: null } }, select: { scope: true } }),
    readChanges(rt, shopId, { setting: { in: SETTINGS_HERE } }, viewer),
  ]);
  const now = rt.clock.now().getTime();
  const olderHistory = async (days: number): Promise<number> => {
    const startedAt = { lt: new Date(now - days * DAY_MS) };
    return (await db.attempt.findMany({ where: { shopId, startedAt }, select: { id: true }, take: COUNTED_MAX }))
      .length;
  };
  const olderBuyers = async (days: number): Promise<number> => {
    let found = 0;
    for (const { id: channelId, connectorKey } of channels) {
      const buyerForgetAt = { lte: new Date(now + soonerMs(days, keptMsOf(connectorKey))) };
      const where = { channelId, buyerSealed: { not: null }, buyerForgetAt };
      found += (await db.marketplaceOrder.findMany({ where, select: { id: true }, take: COUNTED_MAX })).length;
    }
    return Math.min(found, COUNTED_MAX);
  };
  const counted = (choices: readonly (number | null)[], count: (days: number) => Promise<number>) =>
    Promise.all(
      choices.map(async (days) => {
        const older = days === null ? 0 : await count(days);
        return { days, older, isMore: older === COUNTED_MAX };
      }),
    );
  const keys = [...new Set(channels.map((channel) => channel.connectorKey))];
  const policy = parsePolicy(shop.policy);
  return {
    policy: policy && Object.keys(policy).length > 0 ? policy : null,
    retention: {
      historyDays: known(HISTORY_CHOICES, shop.historyDays),
      buyerDays: known(BUYER_CHOICES, shop.buyerDays),
    },
    historyChoices: await counted(HISTORY_CHOICES, olderHistory),
    buyerChoices: await counted(BUYER_CHOICES, olderBuyers),
    marketplaces: keys.map((key) => ({ name: marketplaceName(rt, key), days: Math.round(keptMsOf(key) / DAY_MS) })),
    shop: { name: shop.name, domain: shop.domain },
    plan: plan ? (plan.plan?.label ?? "not known yet") : null,
    scopes: session?.scope ? explainScopes(session.scope.split(",").map((scope) => scope.trim())) : null,
    changes,
  };
}

/** A value that is no choice any more counts as none. */
const known = (choices: readonly (number | null)[], days: number | null): number | null =>
  choices.includes(days) ? days : null;
