/** How many customers a change of the tags in Shopify would concern: counted when a merchant is about to make it. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { countTagged } from "#app/flows/manage-customers.ts";
import { authenticateShop } from "#app/shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  return countTagged(rt, shop.id);
}
