/** Keeps the admin's address in step with the app's, and takes the app's wish to leave its frame to the admin. */
import type { AdminChannel } from "./admin-channel.ts";
import { FRAME_PARAMS } from "./messages.ts";

/** The library's own pages: a bounce is no place to come back to. */
const AUTH_PATH = "/auth/";

export interface AdminPlace {
  adminOrigin: string;
  /** "lockstep-demo.myshopify.com" */
  shop: string;
}

/**
 * An address as the app names it, in this admin: shopify://admin/products/1, admin.shopify.com/store/x/... and
 * x.myshopify.com/admin/... are its pages, anything else is what it says. Null when a browser should not go there.
 */
export function adminAddress(address: string, place: AdminPlace, base: string): string | null {
  const store = `${place.adminOrigin}/store/${place.shop.replace(/\.myshopify\.com$/, "")}`;
  const within = /^shopify:\/*admin(\/.*)?$/i.exec(address);
  if (within) return `${store}${within[1] ?? ""}`;
  if (!URL.canParse(address, base)) return null;
  const url = new URL(address, base);
  if (url.hostname === "admin.shopify.com") return `${place.adminOrigin}${url.pathname}${url.search}`;
  if (url.hostname === place.shop && url.pathname.startsWith("/admin")) {
    return `${store}${url.pathname.slice("/admin".length)}${url.search}`;
  }
  return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
}

/** Path and query without what the admin put there. */
export function ownPath(address: string): string {
  const url = new URL(address);
  for (const name of FRAME_PARAMS) url.searchParams.delete(name);
  return `${url.pathname}${url.search}${url.hash}`;
}

export function watchLocation(channel: AdminChannel): void {
  let told = "";
  function tell(): void {
    if (location.pathname.startsWith(AUTH_PATH)) return;
    const path = ownPath(location.href);
    const now = `${path} ${document.title}`;
    if (now === told) return;
    told = now;
    channel.send({ type: "location", path, title: document.title });
  }
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name].bind(history);
    history[name] = (...args) => {
      original(...args);
      tell();
    };
  }
  window.addEventListener("popstate", () => tell());
  window.addEventListener("hashchange", () => tell());
  // Frameworks set the title after the address.
  new MutationObserver(tell).observe(document.head, { childList: true, subtree: true, characterData: true });
  tell();
}

export function takeOverLeaving(channel: AdminChannel, place: AdminPlace): (address: string) => void {
  const openTop = (address: string): void => {
    const url = adminAddress(address, place, location.href);
    if (url) channel.send({ type: "open", url });
  };
  const originalOpen = window.open.bind(window);
  window.open = (url, target, features) => {
    const leaves = target === "_top" || target === "_parent" || /^shopify:/i.test(String(url));
    if (url === undefined || !leaves) return originalOpen(url, target, features);
    openTop(String(url));
    return null;
  };
  document.addEventListener("click", (event) => {
    const link = (event.target as Element | null)?.closest?.("a[href]");
    const href = link?.getAttribute("href") ?? "";
    if (event.defaultPrevented || !/^shopify:|^https:\/\/admin\.shopify\.com\//i.test(href)) return;
    event.preventDefault();
    openTop(href);
  });
  return openTop;
}

/**
 * The admin's navigation becomes `shopify:navigate` on the menu's own link, which the app's router listens for. A click
 * that comes before the app listens waits for it.
 */
export function followNavigation(channel: AdminChannel): void {
  let listening = false;
  let wanted: string | null = null;
  function go(path: string): void {
    const known = [...document.querySelectorAll("ui-nav-menu a")].find((one) => one.getAttribute("href") === path);
    const link = known ?? document.body.appendChild(document.createElement("a"));
    if (!known) link.setAttribute("href", path);
    link.dispatchEvent(new CustomEvent("shopify:navigate", { bubbles: true, composed: true, cancelable: true }));
    if (!known) link.remove();
  }
  const original = window.addEventListener.bind(window) as (...args: unknown[]) => void;
  window.addEventListener = ((...args: unknown[]) => {
    original(...args);
    if (args[0] !== "shopify:navigate") return;
    listening = true;
    const path = wanted;
    wanted = null;
    if (path !== null) queueMicrotask(() => go(path));
  }) as typeof window.addEventListener;
  channel.on("navigate", ({ path }) => {
    if (listening) go(path);
    else wanted = path;
  });
}
