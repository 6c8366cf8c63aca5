/** What a poll would have let through, worked out as the merchant changes what they assume. */
import { BlockStack, Card, FormLayout, InlineGrid, List, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import {
  estimateOversells,
  type OversellFacts,
  POLL_MINUTES_MAX,
  sayCaveats,
  sayNoFigure,
  sayRough,
} from "#app/views/oversell-cost-words.ts";
import { sayDuration } from "#app/views/shop-time.ts";

const DEFAULTS = { pollMinutes: "10", supportMinutes: "15", hourlyCost: "20" };

/** What was typed as a number, if it is one that makes sense. */
function readNumber(text: string, min: number, max: number): number | null {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return number >= min && number <= max ? number : null;
}

const COST_MAX = 1_000_000;

export function OversellCalculator({ facts, currency }: { facts: OversellFacts; currency: string }) {
  const [typed, setTyped] = useState({ ...DEFAULTS, costPerOrder: facts.averageOrder?.toFixed(2) ?? "" });
  const read = {
    pollMinutes: readNumber(typed.pollMinutes, 1, POLL_MINUTES_MAX),
    costPerOrder: readNumber(typed.costPerOrder, 0, COST_MAX),
    supportMinutes: readNumber(typed.supportMinutes, 0, COST_MAX),
    hourlyCost: readNumber(typed.hourlyCost, 0, COST_MAX),
  };
  const field = (name: keyof typeof typed) => ({
    type: "number" as const,
    min: name === "pollMinutes" ? 1 : 0,
    value: typed[name],
    onChange: (value: string) => setTyped((all) => ({ ...all, [name]: value })),
    autoComplete: "off",
    ...(read[name] === null && typed[name] !== "" ? { error: "Enter a number that makes sense here." } : {}),
  });
  return (
    <BlockStack gap="400">
      <Result facts={facts} read={read} currency={currency} />
      <Card>
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            What you assume
          </Text>
          <Text as="p" tone="subdued">
            Change these to fit your shop. They are not kept, and change nothing in Lockstep.
          </Text>
          <FormLayout>
            <TextField label="A poll every" suffix="minutes" max={POLL_MINUTES_MAX} {...field("pollMinutes")} />
            <TextField
              label="A cancelled order costs"
              suffix={currency}
              helpText={
                facts.averageOrder === null
                  ? "Lost sale or margin, refund fees, what you do to make up for it."
                  : "Begins at your average marketplace order of the last 30 days. You may rather count your margin, fees, or what you do to make up for it."
              }
              {...field("costPerOrder")}
            />
            <FormLayout.Group>
              <TextField label="Support for it takes" suffix="minutes" {...field("supportMinutes")} />
              <TextField label="An hour of support costs" suffix={currency} {...field("hourlyCost")} />
            </FormLayout.Group>
          </FormLayout>
        </BlockStack>
      </Card>
    </BlockStack>
  );
}

interface Read {
  pollMinutes: number | null;
  costPerOrder: number | null;
  supportMinutes: number | null;
  hourlyCost: number | null;
}

function Result({ facts, read, currency }: { facts: OversellFacts; read: Read; currency: string }) {
  const { pollMinutes, costPerOrder } = read;
  const support = { supportMinutes: read.supportMinutes ?? 0, hourlyCost: read.hourlyCost ?? 0 };
  const estimate = pollMinutes === null ? null : estimateOversells(facts, { pollMinutes, costPerOrder, ...support });
  const none = sayNoFigure(facts);
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {pollMinutes === null ? "With a poll" : `With a poll every ${pollMinutes} minutes`}
        </Text>
        {none ? <Text as="p">{none}</Text> : null}
        {pollMinutes === null ? (
          <Text as="p">Correct what is marked below, and the estimate is here again.</Text>
        ) : null}
        {estimate && pollMinutes !== null ? (
          <>
            <InlineGrid columns={{ xs: 1, sm: 3 }} gap="400">
              <Amount label="Orders a month sold too late" value={sayRough(estimate.oversells)} />
              <Amount
                label="What they would cost"
                value={estimate.cost === null ? "–" : `${estimate.cost.toFixed(2)} ${currency}`}
              />
              <Amount label="Listings showing too many" value={sayDuration(estimate.staleMs)} />
            </InlineGrid>
            <Text as="p">
              {`Worked out from your last 30 days: about ${sayRough(estimate.soldOut)} times a SKU sold out while other listings of it were on sale. After ${sayRough(100 * estimate.chance)} of 100 sales another channel sold the same SKU before such a poll would have come. With Lockstep listings showed too many for ${sayDuration(facts.staleMs)} in all.`}
            </Text>
            <List>
              {sayCaveats(facts).map((caveat) => (
                <List.Item key={caveat}>{caveat}</List.Item>
              ))}
            </List>
          </>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function Amount({ label, value }: { label: string; value: string }) {
  return (
    <BlockStack>
      <Text as="span" tone="subdued">
        {label}
      </Text>
      <Text as="span" variant="headingLg" numeric>
        {value}
      </Text>
    </BlockStack>
  );
}
