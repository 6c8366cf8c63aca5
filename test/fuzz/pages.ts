/**
 * The built app's own routes, asked by a merchant and by strangers: every loader with odd queries and ids, every form with
 * good and odd fields, every public address. A page, a redirect or a reason: never a 5xx, and no word of the database's.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createRequestHandler, type ServerBuild } from "@remix-run/node";
import fc from "fast-check";
import { importOrders } from "#app/flows/import-orders.ts";
import { reconcileListings } from "#app/flows/reconcile-listings.ts";
import { mintSessionToken } from "#test/emulators/shopify/session-tokens.ts";
import { API_KEY, API_SECRET, APP_URL, type Bench, LOCKSTEP_KEY, SHOPIFY_ORIGIN } from "./bench.ts";
import { seldom } from "./mutation.ts";
import { type Target, target } from "./target.ts";

const repository = resolve(import.meta.dirname, "../..");
/** Shopify's library answers 410 to whatever calls itself a bot. */
const USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
const RAW_WORDS = /prisma|\bPrisma\w+Error|violates \S+ constraint|invocation|syntax error at|ZodError|\bat async\b/;

const ODD_TEXTS = [
  "",
  "\0",
  "a\0b",
  "\ud83d",
  "%",
  "%00",
  "_\\'\"; DROP",
  "x".repeat(5_000),
  "🫖".repeat(200),
  "-1",
  "0",
  "1",
  "2",
  "3",
  "1e400",
  "99999999999999999999",
  "2147483648",
  "NaN",
  "__proto__",
  "constructor",
  "toString",
  "true",
  "2026-11-22",
  "0000-00-00",
  "9999-12-31",
  "[]",
  "http://evil.example",
  "javascript:alert(1)",
];
const oddText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  fc.string({ unit: "binary", maxLength: 30 }),
);

interface Route {
  id: string;
  /** "/app/orders/:id" */
  path: string;
  hasLoader: boolean;
  hasAction: boolean;
}

