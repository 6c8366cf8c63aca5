/** The state in the shapes of Etsy's spec. */

import { totalUnits } from "./listings.ts";
import { goodsMinor, statusOf, totalMinor, vatMinor } from "./receipts.ts";
import type { EtsyState, Line, Listing, Product, PropertyValue, Receipt } from "./state.ts";
import { shownText } from "./text.ts";

export function seconds(at: string): number {
  return Math.floor(Date.parse(at) / 1000);
}

export function money(minor: number, currency: string) {
  return { amount: minor, divisor: 100, currency_code: currency };
}

function propertyValue(state: EtsyState, one: PropertyValue) {
  return {
    property_id: one.propertyId,
    property_name: one.propertyName === null ? null : shownText(state, one.propertyName),
    scale_id: one.scaleId,
    scale_name: null,
    value_ids: one.valueIds,
    values: one.values.map((value) => shownText(state, value)),
  };
}

export function inventoryJson(state: EtsyState, listing: Listing) {
  const hides = state.settings.hidesReadinessOfInactive && listing.state !== "active";
  return {
    products: listing.products.map((product) => productJson(state, product, hides)),
    price_on_property: listing.priceOnProperty,
    quantity_on_property: listing.quantityOnProperty,
    sku_on_property: listing.skuOnProperty,
    readiness_state_on_property: listing.readinessStateOnProperty,
  };
}

function productJson(state: EtsyState, product: Product, hidesReadiness: boolean) {
  const { offering } = product;
  return {
    product_id: product.productId,
    sku: shownText(state, product.sku),
    is_deleted: false,
    offerings: [
      {
        offering_id: offering.offeringId,
        quantity: offering.quantity,
        is_enabled: offering.isEnabled,
        is_deleted: false,
        price: money(offering.priceMinor, state.seller.currency),
        readiness_state_id: hidesReadiness ? null : offering.readinessStateId,
      },
    ],
    property_values: product.values.map((one) => propertyValue(state, one)),
  };
}

const LISTING_LIFE_S = 120 * 24 * 60 * 60;

export function listingJson(state: EtsyState, listing: Listing) {
  const prices = listing.products.map((one) => one.offering.priceMinor);
  const created = seconds(listing.createdAt);
  return {
    listing_id: listing.listingId,
    user_id: state.seller.userId,
    shop_id: state.seller.shopId,
    title: shownText(state, listing.title),
    description: shownText(state, `${listing.title}. Made in Sheffield.`),
    state: isOff(listing) ? (state.settings.stateOfWhatIsOff ?? listing.state) : listing.state,
    creation_timestamp: created,
    created_timestamp: created,
    original_creation_timestamp: created,
    ending_timestamp: created + LISTING_LIFE_S,
    last_modified_timestamp: seconds(listing.updatedAt),
    updated_timestamp: seconds(listing.updatedAt),
    state_timestamp: seconds(listing.updatedAt),
    quantity: totalUnits(listing),
    url: `https://www.etsy.com/listing/${listing.listingId}/emulated`,
    num_favorers: 0,
    listing_type: listing.isDigital ? "download" : "physical",
    tags: [],
    materials: [],
    has_variations: listing.products.length > 1,
    should_auto_renew: false,
    language: "en-US",
    price: money(Math.min(...prices), state.seller.currency),
    taxonomy_id: 1062,
  };
}

function isOff({ state }: Listing): boolean {
  return state === "inactive" || state === "sold_out";
}

export function imagesJson(listing: Listing) {
  const image = `https://i.etsystatic.example/${listing.listingId}`;
  return [
    {
      listing_id: listing.listingId,
      listing_image_id: 900_000_000 + (listing.listingId % 1_000_000),
      rank: 1,
      url_75x75: `${image}/75.jpg`,
      url_170x135: `${image}/170.jpg`,
      url_570xN: `${image}/570.jpg`,
      url_fullxfull: `${image}/full.jpg`,
      alt_text: listing.title,
    },
  ];
}

export function shopJson(state: EtsyState) {
  const { seller, settings } = state;
  const active = [...state.listings.values()].filter((one) => one.state === "active").length;
  return {
    shop_id: seller.shopId,
    user_id: seller.userId,
    shop_name: seller.shopName,
    title: "Homeware from Sheffield",
    currency_code: seller.currency,
    is_vacation: settings.isOnHoliday,
    listing_active_count: active,
    login_name: seller.loginName,
    url: `https://www.etsy.com/shop/${seller.shopName}`,
    shop_location_country_iso: seller.countryCode,
    transaction_sold_count: state.receipts.size,
  };
}

