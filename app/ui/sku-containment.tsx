/** A SKU held at 0, or at no more than some units, on every channel: how it is held, and the way back. */
import { Banner, BlockStack, Button, Card, Checkbox, InlineStack, Select, Text, TextField } from "@shopify/polaris";
import { type FormEvent, useState } from "react";
import type { SkuView } from "#app/views/sku.ts";
import { ActionButton, useAction } from "./action-button.tsx";
import { Time } from "./time.tsx";

type Sku = Pick<SkuView, "contained" | "zeroIsFinalAt" | "stock">;

export function SkuContainmentCard({ sku }: { sku: Sku }) {
  const { contained } = sku;
  const [changing, setChanging] = useState(false);
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Hold this SKU
        </Text>
        {contained ? <Held contained={contained} onChange={() => setChanging(true)} changing={changing} /> : null}
        {contained && !changing ? null : <HoldForm sku={sku} />}
      </BlockStack>
    </Card>
  );
}

function Held({
  contained,
  changing,
  onChange,
}: {
  contained: NonNullable<Sku["contained"]>;
  changing: boolean;
  onChange(): void;
}) {
  const { units, since } = contained;
  return (
    <Banner
      tone="warning"
      title={units === 0 ? "You hold it at 0 on every channel" : `You hold it at ${units} at most on every channel`}
    >
      <BlockStack gap="300">
        <p>
          Whatever Shopify has, no listing shows more until you release it. Held since: <Time at={since} />.
        </p>
        <InlineStack gap="200">
          <ActionButton fields={{ intent: "release" }}>Release</ActionButton>
          {changing ? null : <Button onClick={onChange}>Hold at another number</Button>}
        </InlineStack>
      </BlockStack>
    </Banner>
  );
}

const REMINDERS = [1, 3, 7, 30];

function HoldForm({ sku: { contained, zeroIsFinalAt, stock } }: { sku: Sku }) {
  const { submit, busy, reply, question } = useAction();
  const [units, setUnits] = useState(String(contained?.units ?? 0));
  const [takesDown, setTakesDown] = useState(contained?.takesDown ?? false);
  const [remindDays, setRemindDays] = useState(String(contained?.remindDays ?? 3));
  const isFinal = zeroIsFinalAt.length > 0 && Number(units) === 0;
  const hold = (event: FormEvent): void => {
    event.preventDefault();
    submit({ intent: "contain", units, takesDown: String(isFinal && takesDown), remindDays });
  };
  const error = reply && !reply.ok && !busy ? (reply.errors?.units ?? reply.message) : undefined;
  return (
    <form onSubmit={hold} noValidate>
      <BlockStack gap="300">
        <Text as="p" tone="subdued">
          No channel shows more than this until you release it. It never raises a number. Orders are still imported.
        </Text>
        <TextField
          label="Show at most"
          type="number"
          min={0}
          value={units}
          onChange={setUnits}
          autoComplete="off"
          helpText={
            stock.available === null
              ? "Shopify does not count this item, so it can only be held at 0."
              : "0 stops selling it everywhere."
          }
          {...(error ? { error } : {})}
        />
        {isFinal ? (
          <Checkbox
            label={`Also take it down on ${zeroIsFinalAt.join(" and ")}`}
            helpText="A listing at 0 there can’t be brought back. Without this one unit stays on sale there."
            checked={takesDown}
            onChange={setTakesDown}
          />
        ) : null}
        <Select
          label="Remind me"
          options={REMINDERS.map((days) => ({
            label: days === 1 ? "after 1 day" : `after ${days} days`,
            value: String(days),
          }))}
          value={remindDays}
          onChange={setRemindDays}
        />
        <InlineStack>
          <Button submit loading={busy}>
            Hold it
          </Button>
        </InlineStack>
      </BlockStack>
      {question}
    </form>
  );
}
