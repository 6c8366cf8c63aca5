/**
 * The app's block on a product's page. Shopify runs a block apart from the admin and draws its elements itself; here it
 * has a frame with a document of its own, and browser/block-host.ts draws them. The bundle is the real one.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Hono } from "hono";
import { html, raw } from "hono/html";
import { bundleExtension } from "#test/support/extension-bundle.ts";
import type { AdminContext } from "./admin-context.ts";
import { APP_HANDLE, type Html, storePath } from "./admin-layout.ts";
import type { BlockConfig } from "./browser/block-host.ts";
import type { Product, Store } from "./store.ts";

const BLOCK = "product-listings";
const LOCALE = join(import.meta.dirname, "../../../extensions", BLOCK, "locales/en.default.json");

/** For a product's page; nothing while the app is not installed. */
export function blockFrame(store: Store, product: Product): Html | "" {
  if (!store.installation) return "";
  const id = product.id.replace(/^.*\//, "");
  return html`<iframe
    id="block"
    title="Marketplace listings"
    src="${storePath(store, `/products/${id}/block`)}"
    style="border:0;width:100%;height:120px"
  ></iframe>`;
}

export function mountBlockFrame(app: Hono, context: AdminContext): void {
  let bundle: Promise<string> | null = null;
  app.get(`/extensions/${BLOCK}.js`, async (c) => {
    bundle ??= bundleExtension(BLOCK);
    return c.body(await bundle, 200, { "content-type": "text/javascript; charset=utf-8" });
  });

  app.get("/store/:handle/products/:id{[0-9]+}/block", (c) => {
    const store = context.storeOf(c);
    const product = store?.products.get(`gid://shopify/Product/${c.req.param("id")}`);
    if (!store || !product) return c.notFound();
    const config: BlockConfig = {
      appUrl: context.appUrl(),
      appBase: storePath(store, `/apps/${APP_HANDLE}`),
      idTokenPath: storePath(store, "/id-token"),
      productGid: product.id,
      words: JSON.parse(readFileSync(LOCALE, "utf8")),
    };
    return c.html(html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width" />
          <title>Marketplace listings</title>
          <script type="application/json" id="block-config">
            ${raw(JSON.stringify(config).replaceAll("<", "\\u003c"))}
          </script>
          <script src="/block-host.js"></script>
        </head>
        <body style="margin:0;padding:1px 1px 3px">
          <script type="module">
            import start from "/extensions/${raw(BLOCK)}.js";
            start();
          </script>
        </body>
      </html>`);
  });
}
