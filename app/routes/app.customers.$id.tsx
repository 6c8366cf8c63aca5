/** One customer across Shopify and all channels: what they bought, where they stand, and why their records are one person. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Box, Card, InlineStack, Layout, Link, Page, Text } from "@shopify/polaris";
import { z } from "zod";
import { askOfCustomer, type InShopify } from "#app/flows/ask-shopify-of-customers.ts";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { refusalByPlan } from "#app/flows/plan-gate.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { ActionButton } from "#app/ui/action-button.tsx";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { FactsList } from "#app/ui/facts-list.tsx";
import { formApproval, formFlag, formId, readForm } from "#app/ui/form-data.ts";
import { Money } from "#app/ui/money.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { idParam, notFound } from "#app/ui/params.ts";
import { GatedPage } from "#app/ui/plan-gate.tsx";
import { RecentChanges } from "#app/ui/recent-changes.tsx";
import { ShopifyLink } from "#app/ui/shopify-link.tsx";
import { Spent } from "#app/ui/spent.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { Ago, Time } from "#app/ui/time.tsx";
import { type CustomerView, type RecordView, readCustomer } from "#app/views/customer.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  if (await refusalByPlan(rt, rt.db, shop.id, "customers")) return null;
  const customer = await readCustomer(rt, shop.id, idParam(params.id), userId);
  if (!customer) throw notFound();
  const inShopify: InShopify = customer.customerGid
    ? await askOfCustomer(rt, shop.domain, customer.customerGid)
    : { known: false, why: "Shopify has no customer for them: none of their orders came there as one." };
  return { customer, inShopify };
}

const form = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("set-apart"), customerRecordId: formId, apart: formFlag }),
  z.object({ intent: z.literal("undo-change"), changeId: formId, approved: formApproval }),
]);

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const by = { shopId: shop.id, actor };
  const { value } = parsed;
  if (value.intent === "undo-change") return said(await undoChange(rt, { ...by, changeId: value.changeId }), "Undone");
  const { customerRecordId, apart: after } = value;
  const change = { setting: "customer-apart" as const, customerRecordId, after };
  return said(await changeSetting(rt, { ...by, change }), after ? "Kept apart from now on" : "Matched again");
}

type Data = NonNullable<ReturnType<typeof useLoaderData<typeof loader>>>;

export default function Customer() {
  const data = useLoaderData<typeof loader>();
  return data ? <CustomerPage data={data} /> : <GatedPage title="Customer" feature="customers" />;
}

function CustomerPage({ data }: { data: Data }) {
  const { customer, inShopify } = data;
  const name = customer.name ?? (inShopify.known ? inShopify.facts.name : null) ?? `Customer ${customer.id}`;
  return (
    <Page
      title={name}
      titleMetadata={<StatusBadge said={customer.said} />}
      backAction={{ content: "Customers", url: "/app/customers" }}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <Bought customer={customer} />
            <NewestOrders customer={customer} />
            <OnePerson customer={customer} />
            <RecentChanges changes={customer.changes} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <InShopifyCard customer={customer} inShopify={inShopify} />
            <Stage customer={customer} />
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}

function Bought({ customer }: { customer: CustomerView }) {
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Bought on marketplaces
        </Text>
        {customer.channels.length === 0 ? (
          <Text as="p" tone="subdued">
            Nothing that is paid and not cancelled.
          </Text>
        ) : (
          customer.channels.map((one) => (
            <InlineStack key={one.channelId} align="space-between" gap="200" blockAlign="start">
              <BlockStack gap="050">
                <Text as="span" fontWeight="semibold">
                  {one.channel}
                </Text>
                <Text as="span" tone="subdued" variant="bodySm">
                  {one.orders === 1 ? "1 order" : `${one.orders} orders`} · last <Ago at={one.lastAt} />
                </Text>
              </BlockStack>
              <Text as="span" numeric>
                <Spent spent={one.spent} />
              </Text>
            </InlineStack>
          ))
        )}
        {customer.firstAt && customer.lastAt ? (
          <Box borderBlockStartWidth="025" borderColor="border" paddingBlockStart="300">
            <FactsList
              facts={[
                { name: "Orders", value: customer.orders },
                { name: "Spent, less what was given back", value: <Spent spent={customer.spent} /> },
                { name: "First purchase", value: <Time at={customer.firstAt} /> },
                { name: "Last purchase", value: <Time at={customer.lastAt} /> },
              ]}
            />
          </Box>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function NewestOrders({ customer }: { customer: CustomerView }) {
  if (customer.newest.length === 0) return null;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {customer.hasMoreOrders ? "Latest marketplace orders" : "Marketplace orders"}
        </Text>
        {customer.newest.map((order) => (
          <InlineStack key={order.id} align="space-between" gap="200" blockAlign="start">
            <BlockStack gap="050">
              <Link url={`/app/orders/${order.id}`} removeUnderline>
                {order.name}
              </Link>
              <Text as="span" tone="subdued" variant="bodySm">
                {order.channel} · <Time at={order.soldAt} />
                {order.shopifyOrder ? ` · ${order.shopifyOrder}` : ""}
              </Text>
            </BlockStack>
            <InlineStack gap="200" blockAlign="center">
              <StatusBadge said={order.said} />
              <Text as="span" numeric>
                <Money {...order.paid} />
              </Text>
            </InlineStack>
          </InlineStack>
        ))}
      </BlockStack>
    </Card>
  );
}

/** Each marketplace's buyer, why it is this person, and the way to say that it is not. */
function OnePerson({ customer }: { customer: CustomerView }) {
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            Why this is one person
          </Text>
          <Text as="p" tone="subdued">
            Addresses and numbers that a marketplace makes up for one sale never count.
          </Text>
        </BlockStack>
        {customer.records.map((record) => (
          <Record key={record.id} record={record} />
        ))}
        {customer.setApart.map(({ recordId, marketplace, customerId }) => (
          <InlineStack key={recordId} align="space-between" gap="300" blockAlign="start">
            <BlockStack gap="050">
              <Text as="span" fontWeight="semibold">
                A buyer on {marketplace}: kept apart
              </Text>
              <Link url={`/app/customers/${customerId}`}>Show that customer</Link>
            </BlockStack>
            <MatchAgain recordId={recordId} />
          </InlineStack>
        ))}
      </BlockStack>
    </Card>
  );
}

