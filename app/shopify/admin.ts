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
import { storable } from "#connectors/contract/storable.ts";
import type { Clock } from "../clock.ts";
import type { TokenSource } from "./access.ts";
import { type AdminReply, readReply } from "./admin-reply.ts";
import { ADMIN_API_VERSION } from "./api-version.ts";
import { isBulkAddress } from "./bulk-address.ts";

export interface Admin {
  shopDomain: string;
  /** Runs one operation. `outcome-unknown` only for mutations. Failures are admin-reply's; userErrors are the caller's. */
  run<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    options?: RunOptions<Data>,
  ): Promise<Result<Data>>;
  /**
   * Fetches a bulk operation's result, line by line; the lines throw when the connection ends before them. `rejected`:
   * the address will never bring it (it ends after seven days).
   */
  download(url: string): Promise<Result<AsyncIterable<string>>>;
}

export interface RunOptions<Data = unknown> {
  /** After this it must not leave, however long it waited for the bucket or for a token: `throttled` then. */
  leaveBy?: Date;
  /** Whether the data of a reply that names errors too has what is asked for: it is used then. May miss any field. */
  isEnough?(data: Data): boolean;
  /** Leaves half the bucket to others: for long readings that nobody waits for. */
  yields?: boolean;
}

export interface AdminSettings {
  clock: Clock;
  fetch: typeof fetch;
  adminOrigin(shopDomain: string): string;
  token: TokenSource;
}

const TIMEOUT_MS = 20_000;
/** A file is fetched while its lines are stored: how long that takes depends on its size. */
const DOWNLOAD_MS_MAX = 60 * 60_000;
const THROTTLED_WAITS_MAX = 20;
/** Until the first reply tells: Shopify's lowest plan restores 100 points per second and holds 2,000. */
const FIRST_GUESS = { available: 2_000, maximum: 2_000, restoreRate: 100 };

const costSchema = z.object({
  requestedQueryCost: z.number(),
  throttleStatus: z.object({
    currentlyAvailable: z.number(),
    maximumAvailable: z.number().positive().optional(),
    restoreRate: z.number().positive(),
  }),
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
    errorPolicy: "all",
    jsonSerializer: { parse: (text) => JSON.parse(storable(text)), stringify: JSON.stringify },
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
    bucket.maximum = cost.data.throttleStatus.maximumAvailable ?? bucket.maximum;
    bucket.restoreRate = cost.data.throttleStatus.restoreRate;
    bucket.at = clock.now();
  }

  /** The reply, whatever it says; an Error where none came, or one that is no JSON. */
  async function send(
    query: string,
    variables: object,
    token: string,
  ): Promise<(AdminReply & { extensions?: unknown }) | Error> {
    try {
      return await client.rawRequest({
        query,
        variables,
        requestHeaders: { "X-Shopify-Access-Token": token },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      if (error instanceof ClientError) return error.response;
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  return {
    shopDomain,

    async run(document, variables, { leaveBy, isEnough, yields } = {}) {
      const { name, isMutation, text } = describe(document);
      let refused: string | undefined;
      for (let throttled = 0; ; throttled += 1) {
        const cost = costs.get(name) ?? 0;
        const waitMs = waitMsFor(yields ? Math.min(bucket.maximum, cost + bucket.maximum / 2) : cost);
        if (waitMs > 0) await clock.sleep(waitMs);
        const token = await settings.token(shopDomain, refused);
        if (!token.ok) return token;
        if (leaveBy && clock.now() > leaveBy) return fail(tooLate(name));
        const reply = await send(text, variables, token.value);
        if (reply instanceof Error) return fail(withoutReply(reply, name, isMutation));
        learn(name, reply.extensions);
        const read = readReply<ResultOf<typeof document>>(reply, { name, isMutation, shopDomain }, isEnough);
        if (read.ok) return read;
        const { failure } = read;
        // The merchant may have installed us anew, with another token than the one we know.
        if (failure.kind === "unauthorized" && !refused) {
          refused = token.value;
          continue;
        }
        if (failure.kind !== "throttled" || throttled >= THROTTLED_WAITS_MAX) return read;
        await clock.sleep(Math.max(waitMsFor(costs.get(name) ?? 50), failure.retryAfterMs ?? 0, 100));
      }
    },

    async download(url) {
      if (!isBulkAddress(url, settings.adminOrigin(shopDomain))) {
        return fail({ kind: "rejected", scope: "shop", message: "bulk result: the address is not one of Shopify's" });
      }
      try {
        const response = await settings.fetch(url, {
          signal: AbortSignal.timeout(DOWNLOAD_MS_MAX),
          redirect: "error",
        });
        if (response.ok && response.body) return succeed(linesOf(response.body));
        await response.body?.cancel();
        const message = `Shopify's file could not be fetched: Shopify answered ${response.status}`;
        const { status } = response;
        const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429;
        return fail({ kind: isFinal ? "rejected" : "unavailable", scope: "shop", message });
      } catch (error) {
        return fail({
          kind: "unavailable",
          scope: "shop",
          message: `Shopify's file could not be fetched: ${reasonOf(error)}`,
        });
      }
    },
  };
}

/** Of one variant or level: a few hundred characters. */
const LINE_MAX = 1_000_000;

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let begun = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (begun + decoder.decode(value, { stream: true })).split("\n");
      begun = lines.pop() ?? "";
      if (begun.length > LINE_MAX) throw new Error("a line of Shopify's file is longer than Lockstep reads");
      for (const line of lines) yield storable(line);
    }
    if (begun !== "") yield storable(begun);
  } finally {
    await reader.cancel();
  }
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
    scope: "shop",
    retryAfterMs: 0,
    message: `${name}: not sent, because it was held up here for so long that another try may be under way`,
  };
}

function withoutReply(error: Error, name: string, isMutation: boolean): Failure {
  const reason = reasonOf(error);
  const neverSent = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(reason);
  return isMutation && !neverSent
    ? { kind: "outcome-unknown", scope: "shop", message: `${name}: sent to Shopify, but no reply (${reason})` }
    : { kind: "unavailable", scope: "shop", message: `${name}: no reply from Shopify (${reason})` };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return error.name === "TimeoutError" ? "timed out" : error.message;
}
