/** A policy that is saved: of the shop, a channel or a listing. */
import { BlockStack, Card, Text } from "@shopify/polaris";
import { type ReactNode, useState } from "react";
import type { Policy } from "#app/inventory/policy.ts";
import { type PolicyFormErrors, policyFormValues } from "#app/views/policy-form.ts";
import { PolicyFields, type PolicyFieldsProps } from "./policy-fields.tsx";
import { SaveBarForm } from "./save-bar-form.tsx";

export function PolicyForm({
  id,
  intent,
  title,
  about,
  policy,
  ...fields
}: {
  id: string;
  intent: string;
  title: string;
  about: ReactNode;
  policy: Policy | null;
} & Omit<PolicyFieldsProps, "values" | "onChange" | "errors">) {
  const saved = policyFormValues(policy);
  const [draft, setDraft] = useState<typeof saved | null>(null);
  const [errors, setErrors] = useState<PolicyFormErrors>({});
  const now = draft ?? saved;
  return (
    <SaveBarForm
      id={id}
      dirty={draft !== null && JSON.stringify(draft) !== JSON.stringify(saved)}
      fields={() => [["intent", intent], ...Object.entries(now)]}
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
              {title}
            </Text>
            <Text as="p" tone="subdued">
              {about}
            </Text>
          </BlockStack>
          <PolicyFields values={now} onChange={setDraft} errors={errors} {...fields} />
        </BlockStack>
      </Card>
    </SaveBarForm>
  );
}