function Record({ record }: { record: RecordView }) {
  return (
    <InlineStack align="space-between" gap="300" blockAlign="start">
      <div style={{ flex: "1 1 16rem", minWidth: 0 }}>
        <BlockStack gap="050">
          <Text as="span" fontWeight="semibold">
            {record.marketplace} · {record.orders === 1 ? "1 order" : `${record.orders} orders`}
          </Text>
          <Text as="span">
            {record.apartFrom === null ? record.why : "Kept apart: you said that this is somebody else."}
          </Text>
          <Text as="span" tone="subdued" variant="bodySm">
            {record.isEmailHidden ? `${record.marketplace} hides their e-mail. ` : ""}
            Since <Time at={record.since} inSentence />
          </Text>
          {record.apartFrom === null ? null : (
            <Link url={`/app/customers/${record.apartFrom}`}>Whom they were matched to</Link>
          )}
        </BlockStack>
      </div>
      {record.apartFrom !== null ? <MatchAgain recordId={record.id} /> : null}
      {record.canSetApart ? (
        <ActionButton
          fields={{ intent: "set-apart", customerRecordId: String(record.id), apart: "true" }}
          confirm={{
            title: `Is this buyer on ${record.marketplace} somebody else?`,
            message:
              "Their orders, spend and stage become a customer of their own, and their next orders go to that one. Orders that are in Shopify already stay with the customer they have there: change that on the order's page in Shopify. You can match them again at any time.",
            action: "Keep them apart",
          }}
        >
          Not this person
        </ActionButton>
      ) : null}
    </InlineStack>
  );
}

