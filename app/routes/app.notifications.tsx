/** Who gets which mail, when, and what became of the last ones. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Banner, BlockStack, Layout, Page } from "@shopify/polaris";
import { z } from "zod";
import { ALERT_GROUP_NAMES } from "#app/alerts/kinds.ts";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { sendTestMail } from "#app/flows/send-test-mail.ts";
import { address, timeOfDay, WHEN_NAMES } from "#app/notifications/settings.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { formFlag, formId, readForm } from "#app/ui/form-data.ts";
import { MailTimesForm } from "#app/ui/mail-times-form.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { RecentChanges } from "#app/ui/recent-changes.tsx";
import { Recipients } from "#app/ui/recipients.tsx";
import { SentMails } from "#app/ui/sent-mails.tsx";
import { readNotifications } from "#app/views/notifications.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  return readNotifications(rt, shop.id, userId);
}

const when = z.enum(WHEN_NAMES);

const form = z.discriminatedUnion("intent", [
  z.object({
    intent: z.literal("save-recipient"),
    address,
    channels: when,
    delays: when,
    orders: when,
    stock: when,
    listings: when,
    shop: when,
    summary: formFlag,
  }),
  z.object({ intent: z.literal("remove-recipient"), address }),
  z.object({ intent: z.literal("send-test"), address }),
  z.object({
    intent: z.literal("save-times"),
    hasQuiet: formFlag,
    quietFrom: timeOfDay,
    quietTo: timeOfDay,
    digestAt: timeOfDay,
    escalates: formFlag,
    escalateTo: z.string().max(300),
    escalateHours: z.coerce.number().int().min(1).max(168),
  }),
  z.object({ intent: z.literal("undo-change"), changeId: formId }),
]);

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const by = { shopId: shop.id, actor: userId };
  const { value } = parsed;
  switch (value.intent) {
    case "save-recipient": {
      const groups = Object.fromEntries(ALERT_GROUP_NAMES.map((group) => [group, value[group]])) as Record<
        (typeof ALERT_GROUP_NAMES)[number],
        (typeof WHEN_NAMES)[number]
      >;
      const after = { address: value.address, wants: { groups, summary: value.summary } };
      return said(await changeSetting(rt, { ...by, change: { setting: "mail-recipient", after } }), "Saved");
    }
    case "remove-recipient": {
      const after = { address: value.address, wants: null };
      return said(await changeSetting(rt, { ...by, change: { setting: "mail-recipient", after } }), "Removed");
    }
    case "send-test":
      return said(await sendTestMail(rt, { shopId: shop.id, address: value.address }), "Sent. Look into the inbox.");
    case "save-times": {
      const to = value.escalates ? address.safeParse(value.escalateTo) : null;
      if (to && !to.success) {
        const message = "This is not an e-mail address.";
        return { ok: false, message: "Please correct the fields in red.", errors: { escalateTo: message } };
      }
      const after = {
        quiet: value.hasQuiet ? { from: value.quietFrom, to: value.quietTo } : null,
        digestAt: value.digestAt,
        escalation: to?.success ? { address: to.data, hours: value.escalateHours } : null,
      };
      return said(await changeSetting(rt, { ...by, change: { setting: "mail-times", after } }), "Saved");
    }
    case "undo-change":
      return said(await undoChange(rt, { ...by, changeId: value.changeId }), "Undone");
  }
}

export default function Notifications() {
  const { hasMailServer, recipients, times, mails, changes } = useLoaderData<typeof loader>();
  return (
    <Page
      title="Notifications"
      subtitle="Mail about what needs you"
      secondaryActions={[{ content: "Open alerts", url: "/app/alerts" }]}
    >
      <Layout>
        {hasMailServer ? null : (
          <Layout.Section>
            <Banner tone="warning" title="This server sends no mail">
              <p>
                What needs you is on Home and under Alerts. To get it by mail too, whoever runs Lockstep sets SMTP_URL
                and MAIL_FROM, and starts it again. What you choose here holds from then on.
              </p>
            </Banner>
          </Layout.Section>
        )}
        <Layout.Section>
          <BlockStack gap="400">
            <Recipients recipients={recipients} canTest={hasMailServer} />
            <MailTimesForm key={JSON.stringify(times)} times={times} />
            <SentMails mails={mails} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section>
          <RecentChanges changes={changes} />
        </Layout.Section>
      </Layout>
    </Page>
  );
}

export const ErrorBoundary = PageError;
