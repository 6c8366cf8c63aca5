/** What the calls of one channel share. */
import type { ChannelSession } from "../contract/connector.ts";
import type { CatalogueMemory } from "./catalogue.ts";
import type { FeedMemory } from "./feeds.ts";
import type { ItemFacts } from "./items.ts";
import type { LandingMemory } from "./landing.ts";
import type { AmazonOrigins, Marketplace } from "./marketplaces.ts";

export interface AmazonSession extends ChannelSession {
  origins: AmazonOrigins;
  marketplace: Marketplace;
  sellerId: string;
  /** Whether to ask for buyers at all. */
  buyerData: boolean;
  writeBatchMax: number;
  /** More writes than this in one call go by feed. */
  patchesMax: number;
  /** What this session has read of each SKU: whose stock it is decides whether we may write at all. */
  seen: Map<string, { facts: ItemFacts; at: number }>;
  /** Caches that outlive the session; what is lost with them costs a call, never the truth. */
  catalogues: CatalogueMemory;
  feeds: FeedMemory;
  landings: LandingMemory;
}

export function tokenOf(session: ChannelSession): string {
  return session.credentials.accessToken ?? "";
}
