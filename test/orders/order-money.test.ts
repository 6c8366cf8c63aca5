import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moneyOf, payableParts } from "#app/orders/order-money.ts";
import { addAmounts, adjustmentOf, compareAmounts, signOf, subtractAmounts } from "#connectors/contract/money.ts";

const amount = (max: number) => fc.integer({ min: 0, max }).map((cents) => (cents / 100).toFixed(2));
const gbp = (of: string) => ({ amount: of, currency: "GBP" });
const line = fc
  .record({ quantity: fc.integer({ min: 0, max: 4 }), cancelled: fc.integer({ min: 0, max: 4 }), unit: amount(2_000) })
  .map(({ quantity, cancelled, unit }) => ({
    quantity,
    quantityCancelled: Math.min(quantity, cancelled),
    unitAmount: unit,
  }));
const order = fc
  .record({
    lines: fc.array(line, { maxLength: 4 }),
    total: amount(20_000),
    shipping: amount(900),
    tax: amount(900),
    refunded: amount(5_000),
  })
  .map(({ lines, total, shipping, tax, refunded }) => ({
    totalAmount: total,
    shippingAmount: shipping,
    taxAmount: tax,
    refundedAmount: refunded,
    lines,
    adjustmentAmount: adjustmentOf({
      total: gbp(total),
      shipping: gbp(shipping),
      tax: gbp(tax),
      lines: lines.map((one) => ({ quantity: one.quantity, unitPrice: gbp(one.unitAmount) })),
    }).amount,
  }));

describe("the money of an order", () => {
  it("is made of parts that Shopify takes and that come to what was paid, whatever the marketplace says", () => {
    fc.assert(
      fc.property(order, (one) => {
        const money = moneyOf(one);
        const { paid, extra, discount, shipping, tax } = payableParts(money);
        for (const part of [paid, extra, discount, shipping, tax]) expect(signOf(part)).toBeGreaterThanOrEqual(0);
        expect(compareAmounts(discount, money.goods)).toBeLessThanOrEqual(0);
        const sum = subtractAmounts(addAmounts(money.goods, extra, shipping, tax), discount);
        expect(compareAmounts(sum, paid), `${sum} for ${paid}`).toBe(0);
        expect(compareAmounts(paid, one.totalAmount)).toBeLessThanOrEqual(0);
      }),
      { seed: 17, numRuns: 500 },
    );
  });

  it("knows a refund of cancelled units from one of money alone", () => {
    const lines = [{ quantity: 3, quantityCancelled: 1, unitAmount: "10.00" }];
    const whole = { lines, totalAmount: "33.00", shippingAmount: "3.00", taxAmount: "0.00", adjustmentAmount: "0.00" };
    expect(moneyOf({ ...whole, refundedAmount: "0.00" })).toMatchObject({ paid: "23.00", refundedBeyondUnits: "0" });
    expect(moneyOf({ ...whole, refundedAmount: "10.00" })).toMatchObject({
      paid: "23.00",
      refundedBeyondUnits: "0.00",
    });
    expect(moneyOf({ ...whole, refundedAmount: "12.50" })).toMatchObject({
      paid: "20.50",
      refundedBeyondUnits: "2.50",
    });
  });
});
