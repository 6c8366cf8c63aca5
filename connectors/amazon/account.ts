/** Whose account it is, and whether it sells where this installation looks. */
import { z } from "zod";
import type { Account } from "../contract/connector.ts";
import { type Result, succeed } from "../contract/failures.ts";
import { KEY_MAX, mendedText } from "../contract/storable.ts";
import { callAmazon } from "./client.ts";
import { countItems } from "./items.ts";
import { marketplaceById } from "./marketplaces.ts";
import { type AmazonSession, tokenOf } from "./session.ts";

const participationsSchema = z.object({
  payload: z.array(
    z.object({
      marketplace: z.object({ id: z.string(), domainName: z.string() }),
      participation: z.object({ isParticipating: z.boolean(), hasSuspendedListings: z.boolean() }),
      storeName: z.string().optional(),
    }),
  ),
});

export async function checkAmazonAccess(session: AmazonSession): Promise<Result<Account>> {
  const read = await callAmazon(session.transport, {
    operation: "getMarketplaceParticipations",
    method: "GET",
    address: `${session.origins.api}/sellers/v1/marketplaceParticipations`,
    token: tokenOf(session),
    effect: "read",
    reply: participationsSchema,
  });
  if (!read.ok) return read;
  // The seller id came over the merchant's browser: only a call that names it and succeeds proves that it is this token's.
  const counted = await countItems(session);
  if (!counted.ok) return counted;
  const { site, id } = session.marketplace;
  const here = read.value.payload.find((one) => one.marketplace.id === id);
  const warnings: string[] = [];
  if (!here?.participation.isParticipating) {
    warnings.push(`This Amazon account does not sell on ${site}: connect one that does, or start selling there.`);
  } else if (here.participation.hasSuspendedListings) {
    warnings.push(
      `Your listings on ${site} are paused (holiday settings): nobody can buy them. In Seller Central, open Account Info, Listing Status, and make them active.`,
    );
  }
  return succeed({
    sharesStockWith: sistersOf(session, read.value.payload),
    remoteAccountId: session.sellerId,
    displayName: mendedText(here?.storeName, KEY_MAX) ?? `Amazon seller ${session.sellerId}`,
    warnings,
  });
}

/**
 * A merchant-fulfilled SKU has one quantity for all stores of its region that the seller takes part in, and only the orders
 * of one are read here. A store that we do not know may be one of them.
 */
function sistersOf({ marketplace }: AmazonSession, stores: z.infer<typeof participationsSchema>["payload"]): string[] {
  return stores
    .filter((one) => one.participation.isParticipating && one.marketplace.id !== marketplace.id)
    .filter((one) => (marketplaceById(one.marketplace.id)?.region ?? marketplace.region) === marketplace.region)
    .map((one) => marketplaceById(one.marketplace.id)?.site ?? one.marketplace.domainName)
    .filter((site) => !site.startsWith("Non-Amazon"))
    .sort();
}
