/** The change of many listings that is not over, with how far it has come. One at a time: it is where whoever wants another looks. */
import { Banner, BlockStack, ProgressBar, Text } from "@shopify/polaris";
import type { SweepRow } from "#app/views/sweeps.ts";

export function OpenSweep({ sweep }: { sweep: SweepRow }) {
  const { id, state, title, said, about, did, progress } = sweep;
  const isForYou = state === "asking" || state === "stopped";
  return (
    <Banner
      tone={isForYou ? "warning" : "info"}
      title={`${said.label}: ${title}`}
      action={{ content: ACTIONS[state] ?? "See how far it is", url: `/app/listings/changes/${id}` }}
    >
      <BlockStack gap="200">
        <Text as="p" breakWord>{`${about}.`}</Text>
        {progress ? (
          <BlockStack gap="100">
            <Text as="p" id="open-sweep-progress">
              {`${progress.done.toLocaleString("en")} of ${progress.total.toLocaleString("en")} looked at`}
            </Text>
            <ProgressBar
              progress={progress.total === 0 ? 0 : Math.min(100, (100 * progress.done) / progress.total)}
              size="small"
              ariaLabelledBy="open-sweep-progress"
            />
          </BlockStack>
        ) : null}
        {did ? <Text as="p" breakWord>{`So far: ${did}.`}</Text> : null}
      </BlockStack>
    </Banner>
  );
}

const ACTIONS: Partial<Record<SweepRow["state"], string>> = {
  asking: "Look, then approve it",
  stopped: "Go on, or undo it",
};
