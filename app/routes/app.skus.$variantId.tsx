/** One SKU: its stock and what is booked of it, every listing side by side, and all that happened, to the second. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Button, Card, InlineStack, Layout, Link, Page, Text } from "@shopify/polaris";
import { z } from "zod";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { wholeUnits } from "#app/inventory/policy.ts";
import { adminAppUrl } from "#app/shopify/admin-url.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { FactsList } from "#app/ui/facts-list.tsx";
import { formApproval, formFlag, formId, readForm } from "#app/ui/form-data.ts";
import { PageError } from "#app/ui/page-error.tsx";
import { idParam, notFound } from "#app/ui/params.ts";
import { RecentChanges } from "#app/ui/recent-changes.tsx";
import { ShopifyLink } from "#app/ui/shopify-link.tsx";
import { SkuContainmentCard } from "#app/ui/sku-containment.tsx";
import { SkuListings } from "#app/ui/sku-listings.tsx";
import { MinuteThen, PickMinute } from "#app/ui/sku-minute.tsx";
import { SkuStock } from "#app/ui/sku-stock.tsx";
import { Timeline } from "#app/ui/timeline.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { readChanges } from "#app/views/changes.ts";
import { readMinute } from "#app/views/shop-time.ts";
import { readSku, type SkuView } from "#app/views/sku.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  const minute = readMinute(new URL(request.url).searchParams.get("at"), shop.timezone);
  const sku = await readSku(rt, shop, idParam(params.variantId), minute);
  if (!sku) throw notFound();
  const link = minute && adminAppUrl(shop.domain, pathOf(sku, minute.text));
  const changes = await readChanges(rt, shop.id, { variantId: sku.variant.id }, userId);
  return { sku, link, changes };
}

const form = z.discriminatedUnion("intent", [
  z.object({
    intent: z.literal("contain"),
    units: z.preprocess(Number, wholeUnits),
    takesDown: formFlag,
    remindDays: z.coerce.number().int().min(1).max(365),
    approved: formApproval,
  }),
  z.object({ intent: z.literal("release"), approved: formApproval }),
  z.object({ intent: z.literal("undo-change"), changeId: formId, approved: formApproval }),
]);

export async function action({ request, params }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  const by = { shopId: shop.id, actor, approved: value.approved };
  const of = { setting: "containment" as const, variantId: idParam(params.variantId) };
  switch (value.intent) {
    case "contain": {
      const { units, takesDown, remindDays } = value;
      const change = { ...of, after: { units, takesDown, remindDays } };
      return said(await changeSetting(rt, { ...by, change }), `Held at ${units}`);
    }
    case "release":
      return said(await changeSetting(rt, { ...by, change: { ...of, after: null } }), "Released");
    case "undo-change":
      return said(await undoChange(rt, { ...by, changeId: value.changeId }), "Undone");
  }
}

const pathOf = ({ variant }: Pick<SkuView, "variant">, minute: string): string =>
  `/app/skus/${variant.id}?at=${minute}`;

export default function Sku() {
  const { sku, link, changes } = useLoaderData<typeof loader>();
  useLive(sku.live);
  return (
    <Page
      title={sku.variant.sku ?? "No SKU"}
      subtitle={sku.variant.name}
      backAction={{ content: "SKUs", url: "/app/skus" }}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            {sku.minute ? <MinuteThen minute={sku.minute} link={link} key={sku.minute.text} /> : null}
            <SkuStock stock={sku.stock} isThen={sku.minute !== null} />
            <SkuContainmentCard key={sku.contained?.since ?? ""} sku={sku} />
            <SkuListings listings={sku.listings} more={sku.moreListings} isThen={sku.minute !== null} />
            <Timeline
              entries={sku.timeline}
              empty={sku.minute ? "Nothing had happened to this SKU by then." : "Nothing has happened to this SKU yet."}
              minuteUrl={(minute) => pathOf(sku, minute)}
            />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <PickMinute key={sku.minute?.text ?? ""} minute={sku.minute?.text ?? null} />
            <InShopify sku={sku} />
            <HowFast variantId={sku.variant.id} />
            <RecentChanges changes={changes} />
            {sku.elsewhere.length > 0 ? <Elsewhere sku={sku} /> : null}
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}

function InShopify({ sku: { variant, removed } }: { sku: SkuView }) {
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          In Shopify
        </Text>
        <FactsList
          facts={[
            {
              name: "Product",
              value: removed ? (
                "deleted"
              ) : (
                <ShopifyLink path={`/products/${variant.productId}`}>{variant.name}</ShopifyLink>
              ),
            },
            { name: "SKU", value: variant.sku ?? "none" },
            { name: "Barcode", value: variant.barcode ?? "none" },
          ]}
        />
      </BlockStack>
    </Card>
  );
}

function HowFast({ variantId }: { variantId: number }) {
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          How fast it gets there
        </Text>
        <Text as="p" tone="subdued">
          Time this SKU through its channels, with a real change that is put back.
        </Text>
        <InlineStack>
          <Button url={`/app/latency?variant=${variantId}`}>Time this SKU</Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}

/** What carries this SKU and counts for something else: the first thing to look at where a number is wrong for long. */
function Elsewhere({ sku: { elsewhere, variant } }: { sku: SkuView }) {
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          Other listings with this SKU
        </Text>
        <Text as="p" tone="subdued">
          They carry {variant.sku}, and do not follow this stock. Open one to match it here.
        </Text>
        {elsewhere.map((listing) => (
          <InlineStack key={listing.id} align="space-between" gap="200">
            <Link url={`/app/listings/${listing.id}`} removeUnderline>
              {listing.channel} · {listing.title}
            </Link>
            <Text as="span" tone="subdued">
              {listing.variant ? `matched to ${listing.variant}` : "not matched"}
            </Text>
          </InlineStack>
        ))}
      </BlockStack>
    </Card>
  );
}

export const ErrorBoundary = PageError;
