/** The latency check: one SKU timed through every channel, with a real change that is put back. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Layout, Page } from "@shopify/polaris";
import { z } from "zod";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { startLatencyCheck } from "#app/flows/check-latency.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { formApproval, formFlag, formId, readForm } from "#app/ui/form-data.ts";
import { CheckCard, LastChecks, LatencyReminder, TimeOneSku } from "#app/ui/latency-check.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { RecentChanges } from "#app/ui/recent-changes.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { readChanges } from "#app/views/changes.ts";
import { readLatencyChecks } from "#app/views/latency-check.ts";
import { LATENCY_WORDS } from "#app/views/latency-check-words.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  const variant = formId.safeParse(new URL(request.url).searchParams.get("variant"));
  const variantId = variant.success ? variant.data : null;
  const checks = await readLatencyChecks(rt, shop.id, { variantId, viewer: userId });
  return { checks, changes: await readChanges(rt, shop.id, { setting: "latency-reminder" }, userId) };
}

const LISTINGS_MAX = 1_000;

const form = z.discriminatedUnion("intent", [
  z.object({
    intent: z.literal("start"),
    variantId: formId,
    /** As many as the merchant was shown. */
    listings: z.coerce.number().int().min(1).max(LISTINGS_MAX),
  }),
  z.object({ intent: z.literal("remind"), reminds: formFlag }),
  z.object({ intent: z.literal("undo-change"), changeId: formId, approved: formApproval }),
]);

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  const by = { shopId: shop.id, actor };
  switch (value.intent) {
    case "start": {
      const { variantId, listings: approved } = value;
      return said(await startLatencyCheck(rt, { ...by, variantId, approved }), "The check has begun");
    }
    case "remind": {
      const change = { setting: "latency-reminder" as const, after: value.reminds };
      return said(await changeSetting(rt, { ...by, change }), "Saved");
    }
    case "undo-change":
      return said(await undoChange(rt, { ...by, approved: value.approved, changeId: value.changeId }), "Undone");
  }
}

export default function LatencyCheck() {
  const { checks, changes } = useLoaderData<typeof loader>();
  const { chosen, running, past, reminds, live } = checks;
  useLive(live);
  return (
    <Page title={LATENCY_WORDS.title} subtitle={LATENCY_WORDS.subtitle} backAction={{ content: "Home", url: "/app" }}>
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            {running ? <CheckCard check={running} /> : <TimeOneSku key={chosen?.variant.id ?? 0} chosen={chosen} />}
            <LastChecks past={past} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <LatencyReminder reminds={reminds} />
            <RecentChanges changes={changes} />
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}

export const ErrorBoundary = PageError;
