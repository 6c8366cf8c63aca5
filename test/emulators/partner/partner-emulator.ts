/**
 * Shopify's Partner API, as far as it tells what a store pays an app for: activeSubscription, with its token, its version, its
 * limit of four requests a second and its null where there is no contract. Written from its reference (2026-07); fields that
 * the app does not ask for are left out.
 */
import { buildSchema, graphql } from "graphql";
import { Hono } from "hono";
import type { Clock } from "#app/clock.ts";

const SCHEMA = buildSchema(`
  type SubscriptionItem { handle: String description: String }
  type ActiveSubscription { items: [SubscriptionItem!]! cancelAtEndOfCycle: Boolean! trialEndsAt: String }
  type QueryRoot { activeSubscription(appId: ID!, shopId: ID!): ActiveSubscription }
  schema { query: QueryRoot }
`);
const VERSION = "2026-07";
const PER_SECOND_MAX = 4;
const SECOND_MS = 1_000;

export interface PartnerEmulator {
  app: Hono;
  /** By the shop's number: handles of what it pays for; none: it has no contract. */
  contracts: Map<string, (string | null)[]>;
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
  const emulator: PartnerEmulator = { app: new Hono(), contracts: new Map(), fails: false };

  function activeSubscription({ appId, shopId }: { appId: string; shopId: string }) {
    if (emulator.fails) throw new Error("Internal error");
    if (appId !== `gid://partners/App/${options.appId}`) throw new Error("App not found");
    const [, number] = /^gid:\/\/partners\/Shop\/(\d+)$/.exec(shopId) ?? [];
    if (number === undefined) throw new Error(`Invalid global id '${shopId}'`);
    const handles = emulator.contracts.get(number);
    if (!handles) return null;
    return { items: handles.map((handle) => ({ handle })), cancelAtEndOfCycle: false, trialEndsAt: null };
  }

  emulator.app.post("/:organisation/api/:version/graphql.json", async (c) => {
    if (c.req.param("organisation") !== options.organisationId || c.req.param("version") !== VERSION)
      return c.json({ errors: [{ message: "Not Found" }] }, 404);
    if (c.req.header("x-shopify-access-token") !== options.token)
      return c.json({ errors: [{ message: "Unauthorized" }] }, 401);
    const now = options.clock.now().getTime();
    if (asked.filter((at) => at > now - SECOND_MS).length >= PER_SECOND_MAX)
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
