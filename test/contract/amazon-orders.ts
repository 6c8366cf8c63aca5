/** Amazon's orders for tests: as JSON, and bought at the emulator. */
import { expect } from "vitest";
import { rawOrderSchema, toOrder } from "#connectors/amazon/order-shape.ts";
import { adjustmentOf } from "#connectors/contract/money.ts";
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import type { PurchaseInput } from "#test/emulators/amazon/controls.ts";
import type { Bench } from "./amazon-bench.ts";

const AT = "2026-11-22T12:00:00Z";
export const usd = (amount: string) => ({ amount, currencyCode: "USD" });
export const amounts = (amounts: Record<string, string>) => ({
  breakdowns: Object.entries(amounts).map(([type, amount]) => ({ type, subtotal: usd(amount) })),
});

/** An order as searchOrders shows it, with nothing but what it must have. */
export function raw(order: Record<string, unknown>) {
  return {
    orderId: "200-1234567-1234567",
    createdTime: AT,
    lastUpdatedTime: AT,
    salesChannel: { channelName: "AMAZON" },
    fulfillment: { fulfillmentStatus: "UNSHIPPED" },
    ...order,
  };
}

/** The same, read; its money adds up. */
export function read(order: Record<string, unknown>): RemoteOrder {
  const shown = toOrder(rawOrderSchema.parse(raw(order)));
  expect(shown.adjustment).toEqual(adjustmentOf(shown));
  return shown;
}

/** Two mugs, bought at the emulator; `order` reads the order. */
export async function buy({ emulator, channel, add }: Bench, purchase: Partial<PurchaseInput>) {
  add({ sku: "MUG" }, { sku: "CAN" });
  const bought = emulator.controls.buy({ lines: [{ sku: "MUG", quantity: 2 }], ...purchase });
  if (!bought.ok) throw new Error(bought.why);
  const { orderId } = bought.order;
  return {
    orderId,
    async order(): Promise<RemoteOrder> {
      const found = await channel.readOrder(orderId);
      if (!found.ok || found.value === null) throw new Error(`Order ${orderId} is not there.`);
      return found.value;
    },
  };
}
