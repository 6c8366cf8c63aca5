/** commerce/notification: topics, config, destinations, subscriptions, public keys. */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import { errorReply, notificationError } from "./errors.ts";
import { type Gateway, type OperationRule, originOf, readBody, wholeNumber } from "./gateway.ts";
import type { Notifier } from "./notifier.ts";
import { BASE_SCOPE, scope } from "./oauth.ts";
import { type AccessToken, type Destination, type EbayState, nextNumber, type Subscription } from "./state.ts";

const BASE = "/commerce/notification/v1";
const SUBSCRIPTION_READ = [
  BASE_SCOPE,
  scope("commerce.notification.subscription.readonly"),
  scope("commerce.notification.subscription"),
];
const SUBSCRIPTION_WRITE = [BASE_SCOPE, scope("commerce.notification.subscription")];
const SCHEMA_VERSION = "1.0";

interface Topic {
  topicId: string;
  description: string;
  /** USER topics concern one seller and need the seller's token to subscribe. */
  scope: "APPLICATION" | "USER";
  authorizationScopes: string[];
  /** What testSubscription sends. */
  sample: Record<string, unknown>;
}

export function topicsOf(state: EbayState): Topic[] {
  const topics: Topic[] = [
    {
      topicId: "MARKETPLACE_ACCOUNT_DELETION",
      description: "A user asked to have their account and data deleted.",
      scope: "APPLICATION",
      authorizationScopes: [BASE_SCOPE],
      sample: { username: "test_user", userId: "test_user_id", eiasToken: "nY+test" },
    },
    {
      topicId: "AUTHORIZATION_REVOCATION",
      description: "A user withdrew the application's access.",
      scope: "APPLICATION",
      authorizationScopes: [BASE_SCOPE],
      sample: { username: "test_user", userId: "test_user_id" },
    },
    {
      topicId: "ORDER_CONFIRMATION",
      description: "A buyer completed the checkout of an order.",
      scope: "USER",
      authorizationScopes: [scope("sell.fulfillment")],
      sample: { orderId: "00-00000-00000" },
    },
  ];
  return topics.filter((one) => one.topicId !== "ORDER_CONFIRMATION" || state.settings.orderConfirmationTopic);
}

const destinationSchema = z.object({
  name: z.string().optional(),
  status: z.string().optional(),
  deliveryConfig: z.object({ endpoint: z.string().optional(), verificationToken: z.string().optional() }).optional(),
});

const subscriptionSchema = z.object({
  topicId: z.string().optional(),
  status: z.string().optional(),
  destinationId: z.string().optional(),
  payload: z
    .object({
      format: z.string().optional(),
      deliveryProtocol: z.string().optional(),
      schemaVersion: z.string().optional(),
    })
    .optional(),
});

type Problem = { status: ContentfulStatusCode; errorId: number; message: string };

export function mountNotifications(gateway: Gateway, state: EbayState, notifier: Notifier, clock: Clock): void {
  const rule = (name: string, scopes: readonly string[] = [BASE_SCOPE]): OperationRule => ({
    name,
    api: "commerce.notification",
    scopes,
  });

  gateway.route("GET", `${BASE}/config`, rule("getConfig"), (c) =>
    state.alertEmail === null
      ? refuse(c, { status: 404, errorId: 195026, message: "Configuration Not Found." })
      : c.json({ alertEmail: state.alertEmail }),
  );

  gateway.route("PUT", `${BASE}/config`, rule("updateConfig"), async (c) => {
    const body = await readBody(c, z.object({ alertEmail: z.string().optional() }));
    if (!body.ok) return body.reply;
    if (!/^[^@\s]+@[^@\s]+$/.test(body.value.alertEmail ?? "")) {
      return refuse(c, { status: 400, errorId: 195025, message: "Invalid or missing email." });
    }
    state.alertEmail = body.value.alertEmail ?? null;
    return c.body(null, 204);
  });

  gateway.route("GET", `${BASE}/topic`, rule("getTopics"), (c) =>
    listPage(c, "topics", topicsOf(state).map(topicJson)),
  );

  gateway.route("GET", `${BASE}/topic/:id`, rule("getTopic"), (c) => {
    const topic = topicsOf(state).find((one) => one.topicId === c.req.param("id"));
    if (!topic) return refuse(c, { status: 404, errorId: 195002, message: "Invalid or missing topic id." });
    return c.json(topicJson(topic));
  });

  gateway.route("GET", `${BASE}/public_key/:id`, rule("getPublicKey"), (c) =>
    c.req.param("id") === notifier.keyId
      ? c.json({ key: notifier.publicKey, algorithm: "ECDSA", digest: "SHA1" })
      : refuse(c, { status: 404, errorId: 195001, message: "The specified key id is invalid." }),
  );

  mountDestinations(gateway, state, notifier, rule);
  mountSubscriptions(gateway, state, notifier, clock, rule);
}

