/** The channel's setting: what becomes of listings whose products Shopify does not sell, or does not count. */
import { BlockStack, Card, ChoiceList, Text } from "@shopify/polaris";
import { useState } from "react";
import type { WithdrawalPolicies } from "#app/inventory/withdrawal.ts";
import { SaveBarForm } from "./save-bar-form.tsx";

const ASK = { label: "Waits for you", value: "ask", helpText: "It is under Listings that need you." };

export function WithdrawnForm({
  saved,
  zeroIsFinal,
  marketplace,
}: {
  saved: WithdrawalPolicies;
  zeroIsFinal: boolean;
  marketplace: string;
}) {
  const [draft, setDraft] = useState<WithdrawalPolicies | null>(null);
  const now = draft ?? saved;
  const zero = {
    label: "Goes to 0",
    value: "zero",
    disabled: zeroIsFinal,
    helpText: zeroIsFinal
      ? `${marketplace} can't bring a listing back from 0, so you are asked about each one.`
      : "It comes back by itself when the product does.",
  };
  return (
    <SaveBarForm
      id="channel-withdrawn"
      dirty={JSON.stringify(now) !== JSON.stringify(saved)}
      fields={() => [["intent", "withdrawn"], ...Object.entries(now)]}
      onDiscard={() => setDraft(null)}
      onErrors={() => undefined}
    >
      <Card>
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            When a product is not for sale in Shopify
          </Text>
          <ChoiceList
            title="Deleted, archived, or stocked nowhere that this channel sells from. Its listing:"
            choices={[zero, ASK]}
            selected={[now.gonePolicy]}
            onChange={([choice]) => setDraft({ ...now, gonePolicy: choice === "zero" ? "zero" : "ask" })}
          />
          <ChoiceList
            title="A draft. Its listing:"
            choices={[ASK, zero, { label: "Stays on sale", value: "keep", helpText: "It is kept in step." }]}
            selected={[now.draftPolicy]}
            onChange={([choice]) =>
              setDraft({ ...now, draftPolicy: choice === "zero" || choice === "keep" ? choice : "ask" })
            }
          />
          <ChoiceList
            title="Not tracked, so that its stock is not known. Its listing stays as it is, and:"
            choices={[ASK, { label: "Nothing is asked", value: "keep" }]}
            selected={[now.untrackedPolicy]}
            onChange={([choice]) => setDraft({ ...now, untrackedPolicy: choice === "keep" ? "keep" : "ask" })}
          />
        </BlockStack>
      </Card>
    </SaveBarForm>
  );
}
