/**
 * orderCreate: Shopify's checks, then the order. The defaults are its traps (facts/shopify.md): inventoryBehaviour is
 * BYPASS, a line does not require shipping and is taxable, and nothing makes a second call harmless.
 */
import { associateCustomer, type CustomerOutcome, upsertCustomer } from "../customers.ts";
import { fulfillOrder, type InventoryBehaviour, lineBeyondStock, placeOrder } from "../orders.ts";
import { type Customer, type FinancialStatus, type LineItem, type Order, orderTotal, type Store } from "../store.ts";
import { act, type MerchantAction, timestamp, type World } from "../world.ts";
import type { AdminContext } from "./admin-context.ts";
import { adminError } from "./admin-errors.ts";
import { definitionFor, holderOf, metafieldsFromInput } from "./metafields.ts";
import type { LineInput, MailingAddressInput, MoneyBag, OrderInput, OrderOptions } from "./order-input.ts";
import { fromAddressInput } from "./order-input.ts";

export interface UserError {
  code: string | null;
  field: string[] | null;
  message: string;
}

export interface OrderCreateResult {
  order: Order | null;
  userErrors: UserError[];
}

const MINUTE_MS = 60_000;

export function createOrder(context: AdminContext, input: OrderInput, options: OrderOptions): OrderCreateResult {
  const { world, store } = context;
  const tooMany = refusalOfTooMany(context);
  if (tooMany) return { order: null, userErrors: [tooMany] };
  if (context.world.settings.refusedMutations.includes("orderCreate")) {
    if (input.sourceIdentifier) store.refusedForDetails.add(input.sourceIdentifier);
    return { order: null, userErrors: [invalid(["order"], "Order could not be created")] };
  }
  const behaviour = options.inventoryBehaviour ?? "BYPASS";
  const errors = validate(world, store, input);
  if (errors.length > 0) return { order: null, userErrors: errors };

  const lines = (input.lineItems ?? []).map((line) => newLine(world, store, line));
  if (behaviour === "DECREMENT_OBEYING_POLICY") {
    const index = lineBeyondStock(store, lines);
    if (index !== null) {
      const field = ["order", "lineItems", String(index)];
      const message = "Unable to claim the inventory for this line item.";
      return { order: null, userErrors: [{ code: "INVENTORY_CLAIM_FAILED", field, message }] };
    }
  }
  return act(world, store, (action) => {
    const who = findCustomer(world, action, store, input);
    if (who && !who.ok) return { order: null, userErrors: [invalid(who.field, who.message)] };
    return { order: place(world, action, store, input, lines, who?.customer ?? null, behaviour), userErrors: [] };
  });
}

/** Development and trial stores take 5 orders a minute. */
function refusalOfTooMany(context: AdminContext): UserError | null {
  const { ordersPerMinuteMax: max, ordersOverLimit } = context.world.settings;
  const nowMs = context.world.clock.now().getTime();
  const recent = context.orderCreatesAtMs;
  while (recent[0] !== undefined && recent[0] <= nowMs - MINUTE_MS) recent.shift();
  if (max === null || recent.length < max) {
    recent.push(nowMs);
    return null;
  }
  const message = "Too many attempts. Please try again later.";
  if (ordersOverLimit === "throttled") throw adminError("THROTTLED", message);
  return { code: null, field: null, message };
}

function invalid(field: string[], message: string, code = "INVALID"): UserError {
  return { code, field, message };
}

