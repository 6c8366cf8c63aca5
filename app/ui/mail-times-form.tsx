/** When mail leaves, and who hears where nobody answers. */
import { BlockStack, Card, Checkbox, FormLayout, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import type { MailTimes } from "#app/notifications/settings.ts";
import { SaveBarForm } from "./save-bar-form.tsx";
import { useShop } from "./shop-context.tsx";

function valuesOf({ quiet, digestAt, escalation }: MailTimes) {
  return {
    hasQuiet: quiet !== null,
    quietFrom: quiet?.from ?? "22:00",
    quietTo: quiet?.to ?? "07:00",
    digestAt,
    escalates: escalation !== null,
    escalateTo: escalation?.address ?? "",
    escalateHours: String(escalation?.hours ?? 4),
  };
}

export function MailTimesForm({ times }: { times: MailTimes }) {
  const { timezone } = useShop();
  const saved = valuesOf(times);
  const [values, setValues] = useState(saved);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const set = (change: Partial<typeof saved>): void => setValues({ ...values, ...change });
  const errorOf = (field: string) => (errors[field] ? { error: errors[field] } : {});
  return (
    <Card>
      <SaveBarForm
        id="mail-times"
        dirty={JSON.stringify(values) !== JSON.stringify(saved)}
        fields={() => [
          ["intent", "save-times"],
          ...Object.entries(values).map(([name, value]): [string, string] => [name, String(value)]),
        ]}
        onDiscard={() => {
          setValues(saved);
          setErrors({});
        }}
        onErrors={setErrors}
      >
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            When
          </Text>
          <Text as="p" tone="subdued">
            Times are those of your shop ({timezone}).
          </Text>
        </BlockStack>
        <FormLayout>
          <TextField
            label="What comes once a day comes at"
            type="time"
            value={values.digestAt}
            onChange={(digestAt) => set({ digestAt })}
            autoComplete="off"
            {...errorOf("digestAt")}
          />
          <Checkbox
            label="Quiet hours"
            helpText="Nothing is mailed then. What is over by the end of them is not mailed at all."
            checked={values.hasQuiet}
            onChange={(hasQuiet) => set({ hasQuiet })}
          />
          {values.hasQuiet ? (
            <FormLayout.Group condensed>
              <TextField
                label="From"
                type="time"
                value={values.quietFrom}
                onChange={(quietFrom) => set({ quietFrom })}
                autoComplete="off"
                {...errorOf("quietFrom")}
              />
              <TextField
                label="To"
                type="time"
                value={values.quietTo}
                onChange={(quietTo) => set({ quietTo })}
                autoComplete="off"
                {...errorOf("quietTo")}
              />
            </FormLayout.Group>
          ) : null}
          <Checkbox
            label="Tell somebody else when nobody answers"
            helpText="An urgent alert is answered when somebody presses “I’ll see to it”, or when its cause is gone."
            checked={values.escalates}
            onChange={(escalates) => set({ escalates })}
          />
          {values.escalates ? (
            <FormLayout.Group condensed>
              <TextField
                label="After so many hours"
                type="number"
                min={1}
                max={168}
                value={values.escalateHours}
                onChange={(escalateHours) => set({ escalateHours })}
                autoComplete="off"
                {...errorOf("escalateHours")}
              />
              <TextField
                label="E-mail address to tell"
                type="email"
                value={values.escalateTo}
                onChange={(escalateTo) => set({ escalateTo })}
                autoComplete="off"
                {...errorOf("escalateTo")}
              />
            </FormLayout.Group>
          ) : null}
        </FormLayout>
      </SaveBarForm>
    </Card>
  );
}
