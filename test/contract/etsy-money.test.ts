/** What the prices, the shipping and the taxes of Etsy's receipts are, what is left over, and what was given back. */
import { describe, expect, it } from "vitest";
import { adjustmentOf } from "#connectors/contract/money.ts";
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import { receiptSchema } from "#connectors/etsy/receipts.ts";
import { bench, cash, mug, receipt } from "./etsy-bench.ts";

describe("the money of a receipt", () => {
  const read = (change: Record<string, unknown>) => {
    const order = receiptSchema.parse({ ...receipt, ...change });
    expect(order.adjustment).toEqual(adjustmentOf(order));
    return order;
  };
  const amounts = ({ shipping, tax, taxIncluded, adjustment, total }: RemoteOrder) =>
    [shipping, tax, taxIncluded, adjustment, total].map((one) => one.amount);

  it("has VAT that the prices contain in them, and the shipping as Etsy tells it", () => {
    expect(amounts(read({}))).toEqual(["4.00", "0.00", "5.43", "0.00", "34.00"]);
    expect(amounts(read({ total_vat_cost: cash(200) }))).toEqual(["4.00", "0.00", "2.00", "0.00", "34.00"]);
    expect(read({}).taxCollectedByMarketplace).toBe(false);
  });

  it.each([
    ["sales tax on top", { total_tax_cost: cash(200), total_vat_cost: null, grandtotal: cash(3600) }, "2.00", "0.00"],
    ["VAT on top", { total_vat_cost: cash(600), grandtotal: cash(4000) }, "6.00", "0.00"],
    ["sales tax that is contained", { total_tax_cost: cash(200), total_vat_cost: null }, "0.00", "2.00"],
    ["both on top", { total_tax_cost: cash(200), grandtotal: cash(4143) }, "7.43", "0.00"],
    ["one on top", { total_tax_cost: cash(200), grandtotal: cash(3600) }, "2.00", "5.43"],
  ])("has %s where the total adds up with it", (_, change, tax, taxIncluded) => {
    expect(amounts(read(change)).slice(0, 4)).toEqual(["4.00", tax, taxIncluded, "0.00"]);
  });

  it("has gift wrap, whether Etsy counts it or not, and a coupon for the shipping apart", () => {
    const wrapped = { gift_wrap_price: cash(300), grandtotal: cash(3700) };
    expect(amounts(read(wrapped))).toEqual(["4.00", "0.00", "5.43", "3.00", "37.00"]);
    expect(amounts(read({ ...wrapped, grandtotal: cash(3400) }))).toEqual(["4.00", "0.00", "5.43", "0.00", "34.00"]);
    expect(amounts(read({ grandtotal: cash(3000) }))).toEqual(["4.00", "0.00", "5.43", "-4.00", "30.00"]);
  });

  it("loses no cent of a coupon that does not divide", () => {
    const [line] = receipt.transactions;
    const coupon = { total_price: cash(3000), subtotal: cash(2800), grandtotal: cash(3200), total_vat_cost: null };
    const order = read({ ...coupon, transactions: [{ ...line, quantity: 3, price: cash(1000) }] });
    expect(order.lines[0]?.unitPrice.amount).toBe("9.33");
    expect(order.adjustment.amount).toBe("0.01");
    const many = read({ ...coupon, transactions: [{ ...line, quantity: 30, price: cash(100) }] });
    expect(many.lines[0]?.unitPrice.amount).toBe("0.93");
    expect(many.adjustment.amount).toBe("0.10");
  });

  it("in a currency without cents has none", () => {
    const yen = (amount: number) => ({ amount, divisor: 1, currency_code: "JPY" });
    const order = read({
      grandtotal: yen(3400),
      subtotal: yen(3000),
      total_price: yen(3000),
      total_shipping_cost: yen(400),
      total_tax_cost: yen(0),
      total_vat_cost: yen(300),
      transactions: [{ ...receipt.transactions[0], price: yen(1500) }],
    });
    expect(amounts(order)).toEqual(["400", "0", "300", "0", "3400"]);
  });

  it("that was given back is told, of lines only where all of it was before it was sent", () => {
    const given = (...all: number[]) => all.map((amount) => ({ amount: cash(amount) }));
    const told = (change: Record<string, unknown>) => {
      const { refunded, lines, total } = read(change);
      return [refunded.amount, lines[0]?.quantityCancelled, total.amount];
    };
    expect(told({})).toEqual(["0.00", 0, "34.00"]);
    expect(told({ status: "Partially Refunded", refunds: given(100, 250) })).toEqual(["3.50", 0, "34.00"]);
    expect(told({ status: "Fully Refunded", refunds: given(3400) })).toEqual(["34.00", 2, "34.00"]);
    expect(told({ status: "Fully Refunded", refunds: null })).toEqual(["34.00", 2, "34.00"]);
    expect(told({ status: "Fully Refunded", refunds: given(3400), is_shipped: true })).toEqual(["34.00", 0, "34.00"]);
    expect(told({ status: "Partially Refunded", refunds: ["?"] })).toEqual(["0.00", 0, "34.00"]);
  });
});

describe("an order from the emulated Etsy", () => {
  it("with VAT in its prices and a refund adds up to the cent", async () => {
    const { emulator, order } = await bench({ vatPercent: 20 });
    emulator.controls.addListing({ ...mug, price: "3.33" });
    const bought = emulator.controls.buy({
      lines: [{ sku: "MUG", quantity: 3 }],
      discountMinor: 100,
      giftWrapMinor: 250,
    });
    const id = bought.ok ? String(bought.receipt.receiptId) : "";
    emulator.controls.refund(id, "2.00");
    const shown = await order(id);
    expect(shown).toMatchObject({
      lines: [{ unitPrice: { amount: "3.00" } }],
      shipping: { amount: "4.50" },
      tax: { amount: "0.00" },
      taxIncluded: { amount: "2.67" },
      adjustment: { amount: "2.49" },
      total: { amount: "15.99" },
      refunded: { amount: "2.00" },
    });
    expect(adjustmentOf(shown)).toEqual(shown.adjustment);
  });

  it("of a download needs no parcel", async () => {
    const { emulator, order } = await bench();
    emulator.controls.addListing(mug);
    emulator.controls.addListing({ ...mug, sku: "PATTERN", title: "Knitting pattern", isDigital: true });
    const bought = emulator.controls.buy({ lines: ["MUG", "PATTERN"].map((sku) => ({ sku, quantity: 1 })) });
    const { lines } = await order(bought.ok ? String(bought.receipt.receiptId) : "");
    expect(lines.map((line) => [line.sku, line.requiresShipping])).toEqual([
      ["MUG", true],
      ["PATTERN", false],
    ]);
  });
});
