import { BlockStack, Text } from "@shopify/polaris";
import type { PutOff } from "../views/put-offs.ts";
import { Time } from "./time.tsx";

/** What of a channel waits for now, until when, and why. Nothing when nothing does. */
export function PutOffs({ putOffs }: { putOffs: readonly PutOff[] }) {
  if (putOffs.length === 0) return null;
  return (
    <BlockStack gap="050">
      {putOffs.map(({ work, until, why }) => (
        <Text as="p" tone="caution" key={work}>
          {work}: put off until <Time at={until} inSentence />, because {why}.
        </Text>
      ))}
    </BlockStack>
  );
}