type Rule = (name: string, scopes?: readonly string[]) => OperationRule;

function mountDestinations(gateway: Gateway, state: EbayState, notifier: Notifier, rule: Rule): void {
  const destinationOf = (c: Context): Destination | null => state.destinations.get(c.req.param("id") ?? "") ?? null;
  const missing: Problem = { status: 404, errorId: 195022, message: "Invalid or missing destination id." };

  gateway.route("GET", `${BASE}/destination`, rule("getDestinations"), (c) =>
    listPage(c, "destinations", [...state.destinations.values()].map(destinationJson)),
  );

  gateway.route("GET", `${BASE}/destination/:id`, rule("getDestination"), (c) => {
    const destination = destinationOf(c);
    return destination ? c.json(destinationJson(destination)) : refuse(c, missing);
  });

  gateway.route("POST", `${BASE}/destination`, rule("createDestination"), async (c) => {
    const body = await readBody(c, destinationSchema);
    if (!body.ok) return body.reply;
    const checked = await checkDestination(state, notifier, body.value, null);
    if ("errorId" in checked) return refuse(c, checked);
    const destinationId = `d${nextNumber(state, "destination")}-${notifier.keyId.slice(0, 8)}`;
    state.destinations.set(destinationId, { destinationId, ...checked });
    return c.json({}, 201, { Location: `${originOf(c)}${BASE}/destination/${destinationId}` });
  });

  gateway.route("PUT", `${BASE}/destination/:id`, rule("updateDestination"), async (c) => {
    const body = await readBody(c, destinationSchema);
    if (!body.ok) return body.reply;
    const destination = destinationOf(c);
    if (!destination) return refuse(c, missing);
    const checked = await checkDestination(state, notifier, body.value, destination);
    if ("errorId" in checked) return refuse(c, checked);
    Object.assign(destination, checked);
    return c.body(null, 204);
  });

  gateway.route("DELETE", `${BASE}/destination/:id`, rule("deleteDestination"), (c) => {
    const destination = destinationOf(c);
    if (!destination) return refuse(c, missing);
    if ([...state.subscriptions.values()].some((one) => one.destinationId === destination.destinationId)) {
      return refuse(c, { status: 409, errorId: 195024, message: "Destination is in use and cannot be deleted." });
    }
    state.destinations.delete(destination.destinationId);
    return c.body(null, 204);
  });
}

async function checkDestination(
  state: EbayState,
  notifier: Notifier,
  input: z.infer<typeof destinationSchema>,
  existing: Destination | null,
): Promise<Omit<Destination, "destinationId"> | Problem> {
  const { name = "", status, deliveryConfig: { endpoint = "", verificationToken = "" } = {} } = input;
  if (name === "" || name.length > 64 || /[<>]/.test(name)) {
    return { status: 400, errorId: 195016, message: "Invalid name. Markups or lengths greater than 64 not supported" };
  }
  if (!isAcceptableEndpoint(state, endpoint))
    return { status: 400, errorId: 195017, message: "Invalid or missing endpoint." };
  if (status !== "ENABLED" && status !== "DISABLED") {
    const message = "Invalid or missing destination status. Supported values:[ENABLED,DISABLED]";
    return { status: 400, errorId: 195018, message };
  }
  if (!/^[A-Za-z0-9_-]{32,80}$/.test(verificationToken)) {
    return { status: 400, errorId: 195019, message: "Invalid or missing verification token for this endpoint." };
  }
  if (state.alertEmail === null) return configMissing;
  if ([...state.destinations.values()].some((one) => one !== existing && one.endpoint === endpoint)) {
    return { status: 409, errorId: 195021, message: "Destination exists for this endpoint" };
  }
  if (!(await notifier.challenge(endpoint, verificationToken))) {
    return { status: 409, errorId: 195020, message: "Challenge verification failed for requested endpoint" };
  }
  return { name, status, endpoint, verificationToken };
}

