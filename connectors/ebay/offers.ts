/** The offers of one SKU: no call of the Inventory API returns those of many. */
import { z } from "zod";
import { type Failure, type Result, succeed } from "../contract/failures.ts";
import type { Unreadable } from "../contract/remote-types.ts";
import { keyText } from "../contract/storable.ts";
import { callEbay, describeIssues } from "./client.ts";
import { type Offer, offerSchema } from "./listing-json.ts";
import { bearer, type EbaySession } from "./session.ts";

/** Of a SKU without offers eBay says so (`NO_SUCH_OFFER`): a reply that lacks the list is no answer. */
const offersSchema = z.object({ offers: z.array(z.unknown()) });

export interface OffersOfSku {
  offers: Offer[];
  unreadable: Unreadable[];
}

/** "OFFER_NOT_AVAILABLE": getOffers says so, with 404, for a SKU without offers. */
const NO_SUCH_OFFER = "25713";

export async function readOffers(session: EbaySession, sku: string): Promise<Result<OffersOfSku>> {
  const read = await callEbay(session.transport, {
    operation: "getOffers",
    concerns: "item",
    method: "GET",
    address: `${session.origins.api}/sell/inventory/v1/offer`,
    query: { sku },
    headers: bearer(session),
    effect: "read",
    reply: offersSchema,
  });
  if (!read.ok) {
    if (isMissing(read.failure)) return succeed({ offers: [], unreadable: [] });
    return read;
  }
  const offers: Offer[] = [];
  const unreadable: Unreadable[] = [];
  for (const one of read.value.value.offers) {
    const parsed = offerSchema.safeParse(one);
    if (parsed.success) offers.push(parsed.data);
    else unreadable.push({ remoteId: offerIdOf(one) ?? sku, why: `Offer: ${describeIssues(parsed.error)}` });
  }
  return succeed({ offers, unreadable });
}

function offerIdOf(value: unknown): string | null {
  const parsed = z.object({ offerId: keyText }).safeParse(value);
  return parsed.success ? parsed.data.offerId : null;
}

export function isMissing(failure: Failure): boolean {
  return failure.kind === "rejected" && (failure.code === "not-found" || failure.code === NO_SUCH_OFFER);
}