function validate(world: World, store: Store, input: OrderInput): UserError[] {
  const errors: UserError[] = [];
  const lines = input.lineItems ?? [];
  const currency = input.currency ?? store.currency;
  if (lines.length === 0) errors.push(invalid(["order", "lineItems"], "Line items must have at least one line item"));
  lines.forEach((line, index) => {
    errors.push(...validateLine(store, line, ["order", "lineItems", String(index)], currency));
  });
  if (lines.some((line) => (line.taxLines?.length ?? 0) > 0) && (input.taxLines?.length ?? 0) > 0) {
    errors.push(invalid(["order", "taxLines"], "Tax lines must be specified on either the order or its line items"));
  }
  if (input.customer && input.customerId) {
    const message = "Only one of customer and customerId can be given";
    errors.push(invalid(["order", "customer"], message, "REDUNDANT_CUSTOMER_FIELDS"));
  }
  if (input.processedAt && Date.parse(input.processedAt) > world.clock.now().getTime()) {
    errors.push(invalid(["order", "processedAt"], "Processed at cannot be in the future", "PROCESSED_AT_INVALID"));
  }
  (input.shippingLines ?? []).forEach((line, index) => {
    errors.push(...validateMoney(line.priceSet, ["order", "shippingLines", String(index), "priceSet"], currency));
  });
  (input.transactions ?? []).forEach((transaction, index) => {
    errors.push(
      ...validateMoney(transaction.amountSet, ["order", "transactions", String(index), "amountSet"], currency),
    );
  });
  const discount = input.discountCode?.itemFixedDiscountCode?.amountSet;
  if (discount) {
    const field = ["order", "discountCode", "itemFixedDiscountCode", "amountSet"];
    errors.push(...validateMoney(discount, field, currency));
  }
  if (input.email && !/^[^@\s]+@[^@\s]+$/.test(input.email)) {
    errors.push(invalid(["order", "email"], "Email is invalid"));
  }
  for (const name of ["shippingAddress", "billingAddress"] as const) {
    const address = input[name];
    if (address) errors.push(...validateAddress(address, ["order", name]));
  }
  if (world.settings.wantsPostalCodes && lines.some((line) => line.requiresShipping)) {
    const { shippingAddress: address } = input;
    if (!address) errors.push(invalid(["order", "shippingAddress"], "can't be blank"));
    else if (!/\d/.test(address.zip ?? ""))
      errors.push(
        invalid(["order", "shippingAddress", "zip"], `is not valid for ${address.countryCode ?? "no country"}`),
      );
  }
  (input.metafields ?? []).forEach((metafield, index) => {
    const field = ["order", "metafields", String(index)];
    if (!metafield.key || metafield.value === null || metafield.value === undefined || metafield.value === "") {
      errors.push(invalid(field, "Metafields must have a key and a value"));
      return;
    }
    const definition = definitionFor(store, "ORDER", metafield.namespace ?? null, metafield.key);
    const type = metafield.type ?? definition?.type;
    if (!type) errors.push(invalid([...field, "type"], "Type can't be blank"));
    if (definition && metafield.type && metafield.type !== definition.type) {
      errors.push(
        invalid([...field, "type"], `Type must be consistent with the definition's type: '${definition.type}'.`),
      );
    }
    if (type === "id" && (/\s/.test(metafield.value) || metafield.value.length > 255)) {
      errors.push(
        invalid([...field, "value"], "Value must be an id: at most 255 characters, none of them white space."),
      );
    }
    if (definition?.uniqueValues && world.settings.refusesDuplicateUniqueMetafields) {
      if (holderOf(store, definition, metafield.value))
        errors.push(invalid([...field, "value"], "Value has already been taken."));
    }
  });
  return errors;
}

/** Its texts are those of Shopify's own forms; which it checks here is not documented, and people meet all of these. */
function validateAddress(address: MailingAddressInput, field: string[]): UserError[] {
  const errors: UserError[] = [];
  for (const [name, value] of Object.entries(address)) {
    if (typeof value === "string" && value.length > ADDRESS_LENGTH_MAX)
      errors.push(invalid([...field, name], `is too long (maximum is ${ADDRESS_LENGTH_MAX} characters)`));
  }
  const { countryCode, provinceCode, phone } = address;
  const provinces = PROVINCES.get(countryCode ?? "");
  if (provinceCode && (!countryCode || (provinces && !provinces.has(provinceCode))))
    errors.push(invalid([...field, "provinceCode"], `is not a valid province in ${countryCode ?? "no country"}`));
  if (phone && !/^\+?[\d\s().-]{6,20}$/.test(phone)) errors.push(invalid([...field, "phone"], "is invalid"));
  return errors;
}