export function receiptJson(state: EtsyState, receipt: Receipt) {
  const { buyer, lines } = receipt;
  const { contact } = buyer;
  const cash = (minor: number) => money(minor, state.seller.currency);
  const shown = (text: string) => shownText(state, text);
  const goods = goodsMinor(receipt);
  const created = seconds(receipt.createdAt);
  const updated = seconds(receipt.updatedAt);
  return {
    receipt_id: receipt.receiptId,
    receipt_type: 0,
    seller_user_id: state.seller.userId,
    seller_email: state.seller.email,
    buyer_user_id: state.settings.hidesBuyerId ? 0 : buyer.userId,
    buyer_email: state.settings.showsBuyerEmail ? buyer.email : null,
    name: shown(contact.name),
    first_line: shown(contact.firstLine),
    second_line: contact.secondLine === undefined ? null : shown(contact.secondLine),
    city: shown(contact.city),
    state: contact.state === undefined ? null : shown(contact.state),
    zip: contact.zip,
    // The spec's words; the real one is known to write them with capitals.
    status: statusOf(receipt).toLowerCase(),
    formatted_address: shown([contact.name, contact.firstLine, contact.city, contact.zip].join("\n")),
    country_iso: contact.countryIso,
    payment_method: "cc",
    payment_email: null,
    message_from_seller: null,
    message_from_buyer: receipt.note === null ? null : shown(receipt.note),
    message_from_payment: null,
    is_paid: receipt.paidAt !== null,
    is_shipped: receipt.shippedAt !== null,
    create_timestamp: created,
    created_timestamp: created,
    update_timestamp: updated,
    updated_timestamp: updated,
    is_gift: receipt.giftWrapMinor > 0 || receipt.giftMessage !== "",
    gift_message: shown(receipt.giftMessage),
    gift_sender: "",
    grandtotal: cash(totalMinor(receipt)),
    subtotal: cash(goods - receipt.discountMinor),
    total_price: cash(goods),
    total_shipping_cost: cash(receipt.shippingMinor),
    total_tax_cost: cash(receipt.taxMinor),
    total_vat_cost: cash(vatMinor(state, receipt)),
    discount_amt: cash(receipt.discountMinor),
    gift_wrap_price: cash(receipt.giftWrapMinor),
    shipments: receipt.shipments.map((one) => ({
      receipt_shipping_id: one.shippingId,
      shipment_notification_timestamp: seconds(one.at),
      carrier_name: one.carrier,
      tracking_code: one.trackingCode,
    })),
    transactions: lines.map((line) => transactionJson(state, receipt, line)),
    refunds:
      receipt.refundedMinor === 0
        ? []
        : [{ amount: cash(receipt.refundedMinor), created_timestamp: updated, reason: null, note_from_issuer: null }],
  };
}

/** "A list of variations and personalizations": those have no value of Etsy's. */
function personalization(state: EtsyState, { personalization: wish }: Line) {
  if (wish === null) return [];
  return [
    { property_id: 54, value_id: null, formatted_name: "Personalization", formatted_value: shownText(state, wish) },
  ];
}

function transactionJson(state: EtsyState, receipt: Receipt, line: Line) {
  const created = seconds(receipt.createdAt);
  return {
    transaction_id: line.transactionId,
    title: shownText(state, line.title),
    description: shownText(state, `${line.title}. Made in Sheffield.`),
    seller_user_id: state.seller.userId,
    buyer_user_id: state.settings.hidesBuyerId ? 0 : receipt.buyer.userId,
    create_timestamp: created,
    created_timestamp: created,
    paid_timestamp: receipt.paidAt === null ? null : seconds(receipt.paidAt),
    shipped_timestamp: receipt.shippedAt === null ? null : seconds(receipt.shippedAt),
    quantity: line.quantity,
    receipt_id: receipt.receiptId,
    is_digital: line.isDigital,
    file_data: "",
    listing_id: line.listingId,
    transaction_type: "listing",
    product_id: line.productId,
    sku: shownText(state, line.sku),
    price: money(line.unitMinor, state.seller.currency),
    shipping_cost: money(0, state.seller.currency),
    variations: [
      ...line.values.map((one) => ({
        property_id: one.propertyId,
        value_id: one.valueIds[0] ?? null,
        formatted_name: shownText(state, one.propertyName ?? ""),
        formatted_value: shownText(state, one.values.join(", ")),
      })),
      ...personalization(state, line),
    ],
    product_data: line.values.map((one) => propertyValue(state, one)),
    shipping_method: null,
    shipping_upgrade: receipt.shippingUpgrade === null ? null : shownText(state, receipt.shippingUpgrade),
    expected_ship_date: created + 3 * 24 * 60 * 60,
    buyer_coupon: 0,
    shop_coupon: 0,
  };
}
