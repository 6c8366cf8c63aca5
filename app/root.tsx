import type { LinksFunction, MetaFunction } from "@remix-run/node";
import { Links, Meta, Outlet, Scripts, ScrollRestoration } from "@remix-run/react";
import type { ReactNode } from "react";

export const meta: MetaFunction = () => [{ title: "Lockstep" }];

export const links: LinksFunction = () => [
  { rel: "preconnect", href: "https://cdn.shopify.com/" },
  { rel: "stylesheet", href: "https://cdn.shopify.com/static/fonts/inter/v4/styles.css" },
];

export function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <ScrollRestoration />
        <Scripts />
      </body>
    </html>
  );
}

export default function App() {
  return <Outlet />;
}

/** For pages outside the admin; those inside have a boundary of their own. */
export function ErrorBoundary() {
  return (
    <main
      style={{ fontFamily: "Inter, system-ui, sans-serif", maxWidth: "34rem", margin: "4rem auto", padding: "0 1rem" }}
    >
      <h1>This page can't be shown</h1>
      <p>Open Lockstep from your Shopify admin, under Apps. If it happens again, wait a minute and reload the page.</p>
    </main>
  );
}