const ADDRESS_LENGTH_MAX = 255;

/** Of some countries; the empty ones have none. */
const PROVINCES = new Map<string, Set<string>>([
  [
    "US",
    codes(
      "AL AK AS AZ AR CA CO CT DE DC FL GA GU HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT MP NE NV NH NJ NM NY NC ND OH OK OR PA PR RI SC SD TN TX UT VT VA VI WA WV WI WY AA AE AP",
    ),
  ],
  ["CA", codes("AB BC MB NB NL NT NS NU ON PE QC SK YT")],
  ["AU", codes("ACT NSW NT QLD SA TAS VIC WA")],
  ["GB", codes("BFP ENG NIR SCT WLS")],
  ...["AT", "BE", "DE", "DK", "FI", "FR", "NL", "NO", "PL", "SE"].map((one): [string, Set<string>] => [one, new Set()]),
]);

function codes(list: string): Set<string> {
  return new Set(list.split(" "));
}

function validateLine(store: Store, line: LineInput, field: string[], currency: string): UserError[] {
  const errors: UserError[] = [];
  if (line.quantity < 1) errors.push(invalid([...field, "quantity"], "Quantity must be greater than 0"));
  if (line.variantId) {
    if (!store.variants.has(line.variantId)) errors.push(invalid([...field, "variantId"], "Variant does not exist"));
  } else {
    if (!line.title) errors.push(invalid([...field, "title"], "Title can't be blank without a variant"));
    if (!line.priceSet) errors.push(invalid([...field, "priceSet"], "Price can't be blank without a variant"));
  }
  if (line.priceSet) errors.push(...validateMoney(line.priceSet, [...field, "priceSet"], currency));
  return errors;
}

function validateMoney(money: MoneyBag, field: string[], currency: string): UserError[] {
  const errors: UserError[] = [];
  if (money.shopMoney.currencyCode !== currency) {
    const message = `Currency ${money.shopMoney.currencyCode} does not match the order's currency ${currency}`;
    errors.push(invalid([...field, "shopMoney", "currencyCode"], message));
  }
  if (!(Number(money.shopMoney.amount) >= 0)) {
    errors.push(invalid([...field, "shopMoney", "amount"], "Amount must be a number of at least 0"));
  }
  return errors;
}

function newLine(world: World, store: Store, line: LineInput): LineItem {
  const variant = line.variantId ? store.variants.get(line.variantId) : undefined;
  const product = variant ? store.products.get(variant.productId) : undefined;
  return {
    id: world.gids.next("LineItem"),
    variantId: variant?.id ?? null,
    productId: product?.id ?? line.productId ?? null,
    title: line.title ?? product?.title ?? "",
    variantTitle: line.variantTitle ?? (variant && variant.title !== "Default Title" ? variant.title : null),
    sku: line.sku ?? variant?.sku ?? null,
    vendor: line.vendor ?? product?.vendor ?? null,
    quantity: line.quantity,
    price: line.priceSet ? Number(line.priceSet.shopMoney.amount).toFixed(2) : (variant?.price ?? "0.00"),
    requiresShipping: line.requiresShipping ?? false,
    taxable: line.taxable ?? true,
    customAttributes: (line.properties ?? []).map(({ name, value }) => ({ key: name, value })),
    taxLines: line.taxLines ?? [],
    claims: [],
    refundedQuantity: 0,
    editedOutQuantity: 0,
  };
}

function findCustomer(world: World, action: MerchantAction, store: Store, input: OrderInput): CustomerOutcome | null {
  if (input.customer && world.settings.refusesCustomers) {
    if (input.sourceIdentifier) store.refusedForDetails.add(input.sourceIdentifier);
    return { ok: false, field: ["order", "customer"], message: "Customer is invalid" };
  }
  if (input.customerId) return associateCustomer(store, { id: input.customerId });
  if (input.customer?.toAssociate) return associateCustomer(store, input.customer.toAssociate);
  const details = input.customer?.toUpsert;
  if (!details) return null;
  return upsertCustomer(world, action, store, {
    ...details,
    addresses: details.addresses?.map(fromAddressInput) ?? null,
  });
}

