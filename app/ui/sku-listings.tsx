/** Every listing of a SKU side by side: what it should show, last accepted and shows, since when, and why. */
import { Banner, BlockStack, Card, InlineGrid, InlineStack, Link, Text } from "@shopify/polaris";
import type { SkuListing } from "#app/views/sku.ts";
import { Figure } from "./figure.tsx";
import { ListingName } from "./listing-name.tsx";
import { StatusBadge } from "./status-badge.tsx";

export interface SkuListingsProps {
  listings: SkuListing[];
  more: boolean;
  /** They stand beside what was. */
  isThen: boolean;
}

export function SkuListings({ listings, more, isThen }: SkuListingsProps) {
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {isThen ? "Listings now" : "Listings"}
        </Text>
        {listings.length === 0 ? (
          <Text as="p" tone="subdued">
            No listing is matched to this SKU.{" "}
            <Link url="/app/listings?status=not-matched">Look at what is not matched</Link>
          </Text>
        ) : null}
        {listings.map((listing) => (
          <Listing key={listing.id} listing={listing} />
        ))}
        {more ? (
          <Text as="p" tone="subdued">
            There are more listings of this SKU. These are the first.
          </Text>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function Listing({ listing }: { listing: SkuListing }) {
  const { channel, status, shouldShow, accepted, seen } = listing;
  return (
    <BlockStack gap="200">
      <InlineStack align="space-between" gap="200" blockAlign="start" wrap={false}>
        <ListingName id={listing.id} channel={channel.name} title={`${listing.title} · ${listing.sku ?? "no SKU"}`} />
        <StatusBadge said={status} />
      </InlineStack>
      <InlineGrid columns={3} gap="300">
        <Figure label="Should show" value={shouldShow} size="headingLg" />
        <Figure label="Accepted" value={accepted?.quantity ?? null} at={accepted?.at ?? null} size="headingLg" />
        <Figure label="Shows" value={seen?.quantity ?? null} at={seen?.at ?? null} size="headingLg" />
      </InlineGrid>
      {listing.doubtful ? (
        <Banner tone="warning">
          <p>{listing.standing}</p>
        </Banner>
      ) : (
        <Text as="p" breakWord>
          {listing.standing}
        </Text>
      )}
      {listing.arithmetic ? (
        <Text as="p" tone="subdued" variant="bodySm" breakWord>
          {listing.arithmetic}
        </Text>
      ) : null}
    </BlockStack>
  );
}
