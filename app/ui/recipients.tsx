/** Who gets which mail: an address each, and what of each kind. */
import {
  BlockStack,
  Button,
  Card,
  Checkbox,
  InlineGrid,
  InlineStack,
  Modal,
  Select,
  Text,
  TextField,
} from "@shopify/polaris";
import { type FormEvent, useEffect, useState } from "react";
import { ALERT_GROUP_HELP, ALERT_GROUP_NAMES, ALERT_GROUPS } from "#app/alerts/kinds.ts";
import { DEFAULT_WANTS, type Recipient, sayWants, WHEN, WHEN_NAMES, type When } from "#app/notifications/settings.ts";
import { ActionButton, useAction } from "./action-button.tsx";

export function Recipients({ recipients, canTest }: { recipients: Recipient[]; canTest: boolean }) {
  /** Null: none is open; "": a new one. */
  const [open, setOpen] = useState<string | null>(null);
  const editing = recipients.find((one) => one.address === open);
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            Who gets mail
          </Text>
          <Button onClick={() => setOpen("")}>Add an address</Button>
        </InlineStack>
        {recipients.length === 0 ? (
          <Text as="p" tone="subdued">
            Nobody gets mail yet. Add the address of whoever looks after your channels.
          </Text>
        ) : null}
        {recipients.map(({ address, wants }) => (
          <BlockStack key={address} gap="200">
            <BlockStack gap="050">
              <Text as="h3" variant="headingSm" breakWord>
                {address}
              </Text>
              <Text as="p" tone="subdued">
                Gets {sayWants(wants)}
              </Text>
            </BlockStack>
            <InlineStack gap="200">
              <Button size="slim" onClick={() => setOpen(address)} accessibilityLabel={`Change what ${address} gets`}>
                Change
              </Button>
              <ActionButton
                size="slim"
                disabled={!canTest}
                fields={{ intent: "send-test", address }}
                accessibilityLabel={`Send a test mail to ${address}`}
              >
                Send a test mail
              </ActionButton>
              <ActionButton
                size="slim"
                tone="critical"
                fields={{ intent: "remove-recipient", address }}
                accessibilityLabel={`Remove ${address}`}
              >
                Remove
              </ActionButton>
            </InlineStack>
          </BlockStack>
        ))}
      </BlockStack>
      {open === null ? null : (
        <RecipientForm key={open} {...(editing ? { recipient: editing } : {})} onClose={() => setOpen(null)} />
      )}
    </Card>
  );
}

function RecipientForm({ recipient, onClose }: { recipient?: Recipient; onClose(): void }) {
  const { submit, busy, reply } = useAction();
  const [address, setAddress] = useState(recipient?.address ?? "");
  const [wants, setWants] = useState(recipient?.wants ?? DEFAULT_WANTS);
  /** What was last refused, or saved: of another address nothing is known yet. */
  const [sent, setSent] = useState(address);
  const save = (event?: FormEvent): void => {
    event?.preventDefault();
    setSent(address);
    submit({ intent: "save-recipient", address, ...wants.groups, summary: String(wants.summary) });
  };
  useEffect(() => {
    if (reply?.ok) onClose();
  }, [reply, onClose]);
  const isSame = sent === address;
  const error = reply && !reply.ok && !busy && isSame ? (reply.errors?.address ?? reply.message) : undefined;
  return (
    <Modal
      open
      onClose={onClose}
      title={recipient ? `What ${recipient.address} gets` : "Add an address"}
      primaryAction={{ content: "Save", onAction: () => save(), loading: busy }}
      secondaryActions={[{ content: "Cancel", onAction: onClose }]}
    >
      <Modal.Section>
        <form onSubmit={save} noValidate>
          <BlockStack gap="400">
            {recipient ? null : (
              <TextField
                label="E-mail address"
                type="email"
                value={address}
                onChange={setAddress}
                autoComplete="off"
                {...(error ? { error } : {})}
              />
            )}
            {recipient && error ? (
              <Text as="p" tone="critical">
                {error}
              </Text>
            ) : null}
            <InlineGrid columns={{ xs: 1, sm: 2 }} gap="400">
              {ALERT_GROUP_NAMES.map((group) => (
                <Select
                  key={group}
                  label={ALERT_GROUPS[group]}
                  helpText={ALERT_GROUP_HELP[group]}
                  options={WHEN_NAMES.map((when) => ({ label: WHEN[when], value: when }))}
                  value={wants.groups[group]}
                  onChange={(when) => setWants({ ...wants, groups: { ...wants.groups, [group]: when as When } })}
                />
              ))}
            </InlineGrid>
            <Checkbox
              label="What went well, once a day"
              helpText="How many quantities, orders and parcels went through."
              checked={wants.summary}
              onChange={(summary) => setWants({ ...wants, summary })}
            />
          </BlockStack>
          <button type="submit" hidden />
        </form>
      </Modal.Section>
    </Modal>
  );
}
