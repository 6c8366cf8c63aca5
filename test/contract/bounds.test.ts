/** What a reply holds that no database stores, or that leads elsewhere: it costs its row, and no more. */
import { describe, expect, it } from "vitest";
import { isBulkAddress } from "#app/shopify/bulk-address.ts";
import { download } from "#connectors/amazon/feeds.ts";
import type { AmazonSession } from "#connectors/amazon/session.ts";
import { toCarrier } from "#connectors/amazon/shipments.ts";
import { cutText, isStorable, mendedText, ownValue } from "#connectors/contract/storable.ts";
import { titleOf } from "#connectors/depop/listings.ts";
import { toCarrierCode } from "#connectors/ebay/shipments.ts";
import { receiptSchema } from "#connectors/etsy/receipts.ts";
import { toCarrierName } from "#connectors/etsy/shipments.ts";
import { createTransport } from "#connectors/transport/transport.ts";
import { amountSchema } from "#connectors/vinted/order-json.ts";

const money = { amount: 1250, divisor: 100, currency_code: "GBP" };
const receipt = {
  receipt_id: 1,
  status: "paid",
  is_paid: true,
  is_shipped: false,
  created_timestamp: 1_764_000_000,
  updated_timestamp: 1_764_000_000,
  grandtotal: money,
  subtotal: money,
  total_price: money,
  transactions: [{ transaction_id: 2, title: "Mug", quantity: 1, listing_id: 3, sku: "MUG", price: money }],
};
const withLine = (line: object) => ({ ...receipt, transactions: [{ ...receipt.transactions[0], ...line }] });

describe("a row", () => {
  it("that is within all bounds is read", () => expect(receiptSchema.safeParse(receipt).success).toBe(true));

  it.each([
    ["a year beyond the calendar", { ...receipt, updated_timestamp: 1_099_511_627_776 }],
    ["more units than an integer holds", withLine({ quantity: 2 ** 31 })],
    ["a SKU that no index takes", withLine({ sku: "x".repeat(3_000) })],
    ["a currency that is none", { ...receipt, grandtotal: { ...money, currency_code: "\0\0\0" } }],
  ])("with %s can't be read, which costs that row alone", (_what, row) => {
    expect(receiptSchema.safeParse(row).success).toBe(false);
  });

  it("with an odd name is read, with the name mended", () => {
    const read = receiptSchema.parse({ ...receipt, name: `A\0nn \ud83d ${"x".repeat(5_000)}` });
    expect(read.buyer.name?.startsWith("A\ufffdnn \ufffd x")).toBe(true);
    expect(read.buyer.name).toHaveLength(1_000);
  });

  it("with a price as a number of any size is a price or none, and no throw", () => {
    expect(amountSchema.safeParse(1e21).success).toBe(false);
    expect(amountSchema.parse(1e-7)).toBe(0n);
    expect(amountSchema.parse(12.5)).toBe(1_250n);
  });
});

describe("text that is cut", () => {
  it("is never cut in the middle of a pair", () => {
    const title = `${"x".repeat(119)}🫖 and more`;
    expect(isStorable(titleOf(title))).toBe(true);
    expect(titleOf(title)).toBe("x".repeat(119));
    expect(cutText("a🫖", 2)).toBe("a");
    expect(cutText("a🫖", 3)).toBe("a🫖");
    expect(mendedText("  \t ")).toBeNull();
  });
});

describe("a name that every object has", () => {
  it("is no carrier's and no value of a table", () => {
    for (const name of ["constructor", "toString", "valueOf", "__proto__"]) {
      expect(ownValue({ mine: 1 }, name)).toBeUndefined();
      expect(toCarrier(name).carrierCode).toBe("Other");
      expect(toCarrierName(name)).toBe("other");
      expect(typeof toCarrierCode(name)).toBe("string");
    }
  });
});

describe("a download", () => {
  const sent: string[] = [];
  const session = {
    origins: { api: "http://amazon.test" },
    transport: {
      async send(call: { url: URL }) {
        sent.push(call.url.href);
        return { ok: true, value: { status: 200, headers: new Headers(), text: "x" } };
      },
    },
  } as unknown as AmazonSession;

  it.each([
    "https://tortuga-prod-eu.s3-eu-west-1.amazonaws.com/doc?X-Amz-Signature=1",
    "https://tortuga-prod-na.s3.amazonaws.com/doc",
    "https://d34o8swod1owfl.cloudfront.net/Report_47700.txt",
    "http://amazon.test/documents/1",
  ])("of Amazon's comes from where Amazon keeps documents: %s", async (address) => {
    expect(await download(session, address)).toMatchObject({ ok: true });
  });

  it.each([
    "https://evil.example/doc",
    "http://tortuga-prod-na.s3.amazonaws.com/doc",
    "https://s3.amazonaws.com.evil.example/doc",
    "https://127.0.0.1/doc",
    "file:///etc/passwd",
    "http://[",
  ])("is not made from elsewhere: %s", async (address) => {
    sent.length = 0;
    expect(await download(session, address)).toMatchObject({ ok: false, failure: { code: "foreign-address" } });
    expect(sent).toEqual([]);
  });

  it("of a bulk result comes from Shopify's storage, or from the configured origin", () => {
    const admin = "https://a.myshopify.com";
    expect(isBulkAddress("https://storage.googleapis.com/shopify-tiers-assets/x.jsonl", admin)).toBe(true);
    expect(isBulkAddress("http://shopify.test/bulk/1", "http://shopify.test")).toBe(true);
    for (const address of [
      "http://storage.googleapis.com/x",
      "https://evil.example/x",
      "https://169.254.169.254/",
      "x",
    ]) {
      expect(isBulkAddress(address, admin)).toBe(false);
    }
  });
});

describe("a reply", () => {
  const call = { operation: "read", url: new URL("http://market.test/"), replyBytesMax: 1_000 } as const;
  const transportOf = (reply: () => Response) =>
    createTransport({
      fetch: async () => reply(),
      budgets: { take: async () => ({ granted: true }), exhausted: async () => {} },
      limits: [],
      concurrencyMax: 1,
      timeoutMs: 1_000,
      toFailure: () => ({ kind: "throttled", scope: "app", retryAfterMs: 1e300, message: "later" }),
      nowMs: () => 0,
    });

  it("that does not end is not read to its end", async () => {
    let pulled = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(stream) {
            pulled += 1;
            stream.enqueue(new Uint8Array(400));
          },
        }),
      );
    const transport = transportOf(endless);
    expect(await transport.send({ ...call, method: "GET", effect: "read" })).toMatchObject({
      ok: false,
      failure: { kind: "rejected", code: "reply-too-long" },
    });
    expect(await transport.send({ ...call, method: "POST", effect: "write" })).toMatchObject({
      ok: false,
      failure: { kind: "outcome-unknown" },
    });
    expect(pulled).toBeLessThan(20);
  });

  it("that asks us to wait for ever is believed for two days", async () => {
    const transport = transportOf(() => new Response(null, { status: 429 }));
    const sent = await transport.send({ ...call, method: "GET", effect: "read" });
    expect(sent).toMatchObject({
      ok: false,
      failure: { kind: "throttled", scope: "app", retryAfterMs: 48 * 60 * 60 * 1_000 },
    });
  });
});
