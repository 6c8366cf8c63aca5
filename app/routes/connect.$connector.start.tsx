/**
 * The way to a marketplace's consent page: opened at top level by the app's button, so that the browser may be given a
 * cookie of its own, which one inside the admin's frame may not. Whoever comes back without it is refused.
 */
import { json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { rememberBrowser } from "#app/channels/browser-cookie.ts";
import { openConsent } from "#app/flows/connect-channel.ts";
import { runtime } from "#app/runtime.server.ts";
import { PlainPage } from "#app/ui/plain-page.tsx";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const rt = await runtime();
  const connectorKey = params.connector ?? "";
  const opened = await openConsent(rt, { connectorKey, state: new URL(request.url).searchParams.get("state") ?? "" });
  if (!opened.ok) return json({ message: opened.message }, { status: 400 });
  return redirect(opened.url, { headers: { "set-cookie": rememberBrowser(rt.appUrl, opened.browser) } });
}

export default function NotBegun() {
  const { message } = useLoaderData<typeof loader>();
  return (
    <PlainPage title="Not connected">
      <p>{message}</p>
    </PlainPage>
  );
}
