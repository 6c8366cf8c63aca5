/** A SKU timed through its channels: which one, what that does, how far it came, and what came of it. */
import {
  Banner,
  BlockStack,
  Box,
  Button,
  Card,
  Checkbox,
  IndexTable,
  InlineError,
  InlineStack,
  Link,
  List,
  Text,
  useBreakpoints,
} from "@shopify/polaris";
import { useId, useState } from "react";
import type { CheckRow, CheckView, LatencyCheckView } from "#app/views/latency-check.ts";
import { LATENCY_WORDS, STEP_LABELS, STEP_NAMES, sayEffect, sayStep } from "#app/views/latency-check-words.ts";
import type { VariantName } from "#app/views/listings.ts";
import { ActionButton, useAction } from "./action-button.tsx";
import { StatusBadge } from "./status-badge.tsx";
import { Time } from "./time.tsx";
import { VariantSearch } from "./variant-search.tsx";

const urlOf = ({ id }: { id: number }): string => `/app/latency?variant=${id}`;

export function TimeOneSku({ chosen }: { chosen: LatencyCheckView["chosen"] }) {
  const [changing, setChanging] = useState(false);
  const chooses = !chosen || changing;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Time one SKU
        </Text>
        {chooses ? (
          <VariantSearch label="Find a SKU" helpText={LATENCY_WORDS.choose}>
            {(variant) => (
              <Button
                url={urlOf(variant)}
                onClick={() => setChanging(false)}
                accessibilityLabel={`Choose ${nameOf(variant)}`}
              >
                Choose
              </Button>
            )}
          </VariantSearch>
        ) : (
          <>
            <InlineStack align="space-between" gap="300" blockAlign="center">
              <Text as="p" fontWeight="semibold" breakWord>
                {nameOf(chosen.variant)}
              </Text>
              <Button onClick={() => setChanging(true)}>Choose another</Button>
            </InlineStack>
            <WhatItDoes chosen={chosen} />
          </>
        )}
      </BlockStack>
    </Card>
  );
}

const nameOf = ({ sku, name }: VariantName): string => (sku === null ? name : `${sku} · ${name}`);

function WhatItDoes({ chosen: { variant, plan } }: { chosen: NonNullable<LatencyCheckView["chosen"]> }) {
  return (
    <BlockStack gap="400">
      {plan.ok ? (
        <BlockStack gap="300">
          <Text as="p">{sayEffect(plan.place.name, plan.timed.length)}</Text>
          {plan.timed.map((listing) => (
            <InlineStack key={listing.listingId} align="space-between" gap="400" wrap={false}>
              <Link url={`/app/listings/${listing.listingId}`} removeUnderline monochrome>
                {`${listing.channel} · ${listing.title}`}
              </Link>
              <span style={{ whiteSpace: "nowrap" }}>
                <Text as="span" numeric fontWeight="semibold">
                  {`${listing.from} → ${listing.to}`}
                </Text>
              </span>
            </InlineStack>
          ))}
          <Text as="p">{LATENCY_WORDS.back}</Text>
        </BlockStack>
      ) : (
        <Banner tone="info">
          <p>{plan.why}</p>
        </Banner>
      )}
      {plan.untimed.length > 0 ? (
        <BlockStack gap="200">
          <Text as="p" fontWeight="semibold">
            Not timed
          </Text>
          <List>
            {plan.untimed.map((listing) => (
              <List.Item key={listing.listingId}>
                <Link url={`/app/listings/${listing.listingId}`}>{`${listing.channel} · ${listing.title}`}</Link>
                {`: ${listing.why}`}
              </List.Item>
            ))}
          </List>
        </BlockStack>
      ) : null}
      {plan.ok ? (
        <InlineStack>
          <ActionButton
            variant="primary"
            fields={{ intent: "start", variantId: String(variant.id), listings: String(plan.timed.length) }}
          >
            Start the check
          </ActionButton>
        </InlineStack>
      ) : null}
    </BlockStack>
  );
}

