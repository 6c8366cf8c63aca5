/** How eBay's orders are read, beyond what its emulator can show. */
import { describe, expect, it } from "vitest";
import { answering, HOUR_MS, NOW, PAID_ORDER } from "./ebay-bench.ts";

describe("reading orders", () => {
  const money = (value: string) => ({ value, currency: "USD" });
  const order = {
    ...PAID_ORDER,
    buyer: { username: "ann" },
    pricingSummary: { priceSubtotal: money("10.0"), deliveryCost: money("0.0"), total: money("10.0") },
    paymentSummary: { payments: [{ paymentStatus: "PAID", paymentDate: "2026-11-22T10:05:00.000Z" }] },
    lineItems: [{ lineItemId: "1", sku: "MUG", title: "Mug", quantity: 3, lineItemCost: money("10.0") }],
  };
  const readOne = async (change: Record<string, unknown>) => {
    const { channel } = answering(() => ({ status: 200, body: { ...order, ...change } }));
    return channel.readOrder(order.orderId);
  };
  const read = async (change: Record<string, unknown>) => {
    const result = await readOne(change);
    if (!result.ok || !result.value) throw new Error("the order must be read");
    return result.value;
  };

  it("encodes the brackets, asks for 200 and the taxes, and leaves the last window open", async () => {
    const { channel, sent } = answering(() => ({ status: 200, body: { orders: [], total: 0 } }));
    const page = await channel.readOrders({ cursor: null, since: new Date("2026-11-22T11:00:00.000Z") });
    expect(sent[0]?.url.search).toContain("lastmodifieddate%3A%5B2026-11-22T11%3A00%3A00.000Z..%5D");
    expect(sent[0]?.url.searchParams.get("limit")).toBe("200");
    expect(sent[0]?.url.searchParams.get("fieldGroups")).toBe("TAX_BREAKDOWN");
    expect(page).toMatchObject({
      ok: true,
      value: { more: false, completeThrough: new Date("2026-11-22T11:58:00.000Z") },
    });
  });

  it("ends when more than a page of orders changed within one second, and swears to nothing then", async () => {
    const crowd = Array.from({ length: 450 }, (_, index) => ({ ...order, orderId: `07-31415-${10_000 + index}` }));
    const { channel } = answering(({ url }) => {
      const offset = Number(url.searchParams.get("offset"));
      return { status: 200, body: { orders: crowd.slice(offset, offset + 200), total: crowd.length } };
    });
    const seen = new Set<string>();
    let cursor: string | null = null;
    for (let pages = 0; pages < 10; pages += 1) {
      const page = await channel.readOrders({ cursor, since: NOW });
      if (!page.ok) throw new Error(page.failure.message);
      for (const one of page.value.orders) seen.add(one.remoteId);
      cursor = page.value.nextCursor;
      expect(page.value.completeThrough).toBeNull();
      if (!page.value.more) break;
    }
    expect(seen.size).toBe(450);
  });

  it("looks into no future window when a reply counts more orders than it shows", async () => {
    let replies = 0;
    const { channel, sent } = answering(() => {
      replies += 1;
      return { status: 200, body: { orders: [order], total: replies === 1 ? 3 : 1 } };
    });
    const page = await channel.readOrders({ cursor: null, since: new Date(NOW.getTime() - 24 * HOUR_MS) });
    expect(page).toMatchObject({ ok: true, value: { orders: [{ remoteId: order.orderId }], more: true } });
    for (const { url } of sent) {
      const to = /\.\.(\S+)\]/.exec(url.searchParams.get("filter") ?? "")?.[1];
      if (to) expect(Date.parse(to)).toBeLessThan(NOW.getTime());
    }
    expect(sent).toHaveLength(2);
  });

  it("passes by none that shows late, however many of its time show before it, and says so of none", async () => {
    let nowMs = NOW.getTime();
    let isShown = false;
    const ago = (ms: number) => new Date(NOW.getTime() - ms).toISOString();
    const crowd = Array.from({ length: 900 }, (_, index) => ({
      ...order,
      orderId: `07-31415-${10_000 + index}`,
      lastModifiedDate: ago(100_000 - 100 * index),
    }));
    const late = { ...order, orderId: "07-31415-00002", lastModifiedDate: ago(95_000) };
    const { channel } = answering(
      ({ url }) => {
        const [from = "", to = ""] = (/\[(.*)\]/.exec(url.searchParams.get("filter") ?? "")?.[1] ?? "").split("..");
        const offset = Number(url.searchParams.get("offset"));
        const found = [...crowd, ...(isShown ? [late] : [])].filter(
          ({ lastModifiedDate: at }) => at >= from && (to === "" || at <= to),
        );
        // Only once its window was read.
        isShown ||= from > late.lastModifiedDate;
        return { status: 200, body: { orders: found.slice(offset, offset + 200), total: found.length } };
      },
      () => new Date(nowMs),
    );
    const seen = new Set<string>();
    let cursor: string | null = null;
    for (let pages = 0; pages < 40; pages += 1) {
      const page = await channel.readOrders({ cursor, since: new Date(NOW.getTime() - HOUR_MS) });
      if (!page.ok) throw new Error(page.failure.message);
      for (const one of page.value.orders) seen.add(one.remoteId);
      cursor = page.value.nextCursor;
      const { completeThrough, more } = page.value;
      if (completeThrough && completeThrough.toISOString() > late.lastModifiedDate)
        expect(seen).toContain(late.orderId);
      if (!more) nowMs += 60_000;
    }
    expect(seen.size).toBe(901);
  });

  it("begins a crowded second again when it changed between two pages", async () => {
    let total = 300;
    const offsets: string[] = [];
    const { channel } = answering(({ url }) => {
      offsets.push(url.searchParams.get("offset") ?? "");
      const body = { orders: Array.from({ length: 200 }, () => order), total };
      total = 299;
      return { status: 200, body };
    });
    const first = await channel.readOrders({ cursor: null, since: NOW });
    const second = first.ok ? await channel.readOrders({ cursor: first.value.nextCursor, since: NOW }) : first;
    if (second.ok) await channel.readOrders({ cursor: second.value.nextCursor, since: NOW });
    expect(offsets).toEqual(["0", "200", "0"]);
  });

  it("makes a hold of a payment status that eBay has invented since", async () => {
    const result = await readOne({ orderPaymentStatus: "LAYAWAY" });
    expect(result).toMatchObject({ ok: false, failure: { kind: "rejected" } });
    if (!result.ok) expect(result.failure.message).toContain("orderPaymentStatus");
  });

  it("counts the tax that eBay collects into tax, and says who pays it", async () => {
    const taxed = await read({
      ebayCollectAndRemitTax: true,
      pricingSummary: {
        priceSubtotal: money("10.0"),
        priceDiscount: money("-1.0"),
        deliveryCost: money("4.0"),
        deliveryDiscount: money("-4.0"),
        total: money("9.72"),
      },
    });
    expect(taxed).toMatchObject({
      tax: { amount: "0.72" },
      shipping: { amount: "0.00" },
      taxCollectedByMarketplace: true,
    });
  });

  it("rounds a unit price that does not divide, and keeps the total", async () => {
    const plain = await read({});
    expect(plain.lines[0]?.unitPrice.amount).toBe("3.33");
    expect(plain.total.amount).toBe("10.00");
  });

  it("tells a refund that keeps units here from one for a scratch", async () => {
    const refundDate = "2026-11-22T11:00:00.000Z";
    const line = { ...order.lineItems[0], lineItemFulfillmentStatus: "NOT_STARTED" };
    const scratch = await read({ lineItems: [{ ...line, refunds: [{ amount: money("2.00"), refundDate }] }] });
    expect(scratch.lines[0]?.quantityCancelled).toBe(0);
    const whole = await read({ lineItems: [{ ...line, refunds: [{ amount: money("10.00"), refundDate }] }] });
    expect(whole.lines[0]?.quantityCancelled).toBe(3);
    const sent = { ...line, lineItemFulfillmentStatus: "FULFILLED", refunds: [{ amount: money("10.00"), refundDate }] };
    expect((await read({ lineItems: [sent] })).lines[0]?.quantityCancelled).toBe(0);
  });

  it("ships to eBay's hub with its reference, and does not take the hub's phone for the buyer's", async () => {
    const hub = {
      fullName: "Ann Buyer",
      primaryPhone: { phoneNumber: "859-000-0000" },
      contactAddress: { addressLine1: "1850 Airport Exchange Blvd", city: "Erlanger", countryCode: "US" },
    };
    const international = await read({
      buyer: { username: "ann", buyerRegistrationAddress: { fullName: "Ann Buyer", email: "abc@members.ebay.co.uk" } },
      fulfillmentStartInstructions: [
        { ebaySupportedFulfillment: true, shippingStep: { shipTo: hub, shipToReferenceId: "4711" } },
      ],
    });
    expect(international.buyer).toMatchObject({ name: "Ann Buyer", phone: null, emailIsRelay: true });
    expect(international.buyer.shippingAddress?.line2).toBe("Reference #4711");
  });

  it("marks a masked phone of the buyer, and leaves one off the label", async () => {
    const contact = { fullName: "Ann", primaryPhone: { phoneNumber: "555-***-1234" } };
    const masked = await read({
      buyer: { username: "ann", buyerRegistrationAddress: contact },
      fulfillmentStartInstructions: [{ shippingStep: { shipTo: contact } }],
    });
    expect(masked.buyer.phoneIsMasked).toBe(true);
    expect(masked.buyer.shippingAddress?.phone).toBeNull();
  });
});
