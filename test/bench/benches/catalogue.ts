/**
 * Products change in Shopify: what taking one in reads, however many others there are.
 * A limit is an R for each statement that reads, a W for each that writes or commits, and half as much again.
 */
import type { Db } from "#app/db.server.ts";
import { acceptDelivery } from "#app/flows/accept-delivery.ts";
import { applyDelivery } from "#app/flows/apply-delivery.ts";
import { storePages } from "#app/flows/mirror-catalogue.ts";
import type { BenchRuntime } from "../bench-runtime.ts";
import { createBenchRuntime } from "../bench-runtime.ts";
import { levelsAt, productAnswers, type ShopifyAnswers, variantNode } from "../instant-shopify.ts";
import type { Question } from "../question.ts";
import { makeInStep, NOW, SHOP_ID } from "../seeded-database.ts";

/** Beyond those that the small shops have too; two variants of one product. */
const FIRST = 1_101;
const VARIANTS = [FIRST, FIRST + 1];
const PRODUCT = (FIRST + 1) / 2;

/** Which time a question is asked: what changes goes back and forth with it. */
let turn = 0;
let asked = 0;

/** As Shopify sends it, stored and worked on. */
export async function deliver(rt: BenchRuntime, topic: string, body: object): Promise<void> {
  asked += 1;
  const remoteId = `bench-${asked}-${process.hrtime.bigint()}`;
  const account = `shop-${SHOP_ID}.myshopify.com`;
  await acceptDelivery(rt, {
    ...{ source: "shopify", remoteId, topic, account, triggeredAt: NOW },
    rawBody: JSON.stringify(body),
  });
  const stored = await rt.db.delivery.findFirstOrThrow({ where: { source: "shopify", remoteId } });
  await applyDelivery(rt, { deliveryId: stored.id.toString() });
  const { state, note } = await rt.db.delivery.findUniqueOrThrow({ where: { id: stored.id } });
  if (state !== "applied") throw new Error(`${topic} was not applied: ${note}`);
}

const runtime = (db: Db, answers: ShopifyAnswers) => {
  asked += 1;
  const levels = levelsAt(new Date(NOW.getTime() + asked * 1_000), () => 1_000 + asked);
  return createBenchRuntime(db, undefined, { ...levels, ...answers });
};

function productChange(name: string, variantsOf: (turn: number) => ReturnType<typeof variantNode>[]): Question {
  return {
    name,
    // Its two variants, their ten listings, and all that hangs on them.
    limit: { reads: 60, writes: 20 },
    end: makeInStep,
    async ask(db) {
      turn += 1;
      const rt = runtime(db, productAnswers(variantsOf(turn)));
      await deliver(rt, "products/update", { id: PRODUCT });
    },
  };
}

const asSeeded = () => VARIANTS.map((item) => variantNode(item));

export const catalogueQuestions: Question[] = [
  productChange("products/update that changes nothing", asSeeded),
  productChange("products/update with another SKU", (turn) =>
    VARIANTS.map((item) => variantNode(item, { sku: `SKU-${item}${turn % 2 === 0 ? "" : "-NEW"}` })),
  ),
  productChange("products/update, deleted and back", (turn) => (turn % 2 === 0 ? [] : asSeeded())),
  {
    name: "inventory_items/update",
    limit: { reads: 60, writes: 20 },
    async ask(db) {
      const rt = runtime(db, {});
      await deliver(rt, "inventory_items/update", { id: FIRST, tracked: true });
    },
  },
  {
    name: "a page of the mirror, 5 of its variants changed",
    limit: { reads: 200, writes: 40 },
    end: makeInStep,
    async ask(db) {
      const changed = [1_201, 1_202, 1_203, 1_204, 1_205].map((item) =>
        variantNode(item, { sku: `SKU-${item}-${turn++ % 10}` }),
      );
      const rt = runtime(db, productAnswers(changed));
      const shop = await db.shop.findUniqueOrThrow({ where: { id: SHOP_ID } });
      const run = await db.run.findFirstOrThrow({ where: { id: 1 } });
      const { nextval: readNumber } = (
        await db.$queryRaw<{ nextval: bigint }[]>`SELECT nextval('"Variant_readNumber_seq"')`
      )[0] as { nextval: bigint };
      const read = { variants: 0, levels: 0, corrected: 0, unreadableRows: 0 };
      await storePages(rt, shop, run, { readNumber, askedAt: NOW, after: null, read }, async () => undefined);
    },
  },
];
