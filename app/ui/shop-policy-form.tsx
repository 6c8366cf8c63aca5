/** The policy of the whole shop: what holds where neither a listing nor a rule nor its channel says otherwise. */
import { BlockStack, Card, Text } from "@shopify/polaris";
import { useState } from "react";
import { NO_POLICY, type Policy } from "#app/inventory/policy.ts";
import { type PolicyFormErrors, policyFormValues } from "#app/views/policy-form.ts";
import { PolicyFields } from "./policy-fields.tsx";
import { SaveBarForm } from "./save-bar-form.tsx";

const EXAMPLE_UNITS = 12;

export function ShopPolicyForm({ policy }: { policy: Policy | null }) {
  const saved = policyFormValues(policy);
  const [draft, setDraft] = useState<typeof saved | null>(null);
  const [errors, setErrors] = useState<PolicyFormErrors>({});
  const now = draft ?? saved;
  return (
    <SaveBarForm
      id="shop-policy"
      dirty={draft !== null && JSON.stringify(draft) !== JSON.stringify(saved)}
      fields={() => [["intent", "save-shop-policy"], ...Object.entries(now)]}
      onDiscard={() => {
        setDraft(null);
        setErrors({});
      }}
      onErrors={setErrors}
    >
      <Card>
        <BlockStack gap="400">
          <BlockStack gap="100">
            <Text as="h2" variant="headingMd">
              Policy of the shop
            </Text>
            <Text as="p" tone="subdued">
              It holds for every listing, unless the listing, a rule or its channel says otherwise.
            </Text>
          </BlockStack>
          <PolicyFields
            values={now}
            onChange={setDraft}
            errors={errors}
            inherited={NO_POLICY}
            inheritedFrom={null}
            example={EXAMPLE_UNITS}
            subject="a listing"
          />
        </BlockStack>
      </Card>
    </SaveBarForm>
  );
}
