/** Listings: which are in step, and why not. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
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
  Thumbnail,
  useBreakpoints,
  useIndexResourceState,
} from "@shopify/polaris";
import { ProductIcon } from "@shopify/polaris-icons";
import { useEffect, useState } from "react";
import { z } from "zod";
import { beginSweep } from "#app/flows/manage-sweeps.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { ActMenu } from "#app/ui/act-menu.tsx";
import { useAction } from "#app/ui/action-button.tsx";
import type { ActionReply } from "#app/ui/action-reply.ts";
import { Empty } from "#app/ui/empty.tsx";
import { Filters } from "#app/ui/filters.tsx";
import { formId, readForm } from "#app/ui/form-data.ts";
import { KeysetPager } from "#app/ui/keyset-pager.tsx";
import { ListNote } from "#app/ui/list-note.tsx";
import { OpenSweep } from "#app/ui/open-sweep.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { SweepPolicy } from "#app/ui/sweep-policy.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { readChannelNames } from "#app/views/channels.ts";
import { isStatusFilter, LISTING_LABELS, STATUS_FILTERS } from "#app/views/listing-status.ts";
import { type ListingRow, readListings } from "#app/views/listings.ts";
import { PAGE_SIZE, readBeside, readId, readSearch } from "#app/views/paging.ts";
import { type PolicyFormValues, parsePolicyForm, policyFormSchema } from "#app/views/policy-form.ts";
import { readShopPolicy } from "#app/views/quantity-facts.ts";
import { readOpenSweep } from "#app/views/sweeps.ts";
import { Time } from "../ui/time.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  const query = new URL(request.url).searchParams;
  const [view, channels, inherited, openSweep] = await Promise.all([
    readListings(rt, shop.id, { ...readFilter(query), beside: readBeside(query) }),
    readChannelNames(rt, shop.id),
    readShopPolicy(rt.db, shop.id),
    readOpenSweep(rt, shop.id, userId),
  ]);
  const filtered = ["channel", "status", "search"].some((name) => query.get(name));
  return { ...view, channels, filtered, inherited, openSweep };
}

function readFilter(query: URLSearchParams) {
  const status = query.get("status") ?? "";
  return {
    channelId: readId(query.get("channel")),
    status: isStatusFilter(status) ? status : null,
    search: readSearch(query),
  };
}

const ACTS = ["exclude", "include", "follow-rules", "policy", "channel-policy", "push", "match"] as const;
type Act = (typeof ACTS)[number];

const form = policyFormSchema.extend({
  intent: z.literal("begin-sweep"),
  act: z.enum(ACTS),
  /** Those that are named, or all that the page's filters match. */
  which: z.enum(["chosen", "all"]),
  listingIds: z.array(formId).max(PAGE_SIZE).default([]),
});

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const query = new URL(request.url).searchParams;
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const { act, which, listingIds, ...fields } = parsed.value;
  const policy = parsePolicyForm(fields);
  if (act === "policy" && !policy.ok)
    return { ok: false, message: "Please correct the fields in red.", errors: policy.errors };
  if ((which === "chosen") === (listingIds.length === 0))
    return { ok: false, message: "Choose at least one listing, or all that match." };
  const begun = await beginSweep(rt, {
    ...{ shopId: shop.id, actor },
    deed:
      act === "policy" || act === "channel-policy"
        ? { act: "policy", policy: act === "policy" && policy.ok ? policy.policy : null }
        : { act },
    filter: which === "all" ? readFilter(query) : { listingIds: [...new Set(listingIds)] },
  });
  return begun.ok ? { ok: true, path: `/app/listings/changes/${begun.sweepId}` } : begun;
}

const ANY_OF = Object.entries(STATUS_FILTERS).map(([value, label]) => ({ value, label }));

