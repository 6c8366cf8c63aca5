/** One order: what was bought, where it stands in Shopify and on the marketplace, and what needs a hand. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Box, Card, InlineStack, Layout, Link, Page, Text } from "@shopify/polaris";
import { z } from "zod";
import { closeAlert } from "#app/flows/close-alert.ts";
import {
  type AddressRead,
  type Corrected,
  correctAddress,
  readAddress,
  takeGivenAddress,
} from "#app/flows/correct-address.ts";
import { type Found, findOrderToLink, linkOrder } from "#app/flows/link-order.ts";
import {
  acceptBackorder,
  cancelHeld,
  cancelLoser,
  putBackOnHold,
  recordEnteredByHand,
  retryCancellation,
  retryOrder,
  retryShipment,
} from "#app/flows/manage-order.ts";
import { sayUnits } from "#app/plain-words.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { ActionButton } from "#app/ui/action-button.tsx";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { AlertBanners } from "#app/ui/alert-banners.tsx";
import { CorrectedAddress } from "#app/ui/correct-address.tsx";
import { DownloadButton } from "#app/ui/download-button.tsx";
import { FactsList } from "#app/ui/facts-list.tsx";
import { formId, readForm } from "#app/ui/form-data.ts";
import { Money } from "#app/ui/money.tsx";
import { OrderAttention } from "#app/ui/order-attention.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { idParam, notFound } from "#app/ui/params.ts";
import { ShopifyLink } from "#app/ui/shopify-link.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { Time } from "#app/ui/time.tsx";
import { Timeline } from "#app/ui/timeline.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { type OrderView, readOrder } from "#app/views/orders.ts";
import { plainText, TEXT_MAX } from "#connectors/contract/storable.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  const order = await readOrder(rt, shop.id, idParam(params.id));
  if (!order) throw notFound();
  return { order };
}

const text = plainText(TEXT_MAX).default("");
const buyerFields = {
  name: text,
  company: text,
  line1: text,
  line2: text,
  city: text,
  region: text,
  postalCode: text,
  countryCode: text,
  phone: text,
  email: text,
};

const form = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("retry-order") }),
  z.object({ intent: z.literal("entered-by-hand") }),
  z.object({ intent: z.literal("hold-again") }),
  z.object({ intent: z.literal("find-order"), number: plainText(300) }),
  z.object({ intent: z.literal("link-order"), orderGid: plainText(100), shown: plainText(100) }),
  z.object({ intent: z.literal("read-address") }),
  z.object({ intent: z.literal("correct-address"), shown: plainText(100), ...buyerFields }),
  z.object({ intent: z.literal("take-given-address") }),
  z.object({ intent: z.literal("cancel-held") }),
  z.object({ intent: z.literal("accept-backorder") }),
  z.object({ intent: z.literal("cancel-loser") }),
  z.object({ intent: z.literal("retry-shipment"), shipmentId: formId }),
  z.object({ intent: z.literal("retry-cancellation"), cancellationId: formId }),
  z.object({ intent: z.literal("close-alert"), alertId: formId }),
]);

export async function action({
  request,
  params,
}: ActionFunctionArgs): Promise<ActionReply | Found | AddressRead | Corrected> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  const of = { shopId: shop.id, orderId: idParam(params.id) };
  if (value.intent === "find-order") return findOrderToLink(rt, { ...of, number: value.number });
  if (value.intent === "link-order")
    return linkOrder(rt, { ...of, orderGid: value.orderGid, shown: value.shown, actor });
  if (value.intent === "read-address") return readAddress(rt, of);
  if (value.intent === "correct-address") {
    const { intent: _, shown, ...values } = value;
    return correctAddress(rt, { ...of, values, shown, actor });
  }
  if (value.intent === "take-given-address") return takeGivenAddress(rt, { ...of, actor });
  return said(await decide(rt, { ...of, actor }, value), SAID[value.intent] ?? "Trying again");
}

const SAID: Record<string, string> = {
  "entered-by-hand": "No longer on hold",
  "hold-again": "On hold again",
  "cancel-held": "Cancelling",
  "accept-backorder": "Accepted",
  "cancel-loser": "Cancelling",
  "close-alert": "Done",
};

function decide(
  rt: Parameters<typeof retryOrder>[0],
  { shopId, orderId, actor }: { shopId: number; orderId: number; actor: string },
  value: Exclude<
    z.infer<typeof form>,
    { intent: "find-order" | "link-order" | "read-address" | "correct-address" | "take-given-address" }
  >,
): Promise<ActionReply> {
  switch (value.intent) {
    case "retry-order":
      return retryOrder(rt, { shopId, orderId });
    case "entered-by-hand":
      return recordEnteredByHand(rt, { shopId, orderId, actor });
    case "hold-again":
      return putBackOnHold(rt, { shopId, orderId, actor });
    case "cancel-held":
      return cancelHeld(rt, { shopId, orderId });
    case "accept-backorder":
      return acceptBackorder(rt, { shopId, orderId });
    case "cancel-loser":
      return cancelLoser(rt, { shopId, orderId });
    case "retry-shipment":
      return retryShipment(rt, { shopId, shipmentId: value.shipmentId });
    case "retry-cancellation":
      return retryCancellation(rt, { shopId, cancellationId: value.cancellationId });
    case "close-alert":
      return closeAlert(rt, { shopId, alertId: value.alertId });
  }
}

export default function Order() {
  const { order } = useLoaderData<typeof loader>();
  useLive(order.live);
  return (
    <Page
      title={order.name}
      subtitle={order.channel.name}
      titleMetadata={<StatusBadge said={order.said} />}
      backAction={{ content: "Orders", url: "/app/orders" }}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <OrderAttention order={order} />
            {order.alerts.length > 0 ? <AlertBanners alerts={order.alerts} /> : null}
            <Lines order={order} />
            {order.shipments.length > 0 ? <Shipments order={order} /> : null}
            {order.cancellations.length > 0 ? <Cancellations order={order} /> : null}
            <Timeline entries={order.timeline} empty="Nothing has been tried for this order yet." />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <InShopify order={order} />
            <Overview order={order} />
            {order.corrected ? <CorrectedAddress order={order} corrected={order.corrected} /> : null}
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}

function Lines({ order }: { order: OrderView }) {
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Lines
        </Text>
        {order.lines.map((line) => (
          <InlineStack key={line.id} align="space-between" gap="300" blockAlign="start">
            <BlockStack gap="050">
              {line.listingId ? (
                <Link url={`/app/listings/${line.listingId}`} removeUnderline monochrome>
                  <Text as="span" fontWeight="semibold" breakWord>
                    {line.title}
                  </Text>
                </Link>
              ) : (
                <Text as="span" fontWeight="semibold" breakWord>
                  {line.title}
                </Text>
              )}
              <Text as="span" tone="subdued" variant="bodySm">
                {line.sku ?? "no SKU"}
                {line.variantId === null ? " · no Shopify variant" : " · "}
                {line.variantId === null ? null : <Link url={`/app/skus/${line.variantId}`}>Stock and listings</Link>}
              </Text>
              {line.reservation ? (
                <InlineStack>
                  <StatusBadge said={line.reservation.said} />
                </InlineStack>
              ) : null}
            </BlockStack>
            <Text as="span" numeric>
              {line.quantity} × <Money amount={line.unitAmount} currency={order.total.currency} />
              {line.quantityCancelled > 0 ? ` · ${line.quantityCancelled} cancelled` : ""}
            </Text>
          </InlineStack>
        ))}
        <Box borderBlockStartWidth="025" borderColor="border" paddingBlockStart="300">
          <FactsList
            facts={[
              { name: "Shipping", value: <Money amount={order.shipping} currency={order.total.currency} /> },
              {
                name: order.taxCollectedByMarketplace ? `Tax, paid by ${order.channel.marketplace}` : "Tax",
                value: <Money amount={order.tax} currency={order.total.currency} />,
              },
              {
                name: "Total",
                value: (
                  <Text as="span" fontWeight="semibold">
                    <Money {...order.total} />
                  </Text>
                ),
              },
            ]}
          />
        </Box>
      </BlockStack>
    </Card>
  );
}

function Shipments({ order }: { order: OrderView }) {
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Shipments
        </Text>
        {order.shipments.map((shipment) => (
          <InlineStack key={shipment.id} align="space-between" gap="300" blockAlign="start">
            <BlockStack gap="050">
              <InlineStack gap="200" blockAlign="center">
                <Text as="span" fontWeight="semibold">
                  {sayUnits(shipment.units)}
                </Text>
                <StatusBadge said={shipment.said} />
              </InlineStack>
              <Text as="span">
                {shipment.carrier ?? "No carrier"}{" "}
                {shipment.trackingNumber && shipment.trackingUrl ? (
                  <Link url={shipment.trackingUrl} target="_blank">
                    {shipment.trackingNumber}
                  </Link>
                ) : (
                  (shipment.trackingNumber ?? "without tracking")
                )}
              </Text>
              <Text as="span" tone="subdued" variant="bodySm">
                Shipped <Time at={shipment.shippedAt} inSentence />
                {shipment.relayedAt ? (
                  <>
                    {" "}
                    · {order.channel.marketplace} told <Time at={shipment.relayedAt} inSentence />
                  </>
                ) : null}
              </Text>
              {shipment.problem ? (
                <Text as="p" tone="critical" breakWord>
                  {shipment.problem}
                </Text>
              ) : null}
            </BlockStack>
            {shipment.canRetry ? (
              <ActionButton fields={{ intent: "retry-shipment", shipmentId: String(shipment.id) }}>Retry</ActionButton>
            ) : null}
          </InlineStack>
        ))}
      </BlockStack>
    </Card>
  );
}

function Cancellations({ order }: { order: OrderView }) {
  const { marketplace } = order.channel;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Cancellation
        </Text>
        {order.cancellations.map((cancellation) => (
          <InlineStack key={cancellation.id} align="space-between" gap="300" blockAlign="start">
            <BlockStack gap="050">
              <InlineStack gap="200" blockAlign="center">
                <Text as="span" fontWeight="semibold">
                  {cancellation.direction === "to-shopify" ? `${marketplace} → Shopify` : `Shopify → ${marketplace}`}
                </Text>
                <StatusBadge said={cancellation.said} />
              </InlineStack>
              <Text as="span" tone="subdued" variant="bodySm">
                {cancellation.reason} · <Time at={cancellation.createdAt} /> ·{" "}
                {cancellation.restock ? "restocks its units" : "does not restock"}
              </Text>
              {cancellation.problem ? (
                <Text as="p" tone={cancellation.isDone ? "subdued" : "critical"} breakWord>
                  {cancellation.problem}
                </Text>
              ) : null}
            </BlockStack>
            {cancellation.canRetry ? (
              <ActionButton fields={{ intent: "retry-cancellation", cancellationId: String(cancellation.id) }}>
                Retry
              </ActionButton>
            ) : null}
          </InlineStack>
        ))}
      </BlockStack>
    </Card>
  );
}

function InShopify({ order }: { order: OrderView }) {
  const { shopifyOrder, customer, stage } = order;
  const none =
    stage === "entered" ? "entered by hand" : stage === "cancelled" || stage === "empty" ? "none" : "not yet";
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          In Shopify
        </Text>
        <FactsList
          facts={[
            {
              name: "Order",
              value: shopifyOrder ? (
                <ShopifyLink path={`/orders/${shopifyOrder.id}`}>{shopifyOrder.name}</ShopifyLink>
              ) : (
                none
              ),
            },
            {
              name: "Customer",
              value: customer.shopifyId ? (
                <ShopifyLink path={`/customers/${customer.shopifyId}`}>{customer.name ?? "Customer"}</ShopifyLink>
              ) : (
                (customer.name ?? "not known")
              ),
            },
            ...(customer.id === null
              ? []
              : [
                  {
                    name: "On all channels",
                    value: <Link url={`/app/customers/${customer.id}`}>What they bought</Link>,
                  },
                ]),
            ...(order.placedAt ? [{ name: "Placed", value: <Time at={order.placedAt} /> }] : []),
          ]}
        />
        {order.buyerData === "forgotten" ? (
          <Text as="p" tone="subdued">
            Nothing is held of this buyer any more.
          </Text>
        ) : null}
        {order.buyerData === "held" ? (
          <DownloadButton from={`/app/buyer-data/download?of=${order.id}`} as="buyer-data.json">
            Download all we hold of this buyer
          </DownloadButton>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function Overview({ order }: { order: OrderView }) {
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          On {order.channel.marketplace}
        </Text>
        <FactsList
          facts={[
            { name: "Order", value: order.remoteId },
            { name: "Sold", value: <Time at={order.soldAt} /> },
            { name: "Paid", value: order.paidAt ? <Time at={order.paidAt} /> : "not yet" },
            ...(order.shipBy ? [{ name: "Ship by", value: <Time at={order.shipBy} /> }] : []),
            { name: "Seen by us", value: <Time at={order.importedAt} /> },
          ]}
        />
      </BlockStack>
    </Card>
  );
}

export const ErrorBoundary = PageError;
