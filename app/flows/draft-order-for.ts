/** A marketplace order as Shopify is to have it: its lines' variants, and whose it is. */
import { type Failure, type Result, succeed } from "#connectors/contract/failures.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import type { Channel } from "../channels/channels.ts";
import { findApart, findKnownCustomers, leaveShopify, noteShopHistory } from "../customers/customers.ts";
import { identifyBuyer } from "../customers/identities.ts";
import { openBuyer } from "../orders/corrected-buyer.ts";
import type { Draft } from "../orders/draft-mending.ts";
import { type CustomerDecision, draftOrder } from "../orders/order-draft.ts";
import { type OrderWithLines, openRemarks } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import { findCustomer } from "../shopify/customers.ts";
import { isCountry } from "../shopify/orders.ts";
import { refusalOf } from "../shopify/shop-refusals.ts";
import type { Shop } from "../shops/shops.ts";
import { keyOf } from "./look-up-order.ts";

export async function draftFor(
  rt: Runtime,
  shop: Shop,
  channel: Channel,
  order: OrderWithLines,
): Promise<Result<Draft>> {
  const customer = await decideCustomer(rt, shop, channel, order);
  if (!customer.ok) return customer;
  const variants = await rt.db.variant.findMany({
    where: { id: { in: order.lines.flatMap((line) => line.variantId ?? []) } },
    select: { id: true, gid: true },
  });
  return succeed(
    draftOrder({
      ...order,
      key: keyOf(channel, order),
      now: rt.clock.now(),
      marketplace: rt.connectors.get(channel.connectorKey)?.manifest.name ?? channel.connectorKey,
      buyer: openBuyer(rt.secrets, order),
      customer: customer.value,
      isCountry,
      delivery: order.delivery === "pick-up" ? "pick-up" : "ship",
      remarks: openRemarks(rt.secrets, order),
      lines: order.lines.flatMap((line) => {
        const variant = variants.find((one) => one.id === line.variantId);
        return variant ? [{ ...line, variantGid: variant.gid }] : [];
      }),
    }),
  );
}

/**
 * Whom the merchant set apart is themselves. Else email, else phone, else the marketplace's buyer id, by each whom we
 * remember, else whom Shopify has; else a new customer, or a guest when nothing makes a person.
 */
async function decideCustomer(
  rt: Runtime,
  shop: Shop,
  channel: Channel,
  order: OrderWithLines,
): Promise<Result<CustomerDecision>> {
  const buyer = openBuyer(rt.secrets, order);
  if (!buyer) return succeed({ kind: "guest" });
  const admin = rt.admin(shop.domain);
  const identities = identifyBuyer(buyer);
  const known = { shopId: shop.id, connectorKey: channel.connectorKey, identities, secrets: rt.secrets };

  const apart = order.customerRecordId === null ? null : await findApart(rt.db, order.customerRecordId);
  if (apart) return decideApart(rt, shop, order, apart.customerGid, buyer.name ?? buyer.shippingAddress?.name ?? null);
  const remembered = await findKnownCustomers(rt.db, known);
  const { email, phone } = identities;
  for (const { gid, identifier } of [
    { gid: remembered.email, identifier: email ? { emailAddress: email } : null },
    { gid: remembered.phone, identifier: phone ? { phoneNumber: phone } : null },
    { gid: remembered.buyerId, identifier: null },
  ]) {
    const still = gid ? await findCustomer(admin, { id: gid }) : null;
    if (still && !still.ok) return withoutCustomer(rt, order, still.failure);
    if (gid && !still?.value) await leaveShopify(rt.db, shop.id, gid);
    const found = still?.value || !identifier ? still : await findCustomer(admin, identifier);
    if (!found || (!found.ok && found.failure.kind === "rejected")) continue;
    if (!found.ok) return withoutCustomer(rt, order, found.failure);
    await resolveAlert(rt.db, shop.id, CUSTOMERS_KEY, rt.clock.now());
    if (!found.value) continue;
    await noteShopHistory(rt.db, shop.id, found.value, rt.clock.now());
    return succeed({ kind: "existing", gid: found.value.customerGid });
  }
  const name = buyer.name ?? buyer.shippingAddress?.name ?? null;
  return succeed(email || phone || name ? { kind: "new", email, phone, name } : { kind: "guest" });
}

/**
 * The merchant said that this is not whom an e-mail or a number would lead to: neither is looked for, nor given to Shopify,
 * which would find the other by it.
 */
async function decideApart(
  rt: Runtime,
  shop: Shop,
  order: OrderWithLines,
  gid: string | null,
  name: string | null,
): Promise<Result<CustomerDecision>> {
  const still = gid ? await findCustomer(rt.admin(shop.domain), { id: gid }) : null;
  if (still && !still.ok) return withoutCustomer(rt, order, still.failure);
  if (still?.value) return succeed({ kind: "existing", gid: still.value.customerGid });
  if (gid) await leaveShopify(rt.db, shop.id, gid);
  return succeed(name ? { kind: "new", email: null, phone: null, name } : { kind: "guest" });
}

const CUSTOMERS_KEY = "shopify-customers";

/** An order does without its customer where Lockstep may not see customers; any other failure passes, and is waited for. */
async function withoutCustomer(
  rt: Runtime,
  { shopId }: OrderWithLines,
  failure: Failure,
): Promise<Result<CustomerDecision>> {
  if (failure.kind === "rejected") return succeed({ kind: "guest" });
  if (refusalOf(failure) !== "denied") return { ok: false, failure };
  const words = {
    title: "Shopify does not let Lockstep see your customers",
    message: `Marketplace orders go to Shopify without a customer meanwhile; their addresses are there. ${failure.message}. Open Lockstep in the Shopify admin and agree to what it asks for. If it asks for nothing, Shopify has not approved it for customer data yet: tell whoever runs Lockstep.`,
  };
  const facts = { shopId, key: CUSTOMERS_KEY, severity: "warning", action: "/app" } as const;
  await raiseAlert(rt.db, { ...facts, ...words }, rt.clock.now());
  return succeed({ kind: "guest" });
}
