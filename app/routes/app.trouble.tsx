/** What is wrong with a SKU: typed, and told for the SKU and for each of its listings, with where it is mended. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useSearchParams } from "@remix-run/react";
import { BlockStack, Card, InlineStack, Link, Page, Text } from "@shopify/polaris";
import { authenticateShop } from "#app/shopify.server.ts";
import { Filters } from "#app/ui/filters.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { TroubleRow } from "#app/ui/trouble-row.tsx";
import { findTrouble, type TroubleFound } from "#app/views/find-trouble.ts";
import { readSearch } from "#app/views/paging.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  const sku = readSearch(new URL(request.url).searchParams);
  return { found: sku === "" ? null : await findTrouble(rt, shop.id, sku) };
}

export default function FindTrouble() {
  const { found } = useLoaderData<typeof loader>();
  return (
    <Page
      title="What is wrong with a SKU?"
      subtitle="Type it, and see for each channel why it shows what it shows."
      backAction={{ content: "SKUs", url: "/app/skus" }}
    >
      <BlockStack gap="400">
        <Card padding="0">
          <Filters search={{ label: "SKU", placeholder: "The whole SKU" }} choices={[]} />
        </Card>
        {found ? <Found found={found} /> : null}
      </BlockStack>
    </Page>
  );
}

function Found({ found: { variants, troubles, listings, more } }: { found: TroubleFound }) {
  const [query] = useSearchParams();
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd" breakWord>
            {query.get("search")}
          </Text>
          <InlineStack gap="300">
            {variants.map((variant) => (
              <Link key={variant.id} url={`/app/skus/${variant.id}`}>
                {variant.name}
              </Link>
            ))}
          </InlineStack>
        </BlockStack>
        {troubles.map((trouble) => (
          <TroubleRow key={trouble.why} trouble={trouble} />
        ))}
        {listings.map((listing) => (
          <TroubleRow key={listing.id} trouble={listing.trouble} listing={listing} />
        ))}
        {more ? (
          <Text as="p" tone="subdued">
            More listings carry it. These are the first.
          </Text>
        ) : null}
      </BlockStack>
    </Card>
  );
}

export const ErrorBoundary = PageError;
