/** All that is held of a buyer, opened: for the merchant to hand out when the person asks. */
import { z } from "zod";
import type { Prisma } from "../generated/prisma/client.ts";
import type { Runtime } from "../runtime.ts";
import { marketplaceName } from "./home.ts";

const ORDERS_MAX = 1_000;

/** Orders by their ids; or the buyer of one order, with all their other orders. */
export type WhoseData = { orderIds: readonly number[] } | { buyerOfOrderId: number };

export interface BuyerDataOrder {
  id: number;
  name: string;
  marketplace: string;
  soldAt: string;
  shopifyOrder: string | null;
  shopifyCustomer: string | null;
  /** As the marketplace gave it; null: it can't be opened with the keys that this installation has. */
  buyer: Record<string, unknown> | null;
  /** As the merchant corrected it, where they did; null here, too, where it can't be opened. */
  corrected?: { at: string | null; buyer: Record<string, unknown> | null };
  /** What Shopify refused of it, in its words. */
  refused?: unknown;
  lines: { title: string; sku: string | null; quantity: number; unitAmount: string }[];
  total: { amount: string; currency: string };
  parcels: { carrier: string | null; trackingNumber: string | null; shippedAt: string }[];
}

export interface BuyerData {
  shop: string;
  readAt: string;
  /** Those of which a buyer is held: none where they were forgotten. */
  orders: BuyerDataOrder[];
}

/** Null: this shop has no such order. */
export async function readBuyerData(rt: Runtime, shopId: number, whose: WhoseData): Promise<BuyerData | null> {
  const which = await whereTheirs(rt, shopId, whose);
  if (!which) return null;
  const [shop, found] = await Promise.all([
    rt.db.shop.findUniqueOrThrow({ where: { id: shopId }, select: { domain: true } }),
    rt.db.marketplaceOrder.findMany({
      where: { shopId, ...which },
      orderBy: [{ soldAt: "desc" }, { id: "desc" }],
      include: {
        channel: { select: { connectorKey: true } },
        lines: { orderBy: { id: "asc" } },
        shipments: { orderBy: { id: "asc" } },
      },
      take: ORDERS_MAX,
    }),
  ]);
  if (found.length === 0) return null;
  return {
    shop: shop.domain,
    readAt: rt.clock.now().toISOString(),
    orders: found.flatMap((order) =>
      order.buyerSealed === null
        ? []
        : [
            {
              id: order.id,
              name: order.displayName,
              marketplace: marketplaceName(rt, order.channel.connectorKey),
              soldAt: order.soldAt.toISOString(),
              shopifyOrder: order.shopifyOrderName,
              shopifyCustomer: order.customerGid,
              buyer: opened(rt, order.buyerSealed, buyerSchema),
              ...(order.correctionSealed === null
                ? {}
                : {
                    corrected: {
                      at: order.correctedAt?.toISOString() ?? null,
                      buyer: opened(rt, order.correctionSealed, correctionSchema)?.buyer ?? null,
                    },
                  }),
              ...(order.refusedSealed === null ? {} : { refused: opened(rt, order.refusedSealed, z.unknown()) }),
              lines: order.lines.map(({ title, sku, quantity, unitAmount }) => ({ title, sku, quantity, unitAmount })),
              total: { amount: order.totalAmount, currency: order.currency },
              parcels: order.shipments.map(({ carrier, trackingNumber, shippedAt }) => ({
                carrier,
                trackingNumber,
                shippedAt: shippedAt.toISOString(),
              })),
            },
          ],
    ),
  };
}

async function whereTheirs(
  rt: Runtime,
  shopId: number,
  whose: WhoseData,
): Promise<Prisma.MarketplaceOrderWhereInput | null> {
  if ("orderIds" in whose) return { id: { in: whose.orderIds.slice(0, ORDERS_MAX) } };
  const order = await rt.db.marketplaceOrder.findFirst({ where: { id: whose.buyerOfOrderId, shopId } });
  if (!order) return null;
  const { id, customerGid, buyerKeys } = order;
  return { OR: [{ id }, { buyerKeys: { hasSome: buyerKeys } }, ...(customerGid ? [{ customerGid }] : [])] };
}

const buyerSchema = z.record(z.string(), z.unknown());

const correctionSchema = z.object({ buyer: buyerSchema });

function opened<Schema extends z.ZodType>(rt: Runtime, sealed: string, schema: Schema): z.infer<Schema> | null {
  try {
    return schema.parse(JSON.parse(rt.secrets.open(sealed)));
  } catch {
    return null;
  }
}