const configMissing: Problem = {
  status: 409,
  errorId: 195003,
  message: "Please provide configurations required for notifications. Refer to /config",
};

/** "Should use the HTTPS protocol, and it should not contain an internal IP address or localhost in its path." */
function isAcceptableEndpoint(state: EbayState, endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname } = new URL(endpoint);
  if (state.settings.allowLoopbackDestinations) return protocol === "https:" || protocol === "http:";
  return protocol === "https:" && !/^(localhost|127\.|10\.|192\.168\.|\[)/.test(hostname);
}

function mountSubscriptions(gateway: Gateway, state: EbayState, notifier: Notifier, clock: Clock, rule: Rule): void {
  const subscriptionOf = (c: Context): Subscription | null => state.subscriptions.get(c.req.param("id") ?? "") ?? null;
  const missing: Problem = { status: 404, errorId: 195013, message: "The subscription id does not exist." };
  const reads = (name: string) => rule(name, SUBSCRIPTION_READ);
  const writes = (name: string) => rule(name, SUBSCRIPTION_WRITE);

  gateway.route("GET", `${BASE}/subscription`, reads("getSubscriptions"), (c) =>
    listPage(c, "subscriptions", [...state.subscriptions.values()].map(subscriptionJson)),
  );

  gateway.route("GET", `${BASE}/subscription/:id`, reads("getSubscription"), (c) => {
    const subscription = subscriptionOf(c);
    return subscription ? c.json(subscriptionJson(subscription)) : refuse(c, missing);
  });

  gateway.route("POST", `${BASE}/subscription`, writes("createSubscription"), async (c, token) => {
    const body = await readBody(c, subscriptionSchema);
    if (!body.ok) return body.reply;
    const topic = topicsOf(state).find((one) => one.topicId === body.value.topicId);
    if (!topic) return refuse(c, { status: 400, errorId: 195027, message: "Invalid or missing topic id." });
    const problem = subscriptionProblem(state, body.value) ?? (mayHear(topic, token) ? null : notAuthorized);
    if (problem) return refuse(c, problem);
    // "Each application and topic-schema pairing to a subscription should have a 1:1 cardinality."
    if ([...state.subscriptions.values()].some((one) => one.topicId === topic.topicId)) {
      return refuse(c, { status: 409, errorId: 195012, message: "Subscription already exists" });
    }
    const subscriptionId = `s${nextNumber(state, "subscription")}-${notifier.keyId.slice(0, 8)}`;
    state.subscriptions.set(subscriptionId, {
      subscriptionId,
      topicId: topic.topicId,
      destinationId: body.value.destinationId ?? "",
      status: body.value.status === "ENABLED" ? "ENABLED" : "DISABLED",
      schemaVersion: SCHEMA_VERSION,
      createdAt: clock.now().toISOString(),
    });
    return c.json({}, 201, { Location: `${originOf(c)}${BASE}/subscription/${subscriptionId}` });
  });

  gateway.route("PUT", `${BASE}/subscription/:id`, writes("updateSubscription"), async (c) => {
    const body = await readBody(c, subscriptionSchema);
    if (!body.ok) return body.reply;
    const subscription = subscriptionOf(c);
    if (!subscription) return refuse(c, missing);
    const problem = subscriptionProblem(state, body.value);
    if (problem) return refuse(c, problem);
    subscription.destinationId = body.value.destinationId ?? subscription.destinationId;
    subscription.status = body.value.status === "ENABLED" ? "ENABLED" : "DISABLED";
    return c.body(null, 204);
  });

  gateway.route("DELETE", `${BASE}/subscription/:id`, writes("deleteSubscription"), (c) =>
    state.subscriptions.delete(c.req.param("id") ?? "") ? c.body(null, 204) : refuse(c, missing),
  );

  for (const status of ["ENABLED", "DISABLED"] as const) {
    const verb = status === "ENABLED" ? "enable" : "disable";
    gateway.route("POST", `${BASE}/subscription/:id/${verb}`, writes(`${verb}Subscription`), (c) => {
      const subscription = subscriptionOf(c);
      if (!subscription) return refuse(c, missing);
      const destination = state.destinations.get(subscription.destinationId);
      if (status === "ENABLED" && destination?.status !== "ENABLED") return refuse(c, destinationDisabled);
      subscription.status = status;
      return c.body(null, 204);
    });
  }

  gateway.route("POST", `${BASE}/subscription/:id/test`, writes("testSubscription"), (c) => {
    const subscription = subscriptionOf(c);
    const destination = state.destinations.get(subscription?.destinationId ?? "");
    if (!subscription || !destination) return refuse(c, missing);
    const sample = topicsOf(state).find((one) => one.topicId === subscription.topicId)?.sample;
    notifier.sendTest(subscription.topicId, destination, sample);
    return c.body(null, 202);
  });
}

