/** The rules of what a merchant is told of: low stock, late updates, orders to ship. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Layout, Page } from "@shopify/polaris";
import { z } from "zod";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { address } from "#app/notifications/settings.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { pattern } from "#app/stock-rules/patterns.ts";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { formApproval, formFlag, formId, readForm } from "#app/ui/form-data.ts";
import { LATE_CHOICES, SHIP_BY_CHOICES } from "#app/ui/late-choices.ts";
import { LateRules } from "#app/ui/late-rules.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { RecentChanges } from "#app/ui/recent-changes.tsx";
import { ShipByRule } from "#app/ui/ship-by-rule.tsx";
import { StockRules } from "#app/ui/stock-rules.tsx";
import { readAlertRules } from "#app/views/alerts.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  return readAlertRules(rt, shop.id, userId);
}

const optionalHours = z.preprocess(
  (text) => (text === "" ? null : text),
  z.union([z.null(), z.coerce.number().int().min(1).max(168)]),
);

const form = z.discriminatedUnion("intent", [
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
  }
}

export default function AlertRules() {
  const { stock, late, shipByHours, changes } = useLoaderData<typeof loader>();
  return (
    <Page
      title="What you are told of"
      subtitle="Besides what goes wrong, which you are always told"
      backAction={{ content: "Alerts", url: "/app/alerts" }}
      secondaryActions={[{ content: "Who gets mail", url: "/app/notifications" }]}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <StockRules rules={stock} />
            <LateRules channels={late} />
            <ShipByRule hours={shipByHours} />
            <RecentChanges changes={changes} />
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}

export const ErrorBoundary = PageError;
