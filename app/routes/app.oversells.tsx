/** What overselling would cost this shop, had its channels a poll every some minutes. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Card, Layout, Link, List, Page, Text } from "@shopify/polaris";
import { authenticateShop } from "#app/shopify.server.ts";
import { OversellCalculator } from "#app/ui/oversell-cost.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { readConsequences, readOversellFacts } from "#app/views/oversell-cost.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  const facts = await readOversellFacts(rt, shop);
  return { facts, consequences: await readConsequences(rt, shop.id), currency: shop.currency };
}

export default function Oversells() {
  const { facts, consequences, currency } = useLoaderData<typeof loader>();
  return (
    <Page
      title="What overselling would cost"
      subtitle="An estimate from your own sales: the same month, with a poll instead of Lockstep."
      backAction={{ content: "Home", url: "/app" }}
    >
      <Layout>
        <Layout.Section>
          <OversellCalculator facts={facts} currency={currency} />
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <Card>
            <BlockStack gap="300">
              <Text as="h2" variant="headingMd">
                What no sum says
              </Text>
              <Text as="p">An order that you cancel because nothing is left costs standing too.</Text>
              {consequences.length > 0 ? (
                <List>
                  {consequences.map((one) => (
                    <List.Item key={one}>{one}</List.Item>
                  ))}
                </List>
              ) : (
                <Text as="p" tone="subdued">
                  Look at the seller standards of your marketplaces for how much.
                </Text>
              )}
              <Text as="p">
                <Link url="/app/latency">Time one SKU</Link> to see how fast it is today.
              </Text>
            </BlockStack>
          </Card>
        </Layout.Section>
      </Layout>
    </Page>
  );
}

export const ErrorBoundary = PageError;
