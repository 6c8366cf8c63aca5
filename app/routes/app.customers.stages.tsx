/** What the stages of customers mean, the two numbers of days that decide them, and whether Shopify shows them as tags. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import {
  Badge,
  Banner,
  BlockStack,
  Card,
  Checkbox,
  FormLayout,
  InlineStack,
  Page,
  Text,
  TextField,
} from "@shopify/polaris";
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
import { useLive } from "#app/ui/use-live.ts";
import { readStages } from "#app/views/customer.ts";
import type { loader as countTagged } from "./app.customers.tags.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  if (await refusalByPlan(rt, rt.db, shop.id, "customers")) return null;
  return readStages(rt, shop.id, userId);
}

const form = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("stages"), atRiskDays: z.coerce.number(), lapsedDays: z.coerce.number() }),
  z.object({ intent: z.literal("tags"), on: z.enum(["yes", "no"]) }),
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
  if (value.intent === "tags") {
    const change = { setting: "customer-tags" as const, after: value.on === "yes" };
    return said(await changeSetting(rt, { ...by, change }), "Saved: tags follow within minutes");
  }
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
  const { rules, stages, tags, changes } = data;
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
        <TagsForm key={String(tags.isOn)} tags={tags} />
        <RecentChanges changes={changes} />
      </BlockStack>
    </Page>
  );
}

function TagsForm({ tags }: { tags: Data["tags"] }) {
  const [draft, setDraft] = useState<boolean | null>(null);
  const counting = useFetcher<typeof countTagged>();
  const { isOn, names, isUnderWay } = tags;
  const now = draft ?? isOn;
  useLive(isUnderWay);
  const choose = (on: boolean): void => {
    setDraft(on);
    if (on !== isOn) counting.load("/app/customers/tags");
  };
  return (
    <SaveBarForm
      id="customer-tags"
      dirty={now !== isOn}
      fields={() => [
        ["intent", "tags"],
        ["on", now ? "yes" : "no"],
      ]}
      onDiscard={() => setDraft(null)}
      onErrors={() => undefined}
    >
      <Card>
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            Tags in Shopify
          </Text>
          <Checkbox
            label="Tag customers in Shopify"
            helpText="With their stage, and with each marketplace that they bought on. The tags move with the stage. Use them in segments, discounts and e-mails. Your own tags are never touched."
            checked={now}
            onChange={choose}
          />
          <InlineStack gap="150" wrap>
            {names.map((name) => (
              <Badge key={name}>{name}</Badge>
            ))}
          </InlineStack>
          {now === isOn ? <TagState tags={tags} /> : <TagEffect isOn={now} counts={counting.data ?? null} />}
        </BlockStack>
      </Card>
    </SaveBarForm>
  );
}

function TagState({ tags: { isOn, isUnderWay, standsStill, refused, problem } }: { tags: Data["tags"] }) {
  return (
    <>
      <Text as="p" tone="subdued">
        {sayState(isOn, isUnderWay)}
      </Text>
      {standsStill ? (
        <Banner tone="warning" title="Tags wait for Shopify">
          <p>{standsStill}. They follow by themselves.</p>
        </Banner>
      ) : null}
      {refused > 0 ? (
        <Banner tone="warning" title={`${sayPeople(refused)} could not be tagged`}>
          <p>Shopify said: {problem}. It is tried again when they buy again, or their stage changes.</p>
        </Banner>
      ) : null}
    </>
  );
}

type Counts = Awaited<ReturnType<typeof countTagged>>;

/** Before it is saved. `counts` null: they are being counted. */
function TagEffect({ isOn, counts }: { isOn: boolean; counts: Counts | null }) {
  const people = counts && sayPeople(isOn ? counts.toTag : counts.tagged);
  return (
    <Banner
      tone="info"
      title={people === null ? "Counting your customers" : `${people} will ${isOn ? "be tagged" : "lose these tags"}`}
    >
      <p>
        {isOn
          ? "All who bought on a marketplace and whom Shopify has as a customer. Others get their tags with their first order."
          : "All tags above are taken off in Shopify. Segments and discounts that use them find nobody any more."}
      </p>
    </Banner>
  );
}

function sayState(isOn: boolean, isUnderWay: boolean): string {
  if (isOn)
    return isUnderWay ? "Customers are being tagged." : "Customers are tagged; new ones with their first order.";
  return isUnderWay ? "The tags are being taken off." : "Nobody is tagged.";
}

function sayPeople(count: number): string {
  return count === 1 ? "1 customer" : `${count.toLocaleString("en")} customers`;
}

export const ErrorBoundary = PageError;
