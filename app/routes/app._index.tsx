/** Home: is everything in step, and what needs the merchant. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import {
  BlockStack,
  Button,
  Card,
  IndexTable,
  InlineGrid,
  InlineStack,
  Layout,
  Link,
  Page,
  ProgressBar,
  Text,
  useBreakpoints,
} from "@shopify/polaris";
import { StoreIcon } from "@shopify/polaris-icons";
import { z } from "zod";
import { closeAlert } from "#app/flows/close-alert.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { AlertBanners } from "#app/ui/alert-banners.tsx";
import { Empty } from "#app/ui/empty.tsx";
import { formId, readForm } from "#app/ui/form-data.ts";
import { PageError } from "#app/ui/page-error.tsx";
import { RunProgress } from "#app/ui/run-progress.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { Ago } from "#app/ui/time.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { type HomeChannel, type HomeView, readHome } from "#app/views/home.ts";
import { PutOffs } from "../ui/put-offs.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  return readHome(rt, shop.id);
}

const form = z.object({ intent: z.literal("close-alert"), alertId: formId });

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const result = await closeAlert(rt, { shopId: shop.id, alertId: parsed.value.alertId });
  return said(result, "Done");
}

export default function Home() {
  const home = useLoaderData<typeof loader>();
  useLive(home.live);
  return (
    <Page title="Lockstep">
      <Layout>
        {home.alerts.length > 0 ? (
          <Layout.Section>
            <AlertBanners alerts={home.alerts} />
          </Layout.Section>
        ) : null}
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
        {home.channels.length === 0 ? (
          <Layout.Section>
            <FirstRun home={home} />
          </Layout.Section>
        ) : (
          <>
            <Layout.Section>
              <InStep home={home} />
            </Layout.Section>
            <Layout.Section>
              <Channels channels={home.channels} />
            </Layout.Section>
          </>
        )}
      </Layout>
    </Page>
  );
}

function sayLeftAlone(count: number): string {
  return count === 0 ? "" : ` ${count} more ${count === 1 ? "is" : "are"} left alone.`;
}

function FirstRun({ home }: { home: HomeView }) {
  return (
    <Card>
      <Empty
        icon={StoreIcon}
        heading="Connect your first marketplace"
        action={{ content: "Connect a marketplace", url: "/app/channels" }}
      >
        <p>
          Lockstep keeps its listings at the stock you have in Shopify, and brings its orders here. Nothing is changed
          there before you have seen a preview and approved it.
        </p>
        {home.mirrored ? (
          <p>
            {home.variants === 1
              ? "1 Shopify variant is ready to be matched."
              : `${home.variants} Shopify variants are ready to be matched.`}
          </p>
        ) : null}
      </Empty>
    </Card>
  );
}

function InStep({ home }: { home: HomeView }) {
  const { listings, orders, conflicts } = home;
  const counted = listings.total - listings["left-alone"];
  const share = counted === 0 ? 0 : Math.floor((100 * listings["in-step"]) / counted);
  return (
    <BlockStack gap="400">
      <Card>
        <BlockStack gap="300">
          <Text as="h2" variant="headingMd">
            {headline(home)}
          </Text>
          {counted > 0 ? (
            <ProgressBar progress={share} size="small" tone="success" ariaLabelledBy="in-step-label" animated={false} />
          ) : null}
          <Text as="p" tone="subdued" id="in-step-label">
            {counted === 0
              ? "No listing is kept in step yet."
              : `${listings["in-step"]} of ${counted} listings show what they should.${sayLeftAlone(listings["left-alone"])}`}
          </Text>
        </BlockStack>
      </Card>
      <InlineGrid columns={{ xs: 2, md: 5 }} gap="300">
        <Metric label="In step" value={listings["in-step"]} url="/app/listings?status=in-step" />
        <Metric label="Being updated" value={listings.updating} url="/app/listings?status=updating" />
        <Metric
          label="Listings that need you"
          value={listings["needs-you"]}
          url="/app/listings?status=needs-you"
          critical
        />
        <Metric label="Orders on hold" value={orders.held} url="/app/orders?stage=held" critical />
        <Metric label="Conflicts to decide" value={conflicts} url="/app/orders?stage=conflict" critical />
      </InlineGrid>
    </BlockStack>
  );
}

function headline({ listings, orders, conflicts, mirrored }: HomeView): string {
  if (!mirrored) return "Reading your products and stock";
  if (listings["needs-you"] + orders.held + conflicts > 0) return "Some things need you";
  if (listings.updating > 0) return "Updating listings";
  if (listings.total === listings["left-alone"]) return "Nothing to keep in step yet";
  return "Everything is in step";
}

function Metric({ label, value, url, critical }: { label: string; value: number; url: string; critical?: boolean }) {
  return (
    <Card>
      <BlockStack gap="100">
        <Text as="span" tone="subdued">
          {label}
        </Text>
        <InlineStack align="space-between" blockAlign="center">
          <Text as="span" variant="headingXl" numeric {...(critical && value > 0 ? { tone: "critical" as const } : {})}>
            {value.toString()}
          </Text>
          <Button variant="plain" url={url} accessibilityLabel={`Show: ${label}`}>
            Show
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
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
