/** Customers as Shopify has them: whose an order is, and what a merchant is shown of them. Read, never kept; and their tags. */
import { fail, type Result, succeed } from "#connectors/contract/failures.ts";
import { ORDER_TAG } from "../orders/order-draft.ts";
import type { Admin } from "./admin.ts";
import {
  CustomerFactsDocument,
  type CustomerFactsQuery,
  type CustomerIdentifierInput,
  CustomerNamesDocument,
  FindCustomerDocument,
  type FindCustomerQuery,
  MoveCustomerTagsDocument,
  type MoveCustomerTagsMutation,
  RemoveCustomerTagsDocument,
  type RemoveCustomerTagsMutation,
  SearchCustomersDocument,
} from "./operations.generated.ts";
import { failureOfUserErrors } from "./shop-refusals.ts";

/** A customer that Shopify has, with what it says of their orders: all of them counted, and the newest that are not ours. */
export interface ShopCustomer {
  customerGid: string;
  /** Null: it does not say. */
  orders: number | null;
  lastAt: Date | null;
}

export async function findCustomer(
  admin: Admin,
  identifier: CustomerIdentifierInput,
): Promise<Result<ShopCustomer | null>> {
  const isEnough = ({ customerByIdentifier }: FindCustomerQuery) => Boolean(customerByIdentifier?.id);
  const reply = await admin.run(FindCustomerDocument, { identifier }, { isEnough });
  if (!reply.ok) return reply;
  const { customerByIdentifier: found, history } = reply.value;
  if (!found?.id) return succeed(null);
  const own = history?.orders?.nodes?.find((order) => !order.cancelledAt && !order.tags.includes(ORDER_TAG));
  return succeed({
    customerGid: found.id,
    orders: history?.numberOfOrders ? Number(history.numberOfOrders) : null,
    lastAt: own ? new Date(own.createdAt) : null,
  });
}

/** Null: Shopify does not say. */
export interface ShopCustomerFacts {
  name: string | null;
  since: string;
  /** Of all channels that Shopify has orders of, marketplaces' among them. */
  orders: number;
  spent: { amount: string; currency: string };
  rfmGroup: string | null;
  /** The newest orders, of the shop and of marketplaces; null: it does not show them. */
  newest:
    | {
        id: string;
        name: string;
        createdAt: string;
        isCancelled: boolean;
        isOurs: boolean;
        total: { amount: string; currency: string } | null;
      }[]
    | null;
}

export async function readCustomerFacts(admin: Admin, gid: string): Promise<Result<ShopCustomerFacts | null>> {
  const isEnough = ({ customer }: CustomerFactsQuery) => Boolean(customer?.id);
  const reply = await admin.run(CustomerFactsDocument, { id: gid }, { isEnough });
  if (!reply.ok) return reply;
  const { customer, history } = reply.value;
  if (!customer) return succeed(null);
  return succeed({
    name: customer.displayName || null,
    since: customer.createdAt,
    orders: Number(customer.numberOfOrders),
    spent: { amount: customer.amountSpent.amount, currency: customer.amountSpent.currencyCode },
    rfmGroup: customer.statistics.rfmGroup ?? null,
    newest:
      history?.orders?.nodes?.map((order) => ({
        id: order.id.split("/").at(-1) ?? "",
        name: order.name,
        createdAt: order.createdAt,
        isCancelled: Boolean(order.cancelledAt),
        isOurs: order.tags.includes(ORDER_TAG),
        total: order.currentTotalPriceSet?.shopMoney
          ? {
              amount: order.currentTotalPriceSet.shopMoney.amount,
              currency: order.currentTotalPriceSet.shopMoney.currencyCode,
            }
          : null,
      })) ?? null,
  });
}

/** By customer; those whom Shopify does not show are left out. */
export async function readCustomerNames(
  admin: Admin,
  gids: readonly string[],
): Promise<Result<Record<string, string>>> {
  const reply = await admin.run(CustomerNamesDocument, { ids: [...gids] }, { isEnough: ({ nodes }) => Boolean(nodes) });
  if (!reply.ok) return reply;
  const named = reply.value.nodes.flatMap((node) =>
    node && "displayName" in node && node.displayName ? [[node.id, node.displayName] as const] : [],
  );
  return succeed(Object.fromEntries(named));
}

/** The first fifty whose name, e-mail or phone has all of these words. */
export async function findCustomersByWords(admin: Admin, typed: string): Promise<Result<string[]>> {
  // Nothing that means something in Shopify's search: no field, quote or capital OR.
  const words = typed.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0) return succeed([]);
  const reply = await admin.run(SearchCustomersDocument, { query: words.join(" ") });
  return reply.ok ? succeed(reply.value.customers.nodes.map((node) => node.id)) : reply;
}

/**
 * Takes tags off a customer, and puts others on; what is not there, or there already, is no error. `gone`: Shopify has no such
 * customer, which it says of the argument `id`. `rejected` is about this customer alone. `remove` is never empty.
 */
export async function moveCustomerTags(
  admin: Admin,
  { customerGid: id, remove, add }: { customerGid: string; remove: string[]; add: string[] },
): Promise<Result<"moved" | "gone">> {
  const reply: Result<RemoveCustomerTagsMutation & Partial<MoveCustomerTagsMutation>> =
    add.length > 0
      ? await admin.run(MoveCustomerTagsDocument, { id, remove, add }, { yields: true })
      : await admin.run(RemoveCustomerTagsDocument, { id, remove }, { yields: true });
  if (!reply.ok) return reply;
  const { tagsRemove, tagsAdd } = reply.value;
  const userErrors = [tagsRemove, tagsAdd].flatMap((payload) => payload?.userErrors ?? []);
  if (userErrors.some(({ field }) => field?.includes("id"))) return succeed("gone");
  return userErrors.length > 0 ? fail(failureOfUserErrors(userErrors)) : succeed("moved");
}
