/** A CSV file that is written while it is read, however long it is. */
import { Readable } from "node:stream";
import { createReadableStreamFromReadable } from "@remix-run/node";

/** Whoever leaves before the end ends the reading too. */
export function csvResponse(lines: AsyncGenerator<string>, fileName: string): Response {
  return new Response(createReadableStreamFromReadable(Readable.from(lines)), {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${fileName}"`,
      "cache-control": "no-store",
    },
  });
}
