/** What there is to do after installation: what is done is ticked by what is so, and the first that is left is open. */
import { BlockStack, Box, Button, Card, Icon, InlineStack, ProgressBar, Text } from "@shopify/polaris";
import { CheckCircleIcon } from "@shopify/polaris-icons";
import type { SetupStep } from "../views/setup-guide.ts";
import { ActionButton } from "./action-button.tsx";

/** The page's action takes the intent `put-away-guide`. `isPrimary`: its button is the page's main one. */
export function SetupGuide({ steps, isPrimary }: { steps: readonly SetupStep[]; isPrimary: boolean }) {
  const done = steps.filter((step) => step.isDone).length;
  const next = steps.find((step) => !step.isDone);
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="200">
          <InlineStack align="space-between" blockAlign="center" gap="200">
            <Text as="h2" variant="headingMd">
              Setup guide
            </Text>
            <ActionButton fields={{ intent: "put-away-guide" }} variant="tertiary" size="slim">
              Put away
            </ActionButton>
          </InlineStack>
          <Text as="p" tone="subdued" id="setup-progress">
            {`${done} of ${steps.length} done. You can leave at any time: it goes on from here.`}
          </Text>
          <ProgressBar
            progress={(100 * done) / steps.length}
            size="small"
            ariaLabelledBy="setup-progress"
            animated={false}
          />
        </BlockStack>
      </Box>
      <ol style={{ listStyle: "none", margin: 0, padding: 0 }}>
        {steps.map((step) => (
          <li key={step.key} {...(step === next ? { "aria-current": "step" as const } : {})}>
            <Box
              padding="400"
              borderColor="border-secondary"
              borderBlockStartWidth="025"
              {...(step === next ? { background: "bg-surface-secondary" as const } : {})}
            >
              <InlineStack gap="300" wrap={false} blockAlign="start">
                <StepMark isDone={step.isDone} />
                <BlockStack gap="200">
                  <Text as="h3" variant="headingSm" {...(step.isDone ? { tone: "subdued" as const } : {})}>
                    {step.title}
                  </Text>
                  {step.isDone ? null : <Text as="p">{step.why}</Text>}
                  {step.action && !step.isDone ? (
                    <InlineStack>
                      <Button
                        url={step.action.url}
                        {...(isPrimary && step === next ? { variant: "primary" as const } : {})}
                      >
                        {step.action.label}
                      </Button>
                    </InlineStack>
                  ) : null}
                </BlockStack>
              </InlineStack>
            </Box>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function StepMark({ isDone }: { isDone: boolean }) {
  if (isDone)
    return (
      <span style={{ flex: "none" }}>
        <Icon source={CheckCircleIcon} tone="success" accessibilityLabel="Done" />
      </span>
    );
  return (
    <span
      role="img"
      aria-label="To do"
      style={{
        flex: "none",
        width: "1.25rem",
        height: "1.25rem",
        border: "2px dashed var(--p-color-icon-secondary)",
        borderRadius: "50%",
      }}
    />
  );
}
