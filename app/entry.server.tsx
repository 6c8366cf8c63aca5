import { PassThrough } from "node:stream";
import type { EntryContext } from "@remix-run/node";
import { createReadableStreamFromReadable } from "@remix-run/node";
import { RemixServer } from "@remix-run/react";
import { isbot } from "isbot";
import { renderToPipeableStream } from "react-dom/server";
import { runtime } from "./runtime.server.ts";
import { addDocumentResponseHeaders } from "./shopify.server.ts";

export const streamTimeout = 5_000;
/** React is given a moment more than the data, so that a late rejection is still shown. */
const ABORT_MS = streamTimeout + 1_000;

export default async function handleRequest(
  request: Request,
  responseStatusCode: number,
  responseHeaders: Headers,
  remixContext: EntryContext,
): Promise<Response> {
  await addDocumentResponseHeaders(request, responseHeaders);
  const ready = isbot(request.headers.get("user-agent")) ? "onAllReady" : "onShellReady";

  return new Promise((resolve, reject) => {
    let status = responseStatusCode;
    const { pipe, abort } = renderToPipeableStream(
      <RemixServer context={remixContext} url={request.url} abortDelay={ABORT_MS} />,
      {
        [ready]: () => {
          const body = new PassThrough();
          responseHeaders.set("Content-Type", "text/html; charset=utf-8");
          resolve(new Response(createReadableStreamFromReadable(body), { headers: responseHeaders, status }));
          pipe(body);
        },
        onShellError: reject,
        onError(error) {
          status = 500;
          runtime().then((rt) => rt.logger.error({ err: error }, "a page could not be rendered"));
        },
      },
    );
    setTimeout(abort, ABORT_MS);
  });
}

export async function handleError(error: unknown, { request }: { request: Request }): Promise<void> {
  if (request.signal.aborted) return;
  const rt = await runtime();
  // The query may carry a session token.
  rt.logger.error({ err: error, path: new URL(request.url).pathname }, "a request failed");
}
