/** Which variant a listing sells, and what follows when it is gone, untracked or unread. */
import type { Patch } from "../patches.ts";
import type { Mutant } from "./mutant.ts";

const FACTS = "app/views/quantity-facts.ts";
const QUANTITY = "app/inventory/quantity.ts";
const WITHDRAWN = "app/views/withdrawn-facts.ts";

/** What a reading of the catalogue does not show is gone, and nobody is asked. */
const NOT_SHOWN_IS_GONE: Patch = {
  file: "app/flows/mirror-catalogue.ts",
  find: "    gone += await refreshVariants(\n      rt,\n      shop,\n      missing.map((one) => one.gid),\n    );\n",
  replace:
    "    const ids = missing.map((one) => one.id);\n    gone += ids.length;\n    await rt.db.variant.updateMany({ where: { id: { in: ids } }, data: { removedAt: rt.clock.now() } });\n",
};

export const CATALOGUE: readonly Mutant[] = [
  {
    name: "first-of-duplicate-skus",
    mode: 12,
    patches: [{ file: "app/listings/matching.ts", find: "if (others.length > 0)", replace: "if (others.length < 0)" }],
  },
  {
    name: "untracked-as-zero",
    mode: 15,
    patches: [
      { file: FACTS, find: `CASE WHEN v.tracked AND v."removedAt" IS NULL THEN (`, replace: "CASE WHEN true THEN (" },
    ],
  },
  {
    name: "null-as-zero",
    mode: 15,
    patches: [
      {
        file: QUANTITY,
        find: "export function decideQuantity(facts: QuantityFacts): Explanation {\n",
        replace:
          "export function decideQuantity(asked: QuantityFacts): Explanation {\n  const facts = { ...asked, available: asked.available ?? 0 };\n",
      },
    ],
  },
  {
    name: "not-shown-is-gone",
    mode: 17,
    patches: [NOT_SHOWN_IS_GONE],
  },
  {
    name: "no-file-is-an-empty-shop",
    mode: 17,
    patches: [
      NOT_SHOWN_IS_GONE,
      { file: "app/shopify/catalogue-bulk.ts", find: "if (!bulk.url && objectCount !== 0)", replace: "if (!bulk.id)" },
      {
        file: "app/flows/mirror-catalogue.ts",
        find: "if (objectCount > 0 && file.lines === file.unreadable)",
        replace: "if (objectCount < 0)",
      },
    ],
  },
  {
    name: "old-catalogue-over-newer",
    mode: 20,
    patches: [
      {
        file: "app/catalogue/catalogue.ts",
        find: `        WHERE "Variant"."readNumber" <= excluded."readNumber"\n`,
        replace: "",
      },
    ],
  },
  {
    name: "gone-stays-on-sale",
    mode: 28,
    patches: [
      {
        file: QUANTITY,
        find: 'if (facts.withdrawn && facts.onWithdrawn === "zero") return',
        replace: "if (facts.withdrawn && !facts.onWithdrawn) return",
      },
    ],
  },
  {
    name: "deleted-is-forgotten",
    mode: 28,
    patches: [{ file: WITHDRAWN, find: `WHEN v."removedAt" IS NOT NULL THEN 'deleted'`, replace: "" }],
  },
  {
    name: "draft-zeroed-unasked",
    mode: 28,
    patches: [{ file: WITHDRAWN, find: `WHEN 'draft' THEN c."draftPolicy"`, replace: `WHEN 'draft' THEN 'zero'` }],
  },
  {
    name: "untracked-goes-to-zero",
    mode: 28,
    patches: [
      { file: WITHDRAWN, find: `WHEN 'untracked' THEN c."untrackedPolicy"`, replace: `WHEN 'untracked' THEN 'zero'` },
    ],
  },
];