export async function pageTargets(bench: Bench): Promise<Target[]> {
  Object.assign(process.env, {
    SHOPIFY_APP_URL: APP_URL,
    SHOPIFY_API_KEY: API_KEY,
    SHOPIFY_API_SECRET: API_SECRET,
    SHOPIFY_ADMIN_ORIGIN: SHOPIFY_ORIGIN,
    LOCKSTEP_KEY,
  });
  // What there may be one of in a process lives there (app/runtime.server.ts).
  Object.assign(globalThis, { lockstepRuntime: Promise.resolve({ rt: bench.rt }) });
  const build: ServerBuild = await import(pathToFileURL(join(repository, "build/server/index.js")).href);
  const answer = createRequestHandler(build, "production");
  // The library fetches by itself, not through our runtime.
  const machineFetch = globalThis.fetch;
  globalThis.fetch = (input, init) =>
    new URL(input instanceof Request ? input.url : input).origin === SHOPIFY_ORIGIN
      ? Promise.resolve(bench.shopify.app.request(new Request(input, init)))
      : machineFetch(input, init);
  for (const { channelId } of bench.markets.values()) {
    await reconcileListings(bench.rt, { channelId });
    await importOrders(bench.rt, { channelId });
  }

  const routes = routesOf(build);
  const screens = routes.filter((route) => route.path.startsWith("/app"));
  const ask = async (path: string, init: RequestInit, query: URLSearchParams): Promise<string | null> => {
    const response = await answer(new Request(`${APP_URL}${path}?${query}`, init));
    const text = await response.text();
    if (response.status >= 500) return `answered ${response.status}`;
    return RAW_WORDS.test(text) ? `says “${RAW_WORDS.exec(text)?.[0]}”` : null;
  };
  const asMerchant = (more: Record<string, string> = {}) => ({
    "user-agent": USER_AGENT,
    authorization: `Bearer ${bench.shopify.controls.mintIdToken(bench.shopDomain)}`,
    ...more,
  });

  interface Visit {
    route: number;
    ids: string[];
    query: [string, string][];
  }
  const visits: fc.Arbitrary<Visit> = fc.record({
    route: fc.nat(100),
    ids: fc.array(fc.oneof(fc.constantFrom("1", "2", "5"), oddText), { minLength: 3, maxLength: 3 }),
    query: fc.array(
      fc.tuple(
        fc.constantFrom(
          "search",
          "page",
          "channel",
          "status",
          "stage",
          "kind",
          "outcome",
          "from",
          "to",
          "tab",
          "x",
          "shop",
          "host",
        ),
        oddText,
      ),
      { maxLength: 5 },
    ),
  });
  const placeOf = (all: readonly Route[], { route, ids }: Visit) => {
    const one = all[route % all.length];
    if (!one) throw new Error("no route");
    let next = 0;
    const path = one.path.replace(/:\w+\??/g, () => encodeURIComponent((ids[next++] ?? "1").toWellFormed()));
    return { id: one.id, path };
  };

  const loaders = screens.filter((route) => route.hasLoader);
  const queries = target<Visit>({
    name: "queries",
    cases: visits,
    run(one) {
      const { id, path } = placeOf(loaders, one);
      const query = new URLSearchParams([...one.query, ["_data", id]]);
      return ask(path, { headers: asMerchant() }, query);
    },
    show: (one) => JSON.stringify([placeOf(loaders, one), one.query]),
  });

  interface Sent extends Visit {
    form: number;
    fields: { at: number; value: string }[];
    extra: [string, string][];
    type: string | null;
  }
  const actions = screens.filter((route) => route.hasAction);
  const fieldsOf = (one: Sent): [string, string][] => {
    const forms = formsOf(placeOf(actions, one).id);
    const form = forms[one.form % forms.length] ?? [];
    const fields = form.map(([name, value], index): [string, string] => {
      const odd = one.fields.find(({ at }) => at % form.length === index);
      return [name, odd ? odd.value : value];
    });
    return [...fields, ...one.extra];
  };
  const sent = target<Sent>({
    name: "forms",
    cases: fc.record({
      route: fc.nat(100),
      ids: fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom("1", "2", "3", "5") }, oddText), {
        minLength: 3,
        maxLength: 3,
      }),
      query: fc.constant([]),
      form: fc.nat(500),
      fields: fc.array(fc.record({ at: fc.nat(20), value: oddText }), { maxLength: 2 }),
      extra: fc.array(
        fc.tuple(
          fc.oneof(fc.constantFrom("intent", "keys.token", "keys.__proto__", "__proto__[]", "locationGids[]"), oddText),
          oddText,
        ),
        {
          maxLength: 2,
        },
      ),
      type: seldom(fc.constantFrom("text/plain", "application/json", "multipart/form-data; boundary=x", "garbage"), 20),
    }),
    run(one) {
      const { id, path } = placeOf(actions, one);
      const body = new URLSearchParams(
        fieldsOf(one).map(([name, value]): [string, string] => [name.toWellFormed(), value.toWellFormed()]),
      );
      const headers = asMerchant(one.type === null ? {} : { "content-type": one.type });
      return ask(path, { method: "POST", headers, body }, new URLSearchParams({ _data: id }));
    },
    show: (one) => JSON.stringify([placeOf(actions, one), fieldsOf(one), one.type]),
  });

  interface Knock {
    path: string;
    query: [string, string][];
    method: string;
    claims: [string, string][] | null;
    headers: [string, string][];
  }
  const knocks = target<Knock>({
    name: "strangers",
    cases: fc.record({
      path: fc.oneof(
        fc.constantFrom(
          "/",
          "/healthz",
          "/app",
          "/app/orders",
          "/auth/exit-iframe",
          "/auth/session-token",
          "/auth/login",
          "/auth",
          "/auth/callback",
          "/webhooks",
          ...["ebay", "etsy", "depop", "vinted", "amazon", "%00", "nobody"].flatMap((key) => [
            `/connect/${key}/callback`,
            `/connect/${key}/start`,
            `/notifications/${key}`,
            `/notifications/${key}/1`,
          ]),
        ),
        oddText.map((text) => `/${encodeURIComponent(text.toWellFormed())}`),
      ),
      query: fc.array(
        fc.tuple(
          fc.constantFrom(
            "state",
            "code",
            "exitIframe",
            "shop",
            "host",
            "id_token",
            "embedded",
            "challenge_code",
            "spapi_oauth_code",
            "selling_partner_id",
          ),
          oddText,
        ),
        {
          maxLength: 4,
        },
      ),
      method: fc.constantFrom("GET", "GET", "POST", "PUT", "OPTIONS", "HEAD"),
      claims: seldom(
        fc.array(fc.tuple(fc.constantFrom("dest", "iss", "aud", "sub", "exp"), oddText), {
          minLength: 1,
          maxLength: 2,
        }),
        2,
      ),
      headers: fc.array(
        fc.tuple(
          fc.constantFrom(
            "authorization",
            "cookie",
            "x-ebay-signature",
            "x-depop-signature",
            "x-shopify-hmac-sha256",
            "content-length",
          ),
          fc.constantFrom("", "Bearer x", "Bearer a.b.c", "x".repeat(4_000), "e30=", `${"A".repeat(43)}=`),
        ),
        { maxLength: 3 },
      ),
    }),
    async run({ path, query, method, claims, headers }) {
      const sentHeaders = new Headers([["user-agent", USER_AGENT], ...headers]);
      if (claims) sentHeaders.set("authorization", `Bearer ${oddToken(bench, claims)}`);
      const pairs = query.map(([name, value]): [string, string] => [name, value.toWellFormed()]);
      const hasBody = method === "POST" || method === "PUT";
      return ask(
        path,
        { method, headers: sentHeaders, ...(hasBody ? { body: "{}" } : {}) },
        new URLSearchParams(pairs),
      );
    },
    show: (one) => JSON.stringify(one),
  });
  return [queries, sent, knocks];
}

