/** The first push, before it goes: what each listing shows, what it will show, and why. */
import {
  Badge,
  Banner,
  BlockStack,
  Box,
  Card,
  IndexTable,
  InlineStack,
  Link,
  Text,
  useBreakpoints,
} from "@shopify/polaris";
import { PLAN_ENDED } from "#app/plans/entitlements.ts";
import type { PreviewRow, PreviewView } from "#app/views/channels.ts";
import { sayZeroCauses } from "#app/views/words.ts";
import { ActionButton } from "./action-button.tsx";
import { PlanGate, useGate } from "./plan-gate.tsx";

const EFFECTS: Record<PreviewRow["effect"], { label: string; tone?: "critical" | "attention" | "info" | "success" }> = {
  zeroed: { label: "To zero", tone: "critical" },
  lowered: { label: "Down", tone: "attention" },
  raised: { label: "Up", tone: "info" },
  unchanged: { label: "Stays" },
  "left-alone": { label: "Left alone" },
};

export function PushPreview({
  channelName,
  atZero,
  brakeReason,
  isUndone,
  isHeldByPlan,
  preview,
}: {
  channelName: string;
  atZero: string | null;
  /** Set where it is not the first push, but one that would change much at once. */
  brakeReason: string | null;
  /** The merchant undid the change before, and quantities are held. */
  isUndone: boolean;
  /** The shop's plan has stock sync again; until then nothing goes up. */
  isHeldByPlan: boolean;
  preview: PreviewView | null;
}) {
  const { smDown } = useBreakpoints();
  const isGated = useGate("stock") !== null;
  if (!preview) {
    return (
      <Banner tone="info" title="Reading products and listings">
        <p>
          When both are read, you see here what the first push would change. Until you approve it, nothing is changed.
        </p>
      </Banner>
    );
  }
  const { counts, zeroCauses, rows } = preview;
  const changes = counts.zeroed + counts.lowered + counts.raised;
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="300">
          <Text as="h2" variant="headingMd">
            {headingOf({ brakeReason, isUndone, isHeldByPlan, isGated })}
          </Text>
          {isGated ? null : brakeReason === PLAN_ENDED ? (
            <Text as="p">Your plan has stock sync again. Nothing is changed there until you approve.</Text>
          ) : brakeReason ? (
            <Text as="p">{brakeReason}. Pushing to this channel has stopped until you decide.</Text>
          ) : isHeldByPlan ? (
            <Text as="p">
              Your plan has stock sync again. Until you approve, no listing shows more than it does now; quantities
              still go down when stock sells.
            </Text>
          ) : isUndone ? (
            <Text as="p">
              You undid the change that you had approved. Until you approve again, no listing shows more than before it;
              quantities still go down when stock sells.
            </Text>
          ) : null}
          <Text as="p">
            {changes === 0
              ? "Every matched listing shows what it should already. Approve, so that it stays so."
              : `${count(changes, "listing")} will change: ${counts.raised} up, ${counts.lowered} down, ${counts.zeroed} to zero. ${counts.unchanged} ${counts.unchanged === 1 ? "stays" : "stay"}. Nothing is changed before you approve.`}
          </Text>
          {counts.zeroed > 0 ? (
            <Banner tone="warning" title={`${count(counts.zeroed, "listing")} will show 0`}>
              <BlockStack gap="100">
                <p>{sayZeroCauses(zeroCauses).join(" ")}</p>
                <p>
                  {atZero} If that is not right, correct the stock in Shopify, the match or the policy first: this
                  preview follows.
                </p>
              </BlockStack>
            </Banner>
          ) : null}
          <PlanGate feature="stock" />
          <InlineStack>
            <ActionButton variant="primary" fields={{ intent: "approve" }} disabled={isGated}>
              {brakeReason || isUndone || isHeldByPlan
                ? `Approve these changes to ${channelName}`
                : `Approve the first push to ${channelName}`}
            </ActionButton>
          </InlineStack>
        </BlockStack>
      </Box>
      {rows.length > 0 ? (
        <IndexTable
          condensed={smDown}
          selectable={false}
          resourceName={{ singular: "listing", plural: "listings" }}
          itemCount={rows.length}
          headings={[
            { title: "Listing" },
            { title: "Shows now", alignment: "end" },
            { title: "Will show", alignment: "end" },
            { title: "Change" },
            { title: "Why" },
          ]}
        >
          {rows.map((row, position) => (
            <IndexTable.Row id={String(row.listingId)} key={row.listingId} position={position}>
              {smDown ? (
                <IndexTable.Cell>
                  <div style={{ whiteSpace: "normal" }}>
                    <BlockStack gap="100">
                      <InlineStack align="space-between" blockAlign="start" gap="200" wrap={false}>
                        <ListingName row={row} />
                        <EffectBadge effect={row.effect} />
                      </InlineStack>
                      <Text as="span" breakWord>
                        {row.observed ?? "?"} → {row.quantity ?? "as it is"}
                        <Text as="span" tone="subdued">
                          {" "}
                          · {row.why}
                        </Text>
                      </Text>
                    </BlockStack>
                  </div>
                </IndexTable.Cell>
              ) : (
                <>
                  <IndexTable.Cell>
                    <div style={{ whiteSpace: "normal", maxWidth: "14rem" }}>
                      <ListingName row={row} />
                    </div>
                  </IndexTable.Cell>
                  <IndexTable.Cell>
                    <Text as="span" numeric alignment="end">
                      {row.observed ?? "?"}
                    </Text>
                  </IndexTable.Cell>
                  <IndexTable.Cell>
                    <Text as="span" numeric alignment="end" fontWeight="semibold">
                      {row.quantity ?? "as it is"}
                    </Text>
                  </IndexTable.Cell>
                  <IndexTable.Cell>
                    <EffectBadge effect={row.effect} />
                  </IndexTable.Cell>
                  <IndexTable.Cell>
                    <div style={{ whiteSpace: "normal", minWidth: "9rem" }}>
                      <Text as="span" tone="subdued" breakWord>
                        {row.why}
                      </Text>
                    </div>
                  </IndexTable.Cell>
                </>
              )}
            </IndexTable.Row>
          ))}
        </IndexTable>
      ) : null}
      {rows.length < counts.total ? (
        <Box padding="400">
          <Text as="p" tone="subdued">
            The {rows.length} most important of {counts.total} are shown.
          </Text>
        </Box>
      ) : null}
    </Card>
  );
}

function headingOf(its: {
  brakeReason: string | null;
  isUndone: boolean;
  isHeldByPlan: boolean;
  isGated: boolean;
}): string {
  const { brakeReason, isUndone, isHeldByPlan, isGated } = its;
  if (isGated) return "What a push would change";
  if (brakeReason === PLAN_ENDED || isHeldByPlan) return "Stock sync is back: look, then approve";
  if (brakeReason) return "Much would change at once: look, then approve";
  return isUndone ? "Undone: look, then approve" : "First push: look, then approve";
}

function ListingName({ row }: { row: PreviewRow }) {
  return (
    <BlockStack>
      <Link url={`/app/listings/${row.listingId}`} removeUnderline monochrome dataPrimaryLink>
        <Text as="span" fontWeight="semibold" breakWord>
          {row.title}
        </Text>
      </Link>
      <Text as="span" tone="subdued" variant="bodySm">
        {row.sku ?? "no SKU"}
      </Text>
    </BlockStack>
  );
}

function EffectBadge({ effect }: { effect: PreviewRow["effect"] }) {
  const { label, tone } = EFFECTS[effect];
  return <Badge {...(tone ? { tone } : {})}>{label}</Badge>;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
