/** One listing: the number and its arithmetic, its match, its own policy, and what happened to it. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Banner, BlockStack, Box, Card, InlineGrid, InlineStack, Layout, Link, Page, Text } from "@shopify/polaris";
import { useState } from "react";
import { z } from "zod";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { answerWithdrawn, keepEdit, repairEdit, retryListing } from "#app/flows/manage-listing.ts";
import { isStillCounted, WITHDRAWALS, type Withdrawal } from "#app/inventory/withdrawal.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { ActionButton } from "#app/ui/action-button.tsx";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { FactsList } from "#app/ui/facts-list.tsx";
import { Figure } from "#app/ui/figure.tsx";
import { formApproval, formId, readForm } from "#app/ui/form-data.ts";
import { PageError } from "#app/ui/page-error.tsx";
import { idParam, notFound } from "#app/ui/params.ts";
import { PolicyForm } from "#app/ui/policy-form.tsx";
import { RecentChanges } from "#app/ui/recent-changes.tsx";
import { ShopifyLink } from "#app/ui/shopify-link.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { Timeline } from "#app/ui/timeline.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { VariantPicker } from "#app/ui/variant-picker.tsx";
import { readChanges } from "#app/views/changes.ts";
import { type ListingView, readListing } from "#app/views/listings.ts";
import { parsePolicyForm, policyFormSchema } from "#app/views/policy-form.ts";
import { Time } from "../ui/time.tsx";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const listing = await readListing(rt, shop.id, idParam(params.id));
  if (!listing) throw notFound();
  return { listing, changes: await readChanges(rt, shop.id, { listingId: listing.id }, actor) };
}

const form = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("match"), variantId: formId, approved: formApproval }),
  z.object({ intent: z.literal("unmatch"), approved: formApproval }),
  z.object({ intent: z.literal("exclude"), excluded: z.enum(["true", "false", "rules"]), approved: formApproval }),
  z.object({ intent: z.literal("retry") }),
  z.object({
    intent: z.literal("answer-withdrawn"),
    withdrawn: z.enum(WITHDRAWALS),
    answer: z.enum(["zero", "keep"]),
  }),
  z.object({ intent: z.literal("repair-edit") }),
  z.object({ intent: z.literal("keep-edit"), quantity: z.coerce.number().int().min(0).max(1_000_000) }),
  z.object({ intent: z.literal("undo-change"), changeId: formId, approved: formApproval }),
  policyFormSchema.extend({ intent: z.literal("policy"), approved: formApproval }),
]);

export async function action({ request, params }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const listingId = idParam(params.id);
  const listing = { shopId: shop.id, listingId, actor };
  const { value } = parsed;
  const by = { shopId: shop.id, actor, approved: "approved" in value ? value.approved : null };
  switch (value.intent) {
    case "match": {
      const after = { variantId: value.variantId, matchedBy: "hand" as const };
      return said(await changeSetting(rt, { ...by, change: { setting: "match", listingId, after } }), "Matched");
    }
    case "unmatch": {
      const change = { setting: "match" as const, listingId, after: null };
      return said(await changeSetting(rt, { ...by, change }), "Match removed");
    }
    case "exclude": {
      const after = value.excluded === "rules" ? null : value.excluded === "true";
      const change = { setting: "excluded" as const, listingId, after };
      return said(await changeSetting(rt, { ...by, change }), EXCLUDED_WORDS[value.excluded]);
    }
    case "retry":
      return said(await retryListing(rt, listing), "Trying again");
    case "answer-withdrawn":
      return said(
        await answerWithdrawn(rt, { ...listing, withdrawn: value.withdrawn, answer: value.answer }),
        value.answer === "zero" ? "Taking it to 0" : "Left on sale",
      );
    case "repair-edit":
      return said(await repairEdit(rt, listing), "Setting it right");
    case "keep-edit":
      return said(await keepEdit(rt, { ...listing, quantity: value.quantity }), "Kept");
    case "undo-change":
      return said(await undoChange(rt, { ...by, changeId: value.changeId }), "Undone");
    case "policy": {
      const read = parsePolicyForm(value);
      if (!read.ok) return { ok: false, message: "Please correct the fields in red.", errors: read.errors };
      const change = { setting: "listing-policy" as const, listingId, after: read.policy };
      return said(await changeSetting(rt, { ...by, change }), "Saved");
    }
  }
}

const EXCLUDED_WORDS = { true: "Excluded", false: "Included", rules: "As the rule says" };

export default function Listing() {
  const { listing, changes } = useLoaderData<typeof loader>();
  useLive(listing.live);
  return (
    <Page
      title={listing.title}
      subtitle={`${listing.channel.marketplace} · ${listing.sku ?? "no SKU"}`}
      titleMetadata={<StatusBadge said={listing.status} />}
      backAction={{ content: "Listings", url: "/app/listings" }}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <StatusBanner listing={listing} />
            <TheNumber listing={listing} />
            <Match listing={listing} />
            {listing.variant ? <ListingPolicy key={listing.id} listing={listing} /> : null}
            <Timeline entries={listing.timeline} empty="Nothing has happened to this listing yet." />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <Facts listing={listing} />
            {listing.siblings.length > 0 ? <Siblings listing={listing} /> : null}
            <Exclude listing={listing} />
            <RecentChanges changes={changes} />
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}

const BANNERS = {
  critical: "critical",
  warning: "warning",
  attention: "warning",
  info: "info",
  neutral: "info",
} as const;

function StatusBanner({ listing }: { listing: ListingView }) {
  const { status, problem, retryAt } = listing;
  if (status.tone === "success") return null;
  const inChannel = status.code === "approval" || status.code === "paused";
  // What could not be matched says the same as the status, only closer.
  const isReason = problem !== null && (status.code === "not-matched" || status.code === "duplicate-sku");
  return (
    <Banner
      tone={BANNERS[status.tone]}
      title={status.label}
      {...(status.code === "plan-ended" ? { action: { content: "Look at the plan", url: "/app/plan" } } : {})}
      {...(inChannel ? { action: { content: "Open the channel", url: `/app/channels/${listing.channel.id}` } } : {})}
    >
      <BlockStack gap="200">
        <p>{isReason ? problem : status.why}</p>
        {problem && !isReason ? (
          <Text as="p" fontWeight="semibold" breakWord>
            {problem}
          </Text>
        ) : null}
        {status.code === "held-back" && listing.heldBack ? <HeldBack heldBack={listing.heldBack} /> : null}
        {status.todo ? <p>{status.todo}</p> : null}
        {status.code === "edited" ? <EditedActions listing={listing} /> : null}
        {listing.withdrawn && !listing.excluded ? (
          <WithdrawnActions listing={listing} withdrawn={listing.withdrawn} />
        ) : null}
        {status.code === "problem" ? (
          <InlineStack gap="300" blockAlign="center">
            <ActionButton fields={{ intent: "retry" }}>Retry</ActionButton>
            {retryAt ? (
              <Text as="span" tone="subdued">
                We also try again by ourselves.
              </Text>
            ) : null}
          </InlineStack>
        ) : null}
      </BlockStack>
    </Banner>
  );
}

/** What is to become of a listing whose product Shopify does not sell, as long as that is so. */
function WithdrawnActions({ listing, withdrawn }: { listing: ListingView; withdrawn: Withdrawal }) {
  const { status, zeroIsFinal, channel } = listing;
  const confirm = {
    title: "Take it to 0?",
    message: `${channel.marketplace} takes a listing off sale for good at 0: Lockstep can't bring it back.`,
    action: "Take it to 0",
  };
  const isZero = status.code === "gone";
  return (
    <InlineStack gap="200">
      {isZero ? null : (
        <ActionButton
          fields={{ intent: "answer-withdrawn", withdrawn, answer: "zero" }}
          {...(zeroIsFinal ? { confirm } : {})}
        >
          Take it to 0
        </ActionButton>
      )}
      {status.code === "asked" || isZero ? (
        <ActionButton fields={{ intent: "answer-withdrawn", withdrawn, answer: "keep" }}>
          {isStillCounted(withdrawn) ? "Keep selling" : "Leave it as it is"}
        </ActionButton>
      ) : null}
    </InlineStack>
  );
}

