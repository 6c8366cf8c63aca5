/** Which of a channel's orders are brought into Shopify: on or off, and since when; what an earlier day would bring. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { Form, useLoaderData, useNavigation } from "@remix-run/react";
import {
  Banner,
  BlockStack,
  Button,
  Card,
  ChoiceList,
  InlineStack,
  Layout,
  Page,
  Text,
  TextField,
} from "@shopify/polaris";
import { useState } from "react";
import { z } from "zod";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { previewOrders } from "#app/flows/preview-orders.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { ActionButton } from "#app/ui/action-button.tsx";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { formApproval, formFlag, formId, readForm } from "#app/ui/form-data.ts";
import { OrdersFoundList } from "#app/ui/orders-found.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { idParam, notFound } from "#app/ui/params.ts";
import { PlanGate, useGate } from "#app/ui/plan-gate.tsx";
import { RecentChanges } from "#app/ui/recent-changes.tsx";
import { SaveBarForm } from "#app/ui/save-bar-form.tsx";
import { Time } from "#app/ui/time.tsx";
import { readChanges } from "#app/views/changes.ts";
import { readChannelOrders } from "#app/views/channel-orders.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const channelId = idParam(params.id);
  const channel = await readChannelOrders(rt, shop, channelId, new URL(request.url).searchParams.get("from"));
  if (!channel) throw notFound();
  const { from } = channel;
  const found = from && (await previewOrders(rt, { shopId: shop.id, channelId, since: new Date(from.at) }));
  return { channelId, channel, found, changes: await readChanges(rt, shop.id, { channelId }, actor) };
}

const form = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("order-import"), isImporting: formFlag }),
  z.object({ intent: z.literal("refused-address"), holdsAddresses: formFlag }),
  z.object({ intent: z.literal("orders-since"), since: z.iso.datetime("Choose a day.") }),
  z.object({ intent: z.literal("undo-change"), changeId: formId, approved: formApproval }),
]);

export async function action({ request, params }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const channelId = idParam(params.id);
  const { value } = parsed;
  const by = { shopId: shop.id, actor };
  switch (value.intent) {
    case "order-import": {
      const change = { setting: "order-import" as const, channelId, after: value.isImporting };
      return said(await changeSetting(rt, { ...by, change }), "Saved");
    }
    case "refused-address": {
      const change = { setting: "refused-address" as const, channelId, after: value.holdsAddresses };
      return said(await changeSetting(rt, { ...by, change }), "Saved");
    }
    case "orders-since": {
      const change = { setting: "orders-since" as const, channelId, after: value.since };
      const changed = await changeSetting(rt, { ...by, change });
      return changed.ok ? { ok: true, message: "Reading orders", path: `/app/channels/${channelId}/orders` } : changed;
    }
    case "undo-change":
      return said(await undoChange(rt, { ...by, changeId: value.changeId, approved: value.approved }), "Undone");
  }
}

export default function ChannelOrders() {
  const { channelId, channel, changes } = useLoaderData<typeof loader>();
  return (
    <Page
      title="Importing orders"
      subtitle={channel.name}
      backAction={{ content: channel.name, url: `/app/channels/${channelId}` }}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <ImportForm />
            <AddressForm />
            <OlderOrders />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <RecentChanges changes={changes} />
        </Layout.Section>
      </Layout>
    </Page>
  );
}

function ImportForm() {
  const { channel } = useLoaderData<typeof loader>();
  const isGated = useGate("orders") !== null;
  const [draft, setDraft] = useState<boolean | null>(null);
  const isImporting = draft ?? channel.isImporting;
  return (
    <SaveBarForm
      id="order-import"
      dirty={isImporting !== channel.isImporting}
      fields={() => [
        ["intent", "order-import"],
        ["isImporting", isImporting ? "true" : "false"],
      ]}
      onDiscard={() => setDraft(null)}
      onErrors={() => undefined}
    >
      <Card>
        <BlockStack gap="400">
          <PlanGate feature="orders" />
          <ChoiceList
            disabled={isGated}
            title={`Orders from ${channel.name}`}
            choices={[
              { label: "Go to Shopify", value: "on", helpText: "Each becomes an order of the right customer." },
              {
                label: "Wait on the Orders page",
                value: "off",
                helpText:
                  "For a channel whose orders you enter yourself. Their units are set aside everywhere until you place the order, link it to the one in Shopify, or cancel it.",
              },
            ]}
            selected={[isImporting ? "on" : "off"]}
            onChange={([choice]) => setDraft(choice === "on")}
          />
        </BlockStack>
      </Card>
    </SaveBarForm>
  );
}

function AddressForm() {
  const { channel } = useLoaderData<typeof loader>();
  const isGated = useGate("orders") !== null;
  const [draft, setDraft] = useState<boolean | null>(null);
  const holdsAddresses = draft ?? channel.holdsAddresses;
  return (
    <SaveBarForm
      id="refused-address"
      dirty={holdsAddresses !== channel.holdsAddresses}
      fields={() => [
        ["intent", "refused-address"],
        ["holdsAddresses", holdsAddresses ? "true" : "false"],
      ]}
      onDiscard={() => setDraft(null)}
      onErrors={() => undefined}
    >
      <Card>
        <ChoiceList
          disabled={isGated}
          title="When Shopify refuses part of an address"
          choices={[
            {
              label: "The order goes without it",
              value: "go",
              helpText: "Its note in Shopify has what was refused, and Home asks you to check it before you ship.",
            },
            {
              label: "The order waits until you correct it",
              value: "wait",
              helpText:
                "Its units are set aside everywhere. Only for what a parcel needs: a refused phone, company or province never stops an order. Orders that are on their way are not changed.",
            },
          ]}
          selected={[holdsAddresses ? "wait" : "go"]}
          onChange={([choice]) => setDraft(choice === "wait")}
        />
      </Card>
    </SaveBarForm>
  );
}

function OlderOrders() {
  const { channel, found } = useLoaderData<typeof loader>();
  const isGated = useGate("orders") !== null;
  const [day, setDay] = useState(channel.from?.day ?? "");
  const isLooking = useNavigation().state === "loading";
  const { from } = channel;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Since when
        </Text>
        <Text as="p">
          {"Orders sold since "}
          <Time at={channel.since} inSentence />
          {
            " are imported. Choose an earlier day to bring older ones that are still to be sent, or a later one to leave some out."
          }
        </Text>
        <Form method="get">
          <InlineStack gap="200" blockAlign="end">
            <TextField
              label="Sold since the start of"
              name="from"
              type="date"
              value={day}
              onChange={setDay}
              autoComplete="off"
              disabled={isGated}
            />
            <Button submit loading={isLooking} disabled={isGated || day === ""}>
              See what it brings
            </Button>
          </InlineStack>
        </Form>
        {typeof found === "string" ? (
          <Banner tone="warning" title="The orders can't be read now">
            <p>{found}</p>
          </Banner>
        ) : null}
        {found && typeof found !== "string" && from ? (
          <BlockStack gap="300">
            <OrdersFoundList found={found} />
            <InlineStack>
              <ActionButton key={from.at} variant="primary" fields={{ intent: "orders-since", since: from.at }}>
                {found.orders.length > 0 ? "Import these orders" : "Import from this day on"}
              </ActionButton>
            </InlineStack>
          </BlockStack>
        ) : null}
      </BlockStack>
    </Card>
  );
}

export const ErrorBoundary = PageError;
