/** What the shop's plan does not have: said where it would be, with the plan that has it. */
import { Banner, BlockStack, Button, InlineStack, Page } from "@shopify/polaris";
import { type Feature, type Gate, gateFor } from "#app/plans/entitlements.ts";
import { useShop } from "./shop-context.tsx";

/** Null: the shop may use it. The server refuses by itself; this is so that nobody has to try. */
export function useGate(feature: Feature): Gate | null {
  return useShop().gates.find((gate) => gate.feature === feature) ?? null;
}

export function PlanGate({ feature }: { feature: Feature }) {
  const gate = useGate(feature);
  return gate ? <GateBanner gate={gate} /> : null;
}

function GateBanner({ gate }: { gate: Gate }) {
  return (
    <Banner tone="info" title={gate.title}>
      <BlockStack gap="200">
        <p>{gate.text}</p>
        <InlineStack>
          <Button url="/app/plan">See plans</Button>
        </InlineStack>
      </BlockStack>
    </Banner>
  );
}

/** A page that is all of it. */
export function GatedPage({ title, feature }: { title: string; feature: Feature }) {
  return (
    <Page title={title}>
      <GateBanner gate={gateFor(feature)} />
    </Page>
  );
}
