/** Orders that can't be placed, or not even be read: each is on Home, says why, and has a way out. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Marketplace } from "#test/demo/marketplaces.ts";
import { DEMO_SHOP } from "#test/demo/network.ts";
import { shutsOut } from "./accessibility.ts";
import { type MerchantVisit, startMerchantVisit, WAIT } from "./merchant-visit.ts";

/** An order that was ever sent is not sent again before 75 s. */
const LOOKED_FOR_MS = 120_000;
const TEST_MS = 240_000;

describe("a merchant whose order is held", () => {
  let merchant: MerchantVisit;
  let ebay: Marketplace;

  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"]);
    ebay = merchant.network.marketplace("ebay");
  });
  afterAll(() => merchant?.close());

  /** Somebody lists a thing on eBay, and somebody else buys it. Returns the order. */
  const sell = async (sku: string, currency: string): Promise<string> => {
    const listing = { sku, title: `A ${sku} from ${currency}`, price: "12.00", currency, quantity: 5 };
    const added = await fetch(`${ebay.origin}/_control/add-listing`, { method: "POST", body: JSON.stringify(listing) });
    expect(added.status).toBe(200);
    return ebay.buy({ lines: [{ sku, quantity: 1 }] });
  };

  it("connects eBay", () => merchant.connect(ebay, "Agree and continue"));

  it(
    "Shopify refuses it: the page says why, and Retry places it",
    async () => {
      // However little of the order is left.
      merchant.network.shopify.faults.add({ operation: "orderCreate", kind: "status", status: 400, times: 50 });
      const id = ebay.buy({ lines: [{ sku: "MUG-MOSS", quantity: 1 }] });
      await merchant.follow(/eBay .* needs you/, "refused");
      await merchant.sees("On hold: not in Shopify yet");
      await merchant.here.shot("refused");
      merchant.network.shopify.faults.clear();
      await merchant.press("Retry");
      // It was sent once: until a lost request can no longer land, it is looked for, and only then sent again.
      await expect.poll(() => merchant.shopify.ordersOf(id).length, { timeout: LOOKED_FOR_MS }).toBe(1);
      await merchant.isGone(/needs you/);
    },
    TEST_MS,
  );

  it("Shopify has no such currency: the merchant enters it by hand", async () => {
    await sell("PLT-25", "ZZZ");
    await merchant.follow(/eBay .* needs you/, "currency");
    await merchant.sees("Shopify has no currency “ZZZ”");
    await merchant.here.shot("currency");
    await merchant.press("I entered it by hand");
    await merchant.here.shot("currency-by-hand");
    await merchant.press("Yes, it is in Shopify");
    await merchant.sees("Entered by hand");
    await merchant.sees("Lockstep does not know which order that is");
    await merchant.here.shot("entered");
    expect(await shutsOut(merchant.here)).toEqual([]);
    await merchant.press("I did not enter it: put it back on hold");
    await merchant.sees("Set aside again, so that every channel offers as many fewer: 1 × A PLT-25 from ZZZ.");
    await merchant.here.shot("hold-again");
    await merchant.press("Put back on hold");
    await merchant.sees("On hold: not in Shopify yet");
    await merchant.sees("put back on hold. Choose Retry");
    await merchant.press("I entered it by hand");
    await merchant.press("Yes, it is in Shopify");
    await merchant.sees("Lockstep does not know which order that is");
    await merchant.isGone(/needs you/);
  });

  it("or gives the number of the order that they entered: it is shown, linked and followed", async () => {
    const id = await sell("APR-S", "ZZZ");
    await merchant.follow(/eBay .* needs you/, "linked");
    await merchant.sees("Shopify has no currency “ZZZ”");
    const made = merchant.shopify.sell("APR-S");
    const other = merchant.shopify.sell("MUG-MOSS");
    const number = merchant.here.app.getByLabel("Shopify order number");
    await number.fill("#99999");
    await merchant.press("Look it up");
    await merchant.sees("Shopify shows no order #99999");
    await number.fill(other.name);
    await merchant.press("Look it up");
    await merchant.sees(`No line of ${other.name} is one of this order's`);
    await merchant.here.shot("link-refused");
    await number.fill(made.name);
    await merchant.press("Look it up");
    await merchant.sees("What linking does");
    await merchant.here.shot("link-found");
    expect(await shutsOut(merchant.here)).toEqual([]);
    await merchant.press(`Yes, link ${made.name}`);
    await merchant.sees("entered by hand and linked by its number");
    const tracking = [{ company: "Royal Mail", number: "LINKED1", url: null }];
    merchant.network.shopify.controls.fulfill(DEMO_SHOP, made.id, { tracking });
    await expect.poll(() => ebay.order(id).parcels, WAIT).toEqual([{ trackingNumber: "LINKED1", units: 1 }]);
    await merchant.isGone(/needs you/);
  });

  it("or gives it up, and eBay cancels it", async () => {
    const id = await sell("APR-L", "ZZZ");
    await merchant.follow(/eBay .* needs you/, "given-up");
    await merchant.press("Cancel on eBay");
    await merchant.press("Cancel the order");
    await expect.poll(() => ebay.order(id).isCancelled, WAIT).toBe(true);
    await merchant.sees("Cancelled");
    await merchant.here.shot("given-up");
    await merchant.isGone(/needs you/);
  });

  it(
    "Shopify refuses the buyer's address: the merchant corrects it, and takes the correction back",
    async () => {
      merchant.network.shopify.world.settings.wantsPostalCodes = true;
      const purchase = {
        lines: [{ sku: "MUG-MOSS", quantity: 1 }],
        contact: { postalCode: "none", countryCode: "GB" },
      };
      const bought = await fetch(`${ebay.origin}/_control/buy`, { method: "POST", body: JSON.stringify(purchase) });
      const { orderId: id } = (await bought.json()) as { orderId: string };
      await merchant.follow(/eBay .* needs you/, "address");
      await merchant.sees("Shopify refused the buyer's postal code and address");
      await merchant.here.shot("address-held");
      await merchant.press("Correct the address");
      await merchant.sees("Shopify refused the postal code: “is not valid for GB”");
      expect(await shutsOut(merchant.here, "address-form")).toEqual([]);
      const field = (label: string) => merchant.here.app.getByLabel(label, { exact: true });
      await merchant.sees("Not a postal code there. Write it like SW1A 1AA.");
      await field("Name").fill("");
      await merchant.press("Save");
      await merchant.sees("Whoever packs the parcel needs a name.");
      expect(await shutsOut(merchant.here, "address-faults")).toEqual([]);
      await field("Name").fill("Rosa Right");
      await field("Postal code").fill("SW1A 1AA");
      await merchant.press("Save");
      await merchant.sees("Undo the correction");
      // It was sent, and refused, before.
      await expect.poll(() => merchant.shopify.ordersOf(id).length, { timeout: LOOKED_FOR_MS }).toBe(1);
      await merchant.sees("address or contact was corrected");
      await merchant.sees("Rosa Right");
      expect(await shutsOut(merchant.here, "address-corrected")).toEqual([]);
      await merchant.press("Undo the correction");
      await merchant.sees("stays as it is: change it there yourself");
      await merchant.here.shot("address-undo");
      await merchant.press("Use the address of eBay");
      await merchant.sees("The correction was undone");
      merchant.network.shopify.world.settings.wantsPostalCodes = false;
      await merchant.isGone(/needs you/);
    },
    TEST_MS,
  );

  it("it can't be read: the merchant enters it by hand, and says so", async () => {
    await sell("PRT-BOT", "POUND");
    await merchant.open("");
    const alert = /order .* can't be read/;
    await merchant.sees(alert);
    await merchant.here.shot("unreadable");
    await merchant.press("Done");
    await expect.poll(() => merchant.here.app.getByText(alert).count(), WAIT).toBe(0);
    await merchant.isGone(alert);
    expect(merchant.here.problems).toEqual([]);
  });
});