/** One check, under way or over: each listing with the time of each step. */
export function CheckCard({ check }: { check: CheckView }) {
  const { variant, who, startedAt, said, isOver, result, foundByLooking, returnedAt, problem, rows } = check;
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="200">
          <InlineStack align="space-between" gap="200" blockAlign="center">
            <Text as="h3" variant="headingMd" breakWord>
              <Link url={`/app/skus/${variant.id}`} removeUnderline monochrome>
                {nameOf(variant)}
              </Link>
            </Text>
            <StatusBadge said={said} />
          </InlineStack>
          {result ? <Text as="p">{result}</Text> : null}
          {problem ? (
            <Text as="p" tone={isOver ? "caution" : "subdued"}>
              {problem}
            </Text>
          ) : null}
          {foundByLooking ? (
            <Text as="p" tone="caution">
              Shopify’s notice did not come first: Lockstep found the change by looking itself.
            </Text>
          ) : null}
          <Text as="p" tone="subdued" variant="bodySm">
            {`Begun by ${who === "You" ? "you" : who}: `}
            <Time at={startedAt} inSentence />
            {returnedAt ? (
              <>
                {". Unit put back: "}
                <Time at={returnedAt} inSentence toTheSecond />
              </>
            ) : null}
          </Text>
        </BlockStack>
      </Box>
      {rows.length > 0 ? <StepsTable rows={rows} /> : null}
    </Card>
  );
}

function StepsTable({ rows }: { rows: CheckRow[] }) {
  const { smDown } = useBreakpoints();
  return (
    <IndexTable
      condensed={smDown}
      selectable={false}
      resourceName={{ singular: "listing", plural: "listings" }}
      itemCount={rows.length}
      headings={[
        { title: "Listing" },
        ...STEP_NAMES.map((name) => ({ title: STEP_LABELS[name], alignment: "end" as const })),
      ]}
    >
      {rows.map((row, position) => (
        <IndexTable.Row id={String(row.listingId)} key={row.listingId} position={position}>
          <IndexTable.Cell>
            <div style={{ whiteSpace: "normal" }}>
              <BlockStack gap="100" inlineAlign="start">
                <Link url={`/app/listings/${row.listingId}`} removeUnderline monochrome>
                  <Text as="span" fontWeight="semibold">
                    {row.channel}
                  </Text>
                </Link>
                <Text as="span" tone="subdued" breakWord>
                  {`${row.title} · ${row.from} → ${row.to}`}
                </Text>
                {row.steps.shownMs === null ? <StatusBadge said={row.said} /> : null}
                {row.problem ? (
                  <Text as="span" tone="subdued" breakWord>
                    {row.problem}
                  </Text>
                ) : null}
                {smDown ? (
                  <Text as="span" tone="subdued">
                    {STEP_NAMES.map((name) => `${STEP_LABELS[name]} ${sayStep(row.steps[name])}`).join(" · ")}
                  </Text>
                ) : null}
              </BlockStack>
            </div>
          </IndexTable.Cell>
          {smDown
            ? null
            : STEP_NAMES.map((name) => (
                <IndexTable.Cell key={name}>
                  <Text as="span" numeric alignment="end">
                    {sayStep(row.steps[name])}
                  </Text>
                </IndexTable.Cell>
              ))}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

export function LastChecks({ past }: { past: CheckView[] }) {
  return (
    <>
      <Card>
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            Last checks
          </Text>
          <Text as="p" tone="subdued">
            {past.length === 0 ? LATENCY_WORDS.none : LATENCY_WORDS.steps}
          </Text>
        </BlockStack>
      </Card>
      {past.map((check) => (
        <CheckCard key={check.id} check={check} />
      ))}
    </>
  );
}

export function LatencyReminder({ reminds }: { reminds: boolean }) {
  const { submit, busy, reply } = useAction();
  const errorId = useId();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          Reminder
        </Text>
        <Checkbox
          label="Remind me once a month"
          helpText="On Home and by mail, a month after the last check. Who gets the mail is set under Notifications."
          checked={reminds}
          disabled={busy}
          onChange={(checked) => submit({ intent: "remind", reminds: String(checked) })}
        />
        {reply && !reply.ok && !busy ? <InlineError message={reply.message} fieldID={errorId} /> : null}
        <InlineStack>
          <Link url="/app/notifications">Notifications</Link>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
