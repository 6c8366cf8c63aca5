/** Variants for the picker of the listing screen. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { authenticateShop } from "#app/shopify.server.ts";
import { searchVariants } from "#app/views/listings.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  const search = (new URL(request.url).searchParams.get("search") ?? "").slice(0, 100);
  return { variants: await searchVariants(rt, shop.id, search) };
}
