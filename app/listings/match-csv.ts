/** Which listing stands for which variant, as a CSV file says. Pure: what its lines mean, and what is wrong with each. */
import { isStorable } from "#connectors/contract/storable.ts";
import { parseCsv } from "./csv-records.ts";
import type { Read } from "./csv-text.ts";

export const MATCH_LINES_MAX = 20_000;

export const MATCH_HEADINGS = [
  "Channel",
  "Listing ID",
  "Marketplace SKU",
  "Title",
  "Shopify SKU",
  "Shopify barcode",
] as const;

type Column = "channel" | "listing" | "marketplaceSku" | "shopifySku" | "barcode";

/** As people call them, in small letters alone. */
const COLUMNS: Record<string, Column> = {
  channel: "channel",
  marketplace: "channel",
  listingid: "listing",
  listing: "listing",
  itemid: "listing",
  marketplacesku: "marketplaceSku",
  listingsku: "marketplaceSku",
  shopifysku: "shopifySku",
  variantsku: "shopifySku",
  shopifybarcode: "barcode",
  barcode: "barcode",
};

export type MatchLine = { line: number } & Record<Column, string>;

export interface BadLine {
  line: number;
  /** What it is about, as the file has it. */
  about: string;
  why: string;
}

/** Its lines, and those that can't be read; words where the whole file can't be. */
export function readMatchCsv(text: string): Read<{ lines: MatchLine[]; bad: BadLine[]; namesChannel: boolean }> {
  const parsed = parseCsv(text);
  if (!parsed.ok) return parsed;
  const [heading, ...records] = parsed.value;
  if (!heading) return { ok: false, message: "There is nothing in it. Begin with a line of headings." };
  const columns = heading.cells.map((cell) => COLUMNS[cell.toLowerCase().replace(/[^a-z]/g, "")] ?? null);
  const wrong = refuseColumns(heading.cells, columns);
  if (wrong) return { ok: false, message: wrong };
  if (records.length > MATCH_LINES_MAX)
    return {
      ok: false,
      message: `It has ${records.length.toLocaleString("en")} lines. At most ${MATCH_LINES_MAX.toLocaleString("en")} are read at once: split it.`,
    };
  const lines: MatchLine[] = [];
  const bad: BadLine[] = [];
  for (const { line, cells } of records) {
    const of = (column: Column): string => cellOf(cells[columns.indexOf(column)]);
    const read = {
      line,
      channel: of("channel"),
      listing: of("listing"),
      marketplaceSku: of("marketplaceSku"),
      shopifySku: of("shopifySku"),
      barcode: of("barcode"),
    };
    const why = refuseText(read);
    if (why) bad.push({ line, about: aboutOf(read), why });
    else lines.push(read);
  }
  return { ok: true, value: { lines, bad, namesChannel: columns.includes("channel") } };
}

function refuseColumns(headings: readonly string[], columns: readonly (Column | null)[]): string | null {
  const twice = columns.find((column, at) => column !== null && columns.indexOf(column) !== at);
  if (twice) return `Two columns say the same: “${headings[columns.lastIndexOf(twice)]}” is one of them. Remove one.`;
  if (headings.some((cell) => cell.trim().toLowerCase() === "sku"))
    return "Whose SKU is the column “SKU”? Call it “Marketplace SKU” or “Shopify SKU”.";
  if (!columns.includes("listing") && !columns.includes("marketplaceSku"))
    return "The first line must name the columns: there is none called “Listing ID” or “Marketplace SKU”.";
  if (!columns.includes("shopifySku") && !columns.includes("barcode"))
    return "There is no column called “Shopify SKU” or “Shopify barcode”, so nothing says what to match to.";
  return null;
}

/** As it was before a spreadsheet, or our own export, marked it as text. */
function cellOf(cell = ""): string {
  const text = cell.trim();
  const asText = /^="(.*)"$/.exec(text)?.[1] ?? text;
  return /^'\s*[=+\-@]/.test(asText) ? asText.slice(1) : asText;
}

function refuseText(line: MatchLine): string | null {
  const cells = [line.channel, line.listing, line.marketplaceSku, line.shopifySku, line.barcode];
  if (cells.some((cell) => cell.includes("\uFFFD")))
    return "A letter was lost when the file was saved. Save it as CSV UTF-8.";
  if (cells.some((cell) => !isStorable(cell) || cell.length > 500))
    return "It has characters that no SKU and no id has.";
  const short = [line.listing, line.barcode].find((cell) => /^\d([.,]\d+)?E\+\d+$/i.test(cell));
  return short
    ? `The spreadsheet has shortened a number to ${short}. Format that column as text and fill it in again.`
    : null;
}

function aboutOf({ listing, marketplaceSku, channel }: MatchLine): string {
  return [channel, listing || marketplaceSku].filter((part) => part !== "").join(", ") || "no listing";
}

export interface MatchChannel {
  id: number;
  /** "eBay · fern_and_flint", and "eBay". */
  name: string;
  marketplace: string;
}

export interface MatchListing {
  id: number;
  channelId: number;
  remoteId: string;
  sku: string | null;
  variantId: number | null;
  /** What it stands for now, by name. */
  variantName: string | null;
}

export interface MatchVariant {
  id: number;
  sku: string | null;
  barcode: string | null;
}

/** A line whose channel is known, or why it is not. */
export type ChannelLine = MatchLine & { channelId: number };

export function nameChannels(
  lines: readonly MatchLine[],
  channels: readonly MatchChannel[],
): { known: ChannelLine[]; bad: BadLine[] } {
  const known: ChannelLine[] = [];
  const bad: BadLine[] = [];
  for (const line of lines) {
    const found = findChannel(line.channel, channels);
    if (typeof found === "number") known.push({ ...line, channelId: found });
    else bad.push({ line: line.line, about: aboutOf(line), why: found });
  }
  return { known, bad };
}

