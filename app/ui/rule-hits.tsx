/** Whom a rule hits: how many, and the first by name with what they show. */
import { BlockStack, Card, InlineStack, Link, Text } from "@shopify/polaris";
import type { ListingRow } from "#app/views/listings.ts";
import type { Hits } from "#app/views/rules.ts";
import { StatusBadge } from "./status-badge.tsx";

export function sayHits({ listings, isMore, byStock }: Hits): string {
  if (listings === 0) return byStock ? "Hits no listing at any stock" : "Hits no listing";
  const number = `${isMore ? "more than " : ""}${listings.toLocaleString("en")} ${listings === 1 ? "listing" : "listings"}`;
  return byStock ? `Hits ${number}, while their stock is so` : `Hits ${number}`;
}

export function RuleHits({ hits, listings }: { hits: Hits; listings: ListingRow[] }) {
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {sayHits(hits)}
        </Text>
        {listings.length === 0 ? (
          <Text as="p" tone="subdued">
            A rule above it may hit first, or no product is as it asks.
          </Text>
        ) : null}
        {listings.map((row) => (
          <InlineStack key={row.id} align="space-between" gap="300" blockAlign="center">
            <BlockStack>
              <Link url={`/app/listings/${row.id}`} removeUnderline>
                {row.title}
              </Link>
              <Text as="span" tone="subdued" variant="bodySm" breakWord>
                {`${row.sku ?? "no SKU"} · ${row.channel.name}`}
              </Text>
            </BlockStack>
            <InlineStack gap="300" blockAlign="center">
              <Text as="span" numeric>
                {`shows ${row.shows ?? "?"}, should show ${row.shouldShow ?? "–"}`}
              </Text>
              <StatusBadge said={row.status} />
            </InlineStack>
          </InlineStack>
        ))}
        {hits.listings > listings.length ? (
          <Text as="p" tone="subdued">{`These are the first ${listings.length}.`}</Text>
        ) : null}
      </BlockStack>
    </Card>
  );
}
