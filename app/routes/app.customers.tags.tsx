/** How many customers a change of the tags in Shopify would concern: counted when a merchant is about to make it. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { countTags } from "#app/customers/taggings.ts";
import { authenticateShop } from "#app/shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  return countTags(rt.db, shop.id);
}
