/** The inputs of orderCreate as graphql-js hands them over once it has checked them against the schema. */
import type { Gid } from "../gids.ts";
import type { InventoryBehaviour } from "../orders.ts";
import type { Address, Attribute, FinancialStatus } from "../store.ts";
import type { MetafieldInput } from "./metafields.ts";

type Maybe<T> = T | null | undefined;

export interface MoneyBag {
  shopMoney: { amount: string; currencyCode: string };
  presentmentMoney?: Maybe<{ amount: string; currencyCode: string }>;
}

export interface LineInput {
  variantId?: Maybe<Gid>;
  productId?: Maybe<Gid>;
  title?: Maybe<string>;
  variantTitle?: Maybe<string>;
  sku?: Maybe<string>;
  vendor?: Maybe<string>;
  quantity: number;
  priceSet?: Maybe<MoneyBag>;
  requiresShipping?: Maybe<boolean>;
  taxable?: Maybe<boolean>;
  taxLines?: Maybe<object[]>;
  properties?: Maybe<{ name: string; value: string }[]>;
}

export interface MailingAddressInput {
  firstName?: Maybe<string>;
  lastName?: Maybe<string>;
  company?: Maybe<string>;
  address1?: Maybe<string>;
  address2?: Maybe<string>;
  city?: Maybe<string>;
  province?: Maybe<string>;
  provinceCode?: Maybe<string>;
  country?: Maybe<string>;
  countryCode?: Maybe<string>;
  zip?: Maybe<string>;
  phone?: Maybe<string>;
}

export interface UpsertInput {
  id?: Maybe<Gid>;
  email?: Maybe<string>;
  phone?: Maybe<string>;
  firstName?: Maybe<string>;
  lastName?: Maybe<string>;
  note?: Maybe<string>;
  tags?: Maybe<string[]>;
  addresses?: Maybe<MailingAddressInput[]>;
}

export interface OrderInput {
  name?: Maybe<string>;
  email?: Maybe<string>;
  phone?: Maybe<string>;
  currency?: Maybe<string>;
  presentmentCurrency?: Maybe<string>;
  financialStatus?: Maybe<FinancialStatus>;
  processedAt?: Maybe<string>;
  taxesIncluded?: Maybe<boolean>;
  test?: Maybe<boolean>;
  note?: Maybe<string>;
  tags?: Maybe<string[]>;
  sourceName?: Maybe<string>;
  sourceIdentifier?: Maybe<string>;
  sourceUrl?: Maybe<string>;
  customAttributes?: Maybe<Attribute[]>;
  customerId?: Maybe<Gid>;
  customer?: Maybe<{
    toAssociate?: Maybe<{ id?: Maybe<Gid>; email?: Maybe<string> }>;
    toUpsert?: Maybe<UpsertInput>;
  }>;
  lineItems?: Maybe<LineInput[]>;
  discountCode?: Maybe<{ itemFixedDiscountCode?: Maybe<{ code: string; amountSet?: Maybe<MoneyBag> }> }>;
  shippingLines?: Maybe<{ title: string; code?: Maybe<string>; priceSet: MoneyBag }[]>;
  taxLines?: Maybe<object[]>;
  transactions?: Maybe<{ amountSet: MoneyBag; kind?: Maybe<string>; status?: Maybe<string> }[]>;
  shippingAddress?: Maybe<MailingAddressInput>;
  billingAddress?: Maybe<MailingAddressInput>;
  metafields?: Maybe<MetafieldInput[]>;
  fulfillment?: Maybe<{
    locationId: Gid;
    trackingCompany?: Maybe<string>;
    trackingNumber?: Maybe<string>;
    trackingNumbers?: Maybe<string[]>;
  }>;
}

export interface OrderOptions {
  inventoryBehaviour?: Maybe<InventoryBehaviour>;
}

export function fromAddressInput(input: MailingAddressInput): Address {
  return {
    firstName: input.firstName ?? null,
    lastName: input.lastName ?? null,
    company: input.company ?? null,
    address1: input.address1 ?? null,
    address2: input.address2 ?? null,
    city: input.city ?? null,
    province: input.provinceCode ?? input.province ?? null,
    zip: input.zip ?? null,
    countryCode: input.countryCode ?? input.country ?? null,
    phone: input.phone ?? null,
  };
}
