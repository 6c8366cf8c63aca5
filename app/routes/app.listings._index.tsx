/** Listings: which are in step, and why not. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useNavigation } from "@remix-run/react";
import {
  BlockStack,
  Card,
  IndexTable,
  InlineStack,
  Link,
  Page,
  Text,
  Thumbnail,
  useBreakpoints,
} from "@shopify/polaris";
import { ProductIcon } from "@shopify/polaris-icons";
import { authenticateShop } from "#app/shopify.server.ts";
import { Empty } from "#app/ui/empty.tsx";
import { Filters } from "#app/ui/filters.tsx";
import { KeysetPager } from "#app/ui/keyset-pager.tsx";
import { ListNote } from "#app/ui/list-note.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { readChannelNames } from "#app/views/channels.ts";
import { isStatusFilter, LISTING_LABELS, STATUS_FILTERS } from "#app/views/listing-status.ts";
import { type ListingRow, readListings } from "#app/views/listings.ts";
import { readBeside, readId, readSearch } from "#app/views/paging.ts";
import { Time } from "../ui/time.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  const query = new URL(request.url).searchParams;
  const status = query.get("status") ?? "";
  const [view, channels] = await Promise.all([
    readListings(rt, shop.id, {
      channelId: readId(query.get("channel")),
      status: isStatusFilter(status) ? status : null,
      search: readSearch(query),
      beside: readBeside(query),
    }),
    readChannelNames(rt, shop.id),
  ]);
  const filtered = ["channel", "status", "search"].some((name) => query.get(name));
  return { ...view, channels, filtered };
}

const ANY_OF = Object.entries(STATUS_FILTERS).map(([value, label]) => ({ value, label }));

export default function Listings() {
  const { rows, next, previous, isCut, counts, countedAt, channels, live, filtered } = useLoaderData<typeof loader>();
  const { smDown } = useBreakpoints();
  const navigation = useNavigation();
  useLive(live);
  const statuses = Object.entries(LISTING_LABELS).map(([value, label]) => ({
    value,
    label: `${label} (${counts[value as keyof typeof counts] ?? 0})`,
  }));

  return (
    <Page
      title="Listings"
      subtitle="What each marketplace shows, and what it should show."
      fullWidth
      secondaryActions={[
        { content: "Rules", url: "/app/rules" },
        { content: "Match by CSV", url: "/app/listings/match" },
      ]}
    >
      <Card padding="0">
        <Filters
          search={{ label: "Search listings", placeholder: "Title or SKU" }}
          choices={[
            { name: "status", label: "Status", options: [...ANY_OF, ...statuses] },
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
          resourceName={{ singular: "listing", plural: "listings" }}
          itemCount={rows.length}
          emptyState={<NoListings filtered={filtered} connected={channels.length > 0} />}
          headings={[
            { title: "Listing" },
            { title: "Channel" },
            { title: "Shopify variant" },
            { title: "Shows", alignment: "end" },
            { title: "Should show", alignment: "end" },
            { title: "Status" },
          ]}
        >
          {rows.map((row, position) => (
            <IndexTable.Row id={String(row.id)} key={row.id} position={position}>
              {smDown ? <PhoneCell row={row} /> : <Cells row={row} />}
            </IndexTable.Row>
          ))}
        </IndexTable>
        {isCut ? (
          <ListNote>
            More listings match than can be looked through at once. Type more of the title or the SKU.
          </ListNote>
        ) : null}
        {countedAt ? (
          <ListNote>
            The numbers beside each status were counted <Time at={countedAt} inSentence />.
          </ListNote>
        ) : null}
        <KeysetPager next={next} previous={previous} />
      </Card>
    </Page>
  );
}

function Cells({ row }: { row: ListingRow }) {
  return (
    <>
      <IndexTable.Cell>
        <InlineStack gap="300" blockAlign="center" wrap={false}>
          {row.imageUrl ? <Thumbnail source={row.imageUrl} alt="" size="small" /> : null}
          <Title row={row} />
        </InlineStack>
      </IndexTable.Cell>
      <IndexTable.Cell>{row.channel.name}</IndexTable.Cell>
      <IndexTable.Cell>
        {row.variant ? (
          <div style={{ whiteSpace: "normal" }}>
            <Text as="span" breakWord>
              {row.variant.name}
            </Text>
          </div>
        ) : (
          <Text as="span" tone="subdued">
            none yet
          </Text>
        )}
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="span" numeric alignment="end">
          {row.shows ?? "?"}
        </Text>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="span" numeric alignment="end" fontWeight="semibold">
          {row.shouldShow ?? "–"}
        </Text>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <BlockStack gap="050" inlineAlign="start">
          <StatusBadge said={row.status} />
          {row.status.code === "in-step" ? null : (
            <div style={{ minWidth: "18rem" }}>
              <Why row={row} />
            </div>
          )}
        </BlockStack>
      </IndexTable.Cell>
    </>
  );
}

function PhoneCell({ row }: { row: ListingRow }) {
  return (
    <IndexTable.Cell>
      <BlockStack gap="100">
        <InlineStack align="space-between" gap="200" wrap={false} blockAlign="start">
          <Title row={row} />
          <StatusBadge said={row.status} />
        </InlineStack>
        <Text as="span">
          Shows {row.shows ?? "?"}, should show {row.shouldShow ?? "–"} · {row.channel.marketplace}
        </Text>
        {row.status.code === "in-step" ? null : <Why row={row} />}
      </BlockStack>
    </IndexTable.Cell>
  );
}

function Title({ row }: { row: ListingRow }) {
  return (
    <div style={{ minWidth: 0, whiteSpace: "normal" }}>
      <Link url={`/app/listings/${row.id}`} removeUnderline monochrome dataPrimaryLink>
        <Text as="span" fontWeight="semibold" breakWord>
          {row.title}
        </Text>
      </Link>
      <br />
      <Text as="span" tone="subdued" variant="bodySm">
        {row.sku ?? "no SKU"}
      </Text>
    </div>
  );
}

function Why({ row }: { row: ListingRow }) {
  return (
    <div style={{ whiteSpace: "normal", maxWidth: "22rem" }}>
      <Text as="span" tone="subdued" variant="bodySm" breakWord>
        {row.status.code === "held-back" && row.heldBack ? (
          <>
            {`${row.heldBack.units} missing on ${row.heldBack.where}, held back until its orders are read, about `}
            <Time at={row.heldBack.until} inSentence />
          </>
        ) : (
          <>
            {row.problem ?? row.status.why} {row.status.todo}
          </>
        )}
      </Text>
    </div>
  );
}

function NoListings({ filtered, connected }: { filtered: boolean; connected: boolean }) {
  if (filtered) {
    return (
      <Empty
        icon={ProductIcon}
        heading="No listing matches these filters"
        action={{ content: "Show all listings", url: "/app/listings" }}
      >
        <p>Try another word, or clear the filters.</p>
      </Empty>
    );
  }
  return connected ? (
    <Empty icon={ProductIcon} heading="No listings read yet">
      <p>They appear here as soon as the marketplace has shown them to us.</p>
    </Empty>
  ) : (
    <Empty
      icon={ProductIcon}
      heading="No channel is connected"
      action={{ content: "Connect a marketplace", url: "/app/channels" }}
    >
      <p>Its listings appear here once it is.</p>
    </Empty>
  );
}

export const ErrorBoundary = PageError;