function place(
  world: World,
  action: MerchantAction,
  store: Store,
  input: OrderInput,
  lineItems: LineItem[],
  customer: Customer | null,
  behaviour: InventoryBehaviour,
): Order {
  const currency = input.currency ?? store.currency;
  const discount = input.discountCode?.itemFixedDiscountCode;
  const shippingLines = (input.shippingLines ?? []).map((line) => ({
    title: line.title,
    code: line.code ?? null,
    price: Number(line.priceSet.shopMoney.amount).toFixed(2),
  }));
  const discountCode = discount
    ? { code: discount.code, amount: Number(discount.amountSet?.shopMoney.amount ?? 0).toFixed(2) }
    : null;
  const taxes = { taxLines: input.taxLines ?? [], taxesIncluded: input.taxesIncluded ?? false };
  const total = orderTotal({ lineItems, shippingLines, discountCode, ...taxes });
  const order = placeOrder(
    world,
    action,
    store,
    {
      name: input.name,
      customerId: customer?.id ?? null,
      email: input.email ?? customer?.email ?? null,
      phone: input.phone ?? null,
      currency,
      presentmentCurrency: input.presentmentCurrency ?? currency,
      financialStatus: financialStatus(input, total),
      ...taxes,
      test: input.test ?? false,
      note: input.note ?? null,
      tags: input.tags ?? [],
      sourceName: input.sourceName ?? null,
      sourceIdentifier: input.sourceIdentifier ?? null,
      sourceUrl: input.sourceUrl ?? null,
      customAttributes: input.customAttributes ?? [],
      lineItems,
      discountCode,
      shippingLines,
      transactions: input.transactions ?? [],
      shippingAddress: input.shippingAddress ? fromAddressInput(input.shippingAddress) : null,
      billingAddress: input.billingAddress ? fromAddressInput(input.billingAddress) : null,
      metafields: metafieldsFromInput(store, "ORDER", input.metafields ?? []),
      processedAt: input.processedAt ? timestamp(world, new Date(input.processedAt)) : action.at,
    },
    behaviour,
  );
  if (input.fulfillment) {
    const { locationId, trackingCompany, trackingNumber, trackingNumbers } = input.fulfillment;
    const numbers = trackingNumbers ?? (trackingNumber ? [trackingNumber] : []);
    fulfillOrder(world, action, store, order.id, {
      locationId,
      tracking: numbers.map((number) => ({ company: trackingCompany ?? null, number, url: null })),
    });
  }
  return order;
}

/** What was said, else what the transactions add up to, else PAID: an order without either is taken as paid. */
function financialStatus(input: OrderInput, total: string): FinancialStatus {
  if (input.financialStatus) return input.financialStatus;
  const transactions = (input.transactions ?? []).filter((one) => (one.status ?? "SUCCESS") === "SUCCESS");
  if (transactions.length === 0) return (input.transactions?.length ?? 0) > 0 ? "PENDING" : "PAID";
  const paid = transactions
    .filter((one) => (one.kind ?? "SALE") === "SALE" || one.kind === "CAPTURE")
    .reduce((sum, one) => sum + Number(one.amountSet.shopMoney.amount), 0);
  if (paid === 0) return "AUTHORIZED";
  return paid + 0.005 >= Number(total) ? "PAID" : "PARTIALLY_PAID";
}

export function orderByMetafield(
  store: Store,
  identifier: { namespace?: string | null; key: string; value: string },
): Order | null {
  const definition = definitionFor(store, "ORDER", identifier.namespace ?? null, identifier.key);
  if (definition?.type !== "id" || !definition.uniqueValues) {
    throw adminError("BAD_REQUEST", "Metafield definition of type 'id' is required when using custom ids.");
  }
  return holderOf(store, definition, identifier.value);
}
