/**
 * Shopify's Partner API, as far as it tells what a store pays an app for: activeSubscription, with its token, its version, its
 * limit of four requests a second and its null where there is no contract. Written from its reference (2026-07, objects ActiveSubscription,
 * BillingCycle and PendingUpdate); prices, discounts and the names of app and shop are left out.
 */
import { buildSchema, graphql } from "graphql";
import { Hono } from "hono";
import type { Clock } from "#app/clock.ts";

const SCHEMA = buildSchema(`
  scalar DateTime
  enum AppPricingInterval { ANNUAL EVERY_30_DAYS }
  type BillingCycle { startTime: DateTime! endTime: DateTime! }
  type SubscriptionItem { handle: String description: String }
  type PendingUpdate { billingPeriod: AppPricingInterval! items: [SubscriptionItem!]! legacySubscriptionId: ID }
  type ActiveSubscription {
    billingPeriod: AppPricingInterval!
    cancelAtEndOfCycle: Boolean!
    currentBillingCycle: BillingCycle
    items: [SubscriptionItem!]!
    legacySubscriptionId: ID
    pendingUpdate: PendingUpdate
    trialEndsAt: DateTime
  }
  type QueryRoot { activeSubscription(appId: ID!, shopId: ID!): ActiveSubscription }
  schema { query: QueryRoot }
`);
const VERSION = "2026-07";
const PER_SECOND_MAX = 4;
const SECOND_MS = 1_000;

export interface Contract {
  /** Of what is paid for. */
  handles: readonly (string | null)[];
  /** There is no billing cycle as long as it lasts. */
  trialEndsAt?: Date;
  cycle?: { startTime: Date; endTime: Date };
  cancelAtEndOfCycle?: boolean;
  /** Handles of what it becomes with the next cycle. */
  pending?: readonly string[];
}

export interface PartnerEmulator {
  app: Hono;
  /** By the shop's number; none: it has no contract. */
  contracts: Map<string, Contract>;
  /** How often it was asked, refusals included. */
  asked: number;
  /** From now on other apps of the organisation use its requests up. */
  throttles: boolean;
  /** From now on the field fails: null, with an error beside it. */
  fails: boolean;
}

export function createPartnerEmulator(options: {
  clock: Clock;
  organisationId: string;
  token: string;
  appId: string;
}): PartnerEmulator {
  const asked: number[] = [];
  const emulator: PartnerEmulator = { app: new Hono(), contracts: new Map(), asked: 0, throttles: false, fails: false };

  function activeSubscription({ appId, shopId }: { appId: string; shopId: string }) {
    if (emulator.fails) throw new Error("Internal error");
    if (appId !== `gid://partners/App/${options.appId}`) throw new Error("App not found");
    const [, number] = /^gid:\/\/partners\/Shop\/(\d+)$/.exec(shopId) ?? [];
    if (number === undefined) throw new Error(`Invalid global id '${shopId}'`);
    const contract = emulator.contracts.get(number);
    if (!contract) return null;
    const { handles, trialEndsAt, cycle, cancelAtEndOfCycle = false, pending } = contract;
    const isTrial = trialEndsAt !== undefined && trialEndsAt > options.clock.now();
    const period = { billingPeriod: "EVERY_30_DAYS", legacySubscriptionId: null };
    const items = (of: readonly (string | null)[]) => of.map((handle) => ({ handle, description: null }));
    return {
      ...period,
      items: items(handles),
      cancelAtEndOfCycle,
      trialEndsAt: isTrial ? trialEndsAt.toISOString() : null,
      currentBillingCycle:
        isTrial || !cycle ? null : { startTime: cycle.startTime.toISOString(), endTime: cycle.endTime.toISOString() },
      pendingUpdate: pending ? { ...period, items: items(pending) } : null,
    };
  }

  emulator.app.post("/:organisation/api/:version/graphql.json", async (c) => {
    if (c.req.param("organisation") !== options.organisationId || c.req.param("version") !== VERSION)
      return c.json({ errors: [{ message: "Not Found" }] }, 404);
    if (c.req.header("x-shopify-access-token") !== options.token)
      return c.json({ errors: [{ message: "Unauthorized" }] }, 401);
    emulator.asked += 1;
    const now = options.clock.now().getTime();
    if (emulator.throttles || asked.filter((at) => at > now - SECOND_MS).length >= PER_SECOND_MAX)
      return c.json({ errors: [{ message: "Too many requests", extensions: { code: "429" } }] }, 429);
    asked.push(now);
    const { query, variables } = await c.req.json<{ query: string; variables?: Record<string, unknown> }>();
    const result = await graphql({
      schema: SCHEMA,
      source: query,
      variableValues: variables ?? {},
      rootValue: { activeSubscription },
    });
    return c.json(result);
  });
  return emulator;
}