export default function Listings() {
  const { rows, next, previous, isCut, counts, countedAt, channels, live, filtered, matching, inherited, openSweep } =
    useLoaderData<typeof loader>();
  const { smDown } = useBreakpoints();
  const navigation = useNavigation();
  useLive(live);
  const chosen = useChosen(rows, matching);
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
        { content: "Changes of many", url: "/app/listings/changes" },
      ]}
    >
      {openSweep ? (
        <Box paddingBlockEnd="400">
          <OpenSweep sweep={openSweep} />
        </Box>
      ) : null}
      {chosen.problem ? (
        <Box paddingBlockEnd="400">
          <Banner tone="critical" title="Not done">
            <p>{chosen.problem}</p>
          </Banner>
        </Box>
      ) : null}
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
        {/* Polaris has no ticks on a phone. */}
        {smDown && rows.length > 0 && matching !== null ? (
          <Box paddingInline="300" paddingBlockEnd="300">
            <ActMenu items={chosen.ofAll} busy={chosen.busy}>
              {matching === 1 ? "Change this listing" : `Change all ${matching.toLocaleString("en")} listings`}
            </ActMenu>
          </Box>
        ) : null}
        <IndexTable
          condensed={smDown}
          {...chosen.table}
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
            <IndexTable.Row
              id={String(row.id)}
              key={row.id}
              position={position}
              accessibilityLabel={`Select ${row.title}`}
              selected={chosen.ids.includes(String(row.id))}
            >
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
      {chosen.policy ? <SweepPolicy {...chosen.policy} inherited={inherited} busy={chosen.busy} /> : null}
    </Page>
  );
}

/** Rows that are ticked, or all that the filters match, and what can be done with them. */
function useChosen(rows: readonly { id: number }[], matching: number | null) {
  const { search } = useLocation();
  const { selectedResources, allResourcesSelected, handleSelectionChange, clearSelection } = useIndexResourceState(
    rows.map(({ id }) => ({ id: String(id) })),
  );
  const { submit, busy, reply } = useAction();
  /** What a policy is asked for. */
  const [asksPolicy, setAsksPolicy] = useState<Which | null>(null);
  // What was ticked on another page, or under another filter, is not meant any more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is what changed, and not what is asked.
  useEffect(() => clearSelection(), [search, clearSelection]);
  const more = matching !== null && matching > rows.length;
  const ticked: Which = allResourcesSelected && more ? "all" : "chosen";
  // A row that is not on the page any more is not ticked where anybody sees it.
  const ids = selectedResources.filter((id) => rows.some((row) => String(row.id) === id));
  const say = (which: Which): string => {
    const count = which === "all" ? (matching ?? 0) : ids.length;
    return count === 1 ? "1 listing" : `${count.toLocaleString("en")} listings`;
  };
  const begin = (which: Which, act: Act, policy: Record<string, string> = {}): void =>
    submit([
      ["intent", "begin-sweep"],
      ["act", act],
      ["which", which],
      ...(which === "all" ? [] : ids.map((id): [string, string] => ["listingIds[]", id])),
      ...Object.entries(policy),
    ]);
  // What stands for nothing is there to be matched.
  const isLoose = LOOSE.has(new URLSearchParams(search).get("status") ?? "");
  const all = isLoose ? [MATCH, ...ACTIONS] : [...ACTIONS, MATCH];
  const actions = (which: Which) =>
    all.map(({ content, act }) => ({
      content,
      disabled: busy,
      onAction: () => (act === "policy" ? setAsksPolicy(which) : begin(which, act)),
    }));
  return {
    ids,
    busy,
    ofAll: actions("all"),
    policy: asksPolicy && {
      listings: say(asksPolicy),
      onClose: () => setAsksPolicy(null),
      onSubmit: (values: PolicyFormValues) => begin(asksPolicy, "policy", { ...values }),
    },
    problem: reply && !reply.ok && !busy ? reply.message : null,
    table: {
      selectable: rows.length > 0,
      selectedItemsCount: ticked === "all" ? ("All" as const) : ids.length,
      onSelectionChange: handleSelectionChange,
      hasMoreItems: more,
      paginatedSelectAllActionText: `Select all ${(matching ?? 0).toLocaleString("en")} that match`,
      paginatedSelectAllText: `All ${say("all")} that match are chosen`,
      promotedBulkActions: actions(ticked).slice(0, PROMOTED),
      bulkActions: actions(ticked).slice(PROMOTED),
    },
  };
}

type Which = "chosen" | "all";

const MATCH = { content: "Match as suggested", act: "match" as const };
const LOOSE: ReadonlySet<string> = new Set(["not-matched", "duplicate-sku"]);
const ACTIONS: { content: string; act: Act }[] = [
  { content: "Exclude", act: "exclude" },
  { content: "Include", act: "include" },
  { content: "Set a policy", act: "policy" },
  { content: "Use the channel’s policy", act: "channel-policy" },
  { content: "Exclude or include as the rules say", act: "follow-rules" },
  { content: "Push again", act: "push" },
];
/** Of these, with a button of their own. */
const PROMOTED = 3;

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
