/**
 * Payloads in Shopify's REST shape: snake case, numeric ids of any size as JSON numerals (bigint here), the gid beside
 * them as admin_graphql_api_id, times local to the shop.
 */
import { numericId } from "./gids.ts";
import {
  type Address,
  type BulkOperation,
  type Collection,
  type Customer,
  currentQuantity,
  displayName,
  type Fulfillment,
  fulfillableQuantity,
  fulfillmentStatus,
  type InventoryItem,
  type LineItem,
  type Location,
  levelsOf,
  type Order,
  orderTotal,
  type Product,
  type Refund,
  type Store,
  variantsOf,
} from "./store.ts";
import { restTime } from "./world.ts";

function identity(gid: string): { id: bigint; admin_graphql_api_id: string } {
  return { id: numericId(gid), admin_graphql_api_id: gid };
}

function maybeTime(store: Store, iso: string | null): string | null {
  return iso === null ? null : restTime(store, iso);
}

function addressPayload(address: Address | null): object | null {
  if (!address) return null;
  return {
    first_name: address.firstName,
    last_name: address.lastName,
    company: address.company,
    address1: address.address1,
    address2: address.address2,
    city: address.city,
    province: address.province,
    zip: address.zip,
    country_code: address.countryCode,
    phone: address.phone,
    name: [address.firstName, address.lastName].filter(Boolean).join(" "),
  };
}

export function customerPayload(store: Store, customer: Customer): object {
  return {
    ...identity(customer.id),
    email: customer.email,
    phone: customer.phone,
    first_name: customer.firstName,
    last_name: customer.lastName,
    note: customer.note,
    tags: customer.tags.join(", "),
    created_at: restTime(store, customer.createdAt),
    updated_at: restTime(store, customer.updatedAt),
    state: "disabled",
    verified_email: true,
    currency: store.currency,
    default_address: addressPayload(customer.addresses[0] ?? null),
  };
}

const REST_FULFILLMENT_STATUS = { FULFILLED: "fulfilled", PARTIALLY_FULFILLED: "partial", UNFULFILLED: null } as const;

function linePayload(order: Order, line: LineItem): object {
  const open = fulfillableQuantity(order, line);
  return {
    ...identity(line.id),
    product_id: line.productId ? numericId(line.productId) : null,
    variant_id: line.variantId ? numericId(line.variantId) : null,
    title: line.title,
    variant_title: line.variantTitle,
    name: [line.title, line.variantTitle].filter(Boolean).join(" - "),
    sku: line.sku,
    vendor: line.vendor,
    quantity: line.quantity,
    current_quantity: currentQuantity(line),
    fulfillable_quantity: open,
    fulfillment_status: open === 0 ? "fulfilled" : open < line.quantity ? "partial" : null,
    price: line.price,
    requires_shipping: line.requiresShipping,
    taxable: line.taxable,
    gift_card: false,
    properties: line.customAttributes.map(({ key, value }) => ({ name: key, value })),
    tax_lines: line.taxLines,
  };
}

export function fulfillmentPayload(store: Store, order: Order, fulfillment: Fulfillment): object {
  const first = fulfillment.trackingInfo[0];
  return {
    ...identity(fulfillment.id),
    order_id: numericId(order.id),
    name: fulfillment.name,
    status: fulfillment.status.toLowerCase(),
    service: "manual",
    location_id: numericId(fulfillment.locationId),
    shipment_status: null,
    tracking_company: first?.company ?? null,
    tracking_number: first?.number ?? null,
    tracking_numbers: fulfillment.trackingInfo.map((one) => one.number).filter((one) => one !== null),
    tracking_url: first?.url ?? null,
    tracking_urls: fulfillment.trackingInfo.map((one) => one.url).filter((one) => one !== null),
    created_at: restTime(store, fulfillment.createdAt),
    updated_at: restTime(store, fulfillment.updatedAt),
    email: order.email,
    destination: addressPayload(order.shippingAddress),
    line_items: fulfillment.lines.flatMap((shipped) => {
      const line = order.lineItems.find((one) => one.id === shipped.lineItemId);
      return line ? [{ ...linePayload(order, line), quantity: shipped.quantity }] : [];
    }),
  };
}

export function refundPayload(store: Store, order: Order, refund: Refund): object {
  return {
    ...identity(refund.id),
    order_id: numericId(order.id),
    created_at: restTime(store, refund.createdAt),
    processed_at: restTime(store, refund.createdAt),
    note: refund.note,
    restock: refund.lines.some((line) => line.restockType !== "no_restock"),
    refund_line_items: refund.lines.map((refunded) => {
      const line = order.lineItems.find((one) => one.id === refunded.lineItemId);
      return {
        id: numericId(refunded.id),
        line_item_id: numericId(refunded.lineItemId),
        location_id: refunded.locationId ? numericId(refunded.locationId) : null,
        quantity: refunded.quantity,
        restock_type: refunded.restockType,
        line_item: line ? linePayload(order, line) : null,
      };
    }),
    transactions:
      Number(refund.amount) > 0
        ? [{ kind: "refund", status: "success", amount: refund.amount, currency: order.currency, gateway: "manual" }]
        : [],
  };
}

