/** A customer asked for their data: the orders it is held with, and all of it in one download. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Card, Link, Page, Text } from "@shopify/polaris";
import { authenticateShop } from "#app/shopify.server.ts";
import { DownloadButton } from "#app/ui/download-button.tsx";
import { FactsList } from "#app/ui/facts-list.tsx";
import { orderIds } from "#app/ui/order-ids.ts";
import { PageError } from "#app/ui/page-error.tsx";
import { notFound } from "#app/ui/params.ts";
import { Time } from "#app/ui/time.tsx";
import { readBuyerData } from "#app/views/buyer-data.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  const ids = orderIds(new URL(request.url).searchParams.get("orders"));
  const data = ids && (await readBuyerData(rt, shop.id, { orderIds: ids }));
  if (!ids || !data) throw notFound();
  // The person themselves is in the download alone.
  const orders = data.orders.map(({ id, name, marketplace, soldAt }) => ({ id, name, marketplace, soldAt }));
  return { orders, download: `/app/buyer-data/download?orders=${ids.join(",")}` };
}

export default function BuyerData() {
  const { orders, download } = useLoaderData<typeof loader>();
  return (
    <Page title="What is held of a buyer" backAction={{ content: "Home", url: "/app" }}>
      <Card>
        {orders.length === 0 ? (
          <Text as="p">Nothing is held of this buyer any more. Tell them so.</Text>
        ) : (
          <BlockStack gap="400">
            <Text as="p">
              The name, address and contact that the marketplace gave with each of these orders, and what was bought.
              Give the file to the person who asked, and to nobody else.
            </Text>
            <FactsList
              facts={orders.map(({ id, name, marketplace, soldAt }) => ({
                name: `${marketplace} ${name}`,
                value: (
                  <Link url={`/app/orders/${id}`}>
                    <Time at={soldAt} />
                  </Link>
                ),
              }))}
            />
            <DownloadButton from={download} as="buyer-data.json">
              Download all of it
            </DownloadButton>
          </BlockStack>
        )}
      </Card>
    </Page>
  );
}

export const ErrorBoundary = PageError;
