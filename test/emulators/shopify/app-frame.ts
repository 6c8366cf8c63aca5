/** The app inside the admin: the page that holds its frame, and the session tokens that its App Bridge asks for. */
import type { Context, Hono } from "hono";
import { html, raw } from "hono/html";
import type { AdminContext } from "./admin-context.ts";
import { APP_HANDLE, type Html, shell, storePath } from "./admin-layout.ts";
import type { FrameConfig } from "./browser/app-frame.ts";
import type { Store } from "./store.ts";

const SAVE_BAR = html`<div id="save-bar" role="region" aria-label="Unsaved changes" hidden>
  <div>
    <span>Unsaved changes</span>
    <button type="button" id="save-bar-discard">Discard</button>
    <button type="button" id="save-bar-save" class="primary">Save</button>
  </div>
</div>`;

export function mountAppFrame(app: Hono, context: AdminContext): void {
  const { controls, world, apiKey, storeOf } = context;
  const frame = (c: Context): Response | Promise<Response> => {
    const url = new URL(c.req.url);
    // The app lets one origin frame it, the one it was given: two names of one machine are two origins.
    if (url.hostname === "localhost") {
      url.hostname = "127.0.0.1";
      return c.redirect(url.href);
    }
    const store = storeOf(c);
    return store ? c.html(framePage(context, store, url)) : c.notFound();
  };
  app.get(`/store/:handle/apps/${APP_HANDLE}`, frame);
  app.get(`/store/:handle/apps/${APP_HANDLE}/*`, frame);
  // Shopify's own library names the app by its API key.
  const byKey = (c: Context): Response => {
    const url = new URL(c.req.url);
    const handle = c.req.param("handle") ?? "";
    const path = url.pathname.replace(`/store/${handle}/apps/${apiKey}`, `/store/${handle}/apps/${APP_HANDLE}`);
    return c.redirect(`${path}${url.search}`);
  };
  app.get(`/store/:handle/apps/${apiKey}`, byKey);
  app.get(`/store/:handle/apps/${apiKey}/*`, byKey);

  app.post("/store/:handle/id-token", (c) => {
    const store = storeOf(c);
    if (!store) return c.notFound();
    const from = c.req.header("origin");
    if (from !== undefined && from !== new URL(c.req.url).origin) return c.json({ error: "for the admin alone" }, 403);
    // Minting installs: a frame left open in another tab must not bring the app back.
    if (!store.installation)
      return c.json({ error: `${context.appName} is no longer installed in ${store.name}.` }, 409);
    return c.json({ idToken: controls.mintIdToken(store.domain), lifetimeMs: world.settings.sessionTokenMs });
  });
}

/** The parameters that Shopify gives a frame, without the token. */
function frameParams(store: Store): Record<string, string> {
  return {
    embedded: "1",
    shop: store.domain,
    // Of Shopify's own admin and not of this one: the library takes no other.
    host: Buffer.from(`admin.shopify.com/store/${store.handle}`).toString("base64"),
    locale: "en",
  };
}

function framePage(context: AdminContext, store: Store, url: URL): Html {
  const base = storePath(store, `/apps/${APP_HANDLE}`);
  const appOrigin = new URL(context.appUrl()).origin;
  const source = new URL(appOrigin);
  const appPath = url.pathname.slice(base.length);
  source.pathname = appPath === "" || appPath === "/" ? context.appHomePath : appPath;
  source.search = url.search;
  const params = frameParams(store);
  for (const [name, value] of Object.entries({ ...params, id_token: context.controls.mintIdToken(store.domain) })) {
    source.searchParams.set(name, value);
  }
  const config: FrameConfig = {
    appName: context.appName,
    appOrigin,
    appHomePath: context.appHomePath,
    base,
    idTokenPath: storePath(store, "/id-token"),
    frameParams: params,
  };
  return shell(
    { store, appName: context.appName, section: "app", title: context.appName },
    html`<main class="flush">
        <div id="loading" role="progressbar" aria-label="Loading"></div>
        <div id="title-bar" hidden></div>
        <p id="trouble" class="notice" role="alert" hidden></p>
        <iframe id="app" title="${context.appName}" src="${source.href}" allow="clipboard-write"></iframe>
        <div id="toasts" role="status" aria-live="polite"></div>
      </main>
      <script type="application/json" id="frame-config">
        ${raw(JSON.stringify(config).replaceAll("<", "\\u003c"))}
      </script>
      <script src="/app-frame.js"></script>`,
    SAVE_BAR,
  );
}
