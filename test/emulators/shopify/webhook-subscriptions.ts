/**
 * Which topic goes where. Read from the app's shopify.app.toml when there is one, as Shopify does at deploy; without
 * it every topic goes to {appUrl}/webhooks, so that the emulator is of use before the file exists.
 */
import { readFileSync } from "node:fs";

export const TOPICS = [
  "app/scopes_update",
  "app/uninstalled",
  "bulk_operations/finish",
  "collections/create",
  "collections/delete",
  "collections/update",
  "customers/create",
  "customers/update",
  "fulfillments/create",
  "fulfillments/update",
  "inventory_items/delete",
  "inventory_items/update",
  "inventory_levels/connect",
  "inventory_levels/disconnect",
  "inventory_levels/update",
  "locations/activate",
  "locations/create",
  "locations/deactivate",
  "locations/delete",
  "locations/update",
  "orders/cancelled",
  "orders/create",
  "orders/delete",
  "orders/edited",
  "orders/updated",
  "products/create",
  "products/delete",
  "products/update",
  "refunds/create",
  "shop/update",
  "customers/data_request",
  "customers/redact",
  "shop/redact",
] as const;

export interface TopicSubscription {
  topic: string;
  /** A path on the app ("/webhooks/orders") or a whole URL. */
  uri: string;
}

export interface WebhookSubscriptions {
  readonly list: readonly TopicSubscription[];
  urlsFor(topic: string): string[];
}

/** `appUrl` is asked for each time: a test server's port is known only after the emulator's. */
export function createSubscriptions(list: readonly TopicSubscription[], appUrl: () => string): WebhookSubscriptions {
  return {
    list,
    urlsFor: (topic) => list.filter((one) => one.topic === topic).map((one) => new URL(one.uri, appUrl()).href),
  };
}

export function everyTopicTo(uri: string): TopicSubscription[] {
  return TOPICS.map((topic) => ({ topic, uri }));
}

export function subscriptionsInToml(file: string): TopicSubscription[] {
  return parseAppToml(readFileSync(file, "utf8"));
}

/**
 * The subscriptions in the text of a shopify.app.toml. Only this file's own shape is read: [[webhooks.subscriptions]]
 * tables with `topics`, `compliance_topics` (arrays of strings, on one line or several) and `uri`.
 */
export function parseAppToml(text: string): TopicSubscription[] {
  const found: TopicSubscription[] = [];
  const withoutComments = text.replace(/^\s*#.*$/gm, "");
  const tables = withoutComments.split(/^\s*\[\[\s*webhooks\.subscriptions\s*\]\]\s*$/m).slice(1);
  for (const rest of tables) {
    const table = rest.split(/^\s*\[/m)[0] ?? "";
    const uri = /^\s*uri\s*=\s*"([^"]+)"/m.exec(table)?.[1];
    if (uri === undefined) throw new Error(`shopify.app.toml: a webhook subscription has no uri:\n${table.trim()}`);
    for (const key of ["topics", "compliance_topics"]) {
      const array = new RegExp(`^\\s*${key}\\s*=\\s*\\[([^\\]]*)\\]`, "m").exec(table)?.[1] ?? "";
      for (const match of array.matchAll(/"([^"]+)"/g)) {
        if (match[1] !== undefined) found.push({ topic: match[1], uri });
      }
    }
  }
  return found;
}
