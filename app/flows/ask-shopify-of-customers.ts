/** What Shopify knows of customers, asked while a merchant looks. It may say nothing: a page is shown without it, and says so. */
import type { Result } from "#connectors/contract/failures.ts";
import type { Runtime } from "../runtime.ts";
import {
  findCustomersByWords,
  readCustomerFacts,
  readCustomerNames,
  type ShopCustomerFacts,
} from "../shopify/customers.ts";

/** Nobody waits longer for a page. */
const PAGE_MS_MAX = 4_000;

export type InShopify = { known: true; facts: ShopCustomerFacts } | { known: false; why: string };

export async function askOfCustomer(rt: Runtime, shopDomain: string, gid: string): Promise<InShopify> {
  const reply = await inTime(rt, readCustomerFacts(rt.admin(shopDomain), gid));
  if (!reply) return { known: false, why: "Shopify did not answer in time. Reload the page to ask again." };
  if (!reply.ok) return { known: false, why: `Shopify did not say: ${reply.failure.message}.` };
  return reply.value
    ? { known: true, facts: reply.value }
    : { known: false, why: "Shopify does not have this customer any more." };
}

/** Those that Shopify says, by customer. */
export async function askForNames(
  rt: Runtime,
  shopDomain: string,
  gids: readonly string[],
): Promise<Record<string, string>> {
  if (gids.length === 0) return {};
  const reply = await inTime(rt, readCustomerNames(rt.admin(shopDomain), gids));
  return reply?.ok ? reply.value : {};
}

/** Customers whose name or address has these words; null: Shopify could not be asked. */
export async function searchInShopify(rt: Runtime, shopDomain: string, typed: string): Promise<string[] | null> {
  if (typed === "") return [];
  const reply = await inTime(rt, findCustomersByWords(rt.admin(shopDomain), typed));
  return reply?.ok ? reply.value : null;
}

function inTime<T>(rt: Runtime, asked: Promise<Result<T>>): Promise<Result<T> | null> {
  return Promise.race([asked, rt.clock.sleep(PAGE_MS_MAX).then(() => null)]);
}
