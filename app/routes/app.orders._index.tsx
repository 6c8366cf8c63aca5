/** Orders: each marketplace order, and the Shopify order it became or what holds it. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useNavigation } from "@remix-run/react";
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
import { OrderIcon } from "@shopify/polaris-icons";
import { z } from "zod";
import { retryMany } from "#app/flows/retry-many.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { useAction } from "#app/ui/action-button.tsx";
import type { ActionReply } from "#app/ui/action-reply.ts";
import { ConflictActions } from "#app/ui/conflict-actions.tsx";
import { Empty } from "#app/ui/empty.tsx";
import { Filters } from "#app/ui/filters.tsx";
import { formId, readForm } from "#app/ui/form-data.ts";
import { InRow } from "#app/ui/in-row.tsx";
import { KeysetPager } from "#app/ui/keyset-pager.tsx";
import { Money } from "#app/ui/money.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { ShopifyLink } from "#app/ui/shopify-link.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { Time } from "#app/ui/time.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { readChannelNames } from "#app/views/channels.ts";
import { isOrderFilter, ORDER_FILTERS } from "#app/views/order-filters.ts";
import { type OrderRow, readOrders } from "#app/views/orders.ts";
import { PAGE_SIZE, readBeside, readId, readSearch } from "#app/views/paging.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  const query = new URL(request.url).searchParams;
  const stage = query.get("stage") ?? "";
  const [view, channels] = await Promise.all([
    readOrders(rt, shop.id, {
      channelId: readId(query.get("channel")),
      stage: isOrderFilter(stage) ? stage : null,
      search: readSearch(query),
      beside: readBeside(query),
    }),
    readChannelNames(rt, shop.id),
  ]);
  const filtered = ["channel", "stage", "search"].some((name) => query.get(name));
  return { ...view, channels, filtered };
}

const form = z.object({
  intent: z.literal("retry-held"),
  orderIds: z.array(formId).max(PAGE_SIZE).default([]),
});

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  return retryMany(rt, { shopId: shop.id, listingIds: [], orderIds: parsed.value.orderIds, actor });
}

export default function Orders() {
  const { rows, next, previous, live, channels, filtered } = useLoaderData<typeof loader>();
  const { smDown } = useBreakpoints();
  const navigation = useNavigation();
  useLive(live);
  const { selectedResources, allResourcesSelected, handleSelectionChange, clearSelection } = useIndexResourceState(
    rows.map((row) => ({ id: String(row.id) })),
  );
  const { submit, busy, reply } = useAction();
  const held = rows.filter((row) => row.isHeld);
  const retry = (chosen: readonly { id: number }[]): void => {
    submit([["intent", "retry-held"], ...chosen.map(({ id }): [string, string] => ["orderIds[]", String(id)])]);
    clearSelection();
  };
  return (
    <Page
      title="Orders"
      subtitle="Each marketplace order becomes one Shopify order, or is held here with the reason."
      fullWidth
    >
      {reply && !reply.ok && !busy ? <InlineError fieldID="retry-held" message={reply.message} /> : null}
      <Card padding="0">
        <Filters
          search={{ label: "Search orders", placeholder: "Order, product or SKU" }}
          choices={[
            {
              name: "stage",
              label: "Stage",
              options: Object.entries(ORDER_FILTERS).map(([value, { label }]) => ({ value, label })),
            },
            {
              name: "channel",
              label: "Channel",
              options: channels.map((channel) => ({ value: String(channel.id), label: channel.name })),
            },
          ]}
        />
        {smDown && held.length > 1 ? (
          <Box padding="300">
            <Button loading={busy} onClick={() => retry(held)}>{`Try all ${held.length} here again`}</Button>
          </Box>
        ) : null}
        <IndexTable
          condensed={smDown}
          selectable={held.length > 0}
          selectedItemsCount={allResourcesSelected ? "All" : selectedResources.length}
          onSelectionChange={handleSelectionChange}
          promotedBulkActions={[
            {
              content: "Try again",
              onAction: () => retry(held.filter((row) => selectedResources.includes(String(row.id)))),
              disabled: busy,
            },
          ]}
          loading={navigation.state === "loading"}
          resourceName={{ singular: "order", plural: "orders" }}
          itemCount={rows.length}
          emptyState={<NoOrders filtered={filtered} connected={channels.length > 0} />}
          headings={[
            { title: "Order" },
            { title: "Channel" },
            { title: "Sold" },
            { title: "Units", alignment: "end" },
            { title: "Total", alignment: "end" },
            { title: "Shopify order" },
            { title: "Stage" },
          ]}
        >
          {rows.map((row, position) => (
            <IndexTable.Row
              id={String(row.id)}
              key={row.id}
              position={position}
              selected={selectedResources.includes(String(row.id))}
              disabled={!row.isHeld}
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

function Cells({ row }: { row: OrderRow }) {
  return (
    <>
      <IndexTable.Cell>
        <OrderLink row={row} />
      </IndexTable.Cell>
      <IndexTable.Cell>{row.channel.name}</IndexTable.Cell>
      <IndexTable.Cell>
        <Time at={row.soldAt} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="span" numeric alignment="end">
          {row.units}
        </Text>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="span" numeric alignment="end">
          <Money {...row.total} />
        </Text>
      </IndexTable.Cell>
      <IndexTable.Cell>
        {row.shopifyOrder ? (
          <InRow>
            <ShopifyLink path={`/orders/${row.shopifyOrder.id}`}>{row.shopifyOrder.name}</ShopifyLink>
          </InRow>
        ) : (
          "–"
        )}
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Stage row={row} />
      </IndexTable.Cell>
    </>
  );
}

function PhoneCell({ row }: { row: OrderRow }) {
  return (
    <IndexTable.Cell>
      <BlockStack gap="100">
        <InlineStack align="space-between" gap="200">
          <OrderLink row={row} />
          <Money {...row.total} />
        </InlineStack>
        <Text as="span" tone="subdued">
          {row.channel.marketplace} · <Time at={row.soldAt} />
          {row.shopifyOrder ? ` · ${row.shopifyOrder.name}` : ""}
        </Text>
        <Stage row={row} />
      </BlockStack>
    </IndexTable.Cell>
  );
}

function OrderLink({ row }: { row: OrderRow }) {
  return (
    <Link url={`/app/orders/${row.id}`} removeUnderline monochrome dataPrimaryLink>
      <Text as="span" fontWeight="semibold">
        {row.name}
      </Text>
    </Link>
  );
}

function Stage({ row }: { row: OrderRow }) {
  return (
    <div style={{ whiteSpace: "normal", maxWidth: "24rem" }}>
      <InlineStack gap="100">
        <StatusBadge said={row.said} />
        {row.conflict ? <StatusBadge said={row.conflict.said} /> : null}
        {row.trouble ? <StatusBadge said={row.trouble} /> : null}
      </InlineStack>
      {(row.conflict?.explanation ?? row.holdReason) ? (
        <Text as="p" tone="subdued" variant="bodySm" breakWord>
          {row.conflict?.explanation ?? row.holdReason}
        </Text>
      ) : null}
      {row.conflict?.isOpen ? (
        <InRow>
          <ConflictActions
            size="slim"
            orderId={row.id}
            marketplace={row.channel.marketplace}
            marketplaceCancels={row.channel.cancels}
            isHeld={row.conflict.isHeld}
          />
        </InRow>
      ) : null}
    </div>
  );
}

function NoOrders({ filtered, connected }: { filtered: boolean; connected: boolean }) {
  if (filtered) {
    return (
      <Empty
        icon={OrderIcon}
        heading="No order matches these filters"
        action={{ content: "Show all orders", url: "/app/orders" }}
      >
        <p>Try another word, or clear the filters.</p>
      </Empty>
    );
  }
  return connected ? (
    <Empty icon={OrderIcon} heading="No orders yet">
      <p>When somebody buys on a connected marketplace, the order appears here and in Shopify.</p>
    </Empty>
  ) : (
    <Empty
      icon={OrderIcon}
      heading="No channel is connected"
      action={{ content: "Connect a marketplace", url: "/app/channels" }}
    >
      <p>Its orders appear here once it is.</p>
    </Empty>
  );
}

export const ErrorBoundary = PageError;
