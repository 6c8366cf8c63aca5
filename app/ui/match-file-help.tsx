/** What a file of matches looks like, and where to get one to begin with. */
import { BlockStack, Card, List, Text } from "@shopify/polaris";
import { DownloadButton } from "./download-button.tsx";

export function MatchFileHelp() {
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          The file
        </Text>
        <Text as="p">
          Begin with your own listings: download them, fill in the Shopify SKU, and choose the file here.
        </Text>
        <BlockStack gap="200">
          <DownloadButton from="/app/listings/export?which=unmatched" as="listings-without-match.csv">
            Listings without a match
          </DownloadButton>
          <DownloadButton from="/app/listings/export?which=all" as="matches.csv">
            All listings and matches
          </DownloadButton>
          <DownloadButton from="/app/listings/export?which=template" as="matches-template.csv">
            Empty template
          </DownloadButton>
        </BlockStack>
        <List>
          <List.Item>The first line names the columns, in any order.</List.Item>
          <List.Item>A listing is found by its Listing ID, or by its Marketplace SKU.</List.Item>
          <List.Item>A variant is found by its Shopify SKU, or by its barcode.</List.Item>
          <List.Item>Lines without either stay as they are.</List.Item>
        </List>
      </BlockStack>
    </Card>
  );
}
