/** A policy for many listings: filled in before what it does is worked out. */
import { BlockStack, InlineError, Modal, Text } from "@shopify/polaris";
import { useState } from "react";
import type { EffectivePolicy } from "#app/inventory/policy.ts";
import { type PolicyFormValues, parsePolicyForm, policyFormValues } from "#app/views/policy-form.ts";
import { PolicyFields } from "./policy-fields.tsx";

export function SweepPolicy({
  listings,
  inherited,
  busy,
  onClose,
  onSubmit,
}: {
  /** "12 listings" */
  listings: string;
  inherited: EffectivePolicy;
  busy: boolean;
  onClose(): void;
  onSubmit(values: PolicyFormValues): void;
}) {
  const [values, setValues] = useState(() => policyFormValues(null));
  const [isTried, setIsTried] = useState(false);
  const parsed = parsePolicyForm(values);
  const isEmpty = parsed.ok && parsed.policy === null;
  return (
    <Modal
      open
      onClose={onClose}
      title={`Set a policy for ${listings}`}
      primaryAction={{
        content: "See what it does",
        loading: busy,
        onAction: () => (parsed.ok && !isEmpty ? onSubmit(values) : setIsTried(true)),
      }}
      secondaryActions={[{ content: "Cancel", onAction: onClose, disabled: busy }]}
    >
      <Modal.Section>
        <BlockStack gap="400">
          <Text as="p" tone="subdued">
            It takes the place of the policy that each of them has. Nothing is saved before you have seen what it does.
          </Text>
          {isTried && isEmpty ? <InlineError fieldID="sweep-policy" message="Fill in at least one of these." /> : null}
          <PolicyFields
            values={values}
            onChange={setValues}
            errors={isTried && !parsed.ok ? parsed.errors : {}}
            inherited={inherited}
            inheritedFrom="the channel"
            subject="a listing"
          />
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}
