/** Products, orders and webhooks as Depop sends them (schemas Product, Order, OrderWebhook, RefundedOrder). */
import { decimal } from "./amounts.ts";
import { itemsMinor, totalMinor } from "./orders.ts";
import { currentMinor, shownQuantity } from "./products.ts";
import type { Contact, Order, OrderLine, Product, Refund } from "./state.ts";

/** Details under the same name in requests and replies. */
const KEPT = [
  "address",
  "auto_send_offer_price",
  "auto_negotiate_offer_price",
  "international_shipping_cost",
  "national_shipping_cost",
  "depop_shipping",
  "department",
  "product_type",
  "size_set_id",
  "size_id",
  "condition",
  "attributes",
] as const;

const OFFER_FIELDS: ReadonlySet<string> = new Set(["auto_send_offer_price", "auto_negotiate_offer_price"]);

export function productJson(product: Product, mayReadOffers: boolean): Record<string, unknown> {
  const { details } = product;
  const kept = KEPT.filter((name) => details[name] !== undefined && (mayReadOffers || !OFFER_FIELDS.has(name)));
  const pictures = (details.pictures as { url: string }[] | undefined) ?? [];
  return {
    ...Object.fromEntries(kept.map((name) => [name, details[name]])),
    sku: product.sku,
    product_id: product.productId,
    slug: product.slug,
    status: product.status,
    description: product.description,
    price_currency: product.currency,
    price_amount: decimal(product.priceMinor),
    current_price: decimal(currentMinor(product)),
    quantity: shownQuantity(product),
    pictures: pictures.map(({ url }) => ({ url, height: 1280, width: 1280 })),
    colour: details.colour ?? [],
    style: details.style ?? [],
    age: details.age ?? [],
    source: details.source ?? [],
    brand: details.brand_name,
    is_boosted: details.is_boosted ?? false,
    created_at: product.createdAt,
    updated_at: product.updatedAt,
  };
}

export function orderJson(order: Order, sellerId: number): Record<string, unknown> {
  return {
    ...sharedJson(order, sellerId),
    ...(order.taxMinor > 0 ? { buyer_tax_amount: decimal(order.taxMinor) } : {}),
    buyer_address: { ...addressJson(order.contact), country_code: order.contact.countryCode },
    seller_fee_breakdown: [
      { fee_type: "PAYMENT_FEE", amount: decimal(feeMinor(order)), currency: order.currency },
      { fee_type: "DEPOP_FEE", amount: "0.00", currency: order.currency },
    ],
    ...(order.refund === null ? {} : { refund_summary: refundJson(order.refund, order) }),
    created_at: order.createdAt,
  };
}

function sharedJson(order: Order, sellerId: number): Record<string, unknown> {
  return {
    seller_id: sellerId,
    purchase_id: order.purchaseId,
    status: order.newStatus ?? order.status,
    currency: order.currency,
    buyer_pays_amount: decimal(totalMinor(order)),
    seller_receives_amount: decimal(itemsMinor(order) + order.shippingMinor - feeMinor(order)),
    buyer_shipping_price: decimal(order.shippingMinor),
    line_items: order.lines.map(lineJson),
  };
}

/** 2.9 % for the payment. */
function feeMinor(order: Order): number {
  return Math.round((itemsMinor(order) + order.shippingMinor) * 0.029);
}

function addressJson(contact: Contact): Record<string, unknown> {
  return {
    name: contact.name,
    address: contact.address,
    ...(contact.address2 ? { address2: contact.address2 } : {}),
    city: contact.city,
    postal_code: contact.postalCode,
    ...(contact.state ? { state: contact.state } : {}),
    phone_number: contact.phone,
  };
}

function lineJson(line: OrderLine): Record<string, unknown> {
  return {
    purchase_item_id: line.purchaseItemId,
    sku: line.sku,
    product_id: line.productId,
    slug: line.slug,
    parcel_id: line.parcelId,
    description: line.description,
    original_price: decimal(line.originalMinor),
    sold_price: decimal(line.soldMinor),
    sold_via_offers: false,
    image_url: `https://pictures.depop.example/${line.slug}/P0.jpg`,
  };
}

function refundJson(refund: Refund, order: Order): Record<string, unknown> {
  const full = refund.itemsMinor >= itemsMinor(order);
  const tax = full ? order.taxMinor : 0;
  const fee = full ? order.buyerFeeMinor : 0;
  return {
    buyer_refund_amount: decimal(refund.itemsMinor + refund.shippingMinor + tax + fee),
    refund_date: refund.at,
    refunded_by: refund.by,
    breakdown: {
      refunded_to_buyer: {
        item_refund_amount: decimal(refund.itemsMinor),
        shipping_refund_amount: decimal(refund.shippingMinor),
        depop_fee_refund_amount: decimal(fee),
        tax_refund_amount: decimal(tax),
      },
      refunded_to_seller: {
        ads_fee_refund_amount: "0.00",
        payment_fee_refund_amount: decimal(full ? feeMinor(order) : 0),
        depop_fee_refund_amount: "0.00",
        shipping_refund_amount: "0.00",
      },
    },
  };
}

/** In webhooks the country is in `country`, and the fees are one sum (OrderWebhook, WebhookShippingAddress). */
export function orderWebhookJson(order: Order, sellerId: number): Record<string, unknown> {
  return {
    ...sharedJson(order, sellerId),
    fee_amount: decimal(feeMinor(order)),
    buyer_address: { ...addressJson(order.contact), country: order.contact.countryCode },
  };
}

export function refundWebhookJson(order: Order): Record<string, unknown> {
  return { purchase_id: order.purchaseId, refunded_by: order.refund?.by ?? "DEPOP" };
}
