/** Depop's official spec, for the judge, with what is known to be missing in it. */
import type { SpecSource } from "#test/support/openapi-judge.ts";

export const depopSpecs: readonly SpecSource[] = [
  {
    file: "depop/depop-selling-openapi-original.yml",
    assumed: ["4XX", "5XX"].map((status) => ({
      status,
      by: { schema: { $ref: "#/components/schemas/ErrorResponse" } },
      why: "depop-problem-types.yml: every failed call carries {id, errors}; the operations leave out 429, 5xx and some 404.",
    })),
  },
];

/** A webhook's body: the envelope with an order, a refund or a like in it. */
export const webhookSpec = {
  file: "depop/depop-selling-openapi-original.yml",
  pointer: "components/schemas/Webhook",
};
