/** At the end of a dialog: what choosing it does, in sentences. */
import { BlockStack, Text } from "@shopify/polaris";

export function WhatFollows({ title, sentences }: { title: string; sentences: readonly string[] }) {
  return (
    <BlockStack gap="200">
      <Text as="h3" variant="headingSm">
        {title}
      </Text>
      {sentences.map((sentence) => (
        <Text as="p" key={sentence}>
          {sentence}
        </Text>
      ))}
    </BlockStack>
  );
}
