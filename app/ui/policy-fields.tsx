/** The fields of a policy, with an example that is worked out while one types. */
import { Banner, BlockStack, FormLayout, Select, Text, TextField } from "@shopify/polaris";
import { type EffectivePolicy, effectivePolicy } from "#app/inventory/policy.ts";
import { decideQuantity, explainQuantity } from "#app/inventory/quantity.ts";
import { sayUnits } from "#app/plain-words.ts";
import { type PolicyFormErrors, type PolicyFormValues, parsePolicyForm } from "#app/views/policy-form.ts";
import { PlanGate, useGate } from "./plan-gate.tsx";

export interface PolicyFieldsProps {
  values: PolicyFormValues;
  onChange(values: PolicyFormValues): void;
  errors: PolicyFormErrors;
  /** What holds where a field is empty, and whose it is: "the shop", "the channel"; null: nobody's. */
  inherited: EffectivePolicy;
  inheritedFrom: string | null;
  /** Units to work the example with; left out: a dozen. */
  example?: number;
  /** "this channel", "this listing" */
  subject: string;
}

const EXAMPLE_UNITS = 12;

export function PolicyFields({
  values,
  onChange,
  errors,
  inherited,
  inheritedFrom,
  example = EXAMPLE_UNITS,
  subject,
}: PolicyFieldsProps) {
  const disabled = useGate("buffers") !== null;
  const set = (change: Partial<PolicyFormValues>): void => onChange({ ...values, ...change });
  const { buffer } = inherited;
  const inheritedBuffer =
    buffer.kind === "percent" ? `${buffer.percent} %` : buffer.units === 0 ? "none" : sayUnits(buffer.units);
  return (
    <BlockStack gap="400">
      <PlanGate feature="buffers" />
      <FormLayout>
        <FormLayout.Group>
          <Select
            label="Buffer"
            name="bufferKind"
            disabled={disabled}
            value={values.bufferKind}
            onChange={(value) => set({ bufferKind: value === "units" || value === "percent" ? value : "inherit" })}
            options={[
              { value: "inherit", label: inheritedFrom ? `As for ${inheritedFrom} (${inheritedBuffer})` : "None" },
              { value: "units", label: "Units" },
              { value: "percent", label: "Percent" },
            ]}
            helpText="Kept back from what you have, against sales at the same moment."
          />
          {values.bufferKind === "inherit" ? null : (
            <TextField
              label={values.bufferKind === "units" ? "Units kept back" : "Percent kept back"}
              name="buffer"
              disabled={disabled}
              inputMode="decimal"
              autoComplete="off"
              value={values.buffer}
              onChange={(value) => set({ buffer: value })}
              {...(values.bufferKind === "percent" ? { suffix: "%" } : {})}
              {...(errors.buffer ? { error: errors.buffer } : {})}
            />
          )}
        </FormLayout.Group>
        <FormLayout.Group>
          <TextField
            label="Threshold"
            name="threshold"
            disabled={disabled}
            inputMode="numeric"
            autoComplete="off"
            value={values.threshold}
            onChange={(value) => set({ threshold: value })}
            placeholder={inherited.threshold === 0 ? "None" : String(inherited.threshold)}
            helpText="With fewer than this to sell, show 0."
            {...(errors.threshold ? { error: errors.threshold } : {})}
          />
          <TextField
            label="Cap"
            name="cap"
            disabled={disabled}
            inputMode="numeric"
            autoComplete="off"
            value={values.cap}
            onChange={(value) => set({ cap: value })}
            placeholder={inherited.cap === null ? "None" : String(inherited.cap)}
            helpText="Never show more than this."
            {...(errors.cap ? { error: errors.cap } : {})}
          />
        </FormLayout.Group>
      </FormLayout>
      <Example values={values} inherited={inherited} example={example} subject={subject} />
    </BlockStack>
  );
}

function Example({
  values,
  inherited,
  example,
  subject,
}: Required<Pick<PolicyFieldsProps, "values" | "inherited" | "example" | "subject">>) {
  const parsed = parsePolicyForm(values);
  if (!parsed.ok) return null;
  const policy = effectivePolicy(inherited, parsed.policy);
  const explanation = decideQuantity({ available: example, pendingUnits: 0, unseenUnits: 0, policy });
  return (
    <Banner tone="info">
      <Text as="p" fontWeight="semibold">
        With {example} available, {subject} shows {explanation.quantity}.
      </Text>
      <Text as="p">{explainQuantity(explanation)}</Text>
    </Banner>
  );
}
