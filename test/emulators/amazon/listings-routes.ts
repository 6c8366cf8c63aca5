/** Listings Items API 2021-08-01: search, get, patch. */
import type { Context } from "hono";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import { errorReply, gatewayErrors, invalidInput, notFound } from "./errors.ts";
import { noteRace } from "./feeds.ts";
import { type Gateway, listOf, readBody } from "./gateway.ts";
import { accept, dueAfterLag, isBuyable, patchesSchema, priceOf, readPatches, submissionId } from "./listings.ts";
import { settle } from "./settling.ts";
import type { AmazonState, Item } from "./state.ts";

const BASE = "/listings/2021-08-01/items";

const patchSchema = z.object({ productType: z.string().min(1), patches: patchesSchema });

export function mountListings(gateway: Gateway, state: AmazonState, clock: Clock): void {
  gateway.route("GET", `${BASE}/:sellerId`, { name: "searchListingsItems" }, (c) => {
    const refusal = refuseSeller(c, state) ?? refuseMarketplace(c, state);
    if (refusal) return refusal;
    const identifiers = listOf(c, "identifiers");
    if (identifiers.length > 20) return invalidInput(c, "identifiers: at most 20.");
    if (identifiers.length > 0 && c.req.query("identifiersType") !== "SKU") {
      return invalidInput(c, "identifiersType is required, and SKU is the one emulated.");
    }
    const pageSize = Number(c.req.query("pageSize") ?? "10");
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 20) return invalidInput(c, "pageSize: 1 to 20.");
    const all = [...state.items.values()];
    const found = identifiers.length === 0 ? all : all.filter((item) => identifiers.includes(item.sku));
    const included = includedData(c);
    return c.json({
      numberOfResults: found.length,
      items: found.slice(0, pageSize).map((item) => itemJson(state, item, included)),
    });
  });

  gateway.route("GET", `${BASE}/:sellerId/:sku`, { name: "getListingsItem" }, (c) => {
    const refusal = refuseSeller(c, state) ?? refuseMarketplace(c, state);
    if (refusal) return refusal;
    const sku = c.req.param("sku") ?? "";
    const item = state.items.get(sku);
    if (!item) return notFound(c, `SKU '${sku}' not found in marketplace ${state.marketplace.id}`);
    return c.json(itemJson(state, item, includedData(c)));
  });

  gateway.route("PATCH", `${BASE}/:sellerId/:sku`, { name: "patchListingsItem" }, async (c) => {
    const refusal = refuseSeller(c, state) ?? refuseMarketplace(c, state);
    if (refusal) return refusal;
    const body = await readBody(c, patchSchema);
    if (!body.ok) return body.reply;
    const sku = c.req.param("sku") ?? "";
    const item = state.items.get(sku);
    if (!item) return invalidInput(c, `SKU '${sku}' does not exist.`);
    const change = readPatches(state, body.value.patches);
    const answer = (status: "ACCEPTED" | "INVALID" | "VALID", issues: unknown[]) =>
      c.json({ sku, status, submissionId: submissionId(state), issues });
    if ("invalid" in change) {
      const issue = { code: "99022", message: change.invalid, severity: "ERROR", categories: ["INVALID_ATTRIBUTE"] };
      return answer("INVALID", [{ ...issue, attributeNames: [change.attribute] }]);
    }
    if (c.req.query("mode") === "VALIDATION_PREVIEW" || state.settings.previewsOnly) return answer("VALID", []);
    noteRace(state, sku);
    accept(state, item, change, dueAfterLag(state, clock.now()));
    settle(state, clock.now());
    return answer("ACCEPTED", []);
  });
}

/** The seller in the path must be the token's. */
function refuseSeller(c: Context, state: AmazonState): Response | null {
  return c.req.param("sellerId") === state.seller.sellerId ? null : errorReply(c, 403, gatewayErrors.accessDenied);
}

function refuseMarketplace(c: Context, state: AmazonState): Response | null {
  const ids = listOf(c, "marketplaceIds");
  return ids.length === 1 && ids[0] === state.marketplace.id ? null : invalidInput(c, "marketplaceIds is invalid.");
}

function includedData(c: Context): ReadonlySet<string> {
  const asked = listOf(c, "includedData");
  return new Set(asked.length === 0 ? ["summaries"] : asked);
}

function itemJson(state: AmazonState, item: Item, included: ReadonlySet<string>) {
  const marketplaceId = state.marketplace.id;
  const price = { currencyCode: item.currency, amount: priceOf(item) };
  return {
    sku: item.sku,
    ...(included.has("summaries") && {
      summaries: [
        {
          marketplaceId,
          asin: item.asin,
          productType: "KITCHEN",
          conditionType: "new_new",
          status: [...(isBuyable(item) ? ["BUYABLE"] : []), "DISCOVERABLE"],
          itemName: item.title,
          createdDate: item.createdAt,
          lastUpdatedDate: item.changedAt,
          mainImage: { link: item.imageUrl, height: 500, width: 500 },
        },
      ],
    }),
    ...(included.has("offers") && { offers: [{ marketplaceId, offerType: "B2C", price }] }),
    ...(included.has("fulfillmentAvailability") && {
      fulfillmentAvailability: [
        item.channel === "DEFAULT"
          ? { fulfillmentChannelCode: "DEFAULT", quantity: item.quantity }
          : { fulfillmentChannelCode: item.channel },
      ],
    }),
    ...(included.has("issues") && {
      issues: item.issues.map((issue) => ({
        ...issue,
        categories: issue.attributeNames.length > 0 ? ["INVALID_ATTRIBUTE"] : [],
        marketplaceIds: [marketplaceId],
        ...(issue.attributeNames.length === 0 && {
          enforcements: { actions: [{ action: "LISTING_SUPPRESSED" }], exemption: { status: "NOT_EXEMPT" } },
        }),
      })),
    }),
  };
}
