/** Keys to a marketplace account, typed in. What was wrong with them stays beside the fields until it is mended. */
import { Banner, BlockStack, Button, FormLayout, InlineStack, TextField } from "@shopify/polaris";
import { type FormEvent, useEffect, useState } from "react";
import type { KeyField } from "#app/views/channels.ts";
import { useAction } from "./action-button.tsx";
import { keyField } from "./key-names.ts";

export interface KeysFormProps {
  id: string;
  keys: readonly KeyField[];
  /** Sent with the keys. */
  fields: Record<string, string>;
  /** What the button says. */
  submitLabel: string;
}

export function KeysForm({ id, keys, fields, submitLabel }: KeysFormProps) {
  const { submit, busy, reply } = useAction();
  const [values, setValues] = useState<Record<string, string>>({});
  const errors = reply && !reply.ok ? (reply.errors ?? {}) : {};
  const isDone = reply?.ok === true;
  // Keys stay in the page no longer than they are needed.
  useEffect(() => {
    if (isDone) setValues({});
  }, [isDone]);

  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (busy) return;
    submit({ ...fields, ...Object.fromEntries(keys.map(({ name }) => [keyField(name), values[name] ?? ""])) });
  };
  return (
    <form id={id} onSubmit={send} noValidate>
      <BlockStack gap="300">
        {reply && !reply.ok && !busy ? (
          <Banner tone="critical" title="Not connected">
            <p>{reply.message}</p>
          </Banner>
        ) : null}
        <FormLayout>
          {keys.map(({ name, label, help, secret }) => (
            <TextField
              key={name}
              id={`${id}-${name}`}
              name={keyField(name)}
              label={label}
              helpText={help}
              type={secret ? "password" : "text"}
              autoComplete="off"
              spellCheck={false}
              value={values[name] ?? ""}
              onChange={(value) => setValues({ ...values, [name]: value })}
              {...(errors[keyField(name)] && !busy ? { error: errors[keyField(name)] } : {})}
            />
          ))}
        </FormLayout>
        <InlineStack>
          <Button submit loading={busy}>
            {submitLabel}
          </Button>
        </InlineStack>
      </BlockStack>
    </form>
  );
}
