/**
 * ORDER_CHANGE, through a queue: Amazon calls no endpoint. The notification names the order; the app reads it.
 *
 * A destination is the queue as Amazon knows it, one for the application; a subscription is one seller's, to that destination.
 */
import { z } from "zod";
import type { Notification } from "../contract/connector.ts";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type { ApplicationToken } from "./auth.ts";
import { type AmazonCall, callAmazon, isNotFound } from "./client.ts";
import { type AmazonSession, tokenOf } from "./session.ts";

export const ORDER_TOPIC = "ORDER_CHANGE";

/** The only version of ORDER_CHANGE (schemas/OrderChangeNotification.json). */
const PAYLOAD_VERSION = "1.0";

const DESTINATION_NAME = "Lockstep";

const destinationSchema = z.object({
  destinationId: z.string().min(1),
  resource: z.object({ sqs: z.object({ arn: z.string() }).nullish() }).nullish(),
});
type Destination = z.infer<typeof destinationSchema>;

const subscriptionSchema = z.object({ subscriptionId: z.string().min(1), destinationId: z.string().min(1) });

/** "A subscription or destination of that kind exists already". */
const CONFLICT = "Conflict";

interface Caller {
  session: AmazonSession;
  /** Destinations are the application's, subscriptions the seller's. */
  grantless: string;
}

type NotificationCall<T> = Pick<AmazonCall<T>, "operation" | "method" | "reply"> & {
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  as: "application" | "seller";
};

/** Every write here is repeatable (subscribe looks first), so a lost reply is no more than a failure to try again. */
function call<T>({ session, grantless }: Caller, { path, as, ...rest }: NotificationCall<T>): Promise<Result<T>> {
  return callAmazon(session.transport, {
    ...rest,
    address: `${session.origins.api}/notifications/v1${path}`,
    token: as === "seller" ? tokenOf(session) : grantless,
    effect: "read",
  });
}

export async function subscribeToAmazon(
  session: AmazonSession,
  queueArn: string | null,
  applicationToken: ApplicationToken,
): Promise<Result<{ topics: string[] }>> {
  // Without a queue there are only polls: later, but complete.
  if (queueArn === null) return succeed({ topics: [] });
  const token = await applicationToken(session.transport, session.now());
  if (!token.ok) return token;
  const caller: Caller = { session, grantless: token.value };
  const destination = await ensureDestination(caller, queueArn);
  if (!destination.ok) return destination;
  const subscribed = await ensureSubscription(caller, destination.value);
  return subscribed.ok ? succeed({ topics: [ORDER_TOPIC] }) : subscribed;
}

async function ensureDestination(caller: Caller, arn: string): Promise<Result<string>> {
  const existing = await findDestination(caller, arn);
  if (!existing.ok || existing.value !== null) return existing.ok ? succeed(existing.value ?? "") : existing;
  const created = await call(caller, {
    operation: "createDestination",
    method: "POST",
    path: "/destinations",
    body: { name: DESTINATION_NAME, resourceSpecification: { sqs: { arn } } },
    as: "application",
    reply: z.object({ payload: destinationSchema }),
  });
  if (created.ok) return succeed(created.value.payload.destinationId);
  if (!isConflict(created.failure)) return created;
  // Another worker was faster.
  const again = await findDestination(caller, arn);
  if (!again.ok) return again;
  return again.value === null ? created : succeed(again.value);
}

async function findDestination(caller: Caller, arn: string): Promise<Result<string | null>> {
  const read = await call(caller, {
    operation: "getDestinations",
    method: "GET",
    path: "/destinations",
    as: "application",
    reply: z.object({ payload: z.array(destinationSchema).default([]) }),
  });
  if (!read.ok) return read;
  const found = read.value.payload.find((one: Destination) => one.resource?.sqs?.arn === arn);
  return succeed(found?.destinationId ?? null);
}

async function ensureSubscription(caller: Caller, destinationId: string): Promise<Result<null>> {
  const existing = await findSubscription(caller);
  if (!existing.ok) return existing;
  if (existing.value?.destinationId === destinationId) return succeed(null);
  if (existing.value) {
    // To a queue that is not ours any more: Amazon has one subscription per seller, topic and version.
    const deleted = await call(caller, {
      operation: "deleteSubscriptionById",
      method: "DELETE",
      path: `/subscriptions/${ORDER_TOPIC}/${encodeURIComponent(existing.value.subscriptionId)}`,
      as: "application",
      reply: z.unknown(),
    });
    if (!deleted.ok && !isNotFound(deleted.failure)) return fail(deleted.failure);
  }
  const created = await call(caller, {
    operation: "createSubscription",
    method: "POST",
    path: `/subscriptions/${ORDER_TOPIC}`,
    body: { payloadVersion: PAYLOAD_VERSION, destinationId },
    as: "seller",
    reply: z.object({ payload: subscriptionSchema }),
  });
  if (created.ok || isConflict(created.failure)) return succeed(null);
  return fail(created.failure);
}

async function findSubscription(caller: Caller): Promise<Result<z.infer<typeof subscriptionSchema> | null>> {
  const read = await call(caller, {
    operation: "getSubscription",
    method: "GET",
    path: `/subscriptions/${ORDER_TOPIC}`,
    query: { payloadVersion: PAYLOAD_VERSION },
    as: "seller",
    reply: z.object({ payload: subscriptionSchema.nullish() }),
  });
  if (read.ok) return succeed(read.value.payload ?? null);
  return isNotFound(read.failure) ? succeed(null) : read;
}

function isConflict(failure: Failure): boolean {
  return failure.kind === "rejected" && (failure.code === CONFLICT || failure.code === "http-409");
}

/** Nothing that comes over HTTP is from Amazon. */
export function refuseNotification(): Notification {
  return {
    kind: "refused",
    status: 400,
    why: "Amazon sends no webhooks: its notifications come through the queue (SQS) alone.",
  };
}
