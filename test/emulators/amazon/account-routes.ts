/** Sellers API v1, and Notifications API v1. */
import { z } from "zod";
import { errorReply, notFound } from "./errors.ts";
import { type Gateway, readBody } from "./gateway.ts";
import { ORDER_TOPIC } from "./hints.ts";
import { type AmazonState, uuid } from "./state.ts";

const NOTIFICATIONS = "/notifications/v1";

export function mountAccount(gateway: Gateway, state: AmazonState): void {
  gateway.route("GET", "/sellers/v1/marketplaceParticipations", { name: "getMarketplaceParticipations" }, (c) =>
    c.json({
      payload: [
        {
          marketplace: state.marketplace,
          participation: { isParticipating: true, hasSuspendedListings: false },
          storeName: state.seller.storeName,
        },
        ...state.settings.otherStores.map((store) => ({
          marketplace: {
            id: store.id,
            name: store.domainName,
            countryCode: store.countryCode,
            defaultCurrencyCode: "EUR",
            defaultLanguageCode: "de_DE",
            domainName: `www.${store.domainName}`,
          },
          participation: { isParticipating: store.isParticipating, hasSuspendedListings: false },
          storeName: state.seller.storeName,
        })),
      ],
    }),
  );
  mountDestinations(gateway, state);
  mountSubscriptions(gateway, state);
}

function mountDestinations(gateway: Gateway, state: AmazonState): void {
  const json = (one: { destinationId: string; name: string; arn: string }) => ({
    destinationId: one.destinationId,
    name: one.name,
    resource: { sqs: { arn: one.arn } },
  });

  gateway.route("GET", `${NOTIFICATIONS}/destinations`, { name: "getDestinations", token: "application" }, (c) =>
    c.json({ payload: [...state.destinations.values()].map(json) }),
  );

  const specification = z.object({
    name: z.string().min(1),
    resourceSpecification: z.object({ sqs: z.object({ arn: z.string().regex(/^arn:aws:sqs:\S+:\S+:\S+/) }) }),
  });
  gateway.route(
    "POST",
    `${NOTIFICATIONS}/destinations`,
    { name: "createDestination", token: "application" },
    async (c) => {
      const body = await readBody(c, specification);
      if (!body.ok) return body.reply;
      const { arn } = body.value.resourceSpecification.sqs;
      if ([...state.destinations.values()].some((one) => one.arn === arn)) {
        return errorReply(c, 409, { code: "Conflict", message: "A destination with this queue exists already." });
      }
      const destination = { destinationId: uuid(state, "destination"), name: body.value.name, arn };
      state.destinations.set(destination.destinationId, destination);
      return c.json({ payload: json(destination) });
    },
  );
}

function mountSubscriptions(gateway: Gateway, state: AmazonState): void {
  const path = `${NOTIFICATIONS}/subscriptions`;
  const json = ({
    subscriptionId,
    payloadVersion,
    destinationId,
  }: {
    subscriptionId: string;
    payloadVersion: string;
    destinationId: string;
  }) => ({
    subscriptionId,
    payloadVersion,
    destinationId,
  });
  const find = (topic: string | undefined) => [...state.subscriptions.values()].find((one) => one.topic === topic);

  gateway.route("GET", `${path}/:topic`, { name: "getSubscription" }, (c) => {
    const found = find(c.req.param("topic"));
    return found ? c.json({ payload: json(found) }) : notFound(c, "No subscription of this type.");
  });

  const specification = z.object({ payloadVersion: z.literal("1.0"), destinationId: z.string() });
  gateway.route("POST", `${path}/:topic`, { name: "createSubscription" }, async (c) => {
    const body = await readBody(c, specification);
    if (!body.ok) return body.reply;
    const topic = c.req.param("topic") ?? "";
    if (topic !== ORDER_TOPIC) return errorReply(c, 400, { code: "InvalidInput", message: "Only ORDER_CHANGE here." });
    if (!state.destinations.has(body.value.destinationId)) {
      return errorReply(c, 400, { code: "InvalidInput", message: "No such destination." });
    }
    if (find(topic)) {
      return errorReply(c, 409, { code: "Conflict", message: "Subscription already exists for this application." });
    }
    const subscription = { subscriptionId: uuid(state, "subscription"), topic, ...body.value };
    state.subscriptions.set(subscription.subscriptionId, subscription);
    return c.json({ payload: json(subscription) });
  });

  gateway.route(
    "DELETE",
    `${path}/:topic/:subscriptionId`,
    { name: "deleteSubscriptionById", token: "application" },
    (c) => {
      const id = c.req.param("subscriptionId") ?? "";
      return state.subscriptions.delete(id) ? c.json({}) : notFound(c, "No such subscription.");
    },
  );
}
