import { buildSchema } from "graphql";
import { expect, it } from "vitest";
import { scopeProblems, versionProblems } from "./shopify-settings.ts";

const SCHEMA = buildSchema(`
  schema { query: QueryRoot mutation: Mutation }
  type QueryRoot { orders: OrderConnection! }
  type OrderConnection { nodes: [Order!]! }
  type Order { id: ID! }
  type Mutation { orderCancel(orderId: ID!): OrderCancelPayload }
  type OrderCancelPayload { ok: Boolean }
`);
const toml = (scopes: string, topic = "orders/create") =>
  `scopes = "${scopes}"\napi_version = "2026-10"\ntopics = ["${topic}"]\n`;

it("the API version is the code's", () => {
  expect(versionProblems(toml(""), "2026-10")).toEqual([]);
  expect(versionProblems(toml(""), "2027-01")).toHaveLength(1);
});

it("the scopes are what the operations and webhooks need, no more and no less", () => {
  expect(scopeProblems(toml("read_orders,write_orders"), SCHEMA)).toEqual([]);
  expect(scopeProblems(toml("read_orders"), SCHEMA)).toEqual([expect.stringContaining("lack write_orders")]);
  expect(scopeProblems(toml("read_orders,write_orders,read_themes"), SCHEMA)).toEqual([
    expect.stringContaining("nothing in the app needs read_themes"),
  ]);
  expect(scopeProblems(toml("read_orders,write_orders", "products/create"), SCHEMA)).toEqual([
    expect.stringContaining("lack read_products"),
  ]);
});

it("a type, a mutation or a topic that nobody has said anything about is a problem", () => {
  expect(scopeProblems(toml("read_orders,write_orders", "themes/publish"), SCHEMA)).toHaveLength(1);
  const unknown = buildSchema(
    "type Query { theme: Theme } type Theme { id: ID } type Mutation { themeDelete: Boolean }",
  );
  expect(scopeProblems(`scopes = ""`, unknown)).toEqual([
    expect.stringContaining("reading Query takes"),
    expect.stringContaining("reading Theme takes"),
    expect.stringContaining("themeDelete takes"),
  ]);
});
