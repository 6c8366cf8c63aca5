import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ACCESS_SCOPES, explainScopes, missingScopes, sayMissing } from "#app/shopify/access-scopes.ts";

const toml = readFileSync(join(import.meta.dirname, "../../shopify.app.toml"), "utf8");

it("what stands still is said of exactly the access that merchants are asked for", () => {
  const asked = /^scopes = "([^"]*)"/m.exec(toml)?.[1]?.split(",") ?? [];
  expect([...ACCESS_SCOPES].sort()).toEqual([...asked].sort());
});

it("to be allowed to write is to be allowed to read", () => {
  const granted = ACCESS_SCOPES.filter((scope) => scope !== "read_orders" && scope !== "write_customers");
  expect(missingScopes(granted)).toEqual(["write_customers"]);
  expect(sayMissing(["write_customers"])).toBe(
    "write customers (new customers can't be added to orders, and none is tagged)",
  );
});

it("each is explained in words, with whether it is granted", () => {
  const explained = explainScopes(ACCESS_SCOPES.filter((scope) => scope !== "read_locations"));
  expect(explained.map(({ name }) => name.replaceAll(" ", "_"))).toEqual(ACCESS_SCOPES);
  expect(explained.filter(({ isGranted }) => !isGranted).map(({ name }) => name)).toEqual(["read locations"]);
  for (const { why } of explained) expect(why).toMatch(/^[a-z]+s .+[^.]$/);
});
