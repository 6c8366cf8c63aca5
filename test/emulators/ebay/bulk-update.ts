/**
 * One row of bulkUpdatePriceQuantity. Each offer of the row is answered on its own; a row that only sets the
 * ship-to-home quantity is answered once. A row whose SKU is unknown fails as a whole.
 */
import { z } from "zod";
import { type EbayError, inventoryError } from "./errors.ts";
import { countRevision, itemByOffer, settleListing } from "./listings.ts";
import { parseMinor } from "./money.ts";
import type { EbayState, Item } from "./state.ts";

const offerRow = z.object({
  offerId: z.string().optional(),
  availableQuantity: z.number().int().optional(),
  price: z.object({ value: z.string(), currency: z.string() }).optional(),
});

const row = z.object({
  sku: z.string().optional(),
  shipToLocationAvailability: z.object({ quantity: z.number().int().optional() }).optional(),
  offers: z.array(offerRow).optional(),
});

export const bulkUpdateSchema = z.object({ requests: z.array(row) });

export interface RowResponse {
  statusCode: number;
  sku?: string;
  offerId?: string;
  errors?: EbayError[];
}

const OFFERS_PER_ROW_MAX = 25;

export function bulkUpdate(state: EbayState, request: z.infer<typeof row>, now: Date): RowResponse[] {
  const offers = request.offers ?? [];
  const shipToHome = request.shipToLocationAvailability?.quantity;
  const named = request.sku === undefined ? null : knownItem(state, request.sku);
  if (request.sku !== undefined && !named) return [skuNotFound(request.sku)];

  const problem = rowProblem(request.sku, shipToHome, offers);
  if (problem)
    return [{ statusCode: 400, ...(request.sku === undefined ? {} : { sku: request.sku }), errors: [problem] }];

  if (named && shipToHome !== undefined && offers.length === 0) {
    if (!countRevision(state, named, now)) return [{ statusCode: 400, sku: named.sku, errors: [tooManyRevisions()] }];
    named.shipToHome = shipToHome;
    settleListing(state, named);
    return [{ statusCode: 200, sku: named.sku }];
  }
  return offers.map((offer) => updateOffer(state, named, offer, shipToHome, now));
}

function updateOffer(
  state: EbayState,
  named: Item | null,
  change: z.infer<typeof offerRow>,
  shipToHome: number | undefined,
  now: Date,
): RowResponse {
  const offerId = change.offerId ?? "";
  const item = itemByOffer(state, offerId);
  // "Not designed to work with unpublished offers": an ended listing is not available either.
  if (!item || item.offer.listingId === null) {
    const error = inventoryError(25713, "This Offer is not available.", { additionalInfo: offerId });
    return { statusCode: 404, offerId, ...(named ? { sku: named.sku } : {}), errors: [error] };
  }
  const response = { offerId, sku: item.sku };
  const problem = offerProblem(item, named, change);
  if (problem) return { statusCode: 400, ...response, errors: [problem] };
  if (!countRevision(state, item, now)) return { statusCode: 400, ...response, errors: [tooManyRevisions()] };

  if (shipToHome !== undefined) item.shipToHome = shipToHome;
  if (change.availableQuantity !== undefined) item.offer.availableQuantity = change.availableQuantity;
  if (change.price) item.offer.priceMinor = parseMinor(change.price.value) ?? item.offer.priceMinor;
  settleListing(state, item);
  return { statusCode: 200, ...response };
}

function rowProblem(
  sku: string | undefined,
  shipToHome: number | undefined,
  offers: z.infer<typeof offerRow>[],
): EbayError | null {
  if (shipToHome === undefined && offers.length === 0) return invalid("offers", "Nothing to update.");
  if (shipToHome !== undefined && sku === undefined)
    return invalid("sku", "It is required with shipToLocationAvailability.");
  if (shipToHome !== undefined && shipToHome < 0) return invalid("quantity", "It must be 0 or more.");
  if (offers.length > OFFERS_PER_ROW_MAX) return invalid("offers", `At most ${OFFERS_PER_ROW_MAX} offers.`);
  const ids = offers.map((one) => one.offerId);
  if (new Set(ids).size < ids.length) return invalid("offerId", "It is given twice.");
  return null;
}

function offerProblem(item: Item, named: Item | null, change: z.infer<typeof offerRow>): EbayError | null {
  if (named && named !== item) return invalid("offerId", "The offer belongs to another SKU.");
  if (change.availableQuantity === undefined && !change.price) {
    return invalid("availableQuantity", "Either availableQuantity or price is required.");
  }
  if (change.availableQuantity !== undefined && change.availableQuantity < 0) {
    return invalid("availableQuantity", "It must be 0 or more.");
  }
  if (change.price) {
    if ((parseMinor(change.price.value) ?? 0) <= 0) return invalid("price", "It must be positive, with two decimals.");
    if (change.price.currency !== item.offer.currency) return invalid("currency", `It must be ${item.offer.currency}.`);
  }
  return null;
}

function knownItem(state: EbayState, sku: string): Item | null {
  const item = state.items.get(sku);
  return item && !item.outsideInventoryApi ? item : null;
}

function skuNotFound(sku: string): RowResponse {
  const message = `${sku} could not be found or is not available in the system.`;
  return { statusCode: 404, sku, errors: [inventoryError(25702, message, { skuValue: sku })] };
}

function invalid(fieldName: string, why: string): EbayError {
  return inventoryError(25709, `Invalid value for ${fieldName}. ${why}`, { fieldName, additionalInfo: why });
}

/** 25002 is "Any User error"; the words are ours, the limit is the spec's. */
function tooManyRevisions(): EbayError {
  const why = "This listing has been revised as often as is possible in one calendar day. Try again tomorrow.";
  return inventoryError(25002, why, { additionalInfo: why });
}
