/** What a change would do to the numbers of listings, asked before it is done: the same for every setting. */
import { BlockStack, InlineStack, Modal, Text } from "@shopify/polaris";
import type { EffectShown, MovedListing } from "#app/changes/effect.ts";
import { countMoves } from "#app/changes/effect.ts";

export function EffectQuestion({
  effect,
  busy,
  onApprove,
  onDecline,
}: {
  effect: EffectShown;
  busy: boolean;
  onApprove(): void;
  onDecline(): void;
}) {
  const { zeroed, final } = effect;
  const moving = countMoves(effect);
  return (
    <Modal
      open
      onClose={onDecline}
      title={moving === 1 ? "This changes 1 listing" : `This changes ${moving.toLocaleString("en")} listings`}
      primaryAction={{
        content: zeroed > 0 ? `Set ${zeroed.toLocaleString("en")} to 0 and save` : "Change and save",
        onAction: onApprove,
        loading: busy,
        destructive: zeroed > 0,
      }}
      secondaryActions={[{ content: "Keep as it is", onAction: onDecline, disabled: busy }]}
    >
      <Modal.Section>
        <BlockStack gap="400">
          <EffectFigures effect={effect} />
          {final < moving ? (
            <Text as="p" tone="subdued">
              You can undo it afterwards, under Recent changes.
            </Text>
          ) : null}
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}

/** How many go where, and what can't be taken back; the first by name, and how many stay, unless all are listed elsewhere. */
export function EffectFigures({ effect, named = true }: { effect: EffectShown; named?: boolean }) {
  const { zeroed, lowered, raised, unchanged, final, first } = effect;
  const moving = countMoves(effect);
  const parts = [
    { number: zeroed, words: "to 0" },
    { number: lowered, words: "down" },
    { number: raised, words: "up" },
    { number: named ? unchanged : 0, words: unchanged === 1 ? "stays" : "stay" },
  ].filter((part) => part.number > 0);
  return (
    <BlockStack gap="400">
      <InlineStack gap="500">
        {parts.map(({ number, words }) => (
          <BlockStack key={words}>
            <Text as="span" variant="headingLg" numeric {...(words === "to 0" ? { tone: "critical" as const } : {})}>
              {number.toLocaleString("en")}
            </Text>
            <Text as="span" tone="subdued">
              {words}
            </Text>
          </BlockStack>
        ))}
      </InlineStack>
      {named ? (
        <BlockStack gap="200">
          {first.map((listing) => (
            <Moved key={listing.listingId} listing={listing} />
          ))}
          {moving > first.length ? (
            <Text as="p" tone="subdued">{`and ${(moving - first.length).toLocaleString("en")} more`}</Text>
          ) : null}
        </BlockStack>
      ) : null}
      {final > 0 ? (
        <Text as="p" tone="critical">
          {final === 1
            ? "1 of them can’t be brought back: its marketplace takes a listing off sale for good at 0."
            : `${final.toLocaleString("en")} of them can’t be brought back: their marketplaces take a listing off sale for good at 0.`}
        </Text>
      ) : null}
    </BlockStack>
  );
}

function Moved({ listing }: { listing: MovedListing }) {
  return (
    <InlineStack align="space-between" gap="400" wrap={false}>
      <Text as="span" breakWord>
        {listing.title}
        <Text as="span" tone="subdued">{` · ${listing.sku ?? "no SKU"}`}</Text>
      </Text>
      <span style={{ whiteSpace: "nowrap" }}>
        <Text as="span" numeric fontWeight="semibold">
          {`${listing.from ?? "?"} → ${listing.to}`}
        </Text>
      </span>
    </InlineStack>
  );
}
