/** One minute of a SKU's past: picked, and told: the stock then, and what each listing showed, and why. */
import { useSearchParams } from "@remix-run/react";
import { BlockStack, Box, Button, Card, InlineStack, Link, Text, TextField } from "@shopify/polaris";
import { type FormEvent, useState } from "react";
import type { MinutePiece, SkuMinute } from "#app/views/sku-minute.ts";
import { ListingName } from "./listing-name.tsx";
import { Time } from "./time.tsx";

export function PickMinute({ minute }: { minute: string | null }) {
  const [typed, setTyped] = useState(minute ?? "");
  const [, setQuery] = useSearchParams();
  const show = (event: FormEvent): void => {
    event.preventDefault();
    if (typed !== "") setQuery({ at: typed });
  };
  return (
    <Card>
      <form onSubmit={show}>
        <BlockStack gap="300">
          <Text as="h2" variant="headingMd">
            What was shown when?
          </Text>
          <TextField
            label="Minute, in your shop’s time"
            name="at"
            type="datetime-local"
            value={typed}
            onChange={setTyped}
            autoComplete="off"
            helpText="See what each channel showed then, and why."
          />
          <InlineStack gap="200">
            <Button submit disabled={typed === ""}>
              Show that minute
            </Button>
            {minute ? (
              <Button variant="plain" onClick={() => setQuery({})}>
                Back to now
              </Button>
            ) : null}
          </InlineStack>
        </BlockStack>
      </form>
    </Card>
  );
}

/** `link`: the page of this minute, for whoever else may open the app. */
export function MinuteThen({ minute, link }: { minute: SkuMinute; link: string | null }) {
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" gap="200" blockAlign="baseline">
          <InlineStack gap="200" blockAlign="baseline">
            <Text as="h2" variant="headingMd">
              What was shown
            </Text>
            <Text as="span" tone="subdued">
              <Time at={minute.from} />
            </Text>
          </InlineStack>
          {link ? (
            <Link url={link} target="_blank">
              Link to this minute
            </Link>
          ) : null}
        </InlineStack>
        {minute.isAhead ? <Text as="p">This minute is still to come. Pick one that is past.</Text> : null}
        {minute.isAhead ? null : (
          <Box background="bg-surface-secondary" borderRadius="200" padding="300">
            <Text as="p" breakWord>
              {minute.stock.length === 0
                ? "What Shopify had then is not known: Lockstep had not read it yet."
                : `Available in Shopify then: ${minute.stock.map(({ name, available }) => `${name} ${available ?? "not stocked"}`).join(", ")}`}
            </Text>
          </Box>
        )}
        {minute.listings.map((listing) => (
          <BlockStack key={listing.id} gap="200">
            <ListingName id={listing.id} channel={listing.channel} title={listing.title} />
            {listing.pieces.map((piece) => (
              <Piece key={piece.at} piece={piece} />
            ))}
          </BlockStack>
        ))}
        {!minute.isAhead && minute.listings.length === 0 ? (
          <Text as="p" tone="subdued">
            No listing is matched to this SKU.
          </Text>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function Piece({ piece }: { piece: MinutePiece }) {
  return (
    <InlineStack gap="400" wrap={false} blockAlign="start">
      <div style={{ minWidth: "4.5rem" }}>
        <BlockStack gap="0">
          <Text as="span" variant="headingLg" numeric>
            {piece.quantity ?? "?"}
          </Text>
          <Text as="span" tone="subdued" variant="bodySm" numeric>
            {piece.at}
          </Text>
        </BlockStack>
      </div>
      <BlockStack gap="050">
        <Text as="p" breakWord fontWeight="medium" {...(piece.isWrong ? { tone: "caution" as const } : {})}>
          {piece.verdict}
        </Text>
        <Text as="p" tone="subdued" breakWord>
          {piece.why}
        </Text>
      </BlockStack>
    </InlineStack>
  );
}
