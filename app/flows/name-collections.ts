/**
 * A merchant names a collection as Shopify shows it. It is looked up there, kept in step from then on, and what is in it is
 * read before a rule can ask for it: so that what the rule moves is shown whole.
 */
import { type Collection, listCollections, watchCollection } from "../collections/collections.ts";
import { listed } from "../plain-words.ts";
import type { Runtime } from "../runtime.ts";
import { type CollectionFacts, searchCollections } from "../shopify/collections.ts";
import type { Shop } from "../shops/shops.ts";
import { readCollectionNow } from "./read-collections.ts";

type OfShop = Pick<Shop, "id" | "domain">;

/** A condition as it was filled in. A collection is named by its number, or by what was typed. */
interface Filled {
  field: string;
  text: string;
  collectionId?: number;
}

/** The same conditions, each collection by its number. Errors are named by their place: "conditions.0". */
export async function nameCollections<Form extends Filled>(
  rt: Runtime,
  shop: OfShop,
  forms: readonly Form[],
): Promise<{ ok: true; forms: Form[] } | { ok: false; errors: Record<string, string> }> {
  const errors: Record<string, string> = {};
  const named: Form[] = [];
  for (const [at, form] of forms.entries()) {
    if (form.field !== "collection") {
      named.push(form);
      continue;
    }
    const found = await nameCollection(rt, shop, form);
    if (found.ok) named.push({ ...form, text: found.title, collectionId: found.id });
    else errors[`conditions.${at}`] = found.why;
  }
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, forms: named };
}

async function nameCollection(
  rt: Runtime,
  shop: OfShop,
  { text, collectionId }: Filled,
): Promise<{ ok: true; id: number; title: string } | { ok: false; why: string }> {
  const typed = text.trim();
  if (!typed) return { ok: false, why: "Enter the name of a collection." };
  const held = (await listCollections(rt.db, shop.id)).find((one) => one.id === collectionId);
  const found = held ? { ok: true as const, collection: held } : await lookUp(rt, shop, typed);
  if (!found.ok) return found;
  const { id, title, readAt } = found.collection;
  if (readAt || (await readCollectionNow(rt, shop, found.collection))) return { ok: true, id, title };
  return { ok: false, why: `Lockstep is reading what is in “${title}” from Shopify. Save again in a minute.` };
}

async function lookUp(
  rt: Runtime,
  shop: OfShop,
  typed: string,
): Promise<{ ok: true; collection: Collection } | { ok: false; why: string }> {
  const search = await searchCollections(rt.admin(shop.domain), typed);
  if (!search.ok) return { ok: false, why: "Shopify does not say which collections there are. Try again in a minute." };
  const same = (one: string): boolean => one.trim().toLowerCase() === typed.toLowerCase();
  const byHandle = search.value.filter((one) => same(one.handle));
  const byTitle = search.value.filter((one) => same(one.title));
  const [first, ...others] = byTitle.length > 0 ? byTitle : byHandle;
  if (!first) return { ok: false, why: sayNone(typed, search.value) };
  if (others.length > 0)
    return {
      ok: false,
      why: `Several collections are called “${first.title}”. Enter the end of its address in the shop: ${listed(
        [first, ...others].map((one) => one.handle),
        "or",
      )}.`,
    };
  const { gid, title } = first;
  return { ok: true, collection: await watchCollection(rt.db, { shopId: shop.id, gid, title, now: rt.clock.now() }) };
}

const NAMED_MAX = 3;

function sayNone(typed: string, similar: readonly CollectionFacts[]): string {
  const none = `Shopify has no collection called “${typed}”.`;
  if (similar.length === 0) return none;
  return `${none} There is ${listed(
    similar.slice(0, NAMED_MAX).map((one) => `“${one.title}”`),
    "or",
  )}.`;
}
