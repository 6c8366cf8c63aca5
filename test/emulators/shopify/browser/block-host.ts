/**
 * What the admin gives a block: the global `shopify`, a fetch that knows the app's address and adds the session token, and
 * the elements it is drawn with. No secret comes here.
 */
import { defineBlockElements } from "./block-elements.ts";
import { createSessionFetch } from "./session-fetch.ts";

export interface BlockConfig {
  appUrl: string;
  /** Where the app's pages are in this admin. */
  appBase: string;
  idTokenPath: string;
  productGid: string;
  /** The block's locale. */
  words: Record<string, unknown>;
}

function start(config: BlockConfig): void {
  const plain = window.fetch.bind(window);
  const idToken = async (): Promise<string> => {
    const response = await plain(config.idTokenPath, { method: "POST" });
    if (!response.ok) throw new Error("The admin gives no token: the app is not installed.");
    return ((await response.json()) as { idToken: string }).idToken;
  };
  window.fetch = createSessionFetch({
    fetch: plain,
    appOrigin: new URL(config.appUrl).origin,
    // Relative addresses are the app's, not this page's.
    baseUrl: () => config.appUrl,
    idToken,
    openTop: (url) => window.top?.location.assign(url),
  });
  Object.assign(window, {
    shopify: {
      extension: { target: "admin.product-details.block.render" },
      data: { selected: [{ id: config.productGid }] },
      auth: { idToken },
      i18n: { translate: translator(config.words) },
    },
  });
  defineBlockElements((href) => (href.startsWith("app:") ? `${config.appBase}${href.slice("app:".length)}` : href));
}

/** Dotted keys; `{{name}}` for values; where `count` is given, the plural form that its language has for it. */
function translator(words: Record<string, unknown>) {
  const plural = new Intl.PluralRules("en");
  return (key: string, values: Record<string, string | number> = {}): string => {
    const found = key
      .split(".")
      .reduce<unknown>(
        (at, part) => (typeof at === "object" && at ? (at as Record<string, unknown>)[part] : undefined),
        words,
      );
    const form =
      typeof found === "object" && found
        ? (found as Record<string, unknown>)[plural.select(Number(values.count))]
        : found;
    if (typeof form !== "string") {
      console.error(`The block's locale has no ${key}.`);
      return key;
    }
    return form.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => String(values[name] ?? ""));
  };
}

start(JSON.parse(document.getElementById("block-config")?.textContent ?? "{}") as BlockConfig);
