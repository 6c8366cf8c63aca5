/** The way back from a marketplace's consent page: top level, outside the admin, so no session token. `state` says whose it is. */
import { json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { finishConnection } from "#app/flows/connect-channel.ts";
import { runtime } from "#app/runtime.server.ts";
import { adminAppUrl } from "#app/shopify/admin-url.ts";
import { PlainPage } from "#app/ui/plain-page.tsx";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const result = await finishConnection(await runtime(), {
    connectorKey: params.connector ?? "",
    callback: new URL(request.url).searchParams,
  });
  if (result.ok) return redirect(adminAppUrl(result.shopDomain, `/app/channels/${result.channelId}`));
  const backTo = result.shopDomain ? adminAppUrl(result.shopDomain, "/app/channels") : null;
  return json({ message: result.message, backTo }, { status: 400 });
}

export default function ConnectionFailed() {
  const { message, backTo } = useLoaderData<typeof loader>();
  return (
    <PlainPage title="Not connected">
      <p>{message}</p>
      <p>
        {backTo ? (
          <a href={backTo}>Back to Lockstep</a>
        ) : (
          "Go back to your Shopify admin, open Lockstep and connect again."
        )}
      </p>
    </PlainPage>
  );
}
