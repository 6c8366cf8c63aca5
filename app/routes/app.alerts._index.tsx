/** All that needs the merchant now: who sees to it, where to go, and what only they can end. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Card, Layout, Page, Text } from "@shopify/polaris";
import { CheckCircleIcon } from "@shopify/polaris-icons";
import { z } from "zod";
import { answerAlert } from "#app/flows/acknowledge-alert.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { AlertCard } from "#app/ui/alert-card.tsx";
import { alertIntents } from "#app/ui/alert-form.ts";
import { Empty } from "#app/ui/empty.tsx";
import { readForm } from "#app/ui/form-data.ts";
import { PageError } from "#app/ui/page-error.tsx";
import { readAlerts } from "#app/views/alerts.ts";

const ALERTS_MAX = 100;

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  const alerts = await readAlerts(rt, shop.id, { rowsMax: ALERTS_MAX, viewer: userId });
  return { alerts, isAll: alerts.length < ALERTS_MAX };
}

const form = z.discriminatedUnion("intent", [...alertIntents]);

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const by = { shopId: shop.id, actor: userId };
  const { alertId, intent } = parsed.value;
  return said(await answerAlert(rt, { ...by, alertId, intent }), "Saved");
}

export default function Alerts() {
  const { alerts, isAll } = useLoaderData<typeof loader>();
  return (
    <Page
      title="Alerts"
      subtitle="What needs you, the most urgent first"
      secondaryActions={[
        { content: "What you are told of", url: "/app/alerts/rules" },
        { content: "Who gets mail", url: "/app/notifications" },
      ]}
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
      </Layout>
    </Page>
  );
}

export const ErrorBoundary = PageError;
