/**
 * Shopify's page where a merchant chooses a plan of an app, and its page of app subscriptions, where they cancel one. Having
 * chosen, they are sent to the app's welcome link with the plan's handle; of a cancellation nobody is told.
 */
import type { Hono } from "hono";
import { html } from "hono/html";
import type { AdminContext } from "./admin-context.ts";
import { APP_HANDLE, adminPage, type Html, readSaid, storePath } from "./admin-layout.ts";
import type { Store } from "./store.ts";

/** As the app's partner set them up. */
const PLANS = [
  { handle: "free", name: "Free", price: "$0" },
  { handle: "starter", name: "Starter", price: "$29 a month" },
  { handle: "pro", name: "Pro", price: "$79 a month" },
  { handle: "agency", name: "Agency", price: "$199 a month" },
  { handle: "enterprise", name: "Enterprise", price: "$499 a month" },
];
/** Set in the Partner Dashboard, relative to the app. */
const WELCOME_LINK = "/app/plan";

export function mountPricingPages(app: Hono, { storeOf, appName, controls }: AdminContext): void {
  app.get("/store/:handle/charges/:app/pricing_plans", (c) => {
    const store = storeOf(c);
    if (!store || c.req.param("app") !== APP_HANDLE) return c.notFound();
    const view = { store, appName, section: "app", title: `Plans of ${appName}`, said: readSaid(c) } as const;
    return c.html(adminPage(view, pricing(store)));
  });

  app.post("/store/:handle/charges/:app/pricing_plans", async (c) => {
    const store = storeOf(c);
    if (!store) return c.notFound();
    const { plan } = await c.req.parseBody();
    if (plan === "") {
      controls.setSubscriptions(store.domain, []);
      return c.redirect(`${c.req.path}?${new URLSearchParams({ done: "The subscription is cancelled." })}`);
    }
    if (!PLANS.some(({ handle }) => handle === plan)) return c.text("no such plan", 400);
    controls.setSubscriptions(store.domain, [{ status: "ACTIVE", planHandle: String(plan) }]);
    return c.redirect(storePath(store, `/apps/${APP_HANDLE}${WELCOME_LINK}?plan_handle=${plan}`));
  });
}

function pricing(store: Store): Html {
  const now = store.subscriptions.find(({ status }) => status === "ACTIVE")?.planHandle ?? null;
  const button = (plan: string, text: string, kind: string): Html =>
    html`<form method="post">
      <input type="hidden" name="plan" value="${plan}" />
      <button class="${kind}">${text}</button>
    </form>`;
  return html`${PLANS.map(
    ({ handle, name, price }) => html`<section class="card" data-plan="${handle}">
        <h2>${name}</h2>
        <p>${price}</p>
        ${handle === now ? html`<p class="muted">Your plan</p>` : button(handle, `Choose ${name}`, "primary")}
      </section>`,
  )}
    ${
      now === null
        ? html`<p class="muted">No subscription.</p>`
        : html`<section class="card">${button("", "Cancel the subscription", "danger")}</section>`
    }`;
}