const notAuthorized: Problem = { status: 403, errorId: 195011, message: "Not authorized for this topic." };
const destinationDisabled: Problem = {
  status: 409,
  errorId: 195015,
  message: "The subscription cannot be enabled since the destination is not enabled.",
};

/** A user topic needs the seller's own token with the topic's scope. Whether an application topic refuses a user token is unconfirmed. */
function mayHear(topic: Topic, token: AccessToken): boolean {
  if (topic.scope === "APPLICATION") return true;
  return token.kind === "user" && topic.authorizationScopes.every((one) => token.scopes.includes(one));
}

function subscriptionProblem(state: EbayState, input: z.infer<typeof subscriptionSchema>): Problem | null {
  if (input.status !== "ENABLED" && input.status !== "DISABLED") {
    return { status: 400, errorId: 195006, message: "Invalid or missing subscription status." };
  }
  const destination = state.destinations.get(input.destinationId ?? "");
  if (!destination) return { status: 400, errorId: 195007, message: "Invalid or missing destination id." };
  if (input.payload?.schemaVersion !== SCHEMA_VERSION) {
    return {
      status: 400,
      errorId: 195008,
      message: "Invalid or missing schema version. Please refer to /topic/{topic_id} for supported schema versions.",
    };
  }
  if (input.payload.format !== "JSON") {
    return { status: 400, errorId: 195009, message: "Specified format is not supported for the topic." };
  }
  if (input.payload.deliveryProtocol !== "HTTPS") {
    return { status: 400, errorId: 195010, message: "Invalid or missing protocol" };
  }
  if (state.alertEmail === null) return configMissing;
  return input.status === "ENABLED" && destination.status !== "ENABLED" ? destinationDisabled : null;
}

function refuse(c: Context, problem: Problem): Response {
  return errorReply(c, problem.status, notificationError(problem.errorId, problem.message));
}

/** Pages by `continuation_token`; "supported ranges 10 - 100", 20 when not given. */
function listPage(c: Context, name: string, all: Record<string, unknown>[]): Response {
  const limit = wholeNumber(c.req.query("limit"), 20);
  if (limit === null || limit < 10 || limit > 100) {
    return refuse(c, { status: 400, errorId: 195004, message: "Invalid limit. Supported ranges 10 - 100." });
  }
  const token = c.req.query("continuation_token");
  const start = token === undefined ? 0 : wholeNumber(Buffer.from(token, "base64url").toString(), 0);
  if (start === null || start > all.length) {
    return refuse(c, { status: 400, errorId: 195005, message: "Invalid continuation token." });
  }
  const path = new URL(c.req.url).pathname;
  const next = Buffer.from(String(start + limit)).toString("base64url");
  return c.json({
    total: all.length,
    href: `${path}?limit=${limit}`,
    limit,
    ...(start + limit < all.length ? { next: `${path}?limit=${limit}&continuation_token=${next}` } : {}),
    [name]: all.slice(start, start + limit),
  });
}

function topicJson(topic: Topic): Record<string, unknown> {
  return {
    topicId: topic.topicId,
    description: topic.description,
    authorizationScopes: topic.authorizationScopes,
    status: "ENABLED",
    context: "COMMERCE",
    scope: topic.scope,
    filterable: false,
    supportedPayloads: [
      { format: ["JSON"], schemaVersion: SCHEMA_VERSION, deliveryProtocol: "HTTPS", deprecated: false },
    ],
  };
}

function destinationJson(destination: Destination): Record<string, unknown> {
  const { endpoint, verificationToken, ...rest } = destination;
  return { ...rest, deliveryConfig: { endpoint, verificationToken } };
}

function subscriptionJson(subscription: Subscription): Record<string, unknown> {
  const { createdAt, schemaVersion, ...rest } = subscription;
  return { ...rest, creationDate: createdAt, payload: { format: "JSON", schemaVersion, deliveryProtocol: "HTTPS" } };
}
