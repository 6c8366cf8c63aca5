/** The tour, latency check: one SKU is timed through every channel that it is on, and what was taken for it is put back. */
import type { LatencyCheckView } from "#app/views/latency-check.ts";
import type { SkusView } from "#app/views/skus.ts";
import { becomes, is, record, title } from "./tour-checks.ts";
import { letWritesEnd, type Scene, SLOW_MS } from "./tour-scene.ts";

const SKU = "CAN-BEE";
const PAGE = "/app/latency";

interface Shown {
  checks: LatencyCheckView;
}

export async function walkLatency({ merchant, network, shopify }: Scene): Promise<void> {
  title("A latency check: one SKU, every channel");
  await letWritesEnd(merchant);
  const ebay = network.marketplace("ebay");
  const before = [shopify.available(SKU), ebay.shown()[SKU]];
  const { rows } = await merchant.load<SkusView>(`/app/skus?search=${SKU}`);
  const variantId = String(rows.find((row) => row.sku === SKU)?.id ?? 0);
  const { checks } = await merchant.load<Shown>(`${PAGE}?variant=${variantId}`);
  const plan = checks.chosen?.plan;
  const timed = plan?.ok ? plan.timed : [];
  await is("it shows first what it does: one less on each", () => timed.length > 0 && timed.every(lessByOne), true);
  const start = { intent: "start", variantId, listings: String(timed.length) };
  await is("it is begun", async () => (await merchant.act(PAGE, start)).ok, true);
  await is("and not twice at once", async () => (await merchant.act(PAGE, start)).ok, false);
  const last = async () => (await merchant.load<Shown>(PAGE)).checks.past[0];
  await becomes("it ends", async () => (await last())?.variant.sku, SKU, SLOW_MS);
  const check = await last();
  for (const { channel, steps } of check?.rows ?? []) {
    const { heardMs, pushedMs, acceptedMs, shownMs } = steps;
    const said = `heard ${heardMs} ms, sent ${pushedMs} ms, accepted ${acceptedMs} ms, shown ${shownMs} ms`;
    record(
      `${channel} was timed at every step`,
      Object.values(steps).every((ms) => ms !== null),
      said,
    );
  }
  await is("it says who began it, and that the unit is back", () => [check?.who, check?.returnedAt !== null], [
    "You",
    true,
  ]);
  await becomes("all is as before", () => [shopify.available(SKU), ebay.shown()[SKU]], before, SLOW_MS);
}

const lessByOne = ({ from, to }: { from: number; to: number }): boolean => to === from - 1;
