/** GET_MERCHANT_LISTINGS_ALL_DATA: the seller's listings in lines with tabs. Pure over the state. */
import { storeDocument } from "./feeds.ts";
import { isBuyable, priceOf } from "./listings.ts";
import type { AmazonState, Item, Report } from "./state.ts";

/** Columns of the report, in Amazon's order ("Inventory reports"). */
const COLUMNS = [
  "item-name",
  "item-description",
  "listing-id",
  "seller-sku",
  "price",
  "quantity",
  "open-date",
  "image-url",
  "item-is-marketplace",
  "product-id-type",
  "zshop-shipping-fee",
  "item-note",
  "item-condition",
  "zshop-category1",
  "zshop-browse-path",
  "zshop-storefront-feature",
  "asin1",
  "asin2",
  "asin3",
  "will-ship-internationally",
  "expedited-shipping",
  "zshop-boldface",
  "product-id",
  "bid-for-featured-placement",
  "add-delete",
  "pending-quantity",
  "fulfillment-channel",
  "merchant-shipping-group",
  "status",
] as const;

export function finishReport(state: AmazonState, report: Report, now: Date): void {
  const items = [...state.items.values()];
  if (items.length === 0) {
    // "An automatic cancellation if there is no data to return."
    report.status = "CANCELLED";
    return;
  }
  const lines = items.map((item) => COLUMNS.map((column) => fieldsOf(item)[column] ?? "").join("\t"));
  const content = [COLUMNS.join("\t"), ...lines, ""].join("\r\n");
  const type = "text/tab-separated-values; charset=UTF-8";
  report.documentId = storeDocument(state, "report", type, content, now).documentId;
  report.status = "DONE";
}

function fieldsOf(item: Item): Partial<Record<(typeof COLUMNS)[number], string>> {
  const byAmazon = item.channel !== "DEFAULT";
  return {
    "item-name": item.title,
    "listing-id": `1122${item.asin.slice(2)}`,
    "seller-sku": item.sku,
    price: priceOf(item),
    quantity: byAmazon ? "" : String(item.quantity),
    "open-date": item.createdAt.slice(0, 19).replace("T", " "),
    "image-url": item.imageUrl,
    "item-is-marketplace": "y",
    "product-id-type": item.barcode === null ? "1" : "4",
    "item-condition": "11",
    asin1: item.asin,
    "product-id": item.barcode ?? item.asin,
    "pending-quantity": byAmazon ? "" : "0",
    "fulfillment-channel": item.channel,
    "merchant-shipping-group": "Standard",
    status: isBuyable(item) ? "Active" : "Inactive",
  };
}
