/** Where a mail leads: what needs the merchant, and a button. To open it does nothing: mail programs open links too. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Layout, Page } from "@shopify/polaris";
import { z } from "zod";
import { answerAlert } from "#app/flows/acknowledge-alert.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { AlertCard } from "#app/ui/alert-card.tsx";
import { alertIntents } from "#app/ui/alert-form.ts";
import { readForm } from "#app/ui/form-data.ts";
import { PageError } from "#app/ui/page-error.tsx";
import { idParam, notFound } from "#app/ui/params.ts";
import { readAlert } from "#app/views/alerts.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  const found = await readAlert(rt, { shopId: shop.id, id: idParam(params.id), viewer: userId });
  if (!found) throw notFound();
  return found;
}

const form = z.discriminatedUnion("intent", [...alertIntents]);

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const { intent, alertId } = parsed.value;
  return said(await answerAlert(rt, { shopId: shop.id, alertId, actor: userId, intent }), "Saved");
}

export default function AlertPage() {
  const { alert, endedAt } = useLoaderData<typeof loader>();
  return (
    <Page title="Alert" backAction={{ content: "Alerts", url: "/app/alerts" }}>
      <Layout>
        <Layout.Section>
          <AlertCard alert={alert} endedAt={endedAt} />
        </Layout.Section>
      </Layout>
    </Page>
  );
}

export const ErrorBoundary = PageError;
