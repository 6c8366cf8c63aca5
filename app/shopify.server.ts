/**
 * Shopify's library, set up once: who is asking (session tokens, token exchange). Whether a webhook is genuine is checked
 * in webhooks.server.ts. Everything else that is said to Shopify goes through app/shopify/admin.ts.
 */
import "@shopify/shopify-app-remix/adapters/node";
import { redirect } from "@remix-run/node";
import { setAbstractFetchFunc } from "@shopify/shopify-api/runtime";
import { AppDistribution, type Session, shopifyApp } from "@shopify/shopify-app-remix/server";
import { env } from "./env.server.ts";
import { installShop } from "./flows/install-shop.ts";
import { runtime } from "./runtime.server.ts";
import type { Runtime } from "./runtime.ts";
import { namesAnotherShop } from "./security-headers.ts";
import { adminApiOrigin, adminAppUrl } from "./shopify/admin-url.ts";
import { ADMIN_API_VERSION } from "./shopify/api-version.ts";
import { mayAskForExtension } from "./shopify/extension-origin.ts";
import { createSessionStorage } from "./shopify/session-storage.server.ts";

function createApp(rt: Runtime) {
  // The library brings its own fetch; it may only be replaced once the library is loaded.
  if (env().SHOPIFY_ADMIN_ORIGIN) setAbstractFetchFunc(fetchFromAdminOrigin);
  return shopifyApp({
    apiKey: env().SHOPIFY_API_KEY,
    apiSecretKey: env().SHOPIFY_API_SECRET,
    apiVersion: ADMIN_API_VERSION,
    appUrl: env().SHOPIFY_APP_URL,
    distribution: AppDistribution.AppStore,
    sessionStorage: createSessionStorage(rt.db, rt.secrets),
    // Requests and errors are logged by us; the library's lines would carry shop and token details.
    logger: { level: 0 },
    future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
    hooks: {
      // Called after every token exchange, so also when an old installation opens the app again.
      afterAuth: async ({ session }) => {
        await installShop(rt, { domain: session.shop });
      },
    },
  });
}

type App = ReturnType<typeof createApp>;

let app: Promise<App> | null = null;

function shopify(): Promise<App> {
  const made = app ?? runtime().then(createApp);
  app = made;
  return made;
}

/** Requests to a shop's own host go to the admin that the settings name; the path stays. */
const fetchFromAdminOrigin: typeof fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const target = `${adminApiOrigin(url.hostname)}${url.pathname}${url.search}`;
  return fetch(input instanceof Request ? new Request(target, input) : target, init);
};

/** The shop that a request speaks for. */
export interface CurrentShop {
  id: number;
  domain: string;
  name: string;
  currency: string;
  timezone: string;
}

/**
 * Every loader and action under /app begins here. Throws a Response when the request does not carry a session token that
 * Shopify signed: Remix sends it as the answer.
 */
export async function authenticateShop(request: Request): Promise<{ rt: Runtime; shop: CurrentShop; userId: string }> {
  const rt = await runtime();
  const { session, sessionToken } = await authenticateAdmin(request);
  const userId = sessionToken.sub;
  const shop = await findShop(rt, session.shop);
  if (shop) return { rt, shop, userId };
  // Tokens of an earlier installation are still good, but the shop was removed since.
  await installShop(rt, { domain: session.shop });
  const installed = await findShop(rt, session.shop);
  if (!installed) throw new Response("Lockstep is not installed in this shop.", { status: 403 });
  return { rt, shop: installed, userId };
}

function findShop(rt: Runtime, domain: string): Promise<CurrentShop | null> {
  return rt.db.shop.findFirst({
    where: { domain, uninstalledAt: null },
    select: { id: true, domain: true, name: true, currency: true, timezone: true },
  });
}

/** Requests that carry the same session token take turns: a token is to be exchanged once, not by each loader of a page. */
const turns = new Map<string, Promise<unknown>>();

async function authenticateAdmin(request: Request): Promise<{ session: Session; sessionToken: { sub: string } }> {
  redirectToLocalAdmin(request);
  const token = readSessionToken(request);
  if (token !== null && !isOfShop(token)) throw new Response("This is not a session of a shop.", { status: 401 });
  if (namesAnotherShop(new URL(request.url), token)) {
    throw new Response("This address names another shop than the one that is signed in.", { status: 400 });
  }
  const before = token === null ? undefined : turns.get(token);
  const turn = (async () => {
    await before?.catch(() => undefined);
    const { authenticate } = await shopify();
    return authenticate.admin(request);
  })();
  if (token !== null) turns.set(token, turn);
  try {
    return await turn;
  } catch (thrown) {
    if (thrown instanceof Response) allowFrames(thrown.headers);
    throw thrown;
  } finally {
    if (token !== null && turns.get(token) === turn) turns.delete(token);
  }
}

