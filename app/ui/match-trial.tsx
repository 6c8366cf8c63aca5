/** What a file of matches would do, and which of its lines can't be used. */
import { BlockStack, Button, Card, InlineStack, Text } from "@shopify/polaris";
import { useState } from "react";
import { countMoves } from "#app/changes/effect.ts";
import type { MatchTrial } from "#app/flows/match-many.ts";
import type { ActionReply } from "./action-reply.ts";
import { EffectFigures } from "./effect-question.tsx";

export type MatchReply = { ok: true; trial: MatchTrial } | (ActionReply & { trial?: undefined });

const SHOWN_FIRST = 20;

export function TrialResult({ trial, busy, onApprove }: { trial: MatchTrial; busy: boolean; onApprove(): void }) {
  const { matches, rematches, same, blank, effect } = trial;
  const notes = [
    ...(rematches > 0 ? [`${listings(rematches)} ${one(rematches, "stands", "stand")} for another variant now.`] : []),
    ...(same > 0 ? [`${lines(same)} ${one(same, "says", "say")} what is so already.`] : []),
    ...(blank > 0
      ? [`${lines(blank)} ${one(blank, "names", "name")} no variant, and ${one(blank, "is", "are")} left out.`]
      : []),
  ];
  return (
    <>
      <Card>
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            {matches === 0 ? "Nothing to match" : `This matches ${listings(matches)}`}
          </Text>
          {matches === 0 ? null : countMoves(effect) > 0 ? (
            <>
              <Text as="p">What that does to their quantities:</Text>
              <EffectFigures effect={effect} />
            </>
          ) : (
            <Text as="p">No quantity changes by it now.</Text>
          )}
          {notes.map((note) => (
            <Text as="p" tone="subdued" key={note}>
              {note}
            </Text>
          ))}
          {matches === 0 ? null : (
            <InlineStack>
              <Button
                variant="primary"
                loading={busy}
                onClick={onApprove}
                {...(effect.zeroed > 0 ? { tone: "critical" as const } : {})}
              >
                {`Approve: match ${listings(matches)}${effect.zeroed > 0 ? `, ${effect.zeroed.toLocaleString("en")} to 0` : ""}`}
              </Button>
            </InlineStack>
          )}
        </BlockStack>
      </Card>
      {trial.badLines > 0 ? <BadLines trial={trial} /> : null}
    </>
  );
}

function BadLines({ trial: { bad, badLines, matches } }: { trial: MatchTrial }) {
  const [all, setAll] = useState(false);
  const shown = all ? bad : bad.slice(0, SHOWN_FIRST);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {`${lines(badLines)} can’t be used`}
        </Text>
        <Text as="p" tone="subdued">
          {matches > 0
            ? "They are left out when you approve. Or mend them in the file, and check it again."
            : "Mend them in the file, and check it again."}
        </Text>
        {shown.map(({ line, about, why }) => (
          <BlockStack key={line} gap="050">
            <Text as="p" fontWeight="semibold" breakWord>
              {`Line ${line}: ${about}`}
            </Text>
            <Text as="p" breakWord>
              {why}
            </Text>
          </BlockStack>
        ))}
        {shown.length < bad.length ? (
          <InlineStack>
            <Button onClick={() => setAll(true)}>{`Show ${bad.length} lines`}</Button>
          </InlineStack>
        ) : badLines > bad.length ? (
          <Text as="p" tone="subdued">
            {`and ${(badLines - bad.length).toLocaleString("en")} more`}
          </Text>
        ) : null}
      </BlockStack>
    </Card>
  );
}

const one = (number: number, single: string, many: string): string => (number === 1 ? single : many);
const listings = (number: number): string => `${number.toLocaleString("en")} ${one(number, "listing", "listings")}`;
const lines = (number: number): string => `${number.toLocaleString("en")} ${one(number, "line", "lines")}`;
