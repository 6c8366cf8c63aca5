/** One rule for listings, or a new one: whom it is about, what it does, and whom it hits. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Page } from "@shopify/polaris";
import { z } from "zod";
import { saveRule } from "#app/flows/manage-rules.ts";
import { nameCollections } from "#app/flows/name-collections.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import type { ActionReply } from "#app/ui/action-reply.ts";
import { formApproval, readForm } from "#app/ui/form-data.ts";
import { PageError } from "#app/ui/page-error.tsx";
import { idParam, notFound } from "#app/ui/params.ts";
import { RuleForm } from "#app/ui/rule-form.tsx";
import { RuleHits } from "#app/ui/rule-hits.tsx";
import { readId } from "#app/views/paging.ts";
import { parsePolicyForm, policyFormSchema } from "#app/views/policy-form.ts";
import { parseConditionForms, readConditionForms } from "#app/views/rule-form.ts";
import { readRule } from "#app/views/rules.ts";
import { plainText } from "#connectors/contract/storable.ts";

/** Null: a new rule. */
function ruleId(param: string | undefined): number | null {
  return param === "new" ? null : idParam(param);
}

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  const view = await readRule(rt, shop.id, ruleId(params.id));
  if (!view) throw notFound();
  return view;
}

const form = policyFormSchema.extend({
  intent: z.literal("save-listing-rule"),
  name: plainText(100).trim().min(1, "Give it a name by which you know it."),
  match: z.enum(["all", "any"]),
  conditions: z.string().max(20_000),
  channelId: z.string().max(12).default(""),
  kind: z.enum(["exclude", "policy"]),
  approved: formApproval,
});

export async function action({ request, params }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const { name, match, kind, approved, ...value } = parsed.value;
  const filled = readConditionForms(value.conditions);
  const named = filled.ok ? await nameCollections(rt, shop, filled.forms) : filled;
  const conditions = named.ok ? parseConditionForms(named.forms) : named;
  const policy = kind === "policy" ? parsePolicyForm(value) : { ok: true as const, policy: null };
  if (!conditions.ok || !policy.ok)
    return {
      ok: false,
      message: "Please correct the fields in red.",
      errors: { ...(conditions.ok ? {} : conditions.errors), ...(policy.ok ? {} : policy.errors) },
    };
  const saved = await saveRule(rt, {
    shopId: shop.id,
    actor,
    approved,
    id: ruleId(params.id),
    rule: {
      name,
      match,
      conditions: conditions.conditions,
      channelId: readId(value.channelId),
      action: kind === "exclude" ? { kind } : { kind, policy: policy.policy ?? {} },
    },
  });
  return saved.ok ? { ok: true, message: "Saved", path: "/app/rules" } : saved;
}

export default function Rule() {
  const { rule, hits, listings, channels, inherited } = useLoaderData<typeof loader>();
  return (
    <Page title={rule?.name ?? "New rule"} backAction={{ content: "Rules", url: "/app/rules" }}>
      <BlockStack gap="400">
        <RuleForm key={rule?.id ?? 0} rule={rule} channels={channels} inherited={inherited} />
        {hits ? <RuleHits hits={hits} listings={listings} /> : null}
      </BlockStack>
    </Page>
  );
}

export const ErrorBoundary = PageError;
