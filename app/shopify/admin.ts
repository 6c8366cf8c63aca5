/**
 * The one Admin GraphQL client. Operations are typed documents generated from the schema; every outcome is a value.
 *
 * Cost: each shop has a bucket of points that refills by the second. The client remembers what an operation cost last
 * time and waits for the bucket instead of running into it; a THROTTLED reply (an HTTP 200) did nothing, so it is waited
 * out and sent again, mutations included. Nothing else is ever sent twice from here: orderCreate has no idempotency.
 */
import type { ResultOf, TypedDocumentNode } from "@graphql-typed-document-node/core";
import { Kind, print } from "graphql";
import { ClientError, GraphQLClient } from "graphql-request";
import { z } from "zod";
import { type Failure, fail, type Result, succeed } from "#connectors/contract/failures.ts";
import type { Clock } from "../clock.ts";
import type { TokenSource } from "./access.ts";
import { ADMIN_API_VERSION } from "./api-version.ts";

export interface Admin {
  shopDomain: string;
  /** Runs one operation. `outcome-unknown` only for mutations. GraphQL errors are `rejected`; userErrors are the caller's. */
  run<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    options?: RunOptions,
  ): Promise<Result<Data>>;
  /** Fetches a bulk operation's result (JSON lines). */
  download(url: string): Promise<Result<string>>;
}

export interface RunOptions {
  /** After this it must not leave, however long it waited for the bucket or for a token: `throttled` then. */
  leaveBy?: Date;
}

export interface AdminSettings {
  clock: Clock;
  fetch: typeof fetch;
  adminOrigin(shopDomain: string): string;
  token: TokenSource;
}

const TIMEOUT_MS = 20_000;
const THROTTLED_WAITS_MAX = 20;
/** Until the first reply tells: Shopify's lowest plan restores 100 points per second and holds 2,000. */
const FIRST_GUESS = { available: 2_000, restoreRate: 100 };

const costSchema = z.object({
  requestedQueryCost: z.number(),
  throttleStatus: z.object({ currentlyAvailable: z.number(), restoreRate: z.number().positive() }),
});

export function createAdminClients(settings: AdminSettings): (shopDomain: string) => Admin {
  const clients = new Map<string, Admin>();
  return (shopDomain) => {
    let client = clients.get(shopDomain);
    if (!client) {
      client = createAdmin(settings, shopDomain);
      clients.set(shopDomain, client);
    }
    return client;
  };
}

function createAdmin(settings: AdminSettings, shopDomain: string): Admin {
  const { clock } = settings;
  const costs = new Map<string, number>();
  const bucket = { ...FIRST_GUESS, at: clock.now() };
  const client = new GraphQLClient(`${settings.adminOrigin(shopDomain)}/admin/api/${ADMIN_API_VERSION}/graphql.json`, {
    fetch: settings.fetch,
  });

  function waitMsFor(points: number): number {
    const elapsedMs = clock.now().getTime() - bucket.at.getTime();
    const now = bucket.available + (elapsedMs * bucket.restoreRate) / 1_000;
    return now >= points ? 0 : Math.ceil(((points - now) / bucket.restoreRate) * 1_000);
  }

  function learn(operation: string, extensions: unknown): void {
    const cost = costSchema.safeParse((extensions as { cost?: unknown } | undefined)?.cost);
    if (!cost.success) return;
    costs.set(operation, cost.data.requestedQueryCost);
    bucket.available = cost.data.throttleStatus.currentlyAvailable;
    bucket.restoreRate = cost.data.throttleStatus.restoreRate;
    bucket.at = clock.now();
  }

  return {
    shopDomain,

    async run(document, variables, { leaveBy } = {}) {
      const { name, isMutation, text } = describe(document);
      let refused: string | undefined;
      for (let throttled = 0; ; throttled += 1) {
        const waitMs = waitMsFor(costs.get(name) ?? 0);
        if (waitMs > 0) await clock.sleep(waitMs);
        const token = await settings.token(shopDomain, refused);
        if (!token.ok) return token;
        if (leaveBy && clock.now() > leaveBy) return fail(tooLate(name));
        try {
          const reply = await client.rawRequest<ResultOf<typeof document>>({
            query: text,
            variables,
            requestHeaders: { "X-Shopify-Access-Token": token.value },
            signal: AbortSignal.timeout(TIMEOUT_MS),
          });
          learn(name, reply.extensions);
          return succeed(reply.data);
        } catch (error) {
          if (error instanceof ClientError) learn(name, error.response.extensions);
          const failure = toFailure(error, name, isMutation, shopDomain);
          // The merchant may have installed us anew, with another token than the one we know.
          if (failure.kind === "unauthorized" && !refused) {
            refused = token.value;
            continue;
          }
          if (failure.kind !== "throttled" || throttled >= THROTTLED_WAITS_MAX) return fail(failure);
          await clock.sleep(Math.max(waitMsFor(costs.get(name) ?? 50), failure.retryAfterMs ?? 0, 100));
        }
      }
    },

    async download(url) {
      try {
        const response = await settings.fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
        if (!response.ok)
          return fail({ kind: "unavailable", message: `bulk result: Shopify answered ${response.status}` });
        return succeed(await response.text());
      } catch (error) {
        return fail({ kind: "unavailable", message: `bulk result: no reply (${reasonOf(error)})` });
      }
    },
  };
}

interface Described {
  name: string;
  isMutation: boolean;
  text: string;
}

/** The operations are few, and written out in the code: each is described once. */
const described = new WeakMap<object, Described>();

function describe(document: TypedDocumentNode<unknown, never>): Described {
  const known = described.get(document);
  if (known) return known;
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const fresh = {
    name: operation?.name?.value ?? "anonymous",
    isMutation: operation?.operation !== "query",
    text: print(document),
  };
  described.set(document, fresh);
  return fresh;
}

function tooLate(name: string): Failure {
  return {
    kind: "throttled",
    retryAfterMs: 0,
    message: `${name}: not sent, because it was held up here for so long that another try may be under way`,
  };
}

/** The one place that turns what Shopify's Admin did into a Failure. */
function toFailure(error: unknown, name: string, isMutation: boolean, shopDomain: string): Failure {
  if (!(error instanceof ClientError)) {
    const reason = reasonOf(error);
    const neverSent = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(reason);
    return isMutation && !neverSent
      ? { kind: "outcome-unknown", message: `${name}: sent to Shopify, but no reply (${reason})` }
      : { kind: "unavailable", message: `${name}: no reply from Shopify (${reason})` };
  }
  const { status, errors } = error.response;
  const codes = (errors ?? []).map((one) => one.extensions?.code);
  if (codes.includes("THROTTLED"))
    return { kind: "throttled", retryAfterMs: null, message: `${name}: Shopify is throttling` };
  if (status === 429) return { kind: "throttled", retryAfterMs: 1_000, message: `${name}: Shopify answered 429` };
  if (status === 401 || status === 403) {
    return {
      kind: "unauthorized",
      message: `${name}: Shopify refused our access to ${shopDomain} (${status}); open Lockstep in the Shopify admin`,
    };
  }
  if (status >= 500 || codes.includes("INTERNAL_SERVER_ERROR")) {
    return isMutation
      ? { kind: "outcome-unknown", message: `${name}: Shopify answered ${status} and may have done it` }
      : { kind: "unavailable", message: `${name}: Shopify answered ${status}` };
  }
  const words = (errors ?? []).map((one) => one.message).join("; ") || `HTTP ${status}`;
  return { kind: "rejected", message: `${name}: Shopify refused the request: ${words}` };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return error.name === "TimeoutError" ? "timed out" : error.message;
}
