/** History: every attempt, with what came of it. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useLocation, useNavigation } from "@remix-run/react";
import {
  BlockStack,
  Box,
  Button,
  Card,
  IndexTable,
  InlineError,
  InlineStack,
  Link,
  Page,
  Text,
  useBreakpoints,
  useIndexResourceState,
} from "@shopify/polaris";
import { ClockIcon } from "@shopify/polaris-icons";
import { z } from "zod";
import { retryListing } from "#app/flows/manage-listing.ts";
import { retryOrder } from "#app/flows/manage-order.ts";
import { retryMany } from "#app/flows/retry-many.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { ActionButton, useAction } from "#app/ui/action-button.tsx";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { DownloadButton } from "#app/ui/download-button.tsx";
import { Empty } from "#app/ui/empty.tsx";
import { Filters } from "#app/ui/filters.tsx";
import { formId, readForm } from "#app/ui/form-data.ts";
import { KeysetPager } from "#app/ui/keyset-pager.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { Time } from "#app/ui/time.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { readChannelNames } from "#app/views/channels.ts";
import { type HistoryRow, readHistory, readHistoryFilters } from "#app/views/history.ts";
import { HISTORY_OUTCOMES } from "#app/views/history-filters.ts";
import { PAGE_SIZE } from "#app/views/paging.ts";
import { ATTEMPT_KINDS } from "#app/views/words.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const query = new URL(request.url).searchParams;
  const [view, channels] = await Promise.all([
    readHistory(rt, shop, readHistoryFilters(query, actor)),
    readChannelNames(rt, shop.id),
  ]);
  const filtered = ["from", "to", "channel", "kind", "outcome", "search"].some((name) => query.get(name));
  return { ...view, channels, filtered };
}

const ids = z.array(formId).max(PAGE_SIZE).default([]);
const form = z.union([
  z.object({ kind: z.enum(["listing", "order"]), id: formId }),
  z.object({ intent: z.literal("retry-many"), listingIds: ids, orderIds: ids }),
]);

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  if ("intent" in parsed.value) {
    const { listingIds, orderIds } = parsed.value;
    return retryMany(rt, { shopId: shop.id, listingIds, orderIds, actor });
  }
  const { kind, id } = parsed.value;
  const result: ActionReply =
    kind === "listing"
      ? await retryListing(rt, { shopId: shop.id, listingId: id, actor })
      : await retryOrder(rt, { shopId: shop.id, orderId: id });
  return said(result, "Trying again");
}

export default function History() {
  const { rows, next, previous, channels, filtered } = useLoaderData<typeof loader>();
  const { smDown } = useBreakpoints();
  const navigation = useNavigation();
  const { search } = useLocation();
  useLive(false);
  const { selectedResources, allResourcesSelected, handleSelectionChange, clearSelection } = useIndexResourceState(
    rows.map((row) => ({ id: row.key })),
  );
  const { submit, busy, reply } = useAction();
  const retryable = rows.filter((row) => row.retry !== null);
  const retry = (chosen: readonly Pick<HistoryRow, "retry">[]): void => {
    submit([
      ["intent", "retry-many"],
      ...chosen.flatMap(({ retry }): [string, string][] => (retry ? [[`${retry.kind}Ids[]`, String(retry.id)]] : [])),
    ]);
    clearSelection();
  };
  return (
    <Page title="History" subtitle="Everything Lockstep tried, newest first." fullWidth>
      <Box paddingBlockEnd="300">
        <InlineStack gap="200" align="end" blockAlign="center">
          {reply && !reply.ok && !busy ? <InlineError fieldID="retry-many" message={reply.message} /> : null}
          <DownloadButton from={`/app/history/export${search}`} as="lockstep-history.csv">
            Export as CSV
          </DownloadButton>
        </InlineStack>
      </Box>
      <Card padding="0">
        <Filters
          search={{ label: "Search history", placeholder: "SKU, product, order or message" }}
          choices={[
            {
              name: "kind",
              label: "Kind",
              options: Object.entries(ATTEMPT_KINDS).map(([value, label]) => ({ value, label })),
            },
            {
              name: "outcome",
              label: "Outcome",
              options: Object.entries(HISTORY_OUTCOMES).map(([value, { label }]) => ({ value, label })),
            },
            {
              name: "channel",
              label: "Channel",
              options: channels.map((channel) => ({ value: String(channel.id), label: channel.name })),
            },
          ]}
          days={[
            { name: "from", label: "From" },
            { name: "to", label: "To" },
          ]}
        />
        {smDown && retryable.length > 1 ? (
          <Box padding="300">
            <Button loading={busy} onClick={() => retry(retryable)}>{`Retry all ${retryable.length} here`}</Button>
          </Box>
        ) : null}
        <IndexTable
          condensed={smDown}
          selectable={retryable.length > 0}
          selectedItemsCount={allResourcesSelected ? "All" : selectedResources.length}
          onSelectionChange={handleSelectionChange}
          promotedBulkActions={[
            {
              content: "Retry",
              onAction: () => retry(retryable.filter((row) => selectedResources.includes(row.key))),
              disabled: busy,
            },
          ]}
          loading={navigation.state === "loading"}
          resourceName={{ singular: "attempt", plural: "attempts" }}
          itemCount={rows.length}
          emptyState={
            filtered ? (
              <Empty
                icon={ClockIcon}
                heading="Nothing matches these filters"
                action={{ content: "Show all", url: "/app/history" }}
              >
                <p>Try other days or another word.</p>
              </Empty>
            ) : (
              <Empty icon={ClockIcon} heading="Nothing has been tried yet">
                <p>Each push, import and shipment appears here, with its outcome.</p>
              </Empty>
            )
          }
          headings={[
            { title: "When" },
            { title: "What" },
            { title: "About" },
            { title: "Quantity" },
            { title: "Outcome" },
            { title: "Retry", hidden: true },
          ]}
        >
          {rows.map((row, position) => (
            <IndexTable.Row
              id={row.key}
              key={row.key}
              position={position}
              selected={selectedResources.includes(row.key)}
              disabled={row.retry === null}
            >
              {smDown ? <PhoneCell row={row} /> : <Cells row={row} />}
            </IndexTable.Row>
          ))}
        </IndexTable>
        <KeysetPager next={next} previous={previous} />
      </Card>
    </Page>
  );
}

function Cells({ row }: { row: HistoryRow }) {
  return (
    <>
      <IndexTable.Cell>
        <Time at={row.at} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        {row.kind}
        {row.channel ? (
          <>
            <br />
            <Text as="span" tone="subdued" variant="bodySm">
              {row.channel}
            </Text>
          </>
        ) : null}
      </IndexTable.Cell>
      <IndexTable.Cell>
        <About row={row} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="span" numeric>
          {row.change ?? ""}
        </Text>
        {row.arithmetic ? (
          <div style={{ whiteSpace: "normal", maxWidth: "16rem" }}>
            <Text as="span" tone="subdued" variant="bodySm">
              {row.arithmetic}
            </Text>
          </div>
        ) : null}
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Outcome row={row} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Retry row={row} />
      </IndexTable.Cell>
    </>
  );
}

function PhoneCell({ row }: { row: HistoryRow }) {
  return (
    <IndexTable.Cell>
      <BlockStack gap="100">
        <InlineStack align="space-between" gap="200">
          <Text as="span" fontWeight="semibold">
            {row.kind} {row.change}
          </Text>
          <Text as="span" tone="subdued" variant="bodySm">
            <Time at={row.at} />
          </Text>
        </InlineStack>
        <About row={row} />
        <Outcome row={row} />
        <Retry row={row} />
      </BlockStack>
    </IndexTable.Cell>
  );
}

function About({ row }: { row: HistoryRow }) {
  const { listing, order } = row;
  return (
    <div style={{ whiteSpace: "normal", maxWidth: "20rem" }}>
      {listing ? (
        <Link url={`/app/listings/${listing.id}`} removeUnderline>
          {listing.title}
          {listing.sku ? ` (${listing.sku})` : ""}
        </Link>
      ) : null}
      {order ? (
        <Link url={`/app/orders/${order.id}`} removeUnderline>
          {order.name}
        </Link>
      ) : null}
    </div>
  );
}

function Outcome({ row }: { row: HistoryRow }) {
  return (
    <div style={{ whiteSpace: "normal", maxWidth: "26rem" }}>
      {row.said ? <StatusBadge said={row.said} /> : null}
      <Text as="p" tone="subdued" variant="bodySm" breakWord>
        {row.message}
        {row.who ? ` (${row.who})` : ""}
      </Text>
    </div>
  );
}

function Retry({ row }: { row: HistoryRow }) {
  if (!row.retry) return null;
  return (
    <ActionButton size="slim" fields={{ kind: row.retry.kind, id: String(row.retry.id) }}>
      Retry
    </ActionButton>
  );
}

export const ErrorBoundary = PageError;
