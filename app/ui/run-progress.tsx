import { BlockStack, InlineError, InlineStack, ProgressBar, Spinner, Text } from "@shopify/polaris";
import type { HomeRun } from "#app/views/home.ts";

/** Long work with its progress, or why it stopped. */
export function RunProgress({ run }: { run: HomeRun }) {
  const name = run.channel ? `${run.label}: ${run.channel}` : run.label;
  const labelId = `run-${run.id}`;
  const counted = run.total ? `${run.done} of ${run.total}` : run.done > 0 ? `${run.done} so far` : "starting";
  return (
    <BlockStack gap="200">
      <InlineStack align="space-between" gap="200">
        <Text as="h2" variant="headingSm" id={labelId}>
          {name}
        </Text>
        {run.state === "running" ? (
          <InlineStack gap="200" blockAlign="center">
            <Text as="span" tone="subdued" numeric>
              {counted}
            </Text>
            {run.total ? null : <Spinner size="small" accessibilityLabel={name} />}
          </InlineStack>
        ) : null}
      </InlineStack>
      {run.state === "running" && run.total ? (
        <ProgressBar progress={Math.min(100, (100 * run.done) / run.total)} size="small" ariaLabelledBy={labelId} />
      ) : null}
      {run.state === "running" && run.message ? (
        <Text as="p" tone="subdued">
          {run.message}
        </Text>
      ) : null}
      {run.state === "failed" ? (
        <InlineError fieldID={labelId} message={run.message ?? "It stopped; we will try again."} />
      ) : null}
    </BlockStack>
  );
}
