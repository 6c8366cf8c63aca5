/** What an order comes to in Shopify, what it holds until then, and whose it is. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are source text.
import type { Mutant } from "./mutant.ts";

const DRAFT = "app/orders/order-draft.ts";
const DRAFT_FOR = "app/flows/draft-order-for.ts";
const MONEY = "app/orders/order-money.ts";
const RECORD = "app/orders/record-order.ts";
const PICTURE = "app/orders/picture.ts";

export const PLACING: readonly Mutant[] = [
  {
    name: "equal-lines-are-one",
    mode: 4,
    patches: [
      {
        file: DRAFT,
        find: ".filter((line) => unitsOf(line) > 0)",
        replace:
          ".filter((line, index, all) => unitsOf(line) > 0 && all.findIndex((one) => one.variantGid === line.variantGid) === index)",
      },
    ],
  },
  {
    name: "one-unit-of-each-line",
    mode: 13,
    patches: [
      {
        file: DRAFT,
        find: "quantity: unitsOf(line),\n          priceSet",
        replace: "quantity: 1,\n          priceSet",
      },
    ],
  },
  {
    name: "dropped-line-stays",
    mode: 38,
    unitTests: ["test/orders/picture.test.ts"],
    patches: [
      {
        file: PICTURE,
        find: "quantityCancelled: quantity - (shown ? unitsOf(shown) : 0)",
        replace: "quantityCancelled: shown ? quantity - unitsOf(shown) : 0",
      },
    ],
  },
  {
    name: "placed-before-it-is-paid",
    mode: 38,
    patches: [
      {
        file: "app/orders/order-stage.ts",
        find: 'return end ?? (remote === "paid" ? "claimed" : "waiting");',
        replace: 'return end ?? (remote === "cancelled" ? "waiting" : "claimed");',
      },
    ],
  },
  {
    name: "first-line-alone-reserved",
    mode: 13,
    patches: [
      {
        file: RECORD,
        find: "const unitsToReserve = isOver(stage) ? 0 : unitsOf(line);",
        replace: "const unitsToReserve = isOver(stage) || line !== order.lines[0] ? 0 : unitsOf(line);",
      },
    ],
  },
  {
    name: "one-unit-of-a-line-reserved",
    mode: 13,
    patches: [
      {
        file: RECORD,
        find: "const unitsToReserve = isOver(stage) ? 0 : unitsOf(line);",
        replace: "const unitsToReserve = isOver(stage) ? 0 : Math.min(1, unitsOf(line));",
      },
    ],
  },
  {
    name: "hold-outlasts-cancelled-units",
    mode: 33,
    patches: [
      {
        file: RECORD,
        find: "if (held.quantity === quantity || wanted.isShopifys) return null;",
        replace: "if (held.quantity <= quantity + 4 || wanted.isShopifys) return null;",
      },
    ],
  },
  {
    name: "postage-forgotten",
    mode: 55,
    unitTests: ["test/orders/order-draft.test.ts"],
    patches: [
      {
        file: DRAFT,
        find: "shippingLines: isPositive(shipping) ? [",
        replace: "shippingLines: isPositive(shipping) && !facts.key ? [",
      },
    ],
  },
  {
    name: "coupon-on-all-of-it-forgotten",
    mode: 55,
    unitTests: ["test/orders/order-draft.test.ts"],
    patches: [{ file: DRAFT, find: "...(isPositive(discount)\n", replace: "...(isPositive(discount) && !facts.key\n" }],
  },
  {
    name: "tip-forgotten",
    mode: 55,
    unitTests: ["test/orders/order-draft.test.ts"],
    patches: [{ file: DRAFT, find: "...(isPositive(extra)\n", replace: "...(isPositive(extra) && !facts.key\n" }],
  },
  {
    name: "paid-what-was-given-back",
    mode: 55,
    unitTests: ["test/orders/order-money.test.ts"],
    patches: [
      {
        file: MONEY,
        find: "const paid = atLeastZero(subtractAmounts(totalAmount, cancelled, refundedBeyondUnits));",
        replace: "const paid = atLeastZero(subtractAmounts(totalAmount, cancelled));",
      },
    ],
  },
  {
    name: "cancelled-units-given-back-twice",
    mode: 55,
    unitTests: ["test/orders/order-money.test.ts"],
    patches: [
      {
        file: MONEY,
        find: "atLeastZero(subtractAmounts(order.refundedAmount, cancelled));",
        replace: "atLeastZero(order.refundedAmount);",
      },
    ],
  },
  {
    name: "discount-beyond-the-goods",
    mode: 55,
    unitTests: ["test/orders/order-money.test.ts"],
    patches: [{ file: MONEY, find: "const discount = least(missing, goods);", replace: "const discount = missing;" }],
  },
  {
    name: "tax-paid-by-nobody",
    mode: 55,
    unitTests: ["test/orders/order-draft.test.ts"],
    patches: [
      {
        file: DRAFT,
        find: "const { taxCollectedByMarketplace: channelLiable, marketplace } = facts;",
        replace: "const { marketplace } = facts;\n  const channelLiable = false;",
      },
    ],
  },
  {
    name: "buyer-id-is-known-everywhere",
    mode: 52,
    patches: [{ file: "app/customers/identities.ts", find: "`buyer:${connectorKey}`", replace: '"buyer:"' }],
  },
  {
    name: "number-before-e-mail",
    mode: 52,
    patches: [
      {
        file: DRAFT_FOR,
        find: "{ gid: remembered.email, identifier: email",
        replace: "{ gid: remembered.email ?? remembered.phone ?? remembered.buyerId, identifier: email",
      },
    ],
  },
  {
    name: "who-came-last-is-known-by-it",
    mode: 52,
    patches: [
      {
        file: "app/customers/customers.ts",
        find: '      WHERE NOT i."isSettled"`;',
        replace: "`;",
      },
    ],
    unitTests: ["test/flows/customers.test.ts"],
  },
  {
    name: "whom-an-order-guessed-is-known",
    mode: 52,
    patches: [
      {
        file: "app/customers/customers.ts",
        find: "where: { shopId: known.shopId, isSettled: true, OR: wanted },",
        replace: "where: { shopId: known.shopId, OR: wanted },",
      },
    ],
  },
  {
    name: "parcels-go-nowhere",
    mode: 55,
    unitTests: ["test/orders/order-draft.test.ts"],
    patches: [
      {
        file: DRAFT,
        find: "...(address ? { shippingAddress: address.input } : {}),",
        replace: "...(address && !facts.key ? { shippingAddress: address.input } : {}),",
      },
    ],
  },
  {
    name: "price-before-discount",
    mode: 55,
    unitTests: ["test/contract/ebay-orders.test.ts", "test/contract/ebay-replies.test.ts"],
    patches: [
      {
        file: "connectors/ebay/order-json.ts",
        find: "(line.discountedLineItemCost ?? line.lineItemCost)",
        replace: "(line.lineItemCost ?? line.discountedLineItemCost)",
      },
    ],
  },
  {
    name: "share-of-a-bundle-forgotten",
    mode: 55,
    unitTests: ["test/contract/vinted-orders.test.ts"],
    patches: [
      {
        file: "connectors/vinted/order-json.ts",
        find: "price + share + (index === 0 ? rest - share * count : 0n)",
        replace: "price + share",
      },
    ],
  },
  {
    name: "partly-held-is-gone",
    mode: 34,
    unitTests: ["test/flows/hold-stock.test.ts"],
    patches: [
      {
        file: "app/conflicts/contest.ts",
        find: `COALESCE(SUM(r.quantity) FILTER (WHERE r.state = 'posted'), 0)::int`,
        replace: `CASE WHEN bool_and(r.state = 'posted') THEN SUM(r.quantity)::int ELSE 0 END`,
      },
    ],
  },
  {
    name: "taken-all-the-same-and-not-placed",
    mode: 34,
    patches: [
      { file: "app/flows/manage-order.ts", find: `    await releaseHold(tx, orderId, "itself");\n`, replace: "" },
    ],
  },
  {
    name: "given-up-and-not-cancelled",
    mode: 34,
    patches: [
      {
        file: "app/flows/manage-order.ts",
        find: `    await giveUpOrder(rt, tx, order, "sold out");\n`,
        replace: "",
      },
    ],
  },
];