/** For the library's own pages under /auth: always throws the Response to send. */
export async function answerAuthRequest(request: Request): Promise<never> {
  try {
    await authenticateAdmin(request);
  } catch (thrown) {
    // The way out of the frame leads to Shopify or to us: whoever asks for another was sent by neither.
    if (new URL(request.url).pathname === EXIT_IFRAME && !(thrown instanceof Response)) {
      throw new Response("This is no way out of Lockstep.", { status: 400 });
    }
    throw thrown;
  }
  throw redirect("/app");
}

const EXIT_IFRAME = "/auth/exit-iframe";

const SHOP = /^[a-z0-9][a-z0-9-]{0,100}\.myshopify\.com$/i;

/** Whether the token names a shop; whether Shopify signed it, the library checks. */
function isOfShop(token: string): boolean {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    const dest = payload && typeof payload === "object" && "dest" in payload ? payload.dest : null;
    return typeof dest === "string" && dest.startsWith("https://") && SHOP.test(dest.slice(8).replace(/\/$/, ""));
  } catch {
    return false;
  }
}

function readSessionToken(request: Request): string | null {
  const [scheme, token] = request.headers.get("authorization")?.split(" ") ?? [];
  if (scheme === "Bearer" && token) return token;
  return new URL(request.url).searchParams.get("id_token");
}

/** Opened outside the admin: the library knows the way to Shopify's own admin only. */
function redirectToLocalAdmin(request: Request): void {
  const url = new URL(request.url);
  const shop = url.searchParams.get("shop");
  const outside =
    !readSessionToken(request) && url.searchParams.get("embedded") !== "1" && !url.pathname.startsWith("/auth/");
  if (env().SHOPIFY_ADMIN_ORIGIN && outside && shop && SHOP.test(shop)) throw redirect(adminAppUrl(shop, url.pathname));
}

/** GET and POST only: the library's own answers to preflights name no other methods either. */
const EXTENSION_METHODS = "GET, POST";
const PREFLIGHT_MAX_AGE_S = 7_200;

/**
 * Every request of an admin extension begins and ends here: who asks is in the session token, which the admin adds. All
 * answers may be read by the extension, also those that refuse; a page of somebody else's may read none.
 */
export async function answerExtension(
  request: Request,
  work: (asking: Awaited<ReturnType<typeof authenticateShop>>) => Promise<Response>,
): Promise<Response> {
  const origin = request.headers.get("origin");
  if (!mayAskForExtension(origin, { localAdmin: env().SHOPIFY_ADMIN_ORIGIN ?? null })) {
    return Response.json({ ok: false, message: "This page may not ask Lockstep." }, { status: 403 });
  }
  const readable = (response: Response): Response => {
    const { status, headers: given } = response;
    const headers = new Headers(given);
    headers.set("access-control-allow-origin", origin ?? "*");
    headers.set("vary", "origin");
    headers.set("access-control-expose-headers", "x-shopify-retry-invalid-session-request");
    return new Response(response.body, { status, headers });
  };
  if (request.method === "OPTIONS") {
    const allowed = {
      "access-control-allow-methods": EXTENSION_METHODS,
      "access-control-allow-headers": "authorization, content-type",
      "access-control-max-age": String(PREFLIGHT_MAX_AGE_S),
    };
    return readable(new Response(null, { status: 204, headers: allowed }));
  }
  if (!request.headers.get("authorization")?.startsWith("Bearer ")) {
    return readable(Response.json({ ok: false, message: "A session token is missing." }, { status: 401 }));
  }
  try {
    return readable(await work(await authenticateShop(request)));
  } catch (thrown) {
    if (thrown instanceof Response) return readable(thrown);
    throw thrown;
  }
}

/** Headers of every page: which admin may show it in a frame. */
export async function addDocumentResponseHeaders(request: Request, headers: Headers): Promise<void> {
  // The library takes the shop from the address, which anybody may write.
  if (namesAnotherShop(new URL(request.url), readSessionToken(request))) return;
  // Outside the app there is nothing that the admin shows.
  if (!/^\/(app|auth)(\/|$)/.test(new URL(request.url).pathname)) return;
  (await shopify()).addDocumentResponseHeaders(request, headers);
  allowFrames(headers);
}

function allowFrames(headers: Headers): void {
  const local = env().SHOPIFY_ADMIN_ORIGIN;
  const policy = headers.get("content-security-policy");
  if (!local || !policy?.includes("frame-ancestors")) return;
  headers.set("content-security-policy", policy.replace("frame-ancestors", `frame-ancestors ${local}`));
  // The preload names Shopify's own App Bridge, which this admin does not use.
  headers.delete("link");
}
