/** eBay's official specs, for the judge, with what is known to be wrong or missing in them. */
import type { AssumedReply, SpecSource } from "#test/support/openapi-judge.ts";
import type { Waiver } from "#test/support/strict-schema.ts";

const ERRORS = {
  type: "object",
  required: ["errors"],
  properties: {
    errors: { type: "array", minItems: 1, items: { $ref: "#/components/schemas/Error" } },
    warnings: { type: "array", items: { $ref: "#/components/schemas/Error" } },
  },
};

const errorsAsDocumented: AssumedReply[] = ["4XX", "5XX"].map((status) => ({
  status,
  by: { schema: ERRORS },
  why: "eBay's guide 'Handling errors': every failed call carries {errors: [Error]}; the specs list ids but no body, and leave out the gateway's 401, 403 and 429.",
}));

const multiStatus: AssumedReply = {
  status: "207",
  by: { status: "200" },
  why: "The spec declares 207 Multi-Status without a body; the rows (statusCode, errors) are those of 200.",
};

const aspects: Waiver[] = ["Product.aspects", "InventoryItemGroup.aspects"].map((at) => ({
  at,
  schema: { type: "object", additionalProperties: { type: "array", items: { type: "string" } } },
  why: "Declared as a string; its own description and all of eBay's samples show an object of string arrays.",
}));

export const ebaySpecs: readonly SpecSource[] = [
  { file: "ebay/sell_inventory_v1_oas3.json", assumed: [multiStatus, ...errorsAsDocumented], waivers: aspects },
  { file: "ebay/sell_fulfillment_v1_oas3.json", assumed: errorsAsDocumented },
  { file: "ebay/commerce_notification_v1_oas3.json", assumed: errorsAsDocumented },
  {
    file: "ebay/commerce_identity_v1_oas3.json",
    // The spec has no Error schema of its own.
    assumed: errorsAsDocumented.map((one) => ({ ...one, by: { schema: { type: "object", required: ["errors"] } } })),
  },
];

export const accountDeletionSpec = {
  file: "ebay/ae-ebay-market-account-deletion-asyncapi-original.yml",
  pointer: "components/messages/message/payload",
};
