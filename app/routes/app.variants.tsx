/** Variants for the picker of the listing screen. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { authenticateShop } from "#app/shopify.server.ts";
import { searchVariants } from "#app/views/listings.ts";
import { readSearch } from "#app/views/paging.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  return { variants: await searchVariants(rt, shop.id, readSearch(new URL(request.url).searchParams)) };
}