function findChannel(text: string, channels: readonly MatchChannel[]): number | string {
  const [only] = channels;
  const plain = (name: string): string => name.toLowerCase().replace(/[^\p{Letter}\p{Number}]/gu, "");
  if (text === "") return only && channels.length === 1 ? only.id : "It names no channel.";
  const named = channels.filter((one) => plain(one.name) === plain(text));
  const found = named.length > 0 ? named : channels.filter((one) => plain(one.marketplace) === plain(text));
  const [first, ...others] = found;
  if (!first)
    return `There is no channel “${text}”. You have ${channels.map((one) => `“${one.name}”`).join(", ") || "none"}.`;
  if (others.length > 0)
    return `You have ${found.length} channels on ${first.marketplace}. Use a whole name: ${found.map((one) => `“${one.name}”`).join(", ")}.`;
  return first.id;
}

export interface MatchPlan {
  matches: { line: number; listingId: number; variantId: number; rematches: boolean }[];
  bad: BadLine[];
  /** Lines that say what is so already, and those that say nothing to match to. */
  same: number;
  blank: number;
}

/** `rematches`: what stands for another variant already is changed too. */
export function planMatches(
  lines: readonly ChannelLine[],
  found: { listings: readonly MatchListing[]; variants: readonly MatchVariant[] },
  { rematches }: { rematches: boolean },
): MatchPlan {
  const plan: MatchPlan = { matches: [], bad: [], same: 0, blank: 0 };
  const listings = new Finder(found.listings, (one) => [
    `id ${one.channelId} ${one.remoteId}`,
    ...(one.sku ? [`sku ${one.channelId} ${one.sku}`] : []),
  ]);
  const variants = new Finder(found.variants, (one) => [
    ...(one.sku ? [`sku ${one.sku}`] : []),
    ...(one.barcode ? [`barcode ${one.barcode}`] : []),
  ]);
  const lineOf = new Map<number, number>();
  for (const line of lines) {
    const refuse = (why: string): void => void plan.bad.push({ line: line.line, about: aboutOf(line), why });
    if (line.shopifySku === "" && line.barcode === "") {
      plan.blank += 1;
      continue;
    }
    const listing = findListing(line, listings);
    if (typeof listing === "string") {
      refuse(listing);
      continue;
    }
    const before = lineOf.get(listing.id);
    if (before !== undefined) {
      refuse(`Line ${before} is about the same listing. Keep one of them.`);
      continue;
    }
    lineOf.set(listing.id, line.line);
    const variant = findVariant(line, variants, listing.variantId);
    if (typeof variant === "string") refuse(variant);
    else if (variant.id === listing.variantId) plan.same += 1;
    else if (listing.variantId !== null && !rematches)
      refuse(`It is matched to ${listing.variantName ?? "another variant"} already.`);
    else
      plan.matches.push({
        line: line.line,
        listingId: listing.id,
        variantId: variant.id,
        rematches: listing.variantId !== null,
      });
  }
  return plan;
}

class Finder<One> {
  readonly #byKey = new Map<string, One[]>();
  constructor(all: readonly One[], keysOf: (one: One) => string[]) {
    for (const one of all)
      for (const key of keysOf(one)) {
        const same = this.#byKey.get(key);
        if (same) same.push(one);
        else this.#byKey.set(key, [one]);
      }
  }
  find(key: string): One[] {
    return this.#byKey.get(key) ?? [];
  }
}

function findListing(line: ChannelLine, listings: Finder<MatchListing>): MatchListing | string {
  const { channelId, listing: id, marketplaceSku: sku } = line;
  if (id === "" && sku === "") return "It names no listing.";
  if (id !== "") {
    const [found] = listings.find(`id ${channelId} ${id}`);
    if (!found) return `The channel has no listing ${id}.`;
    return sku === "" || found.sku === sku ? found : `Listing ${id} has the SKU ${found.sku ?? "(none)"}, not ${sku}.`;
  }
  const [found, ...others] = listings.find(`sku ${channelId} ${sku}`);
  if (!found) return `The channel has no listing with the SKU ${sku}.`;
  return others.length === 0
    ? found
    : `${others.length + 1} listings of the channel have the SKU ${sku}. Add the listing id.`;
}

/** Among several that carry the key, the one that the listing stands for already is meant. */
function findVariant(line: MatchLine, variants: Finder<MatchVariant>, current: number | null): MatchVariant | string {
  const { shopifySku: sku, barcode } = line;
  const bySku = sku === "" ? null : variants.find(`sku ${sku}`);
  const byBarcode = barcode === "" ? null : variants.find(`barcode ${barcode}`);
  if (bySku?.length === 0) return `No variant in Shopify has the SKU ${sku}.`;
  if (byBarcode?.length === 0) return `No variant in Shopify has the barcode ${barcode}.`;
  const both =
    bySku && byBarcode
      ? bySku.filter((one) => byBarcode.some((other) => other.id === one.id))
      : (bySku ?? byBarcode ?? []);
  const [first, ...others] = both;
  if (!first) return `SKU ${sku} and barcode ${barcode} are of different variants.`;
  if (others.length === 0) return first;
  const key = bySku ? `SKU ${sku}` : `barcode ${barcode}`;
  return (
    both.find((one) => one.id === current) ??
    `${both.length} variants in Shopify share the ${key}. ${bySku && byBarcode ? "Give each a SKU of its own in Shopify." : `Add the ${bySku ? "barcode" : "SKU"}, or give each its own in Shopify.`}`
  );
}
