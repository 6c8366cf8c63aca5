/** The history as filtered, as a CSV file that is written while it is read. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { authenticateShop } from "#app/shopify.server.ts";
import { csvResponse } from "#app/ui/csv-response.ts";
import { readHistoryFilters } from "#app/views/history.ts";
import { historyCsv } from "#app/views/history-export.ts";

export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const { rt, shop, userId } = await authenticateShop(request);
  const lines = historyCsv(rt, shop, readHistoryFilters(new URL(request.url).searchParams, userId));
  return csvResponse(lines, "lockstep-history.csv");
}