/** orders/edited: which lines, and by how many units. */
export function orderEditPayload(
  store: Store,
  order: Order,
  changes: readonly { line: LineItem; delta: number }[],
  at: string,
): object {
  const lines = (sign: 1 | -1) =>
    changes
      .filter(({ delta }) => delta * sign > 0)
      .map(({ line, delta }) => ({ id: numericId(line.id), delta: delta * sign }));
  const none = { additions: [], removals: [] };
  return {
    order_edit: {
      id: numericId(order.id) + 1n,
      app_id: null,
      created_at: restTime(store, at),
      notify_customer: false,
      order_id: numericId(order.id),
      reason: "",
      staff_note: "",
      user_id: 1,
      line_items: { additions: lines(1), removals: lines(-1) },
      discounts: { line_item: none },
      shipping_lines: none,
    },
  };
}

export function orderPayload(store: Store, order: Order): object {
  const customer = order.customerId ? store.customers.get(order.customerId) : undefined;
  return {
    ...identity(order.id),
    name: order.name,
    order_number: order.number,
    number: order.number - 1000,
    email: order.email,
    contact_email: order.email,
    phone: order.phone,
    created_at: restTime(store, order.createdAt),
    processed_at: restTime(store, order.processedAt),
    updated_at: restTime(store, order.updatedAt),
    cancelled_at: maybeTime(store, order.cancelledAt),
    cancel_reason: order.cancelReason?.toLowerCase() ?? null,
    currency: order.currency,
    presentment_currency: order.presentmentCurrency,
    financial_status: order.financialStatus.toLowerCase(),
    fulfillment_status: REST_FULFILLMENT_STATUS[fulfillmentStatus(order)],
    total_price: orderTotal(order),
    current_total_price: orderTotal(order),
    taxes_included: order.taxesIncluded,
    test: order.test,
    note: order.note,
    tags: order.tags.join(", "),
    source_name: order.sourceName,
    source_identifier: order.sourceIdentifier,
    source_url: order.sourceUrl,
    note_attributes: order.customAttributes.map(({ key, value }) => ({ name: key, value })),
    line_items: order.lineItems.map((line) => linePayload(order, line)),
    shipping_lines: order.shippingLines,
    tax_lines: order.taxLines,
    shipping_address: addressPayload(order.shippingAddress),
    billing_address: addressPayload(order.billingAddress),
    customer: customer ? customerPayload(store, customer) : null,
    fulfillments: order.fulfillments.map((one) => fulfillmentPayload(store, order, one)),
    refunds: order.refunds.map((one) => refundPayload(store, order, one)),
  };
}

export function collectionPayload(store: Store, collection: Collection): object {
  return {
    ...identity(collection.id),
    title: collection.title,
    handle: collection.handle,
    updated_at: restTime(store, collection.updatedAt),
  };
}

export function productPayload(store: Store, product: Product): object {
  return {
    ...identity(product.id),
    title: product.title,
    handle: product.handle,
    vendor: product.vendor,
    product_type: product.productType,
    tags: product.tags.join(", "),
    status: product.status.toLowerCase(),
    created_at: restTime(store, product.createdAt),
    updated_at: restTime(store, product.updatedAt),
    variants: variantsOf(store, product.id).map((variant) => {
      const item = store.inventoryItems.get(variant.inventoryItemId);
      return {
        ...identity(variant.id),
        product_id: numericId(product.id),
        title: variant.title,
        sku: variant.sku,
        barcode: variant.barcode,
        price: variant.price,
        position: variant.position,
        inventory_item_id: numericId(variant.inventoryItemId),
        inventory_management: item?.tracked ? "shopify" : null,
        inventory_policy: variant.inventoryPolicy.toLowerCase(),
        inventory_quantity: levelsOf(store, variant.inventoryItemId).reduce(
          (sum, one) => sum + one.quantities.available,
          0,
        ),
        created_at: restTime(store, variant.createdAt),
        updated_at: restTime(store, variant.updatedAt),
      };
    }),
  };
}

export function inventoryItemPayload(store: Store, item: InventoryItem): object {
  return {
    ...identity(item.id),
    sku: store.variants.get(item.variantId)?.sku ?? null,
    tracked: item.tracked,
    requires_shipping: true,
    created_at: restTime(store, item.updatedAt),
    updated_at: restTime(store, item.updatedAt),
  };
}

export function locationPayload(location: Location): object {
  return {
    ...identity(location.id),
    name: location.name,
    active: location.isActive,
    city: location.city,
    country_code: location.countryCode,
    legacy: false,
  };
}

export function bulkOperationPayload(store: Store, operation: BulkOperation): object {
  return {
    admin_graphql_api_id: operation.id,
    created_at: restTime(store, operation.createdAt),
    completed_at: maybeTime(store, operation.completedAt),
    error_code: operation.errorCode?.toLowerCase() ?? null,
    status: operation.status.toLowerCase(),
    type: "query",
  };
}

export function shopPayload(store: Store): object {
  return {
    id: numericId(store.id),
    name: store.name,
    email: store.email,
    domain: store.domain,
    myshopify_domain: store.domain,
    currency: store.currency,
    iana_timezone: store.timezone,
    country_code: store.countryCode,
  };
}

/** customers/data_request, customers/redact and shop/redact: Shopify's shapes for the three compliance topics. */
export function compliancePayload(store: Store, topic: string, customer: Customer | null): object {
  const shop = { shop_id: numericId(store.id), shop_domain: store.domain };
  if (topic === "shop/redact" || !customer) return shop;
  const orders = [...store.orders.values()].filter((order) => order.customerId === customer.id);
  const person = { id: numericId(customer.id), email: customer.email, phone: customer.phone };
  const ids = orders.map((order) => numericId(order.id));
  return topic === "customers/redact"
    ? { ...shop, customer: person, orders_to_redact: ids }
    : { ...shop, customer: person, orders_requested: ids, data_request: { id: 9999, name: displayName(customer) } };
}
