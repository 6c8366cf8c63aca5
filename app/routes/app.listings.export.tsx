/** What listings stand for, as a CSV file that is written while it is read. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { authenticateShop } from "#app/shopify.server.ts";
import { csvResponse } from "#app/ui/csv-response.ts";
import { exportMatches, isMatchExport } from "#app/views/match-export.ts";

export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const { rt, shop } = await authenticateShop(request);
  const which = new URL(request.url).searchParams.get("which") ?? "";
  const lines = exportMatches(rt, shop.id, isMatchExport(which) ? which : "all");
  return csvResponse(lines, "lockstep-matches.csv");
}
