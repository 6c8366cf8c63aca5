import { BlockStack, Card, SkeletonBodyText, SkeletonPage } from "@shopify/polaris";

/** Stands in while another screen's data is on its way. */
export function LoadingPage() {
  return (
    <SkeletonPage title="Loading" primaryAction>
      <BlockStack gap="400">
        <Card>
          <SkeletonBodyText lines={4} />
        </Card>
        <Card>
          <SkeletonBodyText lines={8} />
        </Card>
      </BlockStack>
    </SkeletonPage>
  );
}
