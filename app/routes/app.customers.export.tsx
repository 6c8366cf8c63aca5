/** The customers that a list shows, as a CSV file: line by line, however many they are. */

import type { LoaderFunctionArgs } from "@remix-run/node";
import { isLifecycleStage } from "#app/customers/lifecycle.ts";
import { searchInShopify } from "#app/flows/ask-shopify-of-customers.ts";
import { refusalByPlan } from "#app/flows/plan-gate.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { csvResponse } from "#app/ui/csv-response.ts";
import { exportCustomers } from "#app/views/customer-export.ts";
import { readId, readSearch } from "#app/views/paging.ts";

export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const { rt, shop } = await authenticateShop(request);
  const byPlan = await refusalByPlan(rt, rt.db, shop.id, "customers");
  if (byPlan !== null) return new Response(byPlan, { status: 403 });
  const query = new URL(request.url).searchParams;
  const typed = readSearch(query);
  const stage = query.get("stage") ?? "";
  const filters = { stage: isLifecycleStage(stage) ? stage : null, channelId: readId(query.get("channel")) };
  const gids = (await searchInShopify(rt, shop.domain, typed)) ?? [];
  const lines = exportCustomers(rt, shop.id, { ...filters, typed, gids });
  return csvResponse(lines, "customers.csv");
}
