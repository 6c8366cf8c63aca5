/**
 * Notifications: the subscription, the challenge, and the signature.
 *
 * A notification is a hint. Polling finds everything without it; it only finds it sooner.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Notification, RawNotification } from "../contract/connector.ts";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import { keyText, optionalKey } from "../contract/storable.ts";
import type { Transport } from "../transport/transport.ts";
import type { ApplicationToken } from "./auth.ts";
import { callEbay, type EbayCall, type EbayOrigins, parseJson } from "./client.ts";
import type { VerifySignature } from "./public-keys.ts";
import { bearer, type EbaySession } from "./session.ts";

/** Topics we know what to do with. Which of them exist for this application is asked of eBay, not assumed. */
const TOPICS_WANTED = new Set(["ORDER_CONFIRMATION", "MARKETPLACE_ACCOUNT_DELETION"]);

const DESTINATION_NAME = "Lockstep";

export interface NotificationSettings {
  origins: EbayOrigins;
  verificationToken: string;
  /** Where eBay writes when it cannot deliver; needed once per application, unless set in eBay's developer portal. */
  alertEmail: string | undefined;
  applicationToken: ApplicationToken;
}

const PAGE_LIMIT = "100";
/** More pages than any application has topics or subscriptions: a limit on a loop that eBay's replies drive. */
const PAGES_MAX = 50;

