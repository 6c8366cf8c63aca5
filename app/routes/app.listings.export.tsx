/** What listings stand for, as a CSV file that is written while it is read. */
import { Readable } from "node:stream";
import { createReadableStreamFromReadable, type LoaderFunctionArgs } from "@remix-run/node";
import { authenticateShop } from "#app/shopify.server.ts";
import { exportMatches, isMatchExport } from "#app/views/match-export.ts";

export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const { rt, shop } = await authenticateShop(request);
  const which = new URL(request.url).searchParams.get("which") ?? "";
  const lines = exportMatches(rt, shop.id, isMatchExport(which) ? which : "all");
  return new Response(createReadableStreamFromReadable(Readable.from(lines)), {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="lockstep-matches.csv"',
      "cache-control": "no-store",
    },
  });
}
