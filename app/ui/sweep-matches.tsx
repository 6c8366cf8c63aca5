/** What each of many listings is matched to, with what becomes of its number; a tick takes it in, or leaves it out. */
import { useLocation, useNavigate } from "@remix-run/react";
import {
  BlockStack,
  Box,
  Button,
  ButtonGroup,
  Card,
  Checkbox,
  InlineGrid,
  InlineStack,
  Link,
  Text,
} from "@shopify/polaris";
import type { SweepMatchRow } from "#app/views/sweep-matches.ts";
import type { SweepView } from "#app/views/sweeps.ts";
import { useAction } from "./action-button.tsx";
import { KeysetPager } from "./keyset-pager.tsx";

interface Props {
  counts: NonNullable<SweepView["matches"]>;
  /** Those with a clear match are shown; or those without. */
  clear: boolean;
  rows: readonly SweepMatchRow[];
  next: number | null;
  previous: number | null;
}

export function SweepMatches({ counts, clear, rows, next, previous }: Props) {
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const tickable = rows.filter((row) => row.canTick);
  if (counts.clear + counts.unclear === 0) return null;
  return (
    <Card padding="0">
      <Box padding="400">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            {clear ? "What is matched to what" : "No clear match"}
          </Text>
          {counts.clear > 0 && counts.unclear > 0 ? (
            <ButtonGroup variant="segmented">
              <Button
                size="slim"
                pressed={clear}
                onClick={() => navigate(pathname)}
              >{`Matched (${number(counts.clear)})`}</Button>
              <Button size="slim" pressed={!clear} onClick={() => navigate(`${pathname}?show=unclear`)}>
                {`Not clear (${number(counts.unclear)})`}
              </Button>
            </ButtonGroup>
          ) : null}
        </InlineStack>
      </Box>
      {tickable.length > 1 ? (
        <Box paddingInline="400" paddingBlockEnd="300">
          <Tick
            label="All on this page"
            ids={tickable.map((row) => row.id)}
            isIn={tickable.every((row) => !row.leftOut)}
          />
        </Box>
      ) : null}
      <ul
        aria-label={clear ? "What is matched to what" : "No clear match"}
        style={{ listStyle: "none", margin: 0, padding: 0 }}
      >
        {rows.map((row) => (
          <li key={row.id}>
            <Box padding="400" borderColor="border-secondary" borderBlockStartWidth="025">
              <Row row={row} />
            </Box>
          </li>
        ))}
      </ul>
      <KeysetPager next={next} previous={previous} />
    </Card>
  );
}

function Row({ row }: { row: SweepMatchRow }) {
  const { id, variant, because, leftOut, canTick } = row;
  return (
    <InlineStack gap="300" wrap={false} blockAlign="start">
      {canTick ? <Tick label={`Match ${row.title}`} labelHidden ids={[id]} isIn={!leftOut} /> : null}
      <div style={{ flex: 1, minWidth: 0 }}>
        <InlineGrid columns={{ xs: 1, md: variant ? "2fr 2fr 6rem" : "1fr 1fr" }} gap="200">
          <Listing row={row} />
          {variant ? (
            <BlockStack gap="050">
              <Text as="p" breakWord>
                {`→ ${variant.name}`}
              </Text>
              <Text as="p" tone="subdued" variant="bodySm" breakWord>
                {`${variant.sku ?? "no SKU"} · ${because}`}
              </Text>
            </BlockStack>
          ) : (
            <Text as="p" breakWord>
              {because}
            </Text>
          )}
          {variant ? <WhatItShows row={row} /> : null}
        </InlineGrid>
      </div>
    </InlineStack>
  );
}

function Listing({ row: { id, title, sku, channel } }: { row: SweepMatchRow }) {
  return (
    <BlockStack gap="050">
      <Link url={`/app/listings/${id}`} removeUnderline monochrome>
        <Text as="span" fontWeight="semibold" breakWord>
          {title}
        </Text>
      </Link>
      <Text as="p" tone="subdued" variant="bodySm" breakWord>
        {`${sku ?? "no SKU"} · ${channel}`}
      </Text>
    </BlockStack>
  );
}

function WhatItShows({ row: { shown, quantity, leftOut, canTick } }: { row: SweepMatchRow }) {
  if (leftOut)
    return (
      <Text as="span" tone="subdued">
        {canTick ? "stays as it is" : "left out"}
      </Text>
    );
  return (
    <span style={{ whiteSpace: "nowrap" }}>
      <Text as="span" numeric fontWeight="semibold" {...(quantity === 0 ? { tone: "critical" as const } : {})}>
        {quantity === null ? `${shown ?? "?"} stays` : `${shown ?? "?"} → ${quantity}`}
      </Text>
    </span>
  );
}

/** Shown as it is to be while it is stored. */
function Tick({
  label,
  labelHidden = false,
  ids,
  isIn,
}: {
  label: string;
  labelHidden?: boolean;
  ids: readonly number[];
  isIn: boolean;
}) {
  const { submit, busy, reply } = useAction();
  return (
    <Checkbox
      label={label}
      labelHidden={labelHidden}
      checked={busy ? !isIn : isIn}
      {...(reply && !reply.ok && !busy ? { error: reply.message } : {})}
      onChange={() => {
        if (busy) return;
        submit([
          ["intent", "leave-out"],
          ["leftOut", String(isIn)],
          ...ids.map((id): [string, string] => ["listingIds[]", String(id)]),
        ]);
      }}
    />
  );
}

const number = (count: number): string => count.toLocaleString("en");
