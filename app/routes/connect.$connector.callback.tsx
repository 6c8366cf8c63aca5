/**
 * The way back from a marketplace's consent page: top level, outside the admin, so no session token. Nothing is joined
 * here; it goes on inside the app, where the shop is known and the merchant is asked.
 */
import { json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { forgetBrowser, readBrowser } from "#app/channels/browser-cookie.ts";
import { returnFromConsent } from "#app/flows/connect-channel.ts";
import { runtime } from "#app/runtime.server.ts";
import { adminAppUrl } from "#app/shopify/admin-url.ts";
import { PlainPage } from "#app/ui/plain-page.tsx";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const rt = await runtime();
  const result = await returnFromConsent(rt, {
    connectorKey: params.connector ?? "",
    callback: new URL(request.url).searchParams,
    browser: readBrowser(rt.appUrl, request.headers.get("cookie")),
  });
  const headers = { "set-cookie": forgetBrowser(rt.appUrl) };
  if (result.ok) return redirect(adminAppUrl(result.shopDomain, `/app/connect/${result.claim}`), { headers });
  const backTo = result.shopDomain ? adminAppUrl(result.shopDomain, "/app/channels") : null;
  return json({ message: result.message, backTo }, { status: 400, headers });
}

export default function ConnectionFailed() {
  const { message, backTo } = useLoaderData<typeof loader>();
  return (
    <PlainPage title="Not connected">
      <p>{message}</p>
      {backTo ? (
        <p>
          <a href={backTo}>Back to Lockstep</a>
        </p>
      ) : null}
    </PlainPage>
  );
}