function HeldBack({ heldBack }: { heldBack: NonNullable<ListingView["heldBack"]> }) {
  return (
    <p>
      {`${heldBack.units} ${heldBack.units === 1 ? "unit is" : "units are"} missing on ${heldBack.where}. Its orders are complete at about `}
      <Time at={heldBack.until} inSentence />
      {": what no order explains is offered again then."}
    </p>
  );
}

function EditedActions({ listing }: { listing: ListingView }) {
  const { shouldShow, typed } = listing;
  // What was typed there, and not what sales have left of it.
  const kept = typed !== null && shouldShow !== null && typed < shouldShow ? typed : listing.shows;
  if (kept === null || shouldShow === null) return null;
  return (
    <>
      <p>{`To keep ${kept} sets a cap of this listing's own: it never shows more, and fewer when stock sells.`}</p>
      <InlineStack gap="200">
        <ActionButton fields={{ intent: "repair-edit" }}>{`Set it to ${shouldShow}`}</ActionButton>
        <ActionButton fields={{ intent: "keep-edit", quantity: String(kept) }}>
          {`Keep ${kept} as its own quantity`}
        </ActionButton>
      </InlineStack>
    </>
  );
}

function TheNumber({ listing }: { listing: ListingView }) {
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Quantity
        </Text>
        <InlineGrid columns={{ xs: 2, sm: 3 }} gap="400">
          <Figure
            label={`${listing.channel.marketplace} shows`}
            value={listing.observed?.quantity ?? null}
            at={listing.observed?.at ?? null}
          />
          <Figure
            label="It last accepted"
            value={listing.acknowledged?.quantity ?? null}
            at={listing.acknowledged?.at ?? null}
          />
          <Figure label="It should show" value={listing.shouldShow} size="heading2xl" />
        </InlineGrid>
        <Box background="bg-surface-secondary" borderRadius="200" padding="300">
          <Text as="p" breakWord>
            {listing.arithmetic ?? "Match it to a Shopify variant to know what it should show."}
          </Text>
        </Box>
      </BlockStack>
    </Card>
  );
}

