/**
 * The rows of a bulk operation's file, put together: a variant's line, and a line for each of its levels, which names it
 * as parent. Whether a parent comes first nobody promises (groupObjects is off by default), so a level whose variant has
 * not come yet is kept until it does.
 */
import { z } from "zod";
import type { VariantFacts } from "../catalogue/catalogue.ts";
import type { LevelReading } from "../inventory/levels.ts";
import { productStatus } from "./catalogue.ts";

const ITEM = "gid://shopify/InventoryItem/";

const variantLine = z.object({
  id: z.string().startsWith("gid://shopify/ProductVariant/"),
  sku: z.string().nullable(),
  // One of several, since API version 2026-10; it may be left out some day.
  barcode: z.string().nullish(),
  title: z.string(),
  price: z.string().nullish(),
  product: z.object({
    id: z.string(),
    title: z.string(),
    status: z.string().nullish(),
    vendor: z.string().nullish(),
    productType: z.string().nullish(),
    tags: z.array(z.string()).nullish(),
  }),
  inventoryItem: z.object({ id: z.string().startsWith(ITEM), tracked: z.boolean() }),
});
const levelLine = z.object({
  id: z.string().startsWith("gid://shopify/InventoryLevel/"),
  __parentId: z.string(),
  updatedAt: z.iso.datetime({ offset: true }),
  location: z.object({ id: z.string() }),
  quantities: z.array(z.object({ name: z.string(), quantity: z.number().int() })),
});
type LevelLine = z.infer<typeof levelLine>;

/** What a line made whole: itself, or levels that waited for it. */
export interface CatalogueRows {
  variants: VariantFacts[];
  levels: LevelReading[];
}

export class CatalogueFile {
  lines = 0;
  /** Lines that are neither, and levels whose variant never came. Of what they are about, nothing is known. */
  unreadable = 0;
  /** What the first of them said, for the log. */
  firstUnreadable: string | null = null;
  readonly #itemOf = new Map<string, string>();
  readonly #waiting = new Map<string, LevelLine[]>();

  read(line: string): CatalogueRows {
    if (line.trim() === "") return NOTHING;
    this.lines += 1;
    const value = parseJson(line);
    const level = levelLine.safeParse(value);
    if (level.success) return this.#join(level.data);
    const variant = variantLine.safeParse(value);
    if (!variant.success) return this.#skip(line);
    const facts = toFacts(variant.data);
    this.#itemOf.set(facts.gid, facts.inventoryItemGid);
    const waiting = this.#waiting.get(facts.gid) ?? [];
    this.#waiting.delete(facts.gid);
    return { variants: [facts], levels: waiting.map((one) => toReading(facts.inventoryItemGid, one)) };
  }

  /** After the last line. */
  end(): void {
    for (const levels of this.#waiting.values()) for (const level of levels) this.#skip(JSON.stringify(level));
    this.#waiting.clear();
  }

  #join(level: LevelLine): CatalogueRows {
    const parent = level.__parentId;
    // The parent is the variant, or the item in it: which of them, nobody says.
    const item = parent.startsWith(ITEM) ? parent : this.#itemOf.get(parent);
    if (item) return { variants: [], levels: [toReading(item, level)] };
    const waiting = this.#waiting.get(parent);
    if (waiting) waiting.push(level);
    else this.#waiting.set(parent, [level]);
    return NOTHING;
  }

  #skip(line: string): CatalogueRows {
    this.unreadable += 1;
    this.firstUnreadable ??= line.slice(0, 300);
    return NOTHING;
  }
}

const NOTHING: CatalogueRows = { variants: [], levels: [] };

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function toFacts(variant: z.infer<typeof variantLine>): VariantFacts {
  return {
    gid: variant.id,
    productGid: variant.product.id,
    productTitle: variant.product.title,
    title: variant.title,
    sku: variant.sku || null,
    barcode: variant.barcode || null,
    inventoryItemGid: variant.inventoryItem.id,
    tracked: variant.inventoryItem.tracked,
    status: productStatus(variant.product.status),
    vendor: variant.product.vendor ?? "",
    productType: variant.product.productType ?? "",
    tags: variant.product.tags ?? [],
    price: variant.price ?? null,
  };
}

function toReading(inventoryItemGid: string, level: LevelLine): LevelReading {
  return {
    inventoryItemGid,
    locationGid: level.location.id,
    available: level.quantities.find((one) => one.name === "available")?.quantity ?? null,
    remoteUpdatedAt: new Date(level.updatedAt),
  };
}
