/** Customers: who bought on a marketplace, across all channels, and where they stand. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useLocation, useNavigation } from "@remix-run/react";
import {
  Banner,
  BlockStack,
  Box,
  Card,
  IndexTable,
  InlineStack,
  Link,
  Page,
  Text,
  useBreakpoints,
} from "@shopify/polaris";
import { PersonIcon } from "@shopify/polaris-icons";
import { isLifecycleStage } from "#app/customers/lifecycle.ts";
import { askForNames, searchInShopify } from "#app/flows/ask-shopify-of-customers.ts";
import { refusalByPlan } from "#app/flows/plan-gate.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { DownloadButton } from "#app/ui/download-button.tsx";
import { Empty } from "#app/ui/empty.tsx";
import { Filters } from "#app/ui/filters.tsx";
import { KeysetPager } from "#app/ui/keyset-pager.tsx";
import { ListNote } from "#app/ui/list-note.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { GatedPage } from "#app/ui/plan-gate.tsx";
import { Spent } from "#app/ui/spent.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { Ago } from "#app/ui/time.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { readChannelNames } from "#app/views/channels.ts";
import {
  type CustomerRow,
  findCustomers,
  readCustomers,
  readEmailsHidden,
  readHiddenBuyers,
} from "#app/views/customers.ts";
import { readBeside, readId, readSearch } from "#app/views/paging.ts";
import { LIFECYCLE_FILTERS } from "#app/views/words.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  if (await refusalByPlan(rt, rt.db, shop.id, "customers")) return null;
  const query = new URL(request.url).searchParams;
  const typed = readSearch(query);
  const stage = query.get("stage") ?? "";
  const filters = { stage: isLifecycleStage(stage) ? stage : null, channelId: readId(query.get("channel")) };
  const gids = await searchInShopify(rt, shop.domain, typed);
  const [view, channels, hidden] = await Promise.all([
    typed === ""
      ? readCustomers(rt, shop.id, { ...filters, beside: readBeside(query) })
      : findCustomers(rt, shop.id, { ...filters, typed, gids: gids ?? [] }),
    readChannelNames(rt, shop.id),
    readHiddenBuyers(rt, shop.id),
  ]);
  // A marketplace's word on a buyer is not kept for long; Shopify's is read as the page is opened.
  const unnamed = view.rows.flatMap((row) => (row.name === null && row.customerGid ? [row.customerGid] : []));
  const [names, emailsHidden] = await Promise.all([
    askForNames(rt, shop.domain, unnamed),
    readEmailsHidden(rt, view.rows),
  ]);
  const filtered = ["channel", "stage", "search"].some((name) => query.get(name));
  return { ...view, names, emailsHidden, channels, hidden, filtered, namesNotSearched: gids === null };
}

type Data = NonNullable<ReturnType<typeof useLoaderData<typeof loader>>>;

export default function Customers() {
  const data = useLoaderData<typeof loader>();
  return data ? <CustomerList data={data} /> : <GatedPage title="Customers" feature="customers" />;
}

function CustomerList({ data }: { data: Data }) {
  const { rows, names, emailsHidden, next, previous, cut, channels, hidden, filtered, namesNotSearched } = data;
  const { smDown } = useBreakpoints();
  const navigation = useNavigation();
  const { search } = useLocation();
  useLive(false);
  const cellOf = (row: CustomerRow): CellProps => ({
    row,
    name: row.name ?? names[row.customerGid ?? ""] ?? null,
    isEmailHidden: emailsHidden.includes(row.id),
  });
  return (
    <Page
      title="Customers"
      subtitle="Who bought on a marketplace: one person across Shopify and all channels."
      fullWidth
      secondaryActions={[{ content: "What the stages mean", url: "/app/customers/stages" }]}
    >
      <BlockStack gap="400">
        {hidden.length > 0 ? (
          <Banner tone="info" title="Some marketplaces hide who bought">
            {hidden.map(({ marketplace, orders, more }) => (
              <p key={marketplace}>
                {marketplace}: {orders}
                {more ? " or more" : ""} {orders === 1 ? "order" : "orders"} whose buyer it does not tell in a way by
                which they could be known again. Nobody is guessed: they are not among the customers below.
              </p>
            ))}
          </Banner>
        ) : null}
        {namesNotSearched ? (
          <Banner tone="warning" title="Names were not searched">
            <p>
              Shopify did not answer, and names are searched there. E-mail addresses, phone numbers and order numbers
              were searched. Reload the page to try again.
            </p>
          </Banner>
        ) : null}
        <Card padding="0">
          <Filters
            search={{ label: "Search customers", placeholder: "Name, e-mail, phone or order number" }}
            choices={[
              { name: "stage", label: "Stage", options: LIFECYCLE_FILTERS },
              {
                name: "channel",
                label: "Channel",
                options: channels.map((channel) => ({ value: String(channel.id), label: channel.name })),
              },
            ]}
          />
          <IndexTable
            condensed={smDown}
            selectable={false}
            loading={navigation.state === "loading"}
            resourceName={{ singular: "customer", plural: "customers" }}
            itemCount={rows.length}
            emptyState={<NoCustomers filtered={filtered} />}
            headings={[
              { title: "Customer" },
              { title: "Stage" },
              { title: "Channels" },
              { title: "Orders", alignment: "end" },
              { title: "Spent", alignment: "end" },
              { title: "Last purchase" },
            ]}
          >
            {rows.map((row, position) => (
              <IndexTable.Row id={String(row.id)} key={row.id} position={position}>
                {smDown ? <PhoneCell {...cellOf(row)} /> : <Cells {...cellOf(row)} />}
              </IndexTable.Row>
            ))}
          </IndexTable>
          {cut ? <ListNote>More customers match. Type more of the name, or a whole e-mail address.</ListNote> : null}
          <KeysetPager next={next} previous={previous} />
        </Card>
        {rows.length > 0 ? (
          <Box paddingInline={{ xs: "300", sm: "0" }} paddingBlockEnd="400">
            <DownloadButton from={exportPath(search)} as="customers.csv">
              {filtered ? "Export these as CSV" : "Export as CSV"}
            </DownloadButton>
          </Box>
        ) : null}
      </BlockStack>
    </Page>
  );
}

function exportPath(search: string): string {
  const shown = new URLSearchParams(search);
  const kept = ["stage", "channel", "search"].flatMap((name) => {
    const value = shown.get(name);
    return value ? [[name, value]] : [];
  });
  return `/app/customers/export?${new URLSearchParams(kept)}`;
}

interface CellProps {
  row: CustomerRow;
  name: string | null;
  isEmailHidden: boolean;
}

function Cells({ row, ...who }: CellProps) {
  return (
    <>
      <IndexTable.Cell>
        <Name row={row} {...who} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <StatusBadge said={row.said} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <div style={{ whiteSpace: "normal" }}>{row.channels.map((one) => one.channel).join(", ")}</div>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="span" numeric alignment="end">
          {row.orders}
        </Text>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="span" numeric alignment="end">
          <Spent spent={row.spent} />
        </Text>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Ago at={row.lastAt} />
      </IndexTable.Cell>
    </>
  );
}

function PhoneCell({ row, ...who }: CellProps) {
  return (
    <IndexTable.Cell>
      <BlockStack gap="100">
        <InlineStack align="space-between" gap="200" blockAlign="start">
          <Name row={row} {...who} />
          <StatusBadge said={row.said} />
        </InlineStack>
        <Text as="span">
          {row.orders === 1 ? "1 order" : `${row.orders} orders`} · <Spent spent={row.spent} />
        </Text>
        <div style={{ whiteSpace: "normal" }}>
          <Text as="span" tone="subdued">
            {row.channels.map((one) => one.channel).join(", ")} · <Ago at={row.lastAt} />
          </Text>
        </div>
      </BlockStack>
    </IndexTable.Cell>
  );
}

function Name({ row, name, isEmailHidden }: CellProps) {
  return (
    <div style={{ minWidth: 0, whiteSpace: "normal" }}>
      <Link url={`/app/customers/${row.id}`} removeUnderline monochrome dataPrimaryLink>
        <Text as="span" fontWeight="semibold" breakWord>
          {name ?? `Customer ${row.id}`}
        </Text>
      </Link>
      {isEmailHidden ? (
        <>
          <br />
          <Text as="span" tone="subdued" variant="bodySm">
            E-mail hidden by the marketplace
          </Text>
        </>
      ) : null}
    </div>
  );
}

function NoCustomers({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <Empty
      icon={PersonIcon}
      heading="No customer matches these filters"
      action={{ content: "Show all customers", url: "/app/customers" }}
    >
      <p>Type a whole e-mail address or phone number, or clear the filters.</p>
    </Empty>
  ) : (
    <Empty icon={PersonIcon} heading="No customers yet">
      <p>When somebody pays for an order on a connected marketplace, they appear here with all that they bought.</p>
    </Empty>
  );
}

export const ErrorBoundary = PageError;
