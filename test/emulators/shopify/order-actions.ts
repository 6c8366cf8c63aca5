/** Where the forms of an order's page go. Each does one thing and comes back to the page with what came of it. */
import type { Context, Hono } from "hono";
import type { AdminContext } from "./admin-context.ts";
import { answerForm, recordPath, type Said } from "./admin-layout.ts";
import { type FormFields, readForm } from "./form-fields.ts";
import type { Gid } from "./gids.ts";
import { CANCEL_REASONS } from "./order-forms.ts";
import type { OrderOutcome } from "./orders.ts";
import type { Order, Store, TrackingInfo } from "./store.ts";

interface OrderForm {
  store: Store;
  order: Order;
  form: FormFields;
  /** The fulfilment that the address names, if any. */
  fulfillmentId: Gid;
}

export function mountOrderActions(app: Hono, { controls, storeOf }: AdminContext): void {
  const order = "/store/:handle/orders/:id{[0-9]+}";

  function onPost(path: string, work: (given: OrderForm) => Said): void {
    app.post(path, async (c: Context) => {
      const store = storeOf(c);
      const found = store?.orders.get(`gid://shopify/Order/${c.req.param("id")}`);
      if (!store || !found) return c.notFound();
      const form = await readForm(c.req);
      const fulfillmentId = `gid://shopify/Fulfillment/${c.req.param("fulfilment") ?? ""}`;
      return answerForm(c, recordPath(store, "orders", found.id), () =>
        work({ store, order: found, form, fulfillmentId }),
      );
    });
  }

  onPost(`${order}/fulfil`, ({ store, order, form }) =>
    said(
      controls.fulfill(store.domain, order.id, {
        lines: chosenLines(form),
        tracking: tracking(form),
        ...(store.locations.has(form.text("location")) ? { locationId: form.text("location") } : {}),
      }),
      (fulfillment) => `${fulfillment.name} is on its way.`,
    ),
  );

  onPost(`${order}/fulfilments/:fulfilment{[0-9]+}/tracking`, ({ store, order, form, fulfillmentId }) =>
    said(controls.updateTracking(store.domain, order.id, fulfillmentId, tracking(form)), () => "Tracking saved."),
  );

  onPost(`${order}/fulfilments/:fulfilment{[0-9]+}/cancel`, ({ store, order, fulfillmentId }) =>
    said(
      controls.cancelFulfillment(store.domain, order.id, fulfillmentId),
      (fulfillment) => `${fulfillment.name} is cancelled; its items are to be fulfilled again.`,
    ),
  );

  onPost(`${order}/refund`, ({ store, order, form }) => {
    const lines = chosenLines(form);
    const amount = form.optional("amount");
    if (amount !== null && !/^\d+(\.\d{1,2})?$/.test(amount))
      return { ok: false, text: `An amount is a number with two decimals at most, not "${amount}".` };
    const request = { lines, restock: form.isOn("restock"), note: form.optional("note"), amount };
    return said(controls.refund(store.domain, order.id, request), () => "Refunded.");
  });

  onPost(`${order}/edit`, ({ store, order, form }) => {
    const lines = order.lineItems.flatMap((line) =>
      form.text(`quantity:${line.id}`) === ""
        ? []
        : [{ lineItemId: line.id, quantity: form.whole(`quantity:${line.id}`, "A quantity") }],
    );
    const variantId = form.text("variant");
    const added = variantId ? [{ variantId, quantity: 1 }] : [];
    const edit = { lines, added, restock: form.isOn("restock") };
    return said(controls.editOrder(store.domain, order.id, edit), () => "Items saved.");
  });

  onPost(`${order}/address`, ({ store, order, form }) => {
    const change = {
      address1: form.text("address1"),
      address2: form.optional("address2"),
      zip: form.text("zip"),
      city: form.text("city"),
    };
    return said(controls.changeAddress(store.domain, order.id, change), () => "Address saved.");
  });

  onPost(`${order}/cancel`, ({ store, order, form }) => {
    const reason = CANCEL_REASONS.find((one) => one === form.text("reason")) ?? "OTHER";
    const request = { reason, restock: form.isOn("restock"), staffNote: form.optional("note") };
    return said(controls.cancel(store.domain, order.id, request), () => `${order.name} is cancelled.`);
  });
}

function said<T>(outcome: OrderOutcome<T>, done: (value: T) => string): Said {
  return outcome.ok ? { ok: true, text: done(outcome.value) } : { ok: false, text: outcome.message };
}

function chosenLines(form: FormFields): { lineItemId: Gid; quantity: number }[] {
  return form.quantities("quantity:").map(({ key, quantity }) => ({ lineItemId: key, quantity }));
}

function tracking(form: FormFields): TrackingInfo[] {
  const info = { company: form.optional("carrier"), number: form.optional("number"), url: form.optional("url") };
  return info.company || info.number || info.url ? [info] : [];
}