const topicsSchema = z.object({
  topics: z
    .array(
      z.object({
        topicId: z.string(),
        scope: z.string().optional(),
        status: z.string().optional(),
        supportedPayloads: z
          .array(
            z.object({
              schemaVersion: z.string(),
              deliveryProtocol: z.string().optional(),
              format: z.array(z.string()).optional(),
              deprecated: z.boolean().optional(),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
  next: z.string().optional(),
});
type Topic = z.infer<typeof topicsSchema>["topics"][number];

const destinationsSchema = z.object({
  destinations: z
    .array(
      z.object({
        destinationId: z.string(),
        status: z.string().optional(),
        deliveryConfig: z.object({ endpoint: z.string(), verificationToken: z.string().optional() }).optional(),
      }),
    )
    .default([]),
  next: z.string().optional(),
});
type Destination = z.infer<typeof destinationsSchema>["destinations"][number];

const subscriptionsSchema = z.object({
  subscriptions: z
    .array(
      z.object({
        subscriptionId: z.string(),
        topicId: z.string(),
        status: z.string().optional(),
        destinationId: z.string().optional(),
      }),
    )
    .default([]),
  next: z.string().optional(),
});
type Subscription = z.infer<typeof subscriptionsSchema>["subscriptions"][number];

/** "Please provide configurations required for notifications. Refer to /config". */
const SUBSCRIPTION_EXISTS = "195012";
const NOT_AUTHORIZED_FOR_TOPIC = "195011";

/** Calls of the Notification API with one of the two tokens. */
interface Caller {
  transport: Transport;
  origins: EbayOrigins;
  headers: Record<string, string>;
}

type NotificationCall<T> = Pick<EbayCall<T>, "operation" | "method" | "reply"> & {
  path: string;
  query?: Record<string, string>;
  body?: unknown;
};

/** Every write here is repeatable (subscribe looks first), so a lost reply is no more than a failure to try again. */
function call<T>(
  caller: Caller,
  { path, headers, ...rest }: NotificationCall<T> & { headers?: Record<string, string> },
) {
  return callEbay(caller.transport, {
    ...rest,
    address: `${caller.origins.api}/commerce/notification/v1${path}`,
    headers: { ...caller.headers, ...headers },
    effect: "read",
  });
}

async function listAll<P extends { next?: string | undefined }, T>(
  caller: Caller,
  first: NotificationCall<P>,
  pick: (page: P) => T[],
): Promise<Result<T[]>> {
  const all: T[] = [];
  let token: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query: Record<string, string> = {
      limit: PAGE_LIMIT,
      ...(token === null ? {} : { continuation_token: token }),
    };
    const read = await call(caller, { ...first, query });
    if (!read.ok) return read;
    all.push(...pick(read.value.value));
    const next = read.value.value.next;
    token =
      next === undefined ? null : (URL.parse(next, caller.origins.api)?.searchParams.get("continuation_token") ?? null);
    if (token === null) return succeed(all);
  }
  return fail({ kind: "rejected", scope: "item", message: `${first.operation}: eBay's list does not end` });
}

export async function subscribeToEbay(
  session: EbaySession,
  settings: NotificationSettings,
  endpoint: string,
): Promise<Result<{ topics: string[] }>> {
  const token = await settings.applicationToken(session.transport, session.now());
  if (!token.ok) return token;
  const shared = { transport: session.transport, origins: session.origins };
  // Topics of scope APPLICATION concern all merchants and go by the application's token; USER topics by the merchant's.
  const application: Caller = { ...shared, headers: { authorization: `Bearer ${token.value}` } };
  const merchant: Caller = { ...shared, headers: bearer(session) };

  const topics = await listAll(
    application,
    { operation: "getTopics", method: "GET", path: "/topic", reply: topicsSchema },
    (page) => page.topics,
  );
  if (!topics.ok) return topics;
  const wanted = topics.value.filter((topic) => TOPICS_WANTED.has(topic.topicId) && topic.status !== "DISABLED");
  if (wanted.length === 0) return succeed({ topics: [] });

  const configured = await ensureConfig(application, settings.alertEmail);
  if (!configured.ok) return configured;
  const destinations = await ensureDestination(application, endpoint, settings.verificationToken);
  if (!destinations.ok) return destinations;

  const subscribed: string[] = [];
  for (const [caller, some] of [
    [application, wanted.filter((topic) => topic.scope !== "USER")],
    [merchant, wanted.filter((topic) => topic.scope === "USER")],
  ] as const) {
    if (some.length === 0) continue;
    const existing = await listAll(
      caller,
      { operation: "getSubscriptions", method: "GET", path: "/subscription", reply: subscriptionsSchema },
      (page) => page.subscriptions,
    );
    if (!existing.ok) return existing;
    for (const topic of some) {
      const own = existing.value.find((one) => one.topicId === topic.topicId);
      const done = await ensureSubscription(caller, topic, own, destinations.value);
      if (done.ok) subscribed.push(topic.topicId);
      // An application that may not have this topic still polls.
      else if (!isCode(done.failure, NOT_AUTHORIZED_FOR_TOPIC)) return done;
    }
  }
  return succeed({ topics: subscribed });
}

function isCode(failure: Failure, code: string): boolean {
  return failure.kind === "rejected" && failure.code === code;
}

async function ensureConfig(caller: Caller, alertEmail: string | undefined): Promise<Result<null>> {
  const config = { path: "/config", reply: z.object({ alertEmail: z.string().optional() }) };
  const read = await call(caller, { operation: "getConfig", method: "GET", ...config });
  if (read.ok && read.value.value.alertEmail !== undefined) return succeed(null);
  if (!read.ok && !isCode(read.failure, "not-found")) return read;
  if (alertEmail === undefined) {
    return fail({
      kind: "rejected",
      scope: "item",
      message:
        "eBay wants an e-mail address for alerts before it sends notifications. Set one in eBay's developer portal under Alerts & Notifications, or in this installation's settings. Orders are read by polling until then.",
      code: "alert-email-missing",
    });
  }
  const body = { alertEmail };
  const set = await call(caller, {
    operation: "updateConfig",
    method: "PUT",
    path: "/config",
    body,
    reply: z.unknown(),
  });
  return set.ok ? succeed(null) : set;
}

interface Destinations {
  id: string;
  endpoint: string;
  all: Destination[];
}

function listDestinations(caller: Caller): Promise<Result<Destination[]>> {
  return listAll(
    caller,
    { operation: "getDestinations", method: "GET", path: "/destination", reply: destinationsSchema },
    (page) => page.destinations,
  );
}

/** eBay challenges the endpoint while it answers these calls, so the endpoint must be up. */
async function ensureDestination(
  caller: Caller,
  endpoint: string,
  verificationToken: string,
): Promise<Result<Destinations>> {
  const listed = await listDestinations(caller);
  if (!listed.ok) return listed;
  const body = { name: DESTINATION_NAME, status: "ENABLED", deliveryConfig: { endpoint, verificationToken } };
  const reply = z.unknown();
  const own = listed.value.find((one) => one.deliveryConfig?.endpoint === endpoint);
  if (own) {
    const tokenChanged = (own.deliveryConfig?.verificationToken ?? verificationToken) !== verificationToken;
    if (own.status !== "ENABLED" || tokenChanged) {
      const path = `/destination/${encodeURIComponent(own.destinationId)}`;
      const updated = await call(caller, { operation: "updateDestination", method: "PUT", path, body, reply });
      if (!updated.ok) return updated;
    }
    return succeed({ id: own.destinationId, endpoint, all: listed.value });
  }
  const created = await call(caller, {
    operation: "createDestination",
    method: "POST",
    path: "/destination",
    body,
    reply,
  });
  if (!created.ok) return created;
  const after = await listDestinations(caller);
  if (!after.ok) return after;
  const made = after.value.find((one) => one.deliveryConfig?.endpoint === endpoint);
  if (made) return succeed({ id: made.destinationId, endpoint, all: after.value });
  return fail({
    kind: "unavailable",
    scope: "account",
    message: "createDestination: eBay does not list the endpoint it has just taken",
  });
}

async function ensureSubscription(
  caller: Caller,
  topic: Topic,
  existing: Subscription | undefined,
  destinations: Destinations,
): Promise<Result<null>> {
  const payload = choosePayload(topic);
  if (!payload) {
    return fail({
      kind: "rejected",
      scope: "item",
      message: `${topic.topicId}: eBay offers no JSON over HTTPS`,
      code: NOT_AUTHORIZED_FOR_TOPIC,
    });
  }
  const body = { status: "ENABLED", destinationId: destinations.id, payload };
  const reply = z.unknown();
  if (!existing) {
    const created = await call(caller, {
      operation: "createSubscription",
      method: "POST",
      path: "/subscription",
      body: { topicId: topic.topicId, ...body },
      reply,
    });
    return created.ok || isCode(created.failure, SUBSCRIPTION_EXISTS) ? succeed(null) : created;
  }
  const path = `/subscription/${encodeURIComponent(existing.subscriptionId)}`;
  if (!reachesUs(topic, existing, destinations)) {
    const updated = await call(caller, { operation: "updateSubscription", method: "PUT", path, body, reply });
    return updated.ok ? succeed(null) : updated;
  }
  if (existing.status === "ENABLED") return succeed(null);
  const enabled = await call(caller, {
    operation: "enableSubscription",
    method: "POST",
    path: `${path}/enable`,
    reply,
  });
  return enabled.ok ? succeed(null) : enabled;
}

/**
 * A merchant's topic must come to the merchant's own endpoint. An application has one subscription to each of its topics
 * ("1:1 cardinality"), so any endpoint of this installation will do for those, and channels do not take it from each other.
 */
function reachesUs(topic: Topic, subscription: Subscription, destinations: Destinations): boolean {
  if (subscription.destinationId === destinations.id) return true;
  if (topic.scope === "USER") return false;
  const other = destinations.all.find((one) => one.destinationId === subscription.destinationId);
  if (other?.deliveryConfig === undefined || other.status !== "ENABLED") return false;
  return URL.parse(other.deliveryConfig.endpoint)?.origin === new URL(destinations.endpoint).origin;
}

function choosePayload(topic: Topic): { format: string; schemaVersion: string; deliveryProtocol: string } | null {
  const usable = topic.supportedPayloads.filter(
    (one) => (one.deliveryProtocol ?? "HTTPS") === "HTTPS" && (one.format ?? ["JSON"]).includes("JSON"),
  );
  const chosen = usable.find((one) => one.deprecated !== true) ?? usable[0];
  return chosen ? { format: "JSON", schemaVersion: chosen.schemaVersion, deliveryProtocol: "HTTPS" } : null;
}

const signatureSchema = z.object({
  alg: z.string().optional(),
  // It goes into an address, and comes from whoever calls.
  kid: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  signature: z.string().min(1),
  digest: z.string().optional(),
});

const envelopeSchema = z.object({
  metadata: z.object({ topic: keyText }),
  notification: z.object({ notificationId: keyText, data: z.unknown() }),
});

const deletionSchema = z.object({ username: optionalKey, userId: optionalKey });

/**
 * ORDER_CONFIRMATION's data is described in words alone ("the seller looks up the orderId from the notification"), so both
 * places it may stand in are looked at. Without it the hint still says: read orders now.
 */
const orderHintSchema = z.object({
  orderId: optionalKey.catch(null),
  order: z.object({ orderId: optionalKey }).optional().catch(undefined),
  seller: z.object({ userId: optionalKey }).optional().catch(undefined),
});

export async function parseEbayNotification(
  raw: RawNotification,
  verificationToken: string,
  verify: VerifySignature,
  context: { transport: Transport; now: Date },
): Promise<Notification> {
  if (raw.method === "GET") return answerChallenge(raw, verificationToken);
  if (raw.method !== "POST") return { kind: "refused", status: 400, why: `eBay does not send ${raw.method}` };

  const header = raw.headers.get("x-ebay-signature");
  if (header === null) return { kind: "refused", status: 412, why: "The X-EBAY-SIGNATURE header is missing" };
  const signature = signatureSchema.safeParse(parseJson(Buffer.from(header, "base64").toString("utf8")));
  if (!signature.success) return { kind: "refused", status: 412, why: "The X-EBAY-SIGNATURE header cannot be read" };

  const check = { kid: signature.data.kid, signature: signature.data.signature, body: raw.body };
  const verdict = await verify(check, context.transport, context.now);
  if (!verdict.ok) return { kind: "failed", failure: verdict.failure };
  if (verdict.value === "no-such-key") return { kind: "refused", status: 412, why: "eBay has no such signing key" };
  if (verdict.value === "does-not-fit") {
    return { kind: "refused", status: 412, why: "The signature does not fit the body" };
  }

  const envelope = envelopeSchema.safeParse(parseJson(Buffer.from(raw.body).toString("utf8")));
  if (!envelope.success) return { kind: "refused", status: 400, why: "The body is signed but is not a notification" };
  return toHint(envelope.data);
}

/** hex SHA-256 over challenge code, verification token and endpoint, in this order. */
function answerChallenge(raw: RawNotification, verificationToken: string): Notification {
  const challengeCode = raw.query.get("challenge_code");
  if (challengeCode === null) return { kind: "refused", status: 400, why: "The challenge_code is missing" };
  const challengeResponse = createHash("sha256")
    .update(challengeCode)
    .update(verificationToken)
    .update(raw.endpoint)
    .digest("hex");
  return {
    kind: "challenge",
    status: 200,
    contentType: "application/json",
    body: JSON.stringify({ challengeResponse }),
  };
}

function toHint({ metadata, notification }: z.infer<typeof envelopeSchema>): Notification {
  const hint = {
    kind: "hint",
    id: notification.notificationId,
    topic: metadata.topic,
    remoteAccountId: null,
    orderRemoteId: null,
    deletedBuyerRemoteId: null,
  } as const;
  if (metadata.topic === "MARKETPLACE_ACCOUNT_DELETION") {
    const data = deletionSchema.safeParse(notification.data);
    const { username, userId } = data.success ? data.data : {};
    const ids = [username, userId].filter((id) => id != null);
    return { ...hint, deletedBuyerRemoteId: ids[0] ?? null, deletedBuyerOtherIds: ids.slice(1) };
  }
  const data = orderHintSchema.safeParse(notification.data);
  if (!data.success) return hint;
  const { orderId, order, seller } = data.data;
  return { ...hint, remoteAccountId: seller?.userId ?? null, orderRemoteId: orderId ?? order?.orderId ?? null };
}