/** Signed by us, and of nobody. */
function oddToken(bench: Bench, claims: readonly [string, string][]): string {
  const odd = Object.fromEntries(claims);
  return mintSessionToken({
    shop: (odd.dest ?? bench.shopDomain).toWellFormed(),
    userId: (odd.sub ?? "1").toWellFormed(),
    sessionId: "s",
    jti: "j",
    apiKey: (odd.aud ?? API_KEY).toWellFormed(),
    secret: API_SECRET,
    now: new Date(),
    lifetimeMs: 60_000,
  });
}

function routesOf(build: ServerBuild): Route[] {
  const all = Object.values(build.routes).flatMap((route) => route ?? []);
  const pathOf = (id: string | undefined): string => {
    const route = all.find((one) => one.id === id);
    return route ? [pathOf(route.parentId), route.path ?? ""].filter(Boolean).join("/") : "";
  };
  return all.map(({ id, module }) => ({
    id,
    path: `/${pathOf(id)}`,
    hasLoader: module.loader !== undefined,
    hasAction: module.action !== undefined,
  }));
}

/** A value that each field would take, where its name tells. */
const GOOD: Readonly<Record<string, string>> = {
  excluded: "true",
  transfer: "false",
  connector: "vinted",
  bufferKind: "units",
  buffer: "1",
  threshold: "1",
  cap: "9",
  quantity: "3",
  conflictPolicy: "hold",
  editPolicy: "ask",
  kind: "listing",
};

const formsRead = new Map<string, [string, string][][]>();

/** Every form that a route's source describes, as fields with a value that may be right; elsewhere described: of all. */
function formsOf(routeId: string): [string, string][][] {
  const known = formsRead.get(routeId);
  if (known) return known;
  const own = formsIn([join(repository, "app", `${routeId}.tsx`)]);
  const all = formsIn(
    ["app/routes", "app/screens", "app/views", "app/ui"].flatMap((folder) => filesBelow(join(repository, folder))),
  );
  if (all.length < 10) throw new Error("the sources describe their forms in another way now: teach formsOf()");
  const forms = own.length > 0 ? own : [...all, ...HISTORY_FORMS];
  formsRead.set(routeId, forms);
  return forms;
}

/** The one form without an intent. */
const HISTORY_FORMS: [string, string][][] = ["listing", "order"].map((kind) => [
  ["kind", kind],
  ["id", "1"],
]);

function formsIn(files: readonly string[]): [string, string][][] {
  const text = files.map((file) => readFileSync(file, "utf8")).join("\n");
  return [...text.matchAll(/intent: z\.literal\("([^"]+)"\)([^}]*)\}/g)].map(([, intent = "", rest = ""]) => {
    const names = [...rest.matchAll(/(\w+)\s*(?::|,|$)/g)]
      .map((match) => match[1] ?? "")
      .filter((name) => !["z", "max"].includes(name));
    const policy = /policy/.test(intent) ? ["bufferKind", "buffer", "threshold", "cap"] : [];
    const fields = [...new Set([...names, ...policy])].map((name): [string, string] => [name, GOOD[name] ?? "1"]);
    return [["intent", intent] as [string, string], ...fields];
  });
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}
