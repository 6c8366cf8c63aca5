/** Home: is everything in step, and what needs the merchant. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import {
  BlockStack,
  Button,
  Card,
  IndexTable,
  InlineStack,
  Layout,
  Link,
  Page,
  ProgressBar,
  Text,
  useBreakpoints,
} from "@shopify/polaris";
import { useState } from "react";
import { z } from "zod";
import { closeAlert } from "#app/flows/close-alert.ts";
import { putAwayGuide, showGuide } from "#app/flows/put-away-guide.ts";
import { startSync } from "#app/flows/sync-channels.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { ActionButton } from "#app/ui/action-button.tsx";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { formId, readForm } from "#app/ui/form-data.ts";
import { LatencyCard } from "#app/ui/latency-card.tsx";
import { NeedsList } from "#app/ui/needs-list.tsx";
import { OpenSweep } from "#app/ui/open-sweep.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { RunProgress } from "#app/ui/run-progress.tsx";
import { SetupGuide } from "#app/ui/setup-guide.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { SyncModal } from "#app/ui/sync-modal.tsx";
import { SyncResults } from "#app/ui/sync-results.tsx";
import { Ago, Time } from "#app/ui/time.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { counted, VARIANTS_COUNTED_MAX } from "#app/views/headline.ts";
import { type HomeChannel, type HomeView, readHome } from "#app/views/home.ts";
import { PutOffs } from "../ui/put-offs.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  return readHome(rt, shop.id, userId);
}

const CHANNELS_MAX = 1_000;

const form = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("close-alert"), alertId: formId }),
  z.object({ intent: z.literal("sync"), channelIds: z.array(formId).max(CHANNELS_MAX).default([]) }),
  z.object({ intent: z.literal("put-away-guide") }),
  z.object({ intent: z.literal("show-guide") }),
]);

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  switch (value.intent) {
    case "close-alert":
      return said(await closeAlert(rt, { shopId: shop.id, alertId: value.alertId }), "Done");
    case "sync":
      return startSync(rt, { shopId: shop.id, channelIds: value.channelIds, actor: userId });
    case "put-away-guide":
      return said(await putAwayGuide(rt, { shopId: shop.id }), "The setup guide is put away");
    case "show-guide":
      return said(await showGuide(rt, { shopId: shop.id }), "The setup guide is shown again");
  }
}

export default function Home() {
  const home = useLoaderData<typeof loader>();
  useLive(home.live);
  const { steps, isPutAway } = home.setup;
  const isSetUp = steps.every((step) => step.isDone);
  const isFresh = home.channels.length === 0;
  const [syncing, setSyncing] = useState(false);
  const isSyncing = home.syncs.some((sync) => sync.state === "running");
  return (
    <Page
      title="Lockstep"
      {...(isFresh
        ? {}
        : { primaryAction: { content: "Sync now", onAction: () => setSyncing(true), disabled: isSyncing } })}
    >
      <SyncModal channels={home.channels} open={syncing} onClose={() => setSyncing(false)} />
      <Layout>
        <Layout.Section>
          <State home={home} />
        </Layout.Section>
        {home.sweep ? (
          <Layout.Section>
            <OpenSweep sweep={home.sweep} />
          </Layout.Section>
        ) : null}
        {home.syncs.length > 0 ? (
          <Layout.Section>
            <SyncResults syncs={home.syncs} />
          </Layout.Section>
        ) : null}
        {home.needs.length > 0 ? (
          <Layout.Section>
            <NeedsList needs={home.needs} />
          </Layout.Section>
        ) : null}
        {isSetUp || isPutAway ? null : (
          <Layout.Section>
            <SetupGuide steps={steps} isPrimary={isFresh} />
          </Layout.Section>
        )}
        {home.runs.length > 0 ? (
          <Layout.Section>
            <Card>
              <BlockStack gap="400">
                {home.runs.map((run) => (
                  <RunProgress key={run.id} run={run} />
                ))}
              </BlockStack>
            </Card>
          </Layout.Section>
        ) : null}
        {isFresh ? null : (
          <Layout.Section>
            <Channels channels={home.channels} />
          </Layout.Section>
        )}
        {isFresh ? null : (
          <Layout.Section>
            <LatencyCard latency={home.latency} />
          </Layout.Section>
        )}
        {isPutAway && !isSetUp ? (
          <Layout.Section>
            <ActionButton fields={{ intent: "show-guide" }} variant="plain">
              Show the setup guide
            </ActionButton>
          </Layout.Section>
        ) : null}
      </Layout>
    </Page>
  );
}

/** In step or not, in one line; and how many listings are what. */
function State({
  home: { headline, listings, countedAt, ordersUnderWay, channels, setup, mirrored, variants },
}: {
  home: HomeView;
}) {
  const of = counted(listings);
  const isFresh = channels.length === 0;
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack gap="200" blockAlign="center">
          <StatusBadge said={{ label: headline.badge, tone: headline.tone }} />
          <Text as="h2" variant="headingLg" breakWord>
            {headline.title}
          </Text>
        </InlineStack>
        {of > 0 ? (
          <ProgressBar
            progress={Math.floor((100 * listings["in-step"]) / of)}
            size="small"
            tone="success"
            ariaLabelledBy="in-step-label"
            animated={false}
          />
        ) : null}
        <Text as="p" tone="subdued" id="in-step-label">
          {isFresh && mirrored ? `${headline.detail} ${sayVariants(variants)}` : headline.detail}
        </Text>
        {countedAt ? (
          <Text as="p" tone="subdued" variant="bodySm">
            Counted <Time at={countedAt} inSentence />
          </Text>
        ) : null}
        {listings.total + ordersUnderWay > 0 ? (
          <InlineStack gap="400">
            <Count label="in step" value={listings["in-step"]} url="/app/listings?status=any-in-step" />
            <Count label="being updated" value={listings.updating} url="/app/listings?status=any-updating" />
            <Count label="need you" value={listings["needs-you"]} url="/app/listings?status=needs-you" />
            <Count label="left alone" value={listings["left-alone"]} url="/app/listings" />
            <Count
              label={ordersUnderWay === 1 ? "order on its way into Shopify" : "orders on their way into Shopify"}
              value={ordersUnderWay}
              url="/app/orders"
            />
          </InlineStack>
        ) : null}
        {isFresh && setup.isPutAway ? (
          <InlineStack>
            <Button variant="primary" url="/app/channels">
              Connect a marketplace
            </Button>
          </InlineStack>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function sayVariants(count: number): string {
  if (count > VARIANTS_COUNTED_MAX)
    return `More than ${VARIANTS_COUNTED_MAX.toLocaleString("en")} Shopify variants are ready to be matched.`;
  return count === 1
    ? "1 Shopify variant is ready to be matched."
    : `${count} Shopify variants are ready to be matched.`;
}

function Count({ label, value, url }: { label: string; value: number; url: string }) {
  if (value === 0) return null;
  return (
    <Link url={url} removeUnderline>
      <Text as="span" fontWeight="semibold" numeric>
        {String(value)}
      </Text>{" "}
      {label}
    </Link>
  );
}

function Channels({ channels }: { channels: HomeChannel[] }) {
  const { smDown } = useBreakpoints();
  return (
    <Card padding="0">
      <IndexTable
        condensed={smDown}
        selectable={false}
        resourceName={{ singular: "channel", plural: "channels" }}
        itemCount={channels.length}
        headings={[
          { title: "Channel" },
          { title: "State" },
          { title: "Listings in step", alignment: "end" },
          { title: "Last order import" },
          { title: "Last push" },
        ]}
      >
        {channels.map((channel, position) => (
          <IndexTable.Row id={String(channel.id)} key={channel.id} position={position}>
            {smDown ? (
              <IndexTable.Cell>
                <BlockStack gap="100">
                  <InlineStack align="space-between" gap="200">
                    <Link url={`/app/channels/${channel.id}`} removeUnderline monochrome dataPrimaryLink>
                      <Text as="span" fontWeight="semibold">
                        {channel.name}
                      </Text>
                    </Link>
                    <StatusBadge said={channel.said} />
                  </InlineStack>
                  {channel.waits ? (
                    <InlineStack>
                      <StatusBadge said={channel.waits} />
                    </InlineStack>
                  ) : null}
                  <PutOffs putOffs={channel.putOffs} />
                  <Text as="span" tone="subdued">
                    {inStepOf(channel)} in step · orders read <Ago at={channel.ordersReadAt} />
                  </Text>
                </BlockStack>
              </IndexTable.Cell>
            ) : (
              <>
                <IndexTable.Cell>
                  <Link url={`/app/channels/${channel.id}`} removeUnderline monochrome dataPrimaryLink>
                    <Text as="span" fontWeight="semibold">
                      {channel.name}
                    </Text>
                  </Link>
                </IndexTable.Cell>
                <IndexTable.Cell>
                  <InlineStack gap="100" blockAlign="center">
                    <StatusBadge said={channel.said} />
                    {channel.waits ? <StatusBadge said={channel.waits} /> : null}
                  </InlineStack>
                  <PutOffs putOffs={channel.putOffs} />
                </IndexTable.Cell>
                <IndexTable.Cell>
                  <Text as="span" numeric alignment="end">
                    {inStepOf(channel)}
                  </Text>
                </IndexTable.Cell>
                <IndexTable.Cell>
                  <Ago at={channel.ordersReadAt} />
                </IndexTable.Cell>
                <IndexTable.Cell>
                  <Ago at={channel.lastPushAt} />
                </IndexTable.Cell>
              </>
            )}
          </IndexTable.Row>
        ))}
      </IndexTable>
    </Card>
  );
}

function inStepOf({ listings }: HomeChannel): string {
  return `${listings["in-step"]} of ${listings.total - listings["left-alone"]}`;
}

export const ErrorBoundary = PageError;
