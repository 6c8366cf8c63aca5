/** Where marketplaces send notifications, and test that this address is ours. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { acceptNotification } from "#app/flows/accept-notification.ts";
import { runtime } from "#app/runtime.server.ts";

async function accept({ request, params }: LoaderFunctionArgs | ActionFunctionArgs): Promise<Response> {
  const rt = await runtime();
  const url = new URL(request.url);
  const answer = await acceptNotification(rt, {
    connectorKey: params.connector ?? "",
    channelId: channelIdOf(params.channelId),
    raw: {
      method: request.method,
      // As the marketplace knows it: behind a proxy, the request's own host is another.
      endpoint: `${rt.appUrl}${url.pathname}`,
      query: url.searchParams,
      headers: request.headers,
      body: new Uint8Array(await request.arrayBuffer()),
    },
  });
  return new Response(answer.body ?? null, {
    status: answer.status,
    headers: answer.contentType ? { "content-type": answer.contentType } : {},
  });
}

function channelIdOf(param: string | undefined): number | null {
  return param && /^\d{1,9}$/.test(param) ? Number(param) : null;
}

export const loader = accept;
export const action = accept;
