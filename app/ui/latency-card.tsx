/** How fast changes of stock reach each marketplace, what waits longest, and what that was good for. */
import {
  BlockStack,
  Button,
  ButtonGroup,
  Card,
  IndexTable,
  InlineStack,
  Link,
  Text,
  useBreakpoints,
} from "@shopify/polaris";
import { useState } from "react";
import { clockParts, sayDay, sayDuration, sayLatency } from "#app/views/shop-time.ts";
import type { ChannelLatency, LatencySpan, LatencyView } from "../views/latency.ts";
import { LatencyChart } from "./latency-chart.tsx";
import { useShop } from "./shop-context.tsx";
import { Ago } from "./time.tsx";

const SPANS: Record<LatencySpan, string> = { day: "24 hours", month: "30 days" };

export function LatencyCard({ latency }: { latency: LatencyView }) {
  const [span, setSpan] = useState<LatencySpan>("day");
  const { timezone } = useShop();
  const points = latency.points[span];
  const isEmpty = points.every((point) => point.changes === 0);
  const nameOf = (startsAt: string): string => {
    const at = new Date(startsAt);
    const { hour, minute } = clockParts(at, timezone);
    // A day is one of UTC's: it has one name, wherever the shop is.
    return span === "day" ? `${hour}:${minute}` : sayDay(at, "UTC");
  };
  return (
    <Card padding="0">
      <div style={{ padding: "var(--p-space-400)" }}>
        <BlockStack gap="300">
          <InlineStack align="space-between" blockAlign="center" gap="200">
            <Text as="h2" variant="headingMd">
              How fast your stock gets there
            </Text>
            <ButtonGroup variant="segmented">
              {(Object.keys(SPANS) as LatencySpan[]).map((one) => (
                <Button key={one} size="slim" pressed={one === span} onClick={() => setSpan(one)}>
                  {SPANS[one]}
                </Button>
              ))}
            </ButtonGroup>
          </InlineStack>
          <Text as="p" tone="subdued">
            From the change in Shopify, or the sale elsewhere, until the marketplace accepted the new number. Dark: half
            of the changes took that long or less; light: 95 of 100 did.
          </Text>
          {isEmpty ? (
            <Text as="p">{`No change of stock was pushed in the last ${SPANS[span]}.`}</Text>
          ) : (
            <LatencyChart caption={`How long changes took, last ${SPANS[span]}`} points={points} nameOf={nameOf} />
          )}
        </BlockStack>
      </div>
      {latency.channels.length > 0 ? <Figures channels={latency.channels} span={span} /> : null}
      <div style={{ padding: "var(--p-space-400)" }}>
        <BlockStack gap="300">
          <Worth month={latency.month} />
          <InlineStack gap="200">
            <Button url="/app/latency">Time one SKU</Button>
            <Button url="/app/oversells" variant="tertiary">
              What overselling would cost
            </Button>
          </InlineStack>
        </BlockStack>
      </div>
    </Card>
  );
}

function Figures({ channels, span }: { channels: readonly ChannelLatency[]; span: LatencySpan }) {
  const { smDown } = useBreakpoints();
  return (
    <IndexTable
      condensed={smDown}
      selectable={false}
      resourceName={{ singular: "channel", plural: "channels" }}
      itemCount={channels.length}
      headings={[
        { title: "Channel" },
        { title: "Changes", alignment: "end" },
        { title: "Half within", alignment: "end" },
        { title: "95 of 100 within", alignment: "end" },
        { title: "Oldest change not pushed yet" },
      ]}
    >
      {channels.map((channel, position) => {
        const { changes, halfMs, mostMs } = channel[span];
        const name = (
          <Link url={`/app/channels/${channel.channelId}`} removeUnderline monochrome>
            <Text as="span" fontWeight="semibold">
              {channel.name}
            </Text>
          </Link>
        );
        return (
          <IndexTable.Row id={String(channel.channelId)} key={channel.channelId} position={position}>
            {smDown ? (
              <IndexTable.Cell>
                <BlockStack gap="100">
                  {name}
                  <Text as="span" tone="subdued">
                    {changes === 0
                      ? "No changes"
                      : `${changes} ${changes === 1 ? "change" : "changes"} · half within ${saySpan(halfMs)} · 95 of 100 within ${saySpan(mostMs)}`}
                  </Text>
                  {channel.oldestChangeAt ? (
                    <Text as="span" tone="subdued">
                      Oldest not pushed yet: <Ago at={channel.oldestChangeAt} />
                    </Text>
                  ) : null}
                </BlockStack>
              </IndexTable.Cell>
            ) : (
              <>
                <IndexTable.Cell>{name}</IndexTable.Cell>
                {[String(changes), saySpan(halfMs), saySpan(mostMs)].map((value, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: three columns, always the same
                  <IndexTable.Cell key={at}>
                    <Text as="span" numeric alignment="end">
                      {value}
                    </Text>
                  </IndexTable.Cell>
                ))}
                <IndexTable.Cell>
                  <Ago at={channel.oldestChangeAt} never="none waits" />
                </IndexTable.Cell>
              </>
            )}
          </IndexTable.Row>
        );
      })}
    </IndexTable>
  );
}

function saySpan(ms: number | null): string {
  return ms === null ? "–" : sayLatency(ms);
}

/** What the speed was good for, with how it is worked out: a figure that nobody can follow convinces nobody. */
function Worth({ month: { takenDown, decreases, staleMs, polledMs } }: { month: LatencyView["month"] }) {
  if (decreases === 0)
    return (
      <Text as="p" tone="subdued">
        Once stock goes down, this shows how long listings showed too many.
      </Text>
    );
  return (
    <BlockStack gap="100">
      <Text as="p">
        {`In 30 days ${count(decreases, "number was lowered", "numbers were lowered")} after stock went down, ${takenDown} of them to 0 while the listing was still on sale. Together they showed too many for ${sayDuration(staleMs)}; with polling every 10 minutes it would have been ${sayDuration(polledMs)}.`}
      </Text>
      <Text as="p" tone="subdued" variant="bodySm">
        Worked out: a change waits 5 minutes for a poll every 10, on average, times the numbers lowered. The time that
        the poll itself would take is left out.
      </Text>
    </BlockStack>
  );
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
