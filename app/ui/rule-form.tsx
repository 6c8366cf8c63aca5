/** A rule, filled in: whom it is about, on which channel, and what it does. What it moves is shown before it is saved. */
import {
  BlockStack,
  Box,
  Button,
  Card,
  ChoiceList,
  FormLayout,
  InlineStack,
  Select,
  Text,
  TextField,
} from "@shopify/polaris";
import { type FormEvent, useState } from "react";
import type { EffectivePolicy } from "#app/inventory/policy.ts";
import { CONDITIONS_MAX, type ListingRuleValue } from "#app/listing-rules/rules.ts";
import {
  CONDITION_FIELDS,
  CONDITION_LABELS,
  type ConditionForm,
  type RuleFormValues,
  ruleFormValues,
  waysOf,
} from "#app/views/rule-form.ts";
import { useAction } from "./action-button.tsx";
import { NotSaved } from "./not-saved.tsx";
import { PolicyFields } from "./policy-fields.tsx";

export function RuleForm({
  rule,
  channels,
  inherited,
}: {
  rule: ListingRuleValue | null;
  channels: { id: number; name: string }[];
  inherited: EffectivePolicy;
}) {
  const { submit, busy, reply, question } = useAction();
  const [values, setValues] = useState<RuleFormValues>(() => ruleFormValues(rule));
  const set = (change: Partial<RuleFormValues>): void => setValues({ ...values, ...change });
  const refused = reply && !reply.ok && !busy ? reply : null;
  const errors = refused?.errors ?? {};
  const save = (event?: FormEvent): void => {
    event?.preventDefault();
    if (busy) return;
    const { conditions, ...rest } = values;
    submit({ intent: "save-listing-rule", ...rest, conditions: JSON.stringify(conditions) });
  };
  return (
    <form onSubmit={save} noValidate>
      <BlockStack gap="400">
        {refused ? <NotSaved why={errors.conditions ?? refused.message} /> : null}
        <Card>
          <FormLayout>
            <TextField
              label="Name"
              value={values.name}
              onChange={(name) => set({ name })}
              autoComplete="off"
              maxLength={100}
              placeholder="Clearance"
              {...(errors.name ? { error: errors.name } : {})}
            />
            <Select
              label="On"
              value={values.channelId}
              onChange={(channelId) => set({ channelId })}
              options={[
                { value: "", label: "Every channel" },
                ...channels.map((one) => ({ value: String(one.id), label: one.name })),
              ]}
            />
          </FormLayout>
        </Card>
        <Card>
          <BlockStack gap="400">
            <Text as="h2" variant="headingMd">
              Which listings
            </Text>
            <Select
              label="A listing is hit when its product meets"
              value={values.match}
              onChange={(match) => set({ match: match === "any" ? "any" : "all" })}
              options={[
                { value: "all", label: "all of these" },
                { value: "any", label: "any of these" },
              ]}
            />
            <Conditions conditions={values.conditions} errors={errors} onChange={(conditions) => set({ conditions })} />
          </BlockStack>
        </Card>
        <Card>
          <BlockStack gap="400">
            <ChoiceList
              title="What it does"
              selected={[values.kind]}
              onChange={([kind]) => set({ kind: kind === "policy" ? "policy" : "exclude" })}
              choices={[
                {
                  value: "exclude",
                  label: "Exclude",
                  helpText: "The listing keeps the quantity that it shows. Orders are still imported.",
                },
                {
                  value: "policy",
                  label: "Set a policy",
                  helpText: "A buffer, a threshold or a cap, instead of the channel’s. A cap of 0 takes listings to 0.",
                },
              ]}
            />
            {values.kind === "policy" ? (
              <PolicyFields
                values={values}
                onChange={(policy) => set(policy)}
                errors={errors}
                inherited={inherited}
                inheritedFrom="the channel"
                subject="such a listing"
              />
            ) : null}
          </BlockStack>
        </Card>
        {/* On a phone the cards go from edge to edge; a button does not. */}
        <Box paddingInline={{ xs: "400", sm: "0" }} paddingBlockEnd="400">
          <InlineStack align="end">
            <Button submit variant="primary" loading={busy}>
              Save rule
            </Button>
          </InlineStack>
        </Box>
      </BlockStack>
      {question}
    </form>
  );
}

const HINTS: Partial<Record<ConditionForm["field"], string>> = {
  collection: "As it is called in Shopify.",
  sku: "MUG-MOSS is one SKU, MUG-* all that begin so.",
  stock: "Asked anew with each sale.",
};

function Conditions({
  conditions,
  errors,
  onChange,
}: {
  conditions: ConditionForm[];
  errors: Record<string, string>;
  onChange(conditions: ConditionForm[]): void;
}) {
  // Which collection it was is known by its name, as long as that stays.
  const set = (at: number, change: Partial<ConditionForm>): void =>
    onChange(
      conditions.map(({ collectionId, ...one }, other) => {
        const isKept = collectionId !== undefined && (other !== at || !("text" in change || "field" in change));
        return { ...one, ...(isKept && { collectionId }), ...(other === at && change) };
      }),
    );
  return (
    <BlockStack gap="400">
      {conditions.map((one, at) => {
        const error = errors[`conditions.${at}`];
        const hint = HINTS[one.field];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no names of their own
          <BlockStack key={at} gap="200">
            <FormLayout>
              <FormLayout.Group>
                <Select
                  label={`Condition ${at + 1}`}
                  value={one.field}
                  onChange={(value) => {
                    const field = CONDITION_FIELDS.find((known) => known === value) ?? "tag";
                    const how = waysOf(field).some((way) => way.value === one.how) ? one.how : waysOf(field)[0]?.value;
                    set(at, { field, how: how ?? "is" });
                  }}
                  options={CONDITION_FIELDS.map((field) => ({ value: field, label: CONDITION_LABELS[field] }))}
                />
                <Select
                  label="How"
                  value={one.how}
                  onChange={(value) =>
                    set(at, { how: waysOf(one.field).find((way) => way.value === value)?.value ?? "is" })
                  }
                  options={waysOf(one.field)}
                />
                <TextField
                  label="What"
                  value={one.text}
                  onChange={(text) => set(at, { text })}
                  autoComplete="off"
                  {...(hint ? { helpText: hint } : {})}
                  {...(error ? { error } : {})}
                />
              </FormLayout.Group>
            </FormLayout>
            {conditions.length > 1 ? (
              <InlineStack>
                <Button
                  variant="plain"
                  tone="critical"
                  onClick={() => onChange(conditions.filter((_, other) => other !== at))}
                  accessibilityLabel={`Remove condition ${at + 1}`}
                >
                  Remove
                </Button>
              </InlineStack>
            ) : null}
          </BlockStack>
        );
      })}
      {conditions.length < CONDITIONS_MAX ? (
        <InlineStack>
          <Button onClick={() => onChange([...conditions, { field: "tag", how: "is", text: "" }])}>
            Add a condition
          </Button>
        </InlineStack>
      ) : null}
    </BlockStack>
  );
}
