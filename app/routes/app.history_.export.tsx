/** The history as filtered, as a CSV file that is written while it is read. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { authenticateShop } from "#app/shopify.server.ts";
import { readHistoryFilters } from "#app/views/history.ts";
import { historyCsv } from "#app/views/history-export.ts";

export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const { rt, shop, userId } = await authenticateShop(request);
  const lines = historyCsv(rt, shop, readHistoryFilters(new URL(request.url).searchParams, userId));
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="lockstep-history.csv"',
      "cache-control": "no-store",
    },
  });
}
