/** The tour, plans: the subscription is cancelled in Shopify and bought again. Nothing is lost, nothing goes up unasked. */
import { setTimeout as pause } from "node:timers/promises";
import { DEMO_SHOP } from "./network.ts";
import { becomes, is, title } from "./tour-checks.ts";
import { letWritesEnd, type Scene, SLOW_MS } from "./tour-scene.ts";

const SKU = "PAN-24";
const PLAN = "/app/plan";
/** Longer than a decrease takes. */
const RAISED_BY_NOW_MS = 5_000;

export async function walkPlan({ merchant, network, shopify, channelIds, ebayBuffer }: Scene): Promise<void> {
  const ebay = network.marketplace("ebay");
  const channel = `/app/channels/${channelIds.get(ebay) ?? 0}`;
  const shown = () => ebay.shown()[SKU] ?? null;
  const pay = (planHandle: string | null): void =>
    network.shopify.controls.setSubscriptions(DEMO_SHOP, planHandle ? [{ status: "ACTIVE", planHandle }] : []);
  const view = async () => (await merchant.plan("plan_handle=asks")).view;
  const setStock = (units: number): void => shopify.setStock(SKU, "Sheffield", units);
  const should = (): number => shopify.available(SKU) - ebayBuffer;

  title("Plans: the subscription is cancelled");
  setStock(40);
  await becomes("what is there is shown, less the buffer", shown, should(), SLOW_MS);
  await letWritesEnd(merchant);
  pay(null);
  await becomes("the app hears of it as the merchant looks", async () => (await view()).plan?.label, "Free");
  await is("stock sync goes on for some days", async () => (await view()).stockEndsAt !== null, true);
  const ends = async () => (await merchant.alerts()).filter((one) => one.title.startsWith("Stock sync ends on")).length;
  await is("which the merchant is told", ends, 1);
  const buffer = { intent: "policy", bufferKind: "units", buffer: "0", threshold: "", cap: "" };
  const refused = await merchant.act(channel, buffer);
  await is(
    "buffers can't be changed",
    () => (refused.ok ? "" : refused.message).includes("part of the Pro plan"),
    true,
  );
  const zero = await merchant.act(PLAN, { intent: "plan-end", whenStockEnds: "zero" });
  await is("what would go to 0 is shown before it is chosen", () => !zero.ok && (zero.asks?.zeroed ?? 0) > 0, true);
  setStock(30);
  const lowered = should();
  await becomes("a decrease goes out, less the buffer", shown, lowered, SLOW_MS);
  setStock(35);
  await pause(RAISED_BY_NOW_MS);
  await is("an increase does not", shown, lowered);

  title("Plans: and bought again");
  pay("enterprise");
  await becomes("the app hears of it", async () => (await view()).plan?.label, "Enterprise");
  await is("nothing has gone up unasked", shown, lowered);
  for (const [market, channelId] of channelIds) {
    const page = `/app/channels/${channelId}`;
    await is(
      `the merchant approves ${market.name}`,
      async () => (await merchant.act(page, { intent: "approve" })).ok,
      true,
    );
  }
  await becomes("then it goes up, less the same buffer", shown, should(), SLOW_MS);
  await letWritesEnd(merchant);
}
