/** The tour, customers: who buys on two marketplaces is one person, says why, and is taken apart and joined again. */
import type { CustomerView } from "#app/views/customer.ts";
import type { CustomerRow, CustomersView } from "#app/views/customers.ts";
import { becomes, is, title } from "./tour-checks.ts";
import { letWritesEnd, type Scene, SLOW_MS } from "./tour-scene.ts";

const SKU = "MUG-SLATE";
const LIST = "/app/customers";
const CHANNELS = ["eBay", "Amazon"];

interface CustomerPage {
  customer: CustomerView;
  inShopify: { known: boolean };
}

export async function walkCustomers({ merchant, network, shopify }: Scene): Promise<void> {
  const [ebay, amazon] = [network.marketplace("ebay"), network.marketplace("amazon")];
  const onBoth = async (): Promise<CustomerRow[]> =>
    (await merchant.load<CustomersView>(LIST)).rows.filter(({ channels }) =>
      CHANNELS.every((name) => channels.some((one) => one.channel.startsWith(name))),
    );

  title("Customers: one who buys on two marketplaces");
  const [before] = await onBoth();
  await is("is one in the list", async () => (await onBoth()).map((one) => one.name), ["Rosa Lindqvist"]);
  shopify.setStock(SKU, "Sheffield", 12);
  const showIt = () => [ebay, amazon].every((market) => (market.shown()[SKU] ?? 0) > 0);
  await becomes("stock comes in, and both have some to sell", showIt, true, SLOW_MS);
  const sales: string[] = [];
  const orders = async () => (await onBoth()).map((one) => one.orders);
  const ordersBefore = before?.orders ?? 0;
  // One after the other: the first sale is written to the other marketplace.
  for (const market of [ebay, amazon]) {
    await letWritesEnd(merchant);
    sales.push(market.buy({ lines: [{ sku: SKU, quantity: 1 }] }));
    await becomes(`buys on ${market.name}, and it is counted`, orders, [ordersBefore + sales.length], SLOW_MS);
  }
  const total = ordersBefore + sales.length;
  const [after] = await onBoth();
  const dearer = CHANNELS.filter((name) => spentOn(after, name) > spentOn(before, name));
  await is("what they spent went up on each", () => dearer, CHANNELS);
  const made = () => sales.map((id) => shopify.ordersOf(id)[0]?.customerId ?? null);
  await becomes("Shopify has both orders of one customer", () => new Set(made()).size, 1, SLOW_MS);
  await is("whom it knows by name", () => shopify.customerName(made()[0] ?? null), "Rosa Lindqvist");

  const page = () => merchant.load<CustomerPage>(`${LIST}/${before?.id ?? 0}`);
  const { customer, inShopify } = await page();
  await is("their page reads what Shopify knows", () => inShopify.known, true);
  const other = customer.records.find((one) => one.canSetApart);
  await is("and says why it is one person", () => other?.why, "The same phone number.");

  title("Customers: a wrong match");
  const say = (apart: boolean) => {
    const fields = { intent: "set-apart", customerRecordId: String(other?.id ?? 0), apart: String(apart) };
    return merchant.save(`${LIST}/${customer.id}`, fields);
  };
  await is("the merchant keeps one apart", async () => (await say(true)).ok, true);
  const counted = async () => (await page()).customer.orders;
  await becomes("its orders are somebody else's", counted, total - (other?.orders ?? 0));
  await is("and matches them again", async () => (await say(false)).ok, true);
  await becomes("all are theirs again", counted, total);
}

/** In the shop's currency: both marketplaces here sell in it. */
function spentOn(row: CustomerRow | undefined, channel: string): number {
  const on = row?.channels.find((one) => one.channel.startsWith(channel));
  return on?.spent.reduce((sum, { amount }) => sum + Number(amount), 0) ?? 0;
}
