/** What does not go on, and why, in a merchant's words. Pure. */
import type { Failure } from "#connectors/contract/failures.ts";

/** What is asked of a channel's account. Each has its own wait: orders may be read while quantities can't be written. */
export const CHANNEL_WORK = {
  push: "Changes of quantity",
  increases: "Higher quantities",
  orders: "Reading orders",
  listings: "Reading listings",
  "on-sale": "Counting what is on sale",
} as const;

export type ChannelWork = keyof typeof CHANNEL_WORK;

export const CHANNEL_WORK_NAMES = Object.keys(CHANNEL_WORK) as ChannelWork[];

/** As the lease of that work is named. */
export function setbackName(work: ChannelWork, channelId: number): `${ChannelWork}:${number}` {
  return `${work}:${channelId}`;
}

/** What is asked of Shopify: reading the catalogue, what became of orders, the stock that orders took, and what is in
 *  collections; and to tag customers. */
export type ShopWork = "mirror" | "follow" | "settle" | "collections" | "tags";

export function shopSetbackName(work: ShopWork, shopId: number): string {
  return `${work}:${shopId}`;
}

export function channelWorkOf(name: string): ChannelWork | null {
  return CHANNEL_WORK_NAMES.find((work) => name.startsWith(`${work}:`)) ?? null;
}

export function explainFailure(failure: Failure, marketplace: string): string {
  switch (failure.kind) {
    case "throttled":
      return failure.scope === "app" || failure.scope === "account"
        ? `${marketplace} takes no more calls for now`
        : `${marketplace} takes no more changes of it for now`;
    case "unavailable":
      return `${marketplace} does not answer`;
    case "outcome-unknown":
      return `${marketplace} did not answer clearly`;
    case "unauthorized":
      return `${marketplace} no longer lets Lockstep in`;
    case "rejected":
      return failure.scope === "app"
        ? `${marketplace} refuses this installation of Lockstep (${failure.message})`
        : failure.message;
  }
}
