/** The embedded app's frame: who is asking, navigation, styles. */
import type { HeadersFunction, LinksFunction, LoaderFunctionArgs } from "@remix-run/node";
import { Link, Outlet, useLoaderData, useLocation, useNavigation } from "@remix-run/react";
import { NavMenu } from "@shopify/app-bridge-react";
import polarisStyles from "@shopify/polaris/build/esm/styles.css?url";
import { AppProvider } from "@shopify/shopify-app-remix/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { useEffect, useState } from "react";
import { env } from "#app/env.server.ts";
import { lookAtPlan } from "#app/flows/plan-gate.ts";
import { adminPageUrl } from "#app/shopify/admin-url.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { useActionToasts } from "#app/ui/action-button.tsx";
import { showLoading } from "#app/ui/app-bridge.ts";
import { useFocusReturn } from "#app/ui/focus-return.ts";
import { LoadingPage } from "#app/ui/loading-page.tsx";
import { PlainPage } from "#app/ui/plain-page.tsx";
import { ShopProvider } from "#app/ui/shop-context.tsx";
import { readGates } from "#app/views/plan.ts";

export const links: LinksFunction = () => [{ rel: "stylesheet", href: polarisStyles }];

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  // Shopify's page of plans leads to a page of the merchant's choice, and says so.
  await lookAtPlan(rt, { shopId: shop.id, isNews: new URL(request.url).searchParams.has("plan_handle") });
  return {
    apiKey: env().SHOPIFY_API_KEY,
    appBridgeUrl: env().APP_BRIDGE_URL ?? null,
    shop: {
      timezone: shop.timezone,
      currency: shop.currency,
      adminUrl: adminPageUrl(shop.domain, ""),
      now: rt.clock.now().toISOString(),
      gates: await readGates(rt, shop.id),
    },
    hasPlans: rt.billing !== null,
  };
}

/** Shorter loads show nothing: a flash is worse than a moment's wait. */
const SKELETON_AFTER_MS = 200;

export default function App() {
  const { apiKey, appBridgeUrl, shop, hasPlans } = useLoaderData<typeof loader>();
  const waiting = useWaitingForPage();
  useActionToasts();
  useFocusReturn();
  return (
    <AppProvider isEmbeddedApp apiKey={apiKey} {...(appBridgeUrl ? { __APP_BRIDGE_URL: appBridgeUrl } : {})}>
      <NavMenu>
        <Link to="/app" rel="home">
          Home
        </Link>
        <Link to="/app/channels">Channels</Link>
        <Link to="/app/skus">SKUs</Link>
        <Link to="/app/listings">Listings</Link>
        <Link to="/app/orders">Orders</Link>
        <Link to="/app/customers">Customers</Link>
        <Link to="/app/history">History</Link>
        <Link to="/app/alerts">Alerts</Link>
        <Link to="/app/notifications">Notifications</Link>
        <Link to="/app/settings">Settings</Link>
        {hasPlans ? <Link to="/app/plan">Plan</Link> : null}
      </NavMenu>
      <ShopProvider value={shop}>
        <main>{waiting ? <LoadingPage /> : <Outlet />}</main>
      </ShopProvider>
    </AppProvider>
  );
}

function useWaitingForPage(): boolean {
  const navigation = useNavigation();
  const location = useLocation();
  const loading = navigation.state === "loading";
  const elsewhere = loading && navigation.location.pathname !== location.pathname;
  const [waiting, setWaiting] = useState(false);
  useEffect(() => {
    showLoading(loading);
    // Where the frame itself can't be shown, nothing is on its way any more.
    return () => showLoading(false);
  }, [loading]);
  useEffect(() => {
    if (!elsewhere) return setWaiting(false);
    const timer = setTimeout(() => setWaiting(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, [elsewhere]);
  return waiting;
}

/** Each screen has a boundary of its own; this one is for when the frame itself could not be made. */
export function ErrorBoundary() {
  return (
    <PlainPage title="Lockstep can't be shown right now">
      <p>
        Your listings and orders are not affected. Reload the page; if it happens again, wait a minute and try once
        more.
      </p>
    </PlainPage>
  );
}

/** Shopify's library answers with headers that App Bridge acts on; they must reach it from any depth. */
export const headers: HeadersFunction = (args) => boundary.headers(args);
