/**
 * POST /_control/{action}, beside what every emulator has (kit.ts). Each body names the `shop` by domain or handle;
 * ids are gids. A wrong body answers 400 with what was expected; a refused action answers 409 with why.
 */
import type { Hono } from "hono";
import { z } from "zod";
import type { AccessTokens } from "./access-tokens.ts";
import { COMPLIANCE_TOPICS, type Controls } from "./controls.ts";
import { demoStore, storeSeedSchema } from "./demo-store.ts";
import { addStore } from "./seeding.ts";
import { inspectStore } from "./state-view.ts";
import { disturbanceSchema } from "./webhook-deliveries.ts";
import type { World } from "./world.ts";

const shop = z.string();
const gid = z.string().startsWith("gid://shopify/");
const ofShop = z.object({ shop });
const ofLevel = z.object({ shop, itemId: gid, locationId: gid });
const tracking = z.array(
  z.object({
    company: z.string().nullable().default(null),
    number: z.string().nullable().default(null),
    url: z.string().nullable().default(null),
  }),
);
const lines = z.array(z.object({ lineItemId: gid, quantity: z.number().int() }));
const productSeed = storeSeedSchema.shape.products.element;

export function mountControlActions(
  app: Hono,
  { world, controls, tokens }: { world: World; controls: Controls; tokens: AccessTokens },
): void {
  function action<S extends z.ZodType>(name: string, schema: S, run: (body: z.output<S>) => unknown): void {
    app.post(`/_control/${name}`, async (c) => {
      const parsed = schema.safeParse(await c.req.json().catch(() => ({})));
      if (!parsed.success) return c.json({ error: z.prettifyError(parsed.error) }, 400);
      try {
        const result = run(parsed.data) ?? { ok: true };
        const refused = typeof result === "object" && "ok" in result && result.ok === false;
        return c.json(result, refused ? 409 : 200);
      } catch (error) {
        return c.json({ ok: false, message: error instanceof Error ? error.message : String(error) }, 409);
      }
    });
  }

  app.get("/_control/shops/:shop", (c) => c.json(inspectStore(controls.store(c.req.param("shop")))));
  app.get("/_control/webhooks", (c) => c.json(world.deliveries.all));

  action("shops", z.object({ handle: z.string(), seed: storeSeedSchema.optional() }), (body) => {
    const store = addStore(world, body.seed ?? demoStore(body.handle));
    return { ok: true, shop: store.domain };
  });
  action("install", ofShop, (body) => void controls.install(body.shop));
  action("uninstall", ofShop, (body) => controls.uninstall(body.shop));
  action("id-token", ofShop, (body) => ({ idToken: controls.mintIdToken(body.shop) }));
  action("access-token", ofShop, (body) => controls.issueAccessToken(body.shop));
  action("subscriptions", z.object({ shop, plan: z.string().nullable() }), ({ shop: of, plan }) =>
    controls.setSubscriptions(of, plan === null ? [] : [{ status: "ACTIVE", planHandle: plan }]),
  );
  action("expire-tokens", z.object({ shop, alsoRefresh: z.boolean().default(false) }), (body) =>
    controls.expireTokens(body.shop, body.alsoRefresh),
  );
  action("revoke-tokens", ofShop, (body) => tokens.revokeAll(controls.store(body.shop).domain));
  action("drain-cost", z.object({ shop, pointsLeft: z.number().default(0) }), (body) =>
    controls.drainCostBucket(body.shop, body.pointsLeft),
  );
  action("settings", z.record(z.string(), z.unknown()), (body) => {
    const unknown = Object.keys(body).filter((key) => !(key in world.settings));
    if (unknown.length > 0) return { ok: false, message: `no such settings: ${unknown.join(", ")}` };
    Object.assign(world.settings, body);
    return { ok: true, settings: world.settings };
  });

  action("stock", ofLevel.extend({ available: z.number().int() }), (body) =>
    controls.setAvailable(body.shop, body.itemId, body.locationId, body.available),
  );
  action("connect", ofLevel, (body) => controls.connectItem(body.shop, body.itemId, body.locationId));
  action("disconnect", ofLevel, (body) => controls.disconnectItem(body.shop, body.itemId, body.locationId));

  const storefrontOrder = z.object({
    shop,
    email: z.string().nullish(),
    firstName: z.string().nullish(),
    lastName: z.string().nullish(),
    phone: z.string().nullish(),
    lines: z.array(z.object({ variantId: gid, quantity: z.number().int().positive() })).min(1),
  });
  action("storefront-order", storefrontOrder, ({ shop, ...order }) => controls.storefrontOrder(shop, order));
  action("fulfill", z.object({ shop, orderId: gid, lines: lines.optional(), tracking: tracking.optional() }), (body) =>
    controls.fulfill(body.shop, body.orderId, body),
  );
  action("tracking", z.object({ shop, orderId: gid, fulfillmentId: gid, tracking }), (body) =>
    controls.updateTracking(body.shop, body.orderId, body.fulfillmentId, body.tracking),
  );
  action("cancel-fulfillment", z.object({ shop, orderId: gid, fulfillmentId: gid }), (body) =>
    controls.cancelFulfillment(body.shop, body.orderId, body.fulfillmentId),
  );
  const cancel = z.object({
    shop,
    orderId: gid,
    reason: z.enum(["CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "OTHER", "STAFF"]).default("OTHER"),
    restock: z.boolean(),
    staffNote: z.string().nullish(),
  });
  action("cancel", cancel, (body) => controls.cancel(body.shop, body.orderId, body));
  const note = z.string().nullish();
  const amount = z.string().nullish();
  action("refund", z.object({ shop, orderId: gid, lines, restock: z.boolean(), note, amount }), (body) =>
    controls.refund(body.shop, body.orderId, body),
  );
  const orderEdit = z.object({
    shop,
    orderId: gid,
    lines: lines.optional(),
    added: z.array(z.object({ variantId: gid, quantity: z.number().int().positive() })).optional(),
    restock: z.boolean().default(true),
  });
  action("edit-order", orderEdit, (body) => controls.editOrder(body.shop, body.orderId, body));
  const change = z.object({
    address1: z.string().optional(),
    address2: z.string().nullable().optional(),
    city: z.string().optional(),
    zip: z.string().optional(),
    phone: z.string().nullable().optional(),
  });
  action("address", z.object({ shop, orderId: gid, change }), (body) =>
    controls.changeAddress(body.shop, body.orderId, body.change),
  );

  const variantEdit = z.object({
    shop,
    variantId: gid,
    edit: z.object({
      sku: z.string().nullable().optional(),
      barcode: z.string().nullable().optional(),
      price: z.string().optional(),
      title: z.string().optional(),
      tracked: z.boolean().optional(),
      inventoryPolicy: z.enum(["DENY", "CONTINUE"]).optional(),
    }),
  });
  action("variant", variantEdit, (body) => controls.editVariant(body.shop, body.variantId, body.edit));
  action("product", z.object({ shop, product: productSeed }), (body) => ({
    ok: true,
    productId: controls.addProduct(body.shop, body.product),
  }));
  action(
    "product-status",
    z.object({ shop, productId: gid, status: z.enum(["ACTIVE", "ARCHIVED", "DRAFT", "UNLISTED"]) }),
    (body) => controls.setProductStatus(body.shop, body.productId, body.status),
  );
  const productEdit = z.object({
    title: z.string().optional(),
    vendor: z.string().optional(),
    productType: z.string().optional(),
    tags: z.array(z.string()).optional(),
  });
  action("product-edit", z.object({ shop, productId: gid, edit: productEdit }), (body) =>
    controls.editProduct(body.shop, body.productId, body.edit),
  );
  action("delete-product", z.object({ shop, productId: gid }), (body) =>
    controls.deleteProduct(body.shop, body.productId),
  );
  action("location", z.object({ shop, locationId: gid, isActive: z.boolean() }), (body) =>
    controls.setLocationActive(body.shop, body.locationId, body.isActive),
  );
  action("rename-shop", z.object({ shop, name: z.string() }), (body) => controls.renameShop(body.shop, body.name));
  action("scopes", z.object({ shop, scopes: z.string() }), (body) => controls.setScopes(body.shop, body.scopes));
  action("compliance", z.object({ shop, topic: z.enum(COMPLIANCE_TOPICS), customerId: gid.optional() }), (body) =>
    controls.sendCompliance(body.shop, body.topic, body.customerId),
  );

  action("disturb-webhooks", disturbanceSchema, (body) => world.deliveries.disturb(body));
  action("calm-webhooks", z.object({}), () => world.deliveries.clearDisturbances());
  action("stop-webhooks", z.object({}), () => world.deliveries.stop());
  action("start-webhooks", z.object({}), () => world.deliveries.start());
}
