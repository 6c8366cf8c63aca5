/** Etsy's official spec, for the judge, with what is known to be missing in it. */
import type { AssumedReply, SpecSource } from "#test/support/openapi-judge.ts";

const errorsAsDocumented: AssumedReply[] = ["4XX", "5XX"].map((status) => ({
  status,
  by: { schema: { $ref: "#/components/schemas/ErrorSchema" } },
  why: "Documentation 'Rate limits' (429) and 'Errors': every failed call carries {error}; the spec leaves out 429, 503 and some 401, 403, 409.",
}));

export const etsySpecs: readonly SpecSource[] = [{ file: "etsy/etsy-oas-3.0.0.json", assumed: errorsAsDocumented }];
