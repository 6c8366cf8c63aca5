/** The tour, rules and files: what Shopify says of a product decides what its listings show, and a file matches what no SKU does. */
import type { MatchTrial } from "#app/flows/match-many.ts";
import type { ListingView } from "#app/views/listings.ts";
import type { RulesView } from "#app/views/rules.ts";
import type { Merchant } from "./merchant.ts";
import { becomes, is, title } from "./tour-checks.ts";
import type { Scene } from "./tour-scene.ts";

const SKU = "CAN-BEE";
const MATCH = "/app/listings/match";

export async function walkRules({ merchant, network, channelIds }: Scene): Promise<void> {
  const ebay = network.marketplace("ebay");
  const channelId = channelIds.get(ebay) ?? 0;
  const shown = () => ebay.shown()[SKU];

  title("Rules: a policy by SKU");
  const before = shown();
  const conditions = JSON.stringify([{ field: "sku", how: "is", text: "CAN-*" }]);
  const rule = {
    name: "Few candles",
    match: "all",
    conditions,
    channelId: String(channelId),
    kind: "policy",
    cap: "3",
  };
  const saved = { intent: "save-listing-rule", ...rule };
  const asked = await merchant.act("/app/rules/new", saved);
  await is("it shows first what it does", () => !asked.ok && asked.asks?.lowered, 1);
  await is("and nothing moves before it is approved", shown, before);
  await is("approved, it is saved", async () => (await merchant.save("/app/rules/new", saved)).ok, true);
  await becomes("the listing shows no more than the rule says", shown, 3);
  const listing = await listingOf(merchant, channelId, SKU);
  await is("and says why", () => listing?.arithmetic?.includes("by the rule “Few candles”"), true);
  const rules = async () => (await merchant.load<RulesView>("/app/rules")).rules;
  await is("the rule says whom it hits", async () => (await rules()).map((one) => one.hits.listings), [1]);
  const [made] = await rules();
  const removed = { intent: "remove-listing-rule", ruleId: String(made?.id ?? 0) };
  await is("it is removed", async () => (await merchant.save("/app/rules", removed)).ok, true);
  await becomes("and the listing is as before", shown, before);

  title("A file of matches");
  const file = async (which: string) => await (await merchant.download(`/app/listings/export?which=${which}`)).text();
  const all = await file("all");
  await is("the export has the listing", () => all.includes(SKU), true);
  const tried = async (csv: string, rematches = false) => {
    const reply = await merchant.act(MATCH, { intent: "check-matches", csv, rematches: String(rematches) });
    return (reply as { trial?: MatchTrial }).trial;
  };
  const same = await tried(all, true);
  await is("read again, it changes nothing", () => [same?.matches, same?.badLines], [0, 0]);
  const name = (await merchant.channel(channelId)).channel.name;
  const lines = (...some: string[]) => ["Channel;Marketplace SKU;Shopify SKU", ...some].join("\r\n");
  const csv = lines(`"${name}";${SKU};MUG-OAT`, `"${name}";NO-SUCH;MUG-OAT`, `"${name}";${SKU};NO-SUCH`);
  const trial = await tried(csv, true);
  await is("each line that can't be used is named", () => trial?.bad.map((one) => one.line), [3, 4]);
  await is("and what the others do is shown", () => [trial?.matches, trial?.effect.first[0]?.from], [1, before]);
  const match = { intent: "save-matches", csv, rematches: "true" };
  await is("approved, they are matched", async () => (await merchant.save(MATCH, match)).ok, true);
  const stands = async () => (await listingOf(merchant, channelId, SKU))?.variant?.sku;
  await is("the listing stands for another product", stands, "MUG-OAT");
  const { changes } = await merchant.load<{ changes: { id: number }[] }>(MATCH);
  const undo = { intent: "undo-change", changeId: String(changes[0]?.id ?? 0) };
  await is("that is undone at once", async () => (await merchant.save(MATCH, undo)).ok, true);
  await is("and the listing stands for what it did", stands, SKU);
  await becomes("and shows what it did", shown, before);
}

async function listingOf(merchant: Merchant, channelId: number, sku: string): Promise<ListingView | null> {
  const { rows } = await merchant.listings(`channel=${channelId}`);
  const row = rows.find((one) => one.sku === sku);
  return row ? merchant.listing(row.id) : null;
}
