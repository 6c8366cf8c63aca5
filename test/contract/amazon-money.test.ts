/** What Amazon's prices, shipping and taxes are, and what is left over. */
import { describe, expect, it } from "vitest";
import { bench } from "./amazon-bench.ts";
import { buy, usd as money, amounts as proceeds, read } from "./amazon-orders.ts";

describe("the money of an order", () => {
  const item = { orderItemId: "1", quantityOrdered: 3, product: { sellerSku: "MUG" } };

  it("has tips and whatever else is charged apart from the tax", async () => {
    const { order } = await buy(await bench({ emulator: { taxPercent: 20 } }), { tipMinor: 500 });
    expect(await order()).toMatchObject({
      tax: { amount: "5.00" },
      shipping: { amount: "3.99" },
      adjustment: { amount: "5.00" },
      total: { amount: "38.99" },
    });
  });

  it("is Amazon's own example to the cent: tax 0.02, a tip of 5.00", () => {
    const shown = read({
      proceeds: {
        grandTotal: money("154.99"),
        breakdowns: [
          ...proceeds({ ITEM: "149.97", TAX: "0.02" }).breakdowns,
          { type: "DELIVERY_TIP", status: "FINALIZED", subtotal: money("5.00") },
        ],
      },
      orderItems: [
        { ...item, quantityOrdered: 2, proceeds: proceeds({ ITEM: "99.98", TAX: "0.02" }) },
        { ...item, orderItemId: "2", quantityOrdered: 1, proceeds: proceeds({ ITEM: "49.99" }) },
      ],
    });
    expect(shown).toMatchObject({ tax: { amount: "0.02" }, adjustment: { amount: "5.00" } });
  });

  it("takes no type that nobody has heard of for tax, at the order or at an item", () => {
    const shown = read({
      proceeds: { grandTotal: money("35.00"), ...proceeds({ RECYCLING: "2.00", TAX: "3.00" }) },
      orderItems: [{ ...item, proceeds: proceeds({ ITEM: "27.00", TAX: "3.00", CLIMATE: "3.00" }) }],
    });
    expect(shown).toMatchObject({
      lines: [{ unitPrice: { amount: "9.00" } }],
      tax: { amount: "3.00" },
      adjustment: { amount: "5.00" },
    });
  });

  it("has tax that the prices contain as that, and not on top", async () => {
    const { order } = await buy(await bench({ emulator: { taxIncludedPercent: 20 } }), { tipMinor: 300 });
    expect(await order()).toMatchObject({
      lines: [{ unitPrice: { amount: "12.50" } }],
      tax: { amount: "0.00" },
      taxIncluded: { amount: "4.83" },
      adjustment: { amount: "3.00" },
      total: { amount: "31.99" },
    });
  });

  it("loses no cent where a price does not divide", () => {
    const shown = read({
      proceeds: { grandTotal: money("10.00"), breakdowns: [] },
      orderItems: [{ ...item, proceeds: proceeds({ ITEM: "12.00", DISCOUNT: "-2.00" }) }],
    });
    expect(shown).toMatchObject({ lines: [{ unitPrice: { amount: "3.33" } }], adjustment: { amount: "0.01" } });
    const other = read({
      proceeds: { grandTotal: money("20.00"), breakdowns: [] },
      orderItems: [{ ...item, proceeds: proceeds({ ITEM: "20.00" }) }],
    });
    expect(other).toMatchObject({ lines: [{ unitPrice: { amount: "6.67" } }], adjustment: { amount: "-0.01" } });
  });

  it("is read from the order where no item tells", () => {
    const shown = read({
      proceeds: { grandTotal: money("40.00"), ...proceeds({ ITEM: "30.00", SHIPPING: "6.00", TAX: "4.00" }) },
      orderItems: [{ ...item, product: { sellerSku: "MUG", price: { unitPrice: money("10.00") } } }],
    });
    expect(shown).toMatchObject({
      shipping: { amount: "6.00" },
      tax: { amount: "4.00" },
      adjustment: { amount: "0.00" },
    });
  });
});
