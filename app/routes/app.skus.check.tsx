/** SKUs that will make trouble, each with the way to mend it in Shopify, and what a good one is like. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Box, Button, Card, InlineStack, Layout, Link, List, Page, Text } from "@shopify/polaris";
import { authenticateShop } from "#app/shopify.server.ts";
import { PageError } from "#app/ui/page-error.tsx";
import { ShopifyLink } from "#app/ui/shopify-link.tsx";
import { isSkuCheck, readSkuCheck, type SkuCheck } from "#app/views/sku-check.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  const query = new URL(request.url).searchParams;
  const check = query.get("check") ?? "";
  const from = (query.get("from") ?? "")
    .replace(/\p{Cc}/gu, "")
    .toWellFormed()
    .slice(0, 255);
  return readSkuCheck(rt, shop.id, { check: isSkuCheck(check) ? check : "missing", from });
}

const CHECKS: Record<SkuCheck, { label: string; why: string; none: string }> = {
  missing: {
    label: "Missing",
    why: "A listing finds its product by the SKU. Without one it finds it by the barcode alone, or not at all.",
    none: "Every variant has a SKU.",
  },
  shared: {
    label: "Shared",
    why: "Several variants have the same SKU, so a listing with it can’t be matched. Give each its own.",
    none: "No two variants share a SKU.",
  },
  alike: {
    label: "Alike",
    why: "These differ by capitals or spaces alone. Marketplaces take some of them for one, and people all of them.",
    none: "No SKUs are the same but for capitals or spaces.",
  },
  odd: {
    label: "Odd characters",
    why: "Spaces, signs, a leading zero or more than 40 characters: a marketplace or a spreadsheet may change such a SKU.",
    none: "No SKU has characters that may be changed on the way.",
  },
};

export default function CheckSkus() {
  const { check, groups, counts, countMax, isMore, nextFrom, comparedMax } = useLoaderData<typeof loader>();
  const { why, none } = CHECKS[check];
  const compares = check === "shared" || check === "alike";
  return (
    <Page
      title="Check SKUs"
      subtitle="What keeps listings from finding their products."
      backAction={{ content: "SKUs", url: "/app/skus" }}
    >
      <Layout>
        <Layout.Section>
          <Card>
            <BlockStack gap="400">
              <InlineStack gap="200">
                {Object.entries(CHECKS).map(([name, { label }]) => (
                  <Button
                    key={name}
                    url={`/app/skus/check?check=${name}`}
                    // Where one is, not what to do next: no primary button.
                    variant={name === check ? "secondary" : "tertiary"}
                    {...(name === check
                      ? { accessibilityLabel: `${label} (${countText(counts[check], countMax)}), shown` }
                      : {})}
                  >
                    {`${label} (${countText(counts[name as SkuCheck], countMax)})`}
                  </Button>
                ))}
              </InlineStack>
              <Text as="p">{groups.length === 0 ? none : why}</Text>
              {groups.map((group) => (
                <Box key={group[0]?.id ?? 0} paddingBlockStart="200" borderBlockStartWidth="025" borderColor="border">
                  <BlockStack gap="200">
                    {group.map((variant) => (
                      <InlineStack key={variant.id} align="space-between" gap="300" blockAlign="center">
                        <BlockStack>
                          <Link url={`/app/skus/${variant.id}`} removeUnderline>
                            {variant.name}
                          </Link>
                          {/* As it is: spaces count here. */}
                          <span style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
                            <Text as="span" tone="subdued">
                              {variant.sku === null ? "no SKU" : `“${variant.sku}”`}
                            </Text>
                          </span>
                        </BlockStack>
                        <ShopifyLink path={variant.path} about={variant.name}>
                          Mend it in Shopify
                        </ShopifyLink>
                      </InlineStack>
                    ))}
                  </BlockStack>
                </Box>
              ))}
              {isMore || counts[check] > groups.length ? (
                <Text as="p" tone="subdued">
                  {`These are the first ${groups.length}. The others come up as you mend these.`}
                </Text>
              ) : null}
              {compares && nextFrom !== null ? (
                <Text as="p">
                  {`${comparedMax.toLocaleString("en")} SKUs were compared, in their order. `}
                  <Link url={`/app/skus/check?${new URLSearchParams({ check, from: nextFrom })}`}>
                    Compare the next
                  </Link>
                </Text>
              ) : null}
            </BlockStack>
          </Card>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <Card>
            <BlockStack gap="300">
              <Text as="h2" variant="headingMd">
                A good SKU
              </Text>
              <List>
                <List.Item>One for each variant, and never used again for another.</List.Item>
                <List.Item>Capitals, digits and dashes, such as MUG-MOSS-L. No spaces.</List.Item>
                <List.Item>Begins with a letter: a spreadsheet drops leading zeros.</List.Item>
                <List.Item>At most 40 characters: more is too long for some marketplaces.</List.Item>
                <List.Item>The same in Shopify and on every marketplace.</List.Item>
              </List>
            </BlockStack>
          </Card>
        </Layout.Section>
      </Layout>
    </Page>
  );
}

/** As many as are counted: there may be more. */
function countText(number: number, max: number): string {
  return number >= max ? `${max.toLocaleString("en")} or more` : String(number);
}

export const ErrorBoundary = PageError;
