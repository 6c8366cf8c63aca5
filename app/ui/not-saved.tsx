/** Above a form that the server would not save: why. */
import { Banner } from "@shopify/polaris";

export function NotSaved({ why }: { why: string }) {
  return (
    <Banner tone="critical" title="Not saved">
      <p>{why}</p>
    </Banner>
  );
}
