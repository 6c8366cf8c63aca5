/** Matching by a file: what it would do, line by line, before it is done. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Layout, Page } from "@shopify/polaris";
import { z } from "zod";
import { undoChange } from "#app/flows/change-setting.ts";
import { saveMatches, tryMatches } from "#app/flows/match-many.ts";
import { CSV_CHARACTERS_MAX, CSV_TOO_LONG } from "#app/listings/csv-text.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { formApproval, formFlag, formId, readForm } from "#app/ui/form-data.ts";
import { MatchFile } from "#app/ui/match-file.tsx";
import { MatchFileHelp } from "#app/ui/match-file-help.tsx";
import type { MatchReply } from "#app/ui/match-trial.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { RecentChanges } from "#app/ui/recent-changes.tsx";
import { readChanges } from "#app/views/changes.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  return { changes: await readChanges(rt, shop.id, { setting: "matches" }, userId) };
}

const csv = z
  .string()
  .max(CSV_CHARACTERS_MAX + 1, CSV_TOO_LONG)
  .refine((text) => text.trim() !== "", "Choose a file, or paste its lines here.");

const form = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("check-matches"), csv, rematches: formFlag }),
  z.object({ intent: z.literal("save-matches"), csv, rematches: formFlag, approved: formApproval }),
  z.object({ intent: z.literal("undo-change"), changeId: formId, approved: formApproval }),
]);

export async function action({ request }: ActionFunctionArgs): Promise<MatchReply | ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  switch (value.intent) {
    case "check-matches":
      return tryMatches(rt, { shopId: shop.id, csv: value.csv, rematches: value.rematches });
    case "save-matches": {
      const { csv, rematches, approved } = value;
      return said(await saveMatches(rt, { shopId: shop.id, actor, csv, rematches, approved }), "Matched");
    }
    case "undo-change": {
      const { changeId, approved } = value;
      return said(await undoChange(rt, { shopId: shop.id, actor, approved, changeId }), "Undone");
    }
  }
}

export default function MatchByFile() {
  const { changes } = useLoaderData<typeof loader>();
  return (
    <Page
      title="Match by CSV"
      subtitle="Say for many listings at once which Shopify variant each stands for."
      backAction={{ content: "Listings", url: "/app/listings" }}
    >
      <Layout>
        <Layout.Section>
          <MatchFile />
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <MatchFileHelp />
            <RecentChanges changes={changes} />
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}

export const ErrorBoundary = PageError;
