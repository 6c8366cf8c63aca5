/** What the stages of customers mean, and the two numbers of days that decide them. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Card, FormLayout, InlineStack, Page, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import { z } from "zod";
import { lifecycleRulesSchema } from "#app/customers/lifecycle.ts";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { refusalByPlan } from "#app/flows/plan-gate.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { formApproval, formId, readForm } from "#app/ui/form-data.ts";
import { PageError } from "#app/ui/page-error.tsx";
import { GatedPage } from "#app/ui/plan-gate.tsx";
import { RecentChanges } from "#app/ui/recent-changes.tsx";
import { SaveBarForm } from "#app/ui/save-bar-form.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { readStages } from "#app/views/customer.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  if (await refusalByPlan(rt, rt.db, shop.id, "customers")) return null;
  return readStages(rt, shop.id, userId);
}

const form = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("stages"), atRiskDays: z.coerce.number(), lapsedDays: z.coerce.number() }),
  z.object({ intent: z.literal("undo-change"), changeId: formId, approved: formApproval }),
]);

const WHOLE_DAYS = "A whole number of days, 1 to 3,650.";

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const by = { shopId: shop.id, actor };
  const { value } = parsed;
  if (value.intent === "undo-change") return said(await undoChange(rt, { ...by, changeId: value.changeId }), "Undone");
  const rules = lifecycleRulesSchema.safeParse(value);
  if (!rules.success) {
    const errors = rules.error.issues.map((issue) => [
      issue.path.join("."),
      issue.code === "custom" ? issue.message : WHOLE_DAYS,
    ]);
    return { ok: false, message: "Please correct the fields in red.", errors: Object.fromEntries(errors) };
  }
  const change = { setting: "customer-stages" as const, after: rules.data };
  return said(await changeSetting(rt, { ...by, change }), "Saved: stages follow within minutes");
}

type Data = NonNullable<ReturnType<typeof useLoaderData<typeof loader>>>;

export default function Stages() {
  const data = useLoaderData<typeof loader>();
  return data ? <StageRules data={data} /> : <GatedPage title="Customers’ stages" feature="customers" />;
}

function StageRules({ data }: { data: Data }) {
  const { rules, stages, changes } = data;
  const saved = { atRiskDays: String(rules.atRiskDays), lapsedDays: String(rules.lapsedDays) };
  const [draft, setDraft] = useState<typeof saved | null>(null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const now = draft ?? saved;
  const field = (name: keyof typeof saved, label: string) => (
    <TextField
      label={label}
      type="number"
      min={1}
      suffix="days after the last purchase"
      value={now[name]}
      onChange={(value) => setDraft({ ...now, [name]: value })}
      autoComplete="off"
      {...(errors[name] ? { error: errors[name] } : {})}
    />
  );
  return (
    <Page title="Customers’ stages" backAction={{ content: "Customers", url: "/app/customers" }}>
      <BlockStack gap="400">
        <Card>
          <BlockStack gap="400">
            <Text as="p" tone="subdued">
              What counts is paid and not cancelled: on marketplaces, and in your own shop as far as Shopify said with
              their last marketplace order.
            </Text>
            {stages.map((stage) => (
              <InlineStack key={stage.said.label} gap="300" blockAlign="center" wrap={false}>
                <div style={{ minWidth: "6.5rem" }}>
                  <StatusBadge said={stage.said} />
                </div>
                <Text as="span">{stage.meaning}</Text>
              </InlineStack>
            ))}
          </BlockStack>
        </Card>
        <SaveBarForm
          id="customer-stages"
          dirty={JSON.stringify(now) !== JSON.stringify(saved)}
          fields={() => [["intent", "stages"], ...Object.entries(now)]}
          onDiscard={() => {
            setDraft(null);
            setErrors({});
          }}
          onErrors={setErrors}
        >
          <Card>
            <BlockStack gap="400">
              <Text as="h2" variant="headingMd">
                After how many days
              </Text>
              <FormLayout>
                {field("atRiskDays", "At risk")}
                {field("lapsedDays", "Lapsed")}
              </FormLayout>
            </BlockStack>
          </Card>
        </SaveBarForm>
        <RecentChanges changes={changes} />
      </BlockStack>
    </Page>
  );
}

export const ErrorBoundary = PageError;
