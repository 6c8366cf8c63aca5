/** How long the history and buyers are kept. What is forgotten by it is said before it is saved. */
import { Banner, BlockStack, Card, Select, Text } from "@shopify/polaris";
import { useState } from "react";
import { HISTORY_DAYS_MAX, type Retention } from "#app/shops/retention.ts";
import type { SettingsView } from "#app/views/settings.ts";
import { SaveBarForm } from "./save-bar-form.tsx";

export function RetentionForm({
  retention,
  historyChoices,
  buyerChoices,
  marketplaces,
}: Pick<SettingsView, "retention" | "historyChoices" | "buyerChoices" | "marketplaces">) {
  const [draft, setDraft] = useState<Retention | null>(null);
  const now = draft ?? retention;
  const isShorter = (one: number | null, than: number | null): boolean => one !== null && (than === null || one < than);
  const forgotten = [
    ...(isShorter(now.historyDays, retention.historyDays)
      ? sayOlder(historyChoices, now.historyDays, "entry of the history", "entries of the history")
      : []),
    ...(isShorter(now.buyerDays, retention.buyerDays)
      ? sayOlder(buyerChoices, now.buyerDays, "buyer of an order", "buyers of orders")
      : []),
  ];
  const isAnyShorter =
    isShorter(now.historyDays, retention.historyDays) || isShorter(now.buyerDays, retention.buyerDays);
  const lets = marketplaces.map(({ name, days }) => `${name} ${days} days`).join(", ");
  return (
    <SaveBarForm
      id="retention"
      dirty={draft !== null && JSON.stringify(draft) !== JSON.stringify(retention)}
      fields={() => [
        ["intent", "save-retention"],
        ["historyDays", textOf(now.historyDays)],
        ["buyerDays", textOf(now.buyerDays)],
      ]}
      onDiscard={() => setDraft(null)}
      onErrors={() => undefined}
    >
      <Card>
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            How long data is kept
          </Text>
          <Select
            label="History"
            options={historyChoices.map(({ days }) => ({
              label: days === null ? `${HISTORY_DAYS_MAX} days` : `${days} days`,
              value: textOf(days),
            }))}
            value={textOf(now.historyDays)}
            onChange={(chosen) => setDraft({ ...now, historyDays: daysOf(chosen) })}
            helpText="Every push, import and shipment that was tried, with its arithmetic."
          />
          <Select
            label="Buyers"
            options={buyerChoices.map(({ days }) => ({
              label: days === null ? "As long as each marketplace lets" : `${days} days after their order is over`,
              value: textOf(days),
            }))}
            value={textOf(now.buyerDays)}
            onChange={(chosen) => setDraft({ ...now, buyerDays: daysOf(chosen) })}
            helpText={`Name, address and contact that a marketplace gave with an order, from when it is shipped or cancelled.${lets ? ` At most: ${lets}.` : ""}`}
          />
          {isAnyShorter && forgotten.length === 0 ? (
            <Text as="p" tone="subdued">
              Nothing is that old yet: nothing is forgotten at once.
            </Text>
          ) : null}
          {forgotten.length > 0 ? (
            <Banner tone="warning" title="This can't be brought back">
              <p>{`Once saved, Lockstep begins to forget ${forgotten.join(" and ")}. To undo it then keeps the rest for longer.`}</p>
            </Banner>
          ) : null}
        </BlockStack>
      </Card>
    </SaveBarForm>
  );
}

const textOf = (days: number | null): string => (days === null ? "" : String(days));
const daysOf = (text: string): number | null => (text === "" ? null : Number(text));

/** Empty: nothing is that old. */
function sayOlder(choices: SettingsView["historyChoices"], days: number | null, one: string, more: string): string[] {
  const choice = choices.find((its) => its.days === days);
  if (!choice || choice.older === 0) return [];
  const { older, isMore } = choice;
  return [`${isMore ? "more than " : ""}${older.toLocaleString("en")} ${older === 1 ? one : more}`];
}
