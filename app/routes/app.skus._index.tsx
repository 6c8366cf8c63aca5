/** SKUs: what is available, what is booked, and whether all of its listings are in step. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useNavigation } from "@remix-run/react";
import { Badge, BlockStack, Card, IndexTable, Link, Page, Text, useBreakpoints } from "@shopify/polaris";
import { InventoryIcon } from "@shopify/polaris-icons";
import { authenticateShop } from "#app/shopify.server.ts";
import { Empty } from "#app/ui/empty.tsx";
import { Filters } from "#app/ui/filters.tsx";
import { KeysetPager } from "#app/ui/keyset-pager.tsx";
import { ListNote } from "#app/ui/list-note.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { readBeside, readSearch } from "#app/views/paging.ts";
import { readSkus, type SkuRow } from "#app/views/skus.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  const query = new URL(request.url).searchParams;
  const search = readSearch(query);
  return { ...(await readSkus(rt, shop.id, { search, beside: readBeside(query) })), searched: search !== "" };
}

export default function Skus() {
  const { rows, next, previous, cut, searched } = useLoaderData<typeof loader>();
  const { smDown } = useBreakpoints();
  const navigation = useNavigation();
  useLive(rows.some((row) => row.worst?.group === "updating"));
  return (
    <Page
      title="SKUs"
      subtitle="Each SKU’s stock, what is booked, and all of its listings."
      fullWidth
      secondaryActions={[
        { content: "Find what is wrong", url: "/app/trouble" },
        { content: "Check SKUs", url: "/app/skus/check" },
      ]}
    >
      <Card padding="0">
        <Filters search={{ label: "Search SKUs", placeholder: "SKU or title" }} choices={[]} />
        <IndexTable
          condensed={smDown}
          selectable={false}
          loading={navigation.state === "loading"}
          resourceName={{ singular: "product", plural: "products" }}
          itemCount={rows.length}
          emptyState={<NoSkus searched={searched} />}
          headings={[
            { title: "SKU" },
            { title: "Available", alignment: "end" },
            { title: "Booked", alignment: "end" },
            { title: "Listings", alignment: "end" },
            { title: "Worst state" },
          ]}
        >
          {rows.map((row, position) => (
            <IndexTable.Row id={String(row.id)} key={row.id} position={position}>
              {smDown ? <PhoneCell row={row} /> : <Cells row={row} />}
            </IndexTable.Row>
          ))}
        </IndexTable>
        {cut ? <ListNote>More SKUs match. Type more of the SKU or the title.</ListNote> : null}
        <KeysetPager next={next} previous={previous} />
      </Card>
    </Page>
  );
}

function Cells({ row }: { row: SkuRow }) {
  return (
    <>
      <IndexTable.Cell>
        <Name row={row} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="span" numeric alignment="end">
          {row.available ?? "not tracked"}
        </Text>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="span" numeric alignment="end">
          {row.booked}
        </Text>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="span" numeric alignment="end">
          {listingsOf(row)}
        </Text>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <State row={row} />
      </IndexTable.Cell>
    </>
  );
}

function PhoneCell({ row }: { row: SkuRow }) {
  const { available, booked, listings, worst } = row;
  const parts = [
    available === null ? "Not tracked" : `${available} available`,
    ...(booked > 0 ? [`${booked} booked`] : []),
    worst ? (listings.number === 1 ? "1 listing" : `${listingsOf(row)} listings`) : "not listed",
  ];
  return (
    <IndexTable.Cell>
      <BlockStack gap="100" inlineAlign="start">
        <Name row={row} />
        <Text as="span">{parts.join(" · ")}</Text>
        {worst ? <StatusBadge said={worst} /> : null}
      </BlockStack>
    </IndexTable.Cell>
  );
}

const listingsOf = ({ listings }: SkuRow): string => `${listings.number}${listings.more ? "+" : ""}`;

function State({ row }: { row: SkuRow }) {
  if (row.worst) return <StatusBadge said={row.worst} />;
  return (
    <Text as="span" tone="subdued">
      not listed
    </Text>
  );
}

function Name({ row }: { row: SkuRow }) {
  return (
    <div style={{ minWidth: 0, whiteSpace: "normal" }}>
      <Link url={`/app/skus/${row.id}`} removeUnderline monochrome dataPrimaryLink>
        <Text as="span" fontWeight="semibold" breakWord>
          {row.sku ?? "no SKU"}
        </Text>
      </Link>
      {row.contained === null ? null : (
        <>
          {" "}
          <Badge tone="attention">{`Held at ${row.contained}`}</Badge>
        </>
      )}
      <br />
      <Text as="span" tone="subdued" variant="bodySm" breakWord>
        {row.name}
      </Text>
    </div>
  );
}

function NoSkus({ searched }: { searched: boolean }) {
  return searched ? (
    <Empty
      icon={InventoryIcon}
      heading="No SKU matches this search"
      action={{ content: "Show all SKUs", url: "/app/skus" }}
    >
      <p>Type the beginning of the SKU, or of words of its title.</p>
    </Empty>
  ) : (
    <Empty icon={InventoryIcon} heading="No products read yet">
      <p>Your SKUs appear here as soon as your Shopify products are read.</p>
    </Empty>
  );
}

export const ErrorBoundary = PageError;
