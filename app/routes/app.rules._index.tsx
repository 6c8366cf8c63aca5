/** The rules for listings, from the first that counts to the last. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Badge, Banner, BlockStack, Box, Card, InlineStack, Layout, Link, Page, Text } from "@shopify/polaris";
import { FilterIcon } from "@shopify/polaris-icons";
import { z } from "zod";
import { undoChange } from "#app/flows/change-setting.ts";
import { moveRule, removeRule } from "#app/flows/manage-rules.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { ActionButton } from "#app/ui/action-button.tsx";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { Empty } from "#app/ui/empty.tsx";
import { formApproval, formId, readForm } from "#app/ui/form-data.ts";
import { PageError } from "#app/ui/page-error.tsx";
import { RecentChanges } from "#app/ui/recent-changes.tsx";
import { sayHits } from "#app/ui/rule-hits.tsx";
import { readChanges } from "#app/views/changes.ts";
import { type RuleRow, readRules } from "#app/views/rules.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  const [view, changes] = await Promise.all([
    readRules(rt, shop.id),
    readChanges(rt, shop.id, { setting: "listing-rules" }, userId),
  ]);
  return { ...view, changes };
}

const form = z.discriminatedUnion("intent", [
  z.object({
    intent: z.literal("move-listing-rule"),
    ruleId: formId,
    where: z.enum(["up", "down"]),
    approved: formApproval,
  }),
  z.object({ intent: z.literal("remove-listing-rule"), ruleId: formId, approved: formApproval }),
  z.object({ intent: z.literal("undo-change"), changeId: formId, approved: formApproval }),
]);

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  const by = { shopId: shop.id, actor, approved: value.approved };
  switch (value.intent) {
    case "move-listing-rule":
      return said(await moveRule(rt, { ...by, id: value.ruleId, where: value.where }), "Moved");
    case "remove-listing-rule":
      return said(await removeRule(rt, { ...by, id: value.ruleId }), "Removed");
    case "undo-change":
      return said(await undoChange(rt, { ...by, changeId: value.changeId }), "Undone");
  }
}

export default function Rules() {
  const { rules, isReading, changes } = useLoaderData<typeof loader>();
  return (
    <Page
      title="Rules"
      subtitle="Leave listings alone, or set their policy, by what Shopify says of the product."
      backAction={{ content: "Listings", url: "/app/listings" }}
      {...(rules.length > 0 ? { primaryAction: { content: "Add a rule", url: "/app/rules/new" } } : {})}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            {isReading ? (
              <Banner tone="info" title="Products are being read from Shopify">
                <p>Until that is done, a rule hits the products that are read already.</p>
              </Banner>
            ) : null}
            {rules.length === 0 ? (
              <Card>
                <Empty
                  icon={FilterIcon}
                  heading="No rules yet"
                  action={{ content: "Add a rule", url: "/app/rules/new" }}
                >
                  <p>For example: leave out all products with the tag “in-store”, or show 2 at most of a vendor.</p>
                </Empty>
              </Card>
            ) : (
              <Card>
                <BlockStack gap="500">
                  <Text as="p" tone="subdued">
                    The first rule that hits a listing counts. What you set on a listing itself stands above every rule.
                  </Text>
                  {rules.map((rule, at) => (
                    <Box
                      key={rule.id}
                      paddingBlockStart="400"
                      borderBlockStartWidth="025"
                      borderColor="border-secondary"
                    >
                      <OneRule rule={rule} at={at} last={rules.length - 1} />
                    </Box>
                  ))}
                </BlockStack>
              </Card>
            )}
          </BlockStack>
        </Layout.Section>
        <Layout.Section>
          <RecentChanges changes={changes} />
        </Layout.Section>
      </Layout>
    </Page>
  );
}

function OneRule({ rule, at, last }: { rule: RuleRow; at: number; last: number }) {
  const { id, name, about, does, channel, hits, gone, excludes } = rule;
  const move = (where: "up" | "down", words: string) => (
    <ActionButton
      size="slim"
      disabled={at === (where === "up" ? 0 : last)}
      fields={{ intent: "move-listing-rule", ruleId: String(id), where }}
      accessibilityLabel={`${words}: ${name}`}
    >
      {words}
    </ActionButton>
  );
  return (
    <BlockStack gap="200">
      <InlineStack gap="200" blockAlign="center">
        <Text as="span" tone="subdued">{`${at + 1}.`}</Text>
        <Link url={`/app/rules/${id}`} removeUnderline>
          <Text as="span" fontWeight="semibold" breakWord>
            {name}
          </Text>
        </Link>
        <Badge>{excludes ? "Excludes" : "Sets a policy"}</Badge>
      </InlineStack>
      <Text as="p" breakWord>
        {`${about.charAt(0).toUpperCase()}${about.slice(1)}: ${does}${channel ? `, on ${channel}` : ""}.`}
      </Text>
      <Text as="p" tone="subdued">
        {sayHits(hits)}
      </Text>
      {gone.map((title) => (
        <Banner key={title} tone="warning" title={`Shopify has no collection “${title}” any more`}>
          <p>
            The rule goes on for the products that were in it. Change or remove the rule if you want something else.
          </p>
        </Banner>
      ))}
      <InlineStack gap="200">
        {move("up", "Move up")}
        {move("down", "Move down")}
        <ActionButton
          size="slim"
          tone="critical"
          fields={{ intent: "remove-listing-rule", ruleId: String(id) }}
          accessibilityLabel={`Remove: ${name}`}
        >
          Remove
        </ActionButton>
      </InlineStack>
    </BlockStack>
  );
}

export const ErrorBoundary = PageError;
