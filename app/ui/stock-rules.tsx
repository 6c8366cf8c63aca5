/** When a SKU is low: a rule for one, for those that begin alike, or for all. */
import { BlockStack, Button, Card, Checkbox, FormLayout, InlineStack, Modal, Text, TextField } from "@shopify/polaris";
import { type FormEvent, useEffect, useState } from "react";
import type { AlertRules } from "#app/views/alerts.ts";
import { ActionButton, useAction } from "./action-button.tsx";

type Rule = AlertRules["stock"][number];

export function StockRules({ rules }: { rules: Rule[] }) {
  /** Null: none is open; "": a new one. */
  const [open, setOpen] = useState<string | null>(null);
  const editing = rules.find((one) => one.pattern === open);
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            Low stock
          </Text>
          <Button onClick={() => setOpen("")}>Add a rule</Button>
        </InlineStack>
        <Text as="p" tone="subdued">
          You are told once when a SKU falls to its number, and again only after it was above it.
        </Text>
        {rules.map((one) => (
          <InlineStack key={one.pattern} align="space-between" blockAlign="start" gap="200">
            <BlockStack gap="050">
              <Text as="h3" variant="headingSm" breakWord>
                {one.what}
              </Text>
              <Text as="p" tone="subdued" breakWord>
                {one.says}
              </Text>
            </BlockStack>
            <InlineStack gap="200">
              <Button size="slim" onClick={() => setOpen(one.pattern)} accessibilityLabel={`Change: ${one.what}`}>
                Change
              </Button>
              <ActionButton
                size="slim"
                tone="critical"
                fields={{ intent: "remove-rule", pattern: one.pattern }}
                accessibilityLabel={`Remove: ${one.what}`}
              >
                Remove
              </ActionButton>
            </InlineStack>
          </InlineStack>
        ))}
      </BlockStack>
      {open === null ? null : (
        <RuleForm key={open} {...(editing ? { rule: editing } : {})} onClose={() => setOpen(null)} />
      )}
    </Card>
  );
}

function RuleForm({ rule, onClose }: { rule?: Rule; onClose(): void }) {
  const { submit, busy, reply, question } = useAction();
  const [values, setValues] = useState({
    pattern: rule?.pattern ?? "",
    units: String(rule?.rule.units ?? 5),
    owner: rule?.rule.owner ?? "",
    answerHours: String(rule?.rule.answerHours ?? ""),
    holds: rule?.rule.holds ?? false,
  });
  const set = (change: Partial<typeof values>): void => setValues({ ...values, ...change });
  const save = (event?: FormEvent): void => {
    event?.preventDefault();
    submit({ intent: "save-rule", ...values, holds: String(values.holds) });
  };
  useEffect(() => {
    if (reply?.ok) onClose();
  }, [reply, onClose]);
  const errors = reply && !reply.ok && !busy ? (reply.errors ?? { pattern: reply.message }) : {};
  const errorOf = (field: string) => (errors[field] ? { error: errors[field] } : {});
  return (
    <Modal
      open
      onClose={onClose}
      title={rule ? rule.what : "When is it low?"}
      primaryAction={{ content: "Save", onAction: () => save(), loading: busy }}
      secondaryActions={[{ content: "Cancel", onAction: onClose }]}
    >
      <Modal.Section>
        <form onSubmit={save} noValidate>
          <FormLayout>
            {rule ? null : (
              <TextField
                label="SKU"
                value={values.pattern}
                onChange={(pattern) => set({ pattern })}
                autoComplete="off"
                helpText="MUG-MOSS is one SKU, MUG-* all that begin so, * every SKU. The most exact rule holds."
                {...errorOf("pattern")}
              />
            )}
            <TextField
              label="Low at so many units, or fewer"
              type="number"
              min={0}
              value={values.units}
              onChange={(units) => set({ units })}
              autoComplete="off"
              {...errorOf("units")}
            />
            <Checkbox
              label="Then hold it at 0 on every channel until I release it"
              checked={values.holds}
              onChange={(holds) => set({ holds })}
              helpText="Where 0 can’t be taken back, one stays on sale. With a * it holds what falls from now on."
            />
            <TextField
              label="Who answers for it (e-mail address, optional)"
              type="email"
              value={values.owner}
              onChange={(owner) => set({ owner })}
              autoComplete="off"
              helpText="Hears of it at once, beside those under Notifications."
              {...errorOf("owner")}
            />
            <TextField
              label="Hours to see to it in (optional)"
              type="number"
              min={1}
              max={168}
              value={values.answerHours}
              onChange={(answerHours) => set({ answerHours })}
              autoComplete="off"
              helpText="After that the address under Notifications is told that is for what nobody answers."
              {...errorOf("answerHours")}
            />
          </FormLayout>
          <button type="submit" hidden />
        </form>
        {question}
      </Modal.Section>
    </Modal>
  );
}