const MATCHED_BY: Record<string, string> = { sku: "by SKU", barcode: "by barcode", hand: "by you" };

function Match({ listing }: { listing: ListingView }) {
  const { variant } = listing;
  const [choosing, setChoosing] = useState(false);
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Shopify variant
        </Text>
        {variant ? (
          <InlineStack align="space-between" gap="300" blockAlign="center">
            <BlockStack>
              <ShopifyLink path={`/products/${variant.productId}`}>{variant.name}</ShopifyLink>
              <Text as="span" tone="subdued" variant="bodySm">
                {variant.sku ?? "no SKU"} · matched {MATCHED_BY[listing.matchedBy ?? ""] ?? ""}
              </Text>
              <Link url={`/app/skus/${variant.id}`}>Stock and every listing of this SKU</Link>
            </BlockStack>
            <ActionButton
              fields={{ intent: "unmatch" }}
              confirm={{
                title: "Remove this match?",
                message:
                  "The listing keeps the quantity it shows now, and is no longer kept in step until it is matched again.",
                action: "Remove match",
              }}
            >
              Remove match
            </ActionButton>
          </InlineStack>
        ) : null}
        {variant && !choosing ? (
          <Link onClick={() => setChoosing(true)}>Choose another variant</Link>
        ) : (
          <VariantPicker
            candidates={listing.candidates.filter((one) => one.id !== variant?.id)}
            suggestions={listing.suggestions}
            current={variant?.id ?? null}
          />
        )}
      </BlockStack>
    </Card>
  );
}

function Facts({ listing }: { listing: ListingView }) {
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          On {listing.channel.marketplace}
        </Text>
        <FactsList
          facts={[
            { name: "Channel", value: <Link url={`/app/channels/${listing.channel.id}`}>{listing.channel.name}</Link> },
            { name: "SKU", value: listing.sku ?? "none" },
            { name: "Barcode", value: listing.barcode ?? "none" },
            ...(listing.price ? [{ name: "Price", value: listing.price }] : []),
            ...(listing.unseenUnits > 0
              ? [{ name: "Missing until all orders are read", value: listing.unseenUnits }]
              : []),
            ...(listing.url && /^https?:\/\//.test(listing.url)
              ? [
                  {
                    name: "Page",
                    value: <Link url={listing.url} target="_blank">{`Open on ${listing.channel.marketplace}`}</Link>,
                  },
                ]
              : []),
          ]}
        />
      </BlockStack>
    </Card>
  );
}

function Siblings({ listing }: { listing: ListingView }) {
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          Other listings of this variant
        </Text>
        {listing.siblings.map((sibling) => (
          <InlineStack key={sibling.id} align="space-between" gap="200">
            <Link url={`/app/listings/${sibling.id}`} removeUnderline>
              {sibling.marketplace} · {sibling.title}
            </Link>
            <Text as="span" numeric>
              shows {sibling.shows ?? "?"}
            </Text>
          </InlineStack>
        ))}
      </BlockStack>
    </Card>
  );
}

function Exclude({ listing }: { listing: ListingView }) {
  const { rule, ownExcluded } = listing;
  const excluding = rule?.excludes ? rule : null;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {listing.excluded ? "Excluded" : "Exclude"}
        </Text>
        <Text as="p" tone="subdued">
          {listing.excluded
            ? "Its quantity is never changed. Orders for it are still imported."
            : "An excluded listing keeps the quantity it shows. Orders for it are still imported."}
        </Text>
        {excluding ? (
          <Text as="p">
            {ownExcluded === false ? "You include it, though a rule excludes it: " : "A rule excludes it: "}
            <Link url={`/app/rules/${excluding.id}`}>{excluding.name}</Link>
          </Text>
        ) : null}
        {excluding && ownExcluded !== null ? (
          <ActionButton fields={{ intent: "exclude", excluded: "rules" }}>Do as the rule says</ActionButton>
        ) : null}
        <ActionButton fields={{ intent: "exclude", excluded: String(!listing.excluded) }}>
          {listing.excluded ? "Include this listing" : "Exclude this listing"}
        </ActionButton>
      </BlockStack>
    </Card>
  );
}

function ListingPolicy({ listing }: { listing: ListingView }) {
  const { rule, policy, inherited, available } = listing;
  return (
    <PolicyForm
      id="listing-policy"
      intent="policy"
      title="Policy of this listing"
      about={
        rule && !rule.excludes ? (
          <>
            {"An empty field follows the rule "}
            <Link url={`/app/rules/${rule.id}`}>{rule.name}</Link>, and then the channel.
          </>
        ) : (
          "An empty field follows the channel."
        )
      }
      policy={policy}
      inherited={inherited}
      inheritedFrom="the channel"
      {...(available === null ? {} : { example: available })}
      subject="this listing"
    />
  );
}

export const ErrorBoundary = PageError;
