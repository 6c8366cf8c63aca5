/** Changes of many listings, the latest first. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Box, Card, InlineStack, Link, Page, Text } from "@shopify/polaris";
import { ProductIcon } from "@shopify/polaris-icons";
import { authenticateShop } from "#app/shopify.server.ts";
import { Empty } from "#app/ui/empty.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { Ago } from "#app/ui/time.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { readSweeps } from "#app/views/sweeps.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  return readSweeps(rt, shop.id, userId);
}

export default function ChangesOfMany() {
  const { rows, live } = useLoaderData<typeof loader>();
  useLive(live);
  return (
    <Page
      title="Changes of many listings"
      subtitle="What was done to many listings at once. Each can be undone for seven days."
      backAction={{ content: "Listings", url: "/app/listings" }}
    >
      <Card>
        {rows.length === 0 ? (
          <Empty icon={ProductIcon} heading="None yet" action={{ content: "Choose listings", url: "/app/listings" }}>
            <p>Tick listings, or all that match a filter, then say what to do with them.</p>
          </Empty>
        ) : (
          <BlockStack gap="400">
            {rows.map((row) => (
              <InlineStack key={row.id} align="space-between" blockAlign="start" gap="300" wrap={false}>
                <BlockStack gap="050">
                  <Link url={`/app/listings/changes/${row.id}`} removeUnderline>
                    <Text as="span" fontWeight="semibold">
                      {row.title}
                    </Text>
                  </Link>
                  <Text as="p" breakWord>
                    {row.did ?? row.about}
                  </Text>
                  <Text as="p" tone="subdued" variant="bodySm">
                    {row.who}, <Ago at={row.at} />
                  </Text>
                </BlockStack>
                <Box minWidth="fit-content">
                  <StatusBadge said={row.said} />
                </Box>
              </InlineStack>
            ))}
          </BlockStack>
        )}
      </Card>
    </Page>
  );
}

export const ErrorBoundary = PageError;
