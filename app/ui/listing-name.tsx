/** A listing among others of its SKU: its marketplace, with a link to its page, and below it what it is called there. */
import { Link, Text } from "@shopify/polaris";

export function ListingName({ id, channel, title }: { id: number; channel: string; title: string }) {
  return (
    <div style={{ minWidth: 0 }}>
      <Link url={`/app/listings/${id}`} removeUnderline>
        <Text as="span" fontWeight="semibold" breakWord>
          {channel}
        </Text>
      </Link>
      <br />
      <Text as="span" tone="subdued" variant="bodySm" breakWord>
        {title}
      </Text>
    </div>
  );
}
