/** How much of what is on sale over there is not kept in step: which, why, and the way out. */
import { BlockStack, Card, Link, List, Text } from "@shopify/polaris";
import type { ChannelView } from "#app/views/channels.ts";
import { Ago } from "./time.tsx";

export function NotKeptCard({
  onSale,
  marketplace,
}: {
  onSale: NonNullable<ChannelView["onSale"]>;
  marketplace: string;
}) {
  const { notKept, total, isAtLeast, examples, help, countedAt } = onSale;
  const rest = notKept - examples.length;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {`${isAtLeast ? "At least " : ""}${notKept} of ${total} listings on sale are not kept in step`}
        </Text>
        <Text as="p">{`Lockstep can't see these listings on ${marketplace}. ${help}`}</Text>
        <List>
          {examples.map(({ remoteId, title, sku, url }) => (
            <List.Item key={remoteId}>
              {url ? (
                <Link url={url} target="_blank">
                  {title}
                </Link>
              ) : (
                title
              )}
              {` (${sku ? `SKU ${sku}, ` : ""}item ${remoteId})`}
            </List.Item>
          ))}
          {rest > 0 ? <List.Item>{`and ${rest} more`}</List.Item> : null}
        </List>
        <Text as="p" tone="subdued" variant="bodySm">
          {"Counted "}
          <Ago at={countedAt} />
        </Text>
      </BlockStack>
    </Card>
  );
}