function MatchAgain({ recordId }: { recordId: number }) {
  return (
    <ActionButton fields={{ intent: "set-apart", customerRecordId: String(recordId), apart: "false" }}>
      Match again
    </ActionButton>
  );
}

function InShopifyCard({ customer, inShopify }: { customer: CustomerView; inShopify: InShopify }) {
  const shopifyId = customer.customerGid?.split("/").at(-1);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          What Shopify knows
        </Text>
        {inShopify.known ? (
          <>
            <FactsList
              facts={[
                { name: "Customer since", value: <Time at={inShopify.facts.since} /> },
                { name: "Orders, marketplaces’ included", value: inShopify.facts.orders },
                { name: "Amount spent", value: <Money {...inShopify.facts.spent} /> },
                {
                  name: "RFM group",
                  value: inShopify.facts.rfmGroup ? sayGroup(inShopify.facts.rfmGroup) : "Shopify has none yet",
                },
              ]}
            />
            <OwnOrders newest={inShopify.facts.newest} />
          </>
        ) : (
          <Text as="p">{inShopify.why}</Text>
        )}
        {shopifyId ? <ShopifyLink path={`/customers/${shopifyId}`}>Open in Shopify</ShopifyLink> : null}
      </BlockStack>
    </Card>
  );
}

type Newest = Extract<InShopify, { known: true }>["facts"]["newest"];

/** What they bought in the shop itself, among their newest orders. */
function OwnOrders({ newest }: { newest: Newest }) {
  if (newest === null)
    return (
      <Text as="p" tone="subdued">
        Shopify does not show their orders.
      </Text>
    );
  const own = newest.filter((order) => !order.isOurs);
  return (
    <Box borderBlockStartWidth="025" borderColor="border" paddingBlockStart="300">
      <BlockStack gap="200">
        <Text as="h3" variant="headingSm">
          In your own shop
        </Text>
        {own.length === 0 ? (
          <Text as="p" tone="subdued">
            None among their latest orders.
          </Text>
        ) : (
          own.map((order) => (
            <InlineStack key={order.id} align="space-between" gap="200">
              <InlineStack gap="200">
                <ShopifyLink path={`/orders/${order.id}`}>{order.name}</ShopifyLink>
                <Text as="span" tone="subdued">
                  <Time at={order.createdAt} />
                </Text>
              </InlineStack>
              <Text as="span" numeric>
                {order.isCancelled ? "cancelled" : order.total ? <Money {...order.total} /> : "–"}
              </Text>
            </InlineStack>
          ))
        )}
      </BlockStack>
    </Box>
  );
}

/** "PREVIOUSLY_LOYAL" as Shopify's own pages have it. */
function sayGroup(group: string): string {
  const words = group.toLowerCase().replace(/_/g, " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function Stage({ customer }: { customer: CustomerView }) {
  const { atRiskDays, lapsedDays } = customer.rules;
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center">
          <Text as="h2" variant="headingMd">
            Stage
          </Text>
          <StatusBadge said={customer.said} />
        </InlineStack>
        <Text as="p">
          At risk {atRiskDays} days after the last purchase, lapsed after {lapsedDays}.
          {customer.shopOrders > 0
            ? ` Counted with ${customer.shopOrders === 1 ? "1 order" : `${customer.shopOrders} orders`} in your own shop.`
            : ""}
        </Text>
        {customer.stageUntil ? (
          <Text as="p" tone="subdued">
            If nothing is bought, it changes on <Time at={customer.stageUntil} inSentence />.
          </Text>
        ) : null}
        <Link url="/app/customers/stages" removeUnderline>
          What the stages mean
        </Link>
      </BlockStack>
    </Card>
  );
}

export const ErrorBoundary = PageError;
