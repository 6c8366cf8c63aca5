/** The latest approved change of a channel, while it can be undone: what undoing does, and what it can't. */
import { BlockStack, Card, InlineStack, Text } from "@shopify/polaris";
import type { UndoView } from "#app/views/undo.ts";
import { ActionButton } from "./action-button.tsx";
import { Time } from "./time.tsx";

export function UndoCard({ undo, channelName }: { undo: UndoView; channelName: string }) {
  const { approvedAt, endsAt, reason, back, toZero, short } = undo;
  const change = reason ? "the approved change" : "the first push";
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {`Undo ${change}`}
        </Text>
        <Text as="p">
          You approved {reason ? `“${reason}”` : change}: <Time at={approvedAt} />. You can undo it until{" "}
          <Time at={endsAt} />.
        </Text>
        <Text as="p">
          {`${listings(back, "goes", "go")} back down to what ${back === 1 ? "it" : "they"} showed before${toZero > 0 ? `, ${toZero} of them to 0` : ""}. No listing of this channel goes above that until you approve again. When stock sells, quantities still go down.`}
        </Text>
        {short > 0 ? (
          <Text as="p" tone="subdued">
            {`${listings(short, "showed", "showed")} more before than there is to sell now, and ${short === 1 ? "stays" : "stay"}.`}
          </Text>
        ) : null}
        <InlineStack>
          <ActionButton
            tone="critical"
            fields={{ intent: "undo" }}
            confirm={{
              title: `Undo ${change}?`,
              message: `${listings(back, "goes", "go")} back down on ${channelName}${toZero > 0 ? `, ${toZero} of them to 0` : ""}. To bring the change back, approve it again on this page.`,
              action: "Undo",
            }}
          >
            {`Undo ${change}`}
          </ActionButton>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}

function listings(number: number, one: string, many: string): string {
  return number === 1 ? `1 listing ${one}` : `${number} listings ${many}`;
}
