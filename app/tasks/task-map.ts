/**
 * Every task by name, with its payload. A task is a nudge: it says what to look at, never a quantity or a state, so that
 * running it late, twice or out of order does no harm. What a task finds to do is in the tables.
 */
import { z } from "zod";

const id = z.number().int().positive();

export const taskSchemas = {
  /** Applies one stored delivery. */
  "apply-delivery": z.object({ deliveryId: z.string() }),
  /** Applies what a shop's levels were said to be, many at a time. */
  "apply-level-updates": z.object({ shopDomain: z.string() }),
  /** Brings the mirror of a shop's catalogue and levels up to date from a bulk operation. */
  "mirror-shop": z.object({ shopId: id }),
  /** Reads what is in the collections that rules name. */
  "read-collections": z.object({ shopId: id }),
  /** Reads a channel's listings: import, matching, drift. */
  "reconcile-listings": z.object({ channelId: id }),
  /** Goes on with a channel's "Sync now": orders, listings, quantities. */
  "sync-channel": z.object({ channelId: id }),
  /** Compares what a channel has on sale with the listings that are read. */
  "count-on-sale": z.object({ channelId: id }),
  /** Pushes what is stale on a channel. */
  "push-quantities": z.object({ channelId: id }),
  /** Reads a channel's orders; with an id, that one first. `tries`: how often it could not be read. */
  "import-orders": z.object({
    channelId: id,
    orderRemoteId: z.string().optional(),
    tries: z.number().int().optional(),
  }),
  /** Holds the units of unpaid orders in Shopify, and frees what need not be held any more. */
  "hold-stock": z.object({ shopId: id }),
  /** Turns the imported orders of a shop into Shopify orders. */
  "place-orders": z.object({ shopId: id }),
  /** Decides who bought an item too late, where Shopify has less than nothing of it once an order was placed. */
  "settle-oversold": z.object({ shopId: id, inventoryItemGid: z.string() }),
  /** Reads levels again, to see whether Shopify counts the units of placed orders. */
  "settle-reservations": z.object({ shopId: id }),
  /** Reads what became of placed orders in Shopify: shipments and cancellations to relay. */
  "follow-orders": z.object({ shopId: id, orderGid: z.string().optional() }),
  "relay-shipment": z.object({ shipmentId: id }),
  "relay-cancellation": z.object({ cancellationId: id }),
  /** Looks into the queue where a marketplace puts its notifications. */
  "receive-hints": z.object({ channelId: id }),
  /** Asks the marketplace to send notifications. */
  "subscribe-channel": z.object({ channelId: id }),
  /** Asks Shopify what the shop pays for. */
  "check-plan": z.object({ shopId: id }),
  /** Brings the tags of Shopify's customers in step with their stages and channels. */
  "tag-customers": z.object({ shopId: id }),
  /** Goes on with a shop's change of many listings. */
  "sweep-listings": z.object({ shopId: id }),
  /** Looks whether what changed in a shop's stock is low. */
  "watch-stock": z.object({ shopId: id }),
  /** Goes on with a latency check: takes its unit, looks how far the change came, puts it back. */
  "check-latency": z.object({ checkId: id }),
  /** Puts a shop's alerts, and its daily summary, into mails. */
  "tell-of-alerts": z.object({ shopId: id }),
  /** Sends one mail. */
  "send-mail": z.object({ mailId: id }),
} as const;

export type TaskName = keyof typeof taskSchemas;
export type TaskPayload<Name extends TaskName> = z.infer<(typeof taskSchemas)[Name]>;

/** Two nudges of one kind for the same thing are one: this names the thing. */
export function taskKey<Name extends TaskName>(name: Name, payload: TaskPayload<Name>): string {
  return `${name}:${JSON.stringify(payload)}`;
}
