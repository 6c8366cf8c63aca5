/** All that needs the merchant now: who sees to it, where to go, and what only they can end; and the rules of their own. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Card, Layout, Page, Text } from "@shopify/polaris";
import { CheckCircleIcon } from "@shopify/polaris-icons";
import { z } from "zod";
import { answerAlert } from "#app/flows/acknowledge-alert.ts";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { address } from "#app/notifications/settings.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { pattern } from "#app/stock-rules/patterns.ts";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { AlertCard } from "#app/ui/alert-card.tsx";
import { alertIntents } from "#app/ui/alert-form.ts";
import { Empty } from "#app/ui/empty.tsx";
import { formApproval, formFlag, formId, readForm } from "#app/ui/form-data.ts";
import { LATE_CHOICES, SHIP_BY_CHOICES } from "#app/ui/late-choices.ts";
import { LateRules } from "#app/ui/late-rules.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { RecentChanges } from "#app/ui/recent-changes.tsx";
import { ShipByRule } from "#app/ui/ship-by-rule.tsx";
import { StockRules } from "#app/ui/stock-rules.tsx";
import { readAlertRules, readAlerts } from "#app/views/alerts.ts";

const ALERTS_MAX = 100;

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  const alerts = await readAlerts(rt, shop.id, { rowsMax: ALERTS_MAX, viewer: userId });
  return { alerts, isAll: alerts.length < ALERTS_MAX, rules: await readAlertRules(rt, shop.id, userId) };
}

const optionalHours = z.preprocess(
  (text) => (text === "" ? null : text),
  z.union([z.null(), z.coerce.number().int().min(1).max(168)]),
);

const form = z.discriminatedUnion("intent", [
  ...alertIntents,
  z.object({
    intent: z.literal("save-rule"),
    pattern,
    units: z.preprocess((text) => (text === "" ? undefined : text), z.coerce.number().int().min(0).max(1_000_000)),
    owner: z.preprocess((text) => (text === "" ? null : text), z.union([z.null(), address])),
    answerHours: optionalHours,
    holds: formFlag,
    approved: formApproval,
  }),
  z.object({ intent: z.literal("remove-rule"), pattern }),
  z.object({
    intent: z.literal("save-late"),
    channelId: formId,
    afterMinutes: z.enum(LATE_CHOICES),
  }),
  z.object({ intent: z.literal("save-ship-by"), hours: z.enum(SHIP_BY_CHOICES) }),
  z.object({ intent: z.literal("undo-change"), changeId: formId, approved: formApproval }),
]);

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const by = { shopId: shop.id, actor: userId };
  const { value } = parsed;
  switch (value.intent) {
    case "save-rule":
    case "remove-rule": {
      const rule =
        value.intent === "save-rule"
          ? { units: value.units, owner: value.owner, answerHours: value.answerHours, holds: value.holds }
          : null;
      const after = { pattern: value.pattern, rule };
      const approved = value.intent === "save-rule" ? value.approved : null;
      const saved = await changeSetting(rt, { ...by, approved, change: { setting: "stock-rule", after } });
      return said(saved, rule ? "Saved" : "Removed");
    }
    case "save-late": {
      const after = value.afterMinutes === "" ? null : Number(value.afterMinutes);
      const change = { setting: "late-after", channelId: value.channelId, after } as const;
      return said(await changeSetting(rt, { ...by, change }), "Saved");
    }
    case "save-ship-by": {
      const after = value.hours === "" ? null : Number(value.hours);
      return said(await changeSetting(rt, { ...by, change: { setting: "ship-by", after } }), "Saved");
    }
    case "undo-change":
      return said(await undoChange(rt, { ...by, approved: value.approved, changeId: value.changeId }), "Undone");
    default:
      return said(await answerAlert(rt, { ...by, alertId: value.alertId, intent: value.intent }), "Saved");
  }
}

export default function Alerts() {
  const { alerts, isAll, rules } = useLoaderData<typeof loader>();
  return (
    <Page
      title="Alerts"
      subtitle="What needs you, the most urgent first"
      secondaryActions={[{ content: "Who gets mail", url: "/app/notifications" }]}
    >
      <Layout>
        <Layout.Section>
          {alerts.length === 0 ? (
            <Card>
              <Empty icon={CheckCircleIcon} heading="Nothing needs you">
                <p>What does is shown here and on Home, and mailed to whom you say under Notifications.</p>
              </Empty>
            </Card>
          ) : (
            <BlockStack gap="300">
              {alerts.map((alert) => (
                <AlertCard key={alert.id} alert={alert} url={`/app/alerts/${alert.id}`} />
              ))}
              {isAll ? null : (
                <Text as="p" tone="subdued">
                  There are more. They come up here as these end.
                </Text>
              )}
            </BlockStack>
          )}
        </Layout.Section>
        <Layout.Section>
          <BlockStack gap="400">
            <StockRules rules={rules.stock} />
            <LateRules channels={rules.late} />
            <ShipByRule hours={rules.shipByHours} />
            <RecentChanges changes={rules.changes} />
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}

export const ErrorBoundary = PageError;
