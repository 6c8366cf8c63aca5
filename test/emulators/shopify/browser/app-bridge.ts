/**
 * A stand-in for Shopify's App Bridge (APP_BRIDGE_URL): what @shopify/app-bridge-react 4, AppProvider and the bounce
 * pages of @shopify/shopify-app-remix 6 ask of it. Bundled and served by the emulator as /app-bridge.js.
 *
 * It trusts the origin it was loaded from, and no other: that is where the admin is. Session tokens are asked of the admin;
 * no secret comes here.
 */
import { createAdminChannel } from "./admin-channel.ts";
import { defineElements, isShown } from "./elements.ts";
import { followNavigation, ownPath, takeOverLeaving, watchLocation } from "./frame-navigation.ts";
import { createSessionFetch } from "./session-fetch.ts";

const TOAST_MS = 5_000;
/** A document that the app loads by itself comes without the admin's parameters. */
const REMEMBERED_KEY = "emulated-app-bridge";

interface FrameParams {
  shop: string;
  host: string;
  locale: string;
}

function frameParams(): FrameParams {
  const given = new URLSearchParams(location.search);
  const found = { shop: given.get("shop") ?? "", host: given.get("host") ?? "", locale: given.get("locale") ?? "en" };
  if (found.shop) {
    sessionStorage.setItem(REMEMBERED_KEY, JSON.stringify(found));
    return found;
  }
  const kept = sessionStorage.getItem(REMEMBERED_KEY);
  return kept ? (JSON.parse(kept) as FrameParams) : found;
}

function start(script: HTMLScriptElement): void {
  const adminOrigin = new URL(script.src).origin;
  const { shop, host, locale } = frameParams();

  if (window.parent === window) {
    // Outside the admin there is nobody to ask for a token: go in.
    const handle = shop.replace(/\.myshopify\.com$/, "");
    if (handle && !location.pathname.startsWith("/auth/")) {
      location.replace(`${adminOrigin}/store/${handle}/apps/lockstep${ownPath(location.href)}`);
    }
    return;
  }

  const channel = createAdminChannel(adminOrigin);
  const openTop = takeOverLeaving(channel, { adminOrigin, shop });
  window.fetch = createSessionFetch({
    fetch: window.fetch.bind(window),
    appOrigin: location.origin,
    baseUrl: () => document.baseURI,
    idToken: channel.idToken,
    openTop,
  });
  const saveBars = defineElements(channel);

  const toasts = new Map<string, { onAction?: () => void; onDismiss?: () => void }>();
  channel.on("toast-action", ({ id }) => toasts.get(id)?.onAction?.());
  channel.on("toast-gone", ({ id }) => {
    toasts.get(id)?.onDismiss?.();
    toasts.delete(id);
  });
  const byId = (id: string, act: "show" | "hide" | "toggle"): Promise<void> => {
    const element = document.getElementById(id);
    return isShown(element) ? element[act]() : Promise.reject(new Error(`There is no element ${id} to ${act}.`));
  };
  const byName = {
    show: (id: string) => byId(id, "show"),
    hide: (id: string) => byId(id, "hide"),
    toggle: (id: string) => byId(id, "toggle"),
  };

  Object.assign(window, {
    shopify: {
      config: { apiKey: script.dataset.apiKey ?? "", shop, host, locale, appOrigins: [], disabledFeatures: [] },
      origin: adminOrigin,
      ready: Promise.resolve(),
      environment: { mobile: false, embedded: true, pos: false, intent: false },
      idToken: () => channel.idToken(),
      user: () => Promise.resolve({ accountAccess: "full" }),
      loading: (on = true) => channel.send({ type: "loading", on }),
      toast: {
        show(text: string, options: Record<string, unknown> & { onAction?(): void; onDismiss?(): void } = {}): string {
          const id = crypto.randomUUID();
          toasts.set(id, options);
          channel.send({
            type: "toast",
            id,
            text: String(text),
            isError: options.isError === true,
            action: typeof options.action === "string" ? options.action : null,
            durationMs: typeof options.duration === "number" ? options.duration : TOAST_MS,
          });
          return id;
        },
        hide: (id: string) => channel.send({ type: "toast-hide", id }),
      },
      modal: byName,
      saveBar: {
        ...byName,
        leaveConfirmation: () => (saveBars.anyOpen() ? channel.askLeave() : Promise.resolve()),
      },
      scopes: {
        query: () => Promise.resolve({ granted: [], required: [], optional: [] }),
      },
    },
  });

  followNavigation(channel);
  channel.send({ type: "hello" });
  window.addEventListener("pagehide", () => channel.send({ type: "bye" }));

  const reload = new URLSearchParams(location.search).get("shopify-reload");
  if (reload !== null) void bounceTo(reload, channel.idToken);
  else watchLocation(channel);
}

/** The bounce page: the server had no token, or a spent one, and asks to be called again with a new one. */
async function bounceTo(address: string, idToken: (fresh: boolean) => Promise<string>): Promise<void> {
  const url = new URL(address, location.href);
  // A token goes to the app and to nobody that a link names.
  if (url.origin !== location.origin) return;
  url.searchParams.set("id_token", await idToken(true));
  location.replace(url.href);
}

if (!("shopify" in window) && document.currentScript instanceof HTMLScriptElement) start(document.currentScript);
