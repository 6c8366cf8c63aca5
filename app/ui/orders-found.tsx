/** Orders on a marketplace that an earlier day would bring into Shopify. */
import { BlockStack, InlineStack, Text } from "@shopify/polaris";
import type { OrdersFound } from "#app/flows/preview-orders.ts";
import { sayUnits } from "#app/plain-words.ts";
import { Money } from "./money.tsx";
import { Time } from "./time.tsx";

const SHOWN_MAX = 50;

export function OrdersFoundList({ found: { orders, isMore } }: { found: OrdersFound }) {
  const units = orders.reduce((sum, order) => sum + order.units, 0);
  const rest = orders.length - SHOWN_MAX;
  return (
    <BlockStack gap="300">
      <Text as="p" fontWeight="semibold">
        {sayFound(orders.length, units, isMore)}
      </Text>
      {orders.slice(0, SHOWN_MAX).map((order) => (
        <BlockStack key={order.name} gap="050">
          <InlineStack gap="200" align="space-between">
            <Text as="span" breakWord>
              {order.name}
            </Text>
            <Text as="span">
              <Money {...order.total} />
            </Text>
          </InlineStack>
          <Text as="p" tone="subdued" variant="bodySm">
            {"Sold "}
            <Time at={order.soldAt} inSentence />
            {`, ${sayUnits(order.units)}${order.isPaid ? "" : ", not paid yet"}`}
          </Text>
          {order.waits ? (
            <Text as="p" tone="subdued" variant="bodySm">{`It will wait for you: ${order.waits}`}</Text>
          ) : null}
        </BlockStack>
      ))}
      {rest > 0 ? <Text as="p">{`and ${rest.toLocaleString("en")} more`}</Text> : null}
    </BlockStack>
  );
}

function sayFound(orders: number, units: number, isMore: boolean): string {
  if (orders === 0)
    return isMore
      ? "None so far; there are more than could be looked at."
      : "It brings no order that is still to be sent.";
  const number = `${isMore ? "at least " : ""}${orders.toLocaleString("en")} ${orders === 1 ? "order" : "orders"}`;
  return `It brings ${number}. ${units === 1 ? "One unit is" : `${units.toLocaleString("en")} units are`} set aside on every channel, and taken from Shopify's stock.`;
}
