/** What the marketplace gave of a held order's buyer: read when it is asked for, shown with what is at fault, corrected. */
import { useFetcher } from "@remix-run/react";
import { Banner, BlockStack, Button, Card, InlineError, Modal, Select, Text, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { AddressRead, AddressShown } from "#app/flows/correct-address.ts";
import { BUYER_FIELDS, type BuyerField } from "#app/orders/corrected-buyer.ts";
import type { OrderView } from "../views/orders.ts";
import { ActionButton, useAction } from "./action-button.tsx";
import { NotSaved } from "./not-saved.tsx";
import { Time } from "./time.tsx";
import { WhatFollows } from "./what-follows.tsx";

const TITLE = "Correct the address";

/** `isWanted`: that is why the order is on hold. */
export function CorrectAddress({ isWanted }: { isWanted: boolean }) {
  const fetcher = useFetcher<AddressRead>();
  const [closed, setClosed] = useState<unknown>(null);
  const reply = fetcher.data;
  const address = reply?.ok && reply !== closed ? reply.address : null;
  const busy = fetcher.state !== "idle";
  return (
    <BlockStack gap="100" inlineAlign="start">
      <Button
        {...(isWanted ? { variant: "primary" } : {})}
        loading={busy}
        onClick={() => fetcher.submit({ intent: "read-address" }, { method: "post" })}
      >
        {TITLE}
      </Button>
      {reply && !reply.ok && !busy ? <InlineError message={reply.message} fieldID="correct-address" /> : null}
      {address && !busy ? <AddressForm address={address} onClose={() => setClosed(reply)} /> : null}
    </BlockStack>
  );
}

const LABELS: Readonly<Record<BuyerField, string>> = {
  name: "Name",
  company: "Company",
  line1: "Address line 1",
  line2: "Address line 2",
  city: "City",
  region: "State or province",
  postalCode: "Postal code",
  countryCode: "Country",
  phone: "Phone",
  email: "E-mail",
};

function AddressForm({ address, onClose }: { address: AddressShown; onClose(): void }) {
  const [values, setValues] = useState(address.values);
  const { submit, busy, reply } = useAction();
  useEffect(() => {
    if (reply?.ok) onClose();
  }, [reply, onClose]);
  // What was at fault before stands beside its field until it is changed, or until the server has looked again.
  const errors = reply && !reply.ok ? (reply.errors ?? {}) : address.faults;
  const errorOf = (field: BuyerField): string | undefined =>
    reply || values[field] === address.values[field] ? errors[field] : undefined;
  const set = (field: BuyerField) => (value: string) => setValues((now) => ({ ...now, [field]: value }));
  const save = (): void => submit({ intent: "correct-address", shown: address.shown, ...values });
  return (
    <Modal
      open
      onClose={onClose}
      title={TITLE}
      primaryAction={{ content: "Save", onAction: save, loading: busy }}
      secondaryActions={[{ content: "Keep as it is", onAction: onClose, disabled: busy }]}
    >
      <Modal.Section>
        <BlockStack gap="400">
          {reply && !reply.ok && !busy ? <NotSaved why={reply.message} /> : null}
          {address.refused.length > 0 ? (
            <Banner tone="warning" title="What Shopify refused">
              {address.refused.map((sentence) => (
                <p key={sentence}>{sentence}</p>
              ))}
            </Banner>
          ) : null}
          {address.given.length > 0 ? (
            <Banner tone="info" title="The marketplace gives">
              {/* Two lines may be alike. */}
              {address.given.map((line, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: they do not move
                <p key={at}>{line}</p>
              ))}
            </Banner>
          ) : null}
          {BUYER_FIELDS.map((field) => {
            const error = errorOf(field);
            const common = {
              label: LABELS[field],
              value: values[field],
              onChange: set(field),
              ...(error ? { error } : {}),
            };
            return field === "countryCode" ? (
              <Select key={field} {...common} options={address.countries} />
            ) : (
              <TextField key={field} {...common} autoComplete="off" maxLength={300} />
            );
          })}
          <WhatFollows title="What saving does" sentences={address.follows} />
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}

/** The merchant corrected it: since when, and the way back. */
export function CorrectedAddress({
  order,
  corrected,
}: {
  order: OrderView;
  corrected: NonNullable<OrderView["corrected"]>;
}) {
  const { marketplace } = order.channel;
  const inShopify = order.shopifyOrder
    ? ` ${order.shopifyOrder.name} in Shopify stays as it is: change it there yourself.`
    : "";
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Address
        </Text>
        <Text as="p">
          Corrected here <Time at={corrected.at} inSentence />. It counts in place of what {marketplace} gives.
        </Text>
        {corrected.isOvertaken ? (
          <Text as="p" tone="caution">
            {marketplace} gives another one since then.
          </Text>
        ) : null}
        <ActionButton
          fields={{ intent: "take-given-address" }}
          confirm={{
            title: `Use the address of ${marketplace}?`,
            message: `Your correction is deleted, and what ${marketplace} gives now counts again: the buyer's name, address and contact.${inShopify}`,
            action: `Use the address of ${marketplace}`,
          }}
        >
          Undo the correction
        </ActionButton>
      </BlockStack>
    </Card>
  );
}
