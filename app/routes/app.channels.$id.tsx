/** One channel: its state, the first push, its policy, locations and options, and the way out. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import {
  Badge,
  Banner,
  BlockStack,
  Card,
  Checkbox,
  ChoiceList,
  InlineStack,
  Layout,
  Link,
  List,
  Page,
  Text,
} from "@shopify/polaris";
import { useState } from "react";
import { z } from "zod";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { beginConnection, connectWithKeys } from "#app/flows/connect-channel.ts";
import { disconnectChannel } from "#app/flows/disconnect-channel.ts";
import {
  approveFirstPush,
  pauseChannel,
  readOrdersNow,
  refreshListings,
  resumeChannel,
  undoBulkChange,
} from "#app/flows/manage-channel.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { ActionButton } from "#app/ui/action-button.tsx";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { FactsList } from "#app/ui/facts-list.tsx";
import { formApproval, formId, formKeys, readForm } from "#app/ui/form-data.ts";
import { keyErrors } from "#app/ui/key-names.ts";
import { KeysForm } from "#app/ui/keys-form.tsx";
import { NotKeptCard } from "#app/ui/not-kept-card.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { idParam, notFound } from "#app/ui/params.ts";
import { PlanGate, useGate } from "#app/ui/plan-gate.tsx";
import { PolicyForm } from "#app/ui/policy-form.tsx";
import { PushPreview } from "#app/ui/push-preview.tsx";
import { RecentChanges } from "#app/ui/recent-changes.tsx";
import { SaveBarForm } from "#app/ui/save-bar-form.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { Ago, Time } from "#app/ui/time.tsx";
import { UndoCard } from "#app/ui/undo-card.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { WithdrawnForm } from "#app/ui/withdrawn-form.tsx";
import { readChanges } from "#app/views/changes.ts";
import { type ChannelView, readChannel, readPreview } from "#app/views/channels.ts";
import { parsePolicyForm, policyFormSchema } from "#app/views/policy-form.ts";
import { plainText } from "#connectors/contract/storable.ts";
import { PutOffs } from "../ui/put-offs.tsx";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const channel = await readChannel(rt, shop.id, idParam(params.id));
  if (!channel) throw notFound();
  const wantsPreview = channel.readyForPreview && (!channel.pushApproved || channel.isUndone || channel.isHeldByPlan);
  const preview = wantsPreview ? await readPreview(rt, shop.id, channel.id) : null;
  const changes = await readChanges(rt, shop.id, { channelId: channel.id }, actor);
  return { channel, preview, changes };
}

const form = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("pause") }),
  z.object({ intent: z.literal("resume") }),
  z.object({ intent: z.literal("reconnect"), connector: plainText(40) }),
  z.object({ intent: z.literal("reconnect-with-keys"), connector: plainText(40), keys: formKeys }),
  z.object({ intent: z.literal("refresh") }),
  z.object({ intent: z.literal("read-orders") }),
  z.object({ intent: z.literal("approve") }),
  z.object({ intent: z.literal("undo") }),
  z.object({ intent: z.literal("disconnect") }),
  z.object({ intent: z.literal("undo-change"), changeId: formId, approved: formApproval }),
  policyFormSchema.extend({ intent: z.literal("policy"), approved: formApproval }),
  z.object({
    intent: z.literal("locations"),
    locationGids: z.array(plainText(200)).max(1000).default([]),
    approved: formApproval,
  }),
  z.object({ intent: z.literal("conflicts"), conflictPolicy: z.enum(["hold", "cancel", "backorder"]) }),
  z.object({ intent: z.literal("edits"), editPolicy: z.enum(["repair", "ask"]), approved: formApproval }),
  z.object({
    intent: z.literal("withdrawn"),
    gonePolicy: z.enum(["zero", "ask"]),
    draftPolicy: z.enum(["zero", "ask", "keep"]),
    untrackedPolicy: z.enum(["ask", "keep"]),
    approved: formApproval,
  }),
  z.object({
    intent: z.literal("options"),
    options: z.array(plainText(60)).max(50).default([]),
    approved: formApproval,
  }),
]);

export async function action({ request, params }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const channelId = idParam(params.id);
  const channel = { shopId: shop.id, channelId, actor };
  const { value } = parsed;
  const by = { shopId: shop.id, actor, approved: "approved" in value ? value.approved : null };
  switch (value.intent) {
    case "pause":
      return said(await pauseChannel(rt, channel), "Paused");
    case "resume":
      return said(await resumeChannel(rt, channel), "Resumed");
    case "reconnect":
      return beginConnection(rt, { ...channel, userId: actor, connectorKey: value.connector });
    case "reconnect-with-keys": {
      const { connector, keys } = value;
      const tried = await connectWithKeys(rt, { ...channel, userId: actor, connectorKey: connector, keys });
      if (!tried.ok) return { ok: false, message: tried.message, errors: keyErrors(tried.errors) };
      return { ok: true, path: `/app/connect/${tried.claim}` };
    }
    case "read-orders":
      return said(await readOrdersNow(rt, channel), "Reading orders");
    case "refresh":
      return said(await refreshListings(rt, channel), "Reading listings");
    case "approve":
      return said(await approveFirstPush(rt, channel), "Approved: updating listings");
    case "undo":
      return said(await undoBulkChange(rt, channel), "Undone: listings go back");
    case "disconnect":
      return said(await disconnectChannel(rt, channel), "Disconnected");
    case "undo-change":
      return said(await undoChange(rt, { ...by, changeId: value.changeId }), "Undone");
    case "policy": {
      const read = parsePolicyForm(value);
      if (!read.ok) return { ok: false, message: "Please correct the fields in red.", errors: read.errors };
      const change = { setting: "channel-policy" as const, channelId, after: read.policy };
      return said(await changeSetting(rt, { ...by, change }), "Saved");
    }
    case "locations": {
      const change = { setting: "channel-locations" as const, channelId, after: value.locationGids };
      return said(await changeSetting(rt, { ...by, change }), "Saved");
    }
    case "conflicts": {
      const change = { setting: "conflicts" as const, channelId, after: value.conflictPolicy };
      return said(await changeSetting(rt, { ...by, change }), "Saved");
    }
    case "edits": {
      const change = { setting: "edits" as const, channelId, after: value.editPolicy };
      return said(await changeSetting(rt, { ...by, change }), "Saved");
    }
    case "withdrawn": {
      const { intent: _, approved: __, ...after } = value;
      return said(await changeSetting(rt, { ...by, change: { setting: "withdrawn", channelId, after } }), "Saved");
    }
    case "options": {
      const change = { setting: "options" as const, channelId, after: value.options };
      return said(await changeSetting(rt, { ...by, change }), "Saved");
    }
  }
}

/** What the toast says when it went well. */
export default function Channel() {
  const { channel, preview, changes } = useLoaderData<typeof loader>();
  useLive(channel.live);
  return (
    <Page
      title={channel.name}
      titleMetadata={<StatusBadge said={channel.said} />}
      backAction={{ content: "Channels", url: "/app/channels" }}
      // On a phone it is far down to the other buttons, and who is in trouble looks for this one.
      secondaryActions={
        channel.state === "connected" ? <ActionButton fields={{ intent: "pause" }}>Pause</ActionButton> : undefined
      }
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <StateBanner channel={channel} />
            {channel.putOffs.length > 0 && channel.state !== "disconnected" ? (
              <Banner tone="warning" title={`${channel.marketplace} keeps Lockstep waiting`}>
                <PutOffs putOffs={channel.putOffs} />
                <p>Lockstep goes on by itself. Nothing that was sold or changed meanwhile is lost.</p>
              </Banner>
            ) : null}
            {channel.warnings.length > 0 ? (
              <Banner tone="warning" title={`${channel.marketplace} settings to look at`}>
                <List>
                  {channel.warnings.map((warning) => (
                    <List.Item key={warning}>{warning}</List.Item>
                  ))}
                </List>
              </Banner>
            ) : null}
            {channel.onSale && channel.onSale.notKept > 0 && channel.state !== "disconnected" ? (
              <NotKeptCard onSale={channel.onSale} marketplace={channel.marketplace} />
            ) : null}
            {channel.state === "connected" && (!channel.pushApproved || channel.isUndone || channel.isHeldByPlan) ? (
              <PushPreview
                channelName={channel.name}
                atZero={channel.atZero}
                brakeReason={channel.brakeReason}
                isUndone={channel.isUndone}
                isHeldByPlan={channel.isHeldByPlan}
                preview={preview}
              />
            ) : null}
            {channel.state === "connected" && channel.undo ? (
              <UndoCard undo={channel.undo} channelName={channel.name} />
            ) : null}
            {channel.state === "disconnected" ? null : <ChannelPolicy key={channel.id} channel={channel} />}
            {channel.state === "disconnected" || channel.locations.length < 2 ? null : (
              <LocationsForm key={`locations-${channel.id}`} channel={channel} />
            )}
            {channel.state === "disconnected" ? null : (
              <ConflictsForm key={`conflicts-${channel.id}`} channel={channel} />
            )}
            {channel.state === "disconnected" ? null : <EditsForm key={`edits-${channel.id}`} channel={channel} />}
            {channel.state === "disconnected" ? null : (
              <WithdrawnForm
                key={`withdrawn-${channel.id}`}
                saved={channel.withdrawal}
                zeroIsFinal={channel.zeroIsFinal}
                marketplace={channel.marketplace}
              />
            )}
            {channel.state === "disconnected" || channel.options.length === 0 ? null : (
              <OptionsForm key={`options-${channel.id}`} channel={channel} />
            )}
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <Overview channel={channel} />
            {channel.state === "disconnected" ? null : <Controls channel={channel} />}
            <RecentChanges changes={changes} />
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}

function StateBanner({ channel }: { channel: ChannelView }) {
  const { marketplace } = channel;
  const { byConsent, keys } = channel.waysIn;
  if (channel.state === "reconnect" || channel.state === "disconnected") {
    const lost = channel.state === "reconnect";
    return (
      <Banner
        tone={lost ? "critical" : "info"}
        title={lost ? `${marketplace} no longer lets us in` : "This channel is disconnected"}
      >
        <BlockStack gap="300">
          <p>
            {channel.stateReason ??
              (lost
                ? "Reconnect, so that quantities and orders flow again."
                : "Its listings stay as they are, and nothing is changed there. Connect it again to go on where it stopped.")}
          </p>
          {byConsent ? (
            <ActionButton
              fields={{ intent: "reconnect", connector: channel.connectorKey }}
            >{`Reconnect ${marketplace}`}</ActionButton>
          ) : null}
          {keys.length > 0 ? (
            <KeysForm
              id="reconnect"
              keys={keys}
              fields={{ intent: "reconnect-with-keys", connector: channel.connectorKey }}
              submitLabel={byConsent ? "Reconnect with keys" : `Reconnect ${marketplace}`}
            />
          ) : null}
        </BlockStack>
      </Banner>
    );
  }
  if (channel.state === "paused") {
    return (
      <Banner tone="warning" title="This channel is paused">
        <BlockStack gap="300">
          <p>
            {channel.stateReason ??
              "No quantity is changed there until you resume it. Orders sold there still hold stock."}
          </p>
          <ActionButton fields={{ intent: "resume" }}>Resume</ActionButton>
        </BlockStack>
      </Banner>
    );
  }
  return null;
}

function Overview({ channel }: { channel: ChannelView }) {
  const { listings } = channel;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Overview
        </Text>
        <FactsList
          facts={[
            { name: "Listings in step", value: `${listings["in-step"]} of ${listings.total - listings["left-alone"]}` },
            { name: "Being updated", value: listings.updating },
            {
              name: "Need you",
              value: listings["needs-you"] > 0 ? <Badge tone="attention">{String(listings["needs-you"])}</Badge> : 0,
            },
            { name: "Left alone", value: listings["left-alone"] },
            { name: "Listings read", value: <Ago at={channel.listingsReadAt} /> },
            { name: "Orders read", value: <Ago at={channel.ordersReadAt} /> },
            {
              name: "Imports orders",
              value: (
                <>
                  {channel.importsOrders ? "sold since " : "no, they wait for you"}
                  {channel.importsOrders ? <Time at={channel.importOrdersSince} inSentence /> : null}{" "}
                  <Link
                    url={`/app/channels/${channel.id}/orders`}
                    accessibilityLabel="Change which orders are imported"
                  >
                    Change
                  </Link>
                </>
              ),
            },
            { name: "Connected", value: <Time at={channel.connectedAt} /> },
          ]}
        />
        {channel.atZero ? (
          <Text as="p" tone="subdued" variant="bodySm">
            {channel.atZero}
          </Text>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function Controls({ channel }: { channel: ChannelView }) {
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          Control
        </Text>
        {channel.state === "connected" || channel.state === "paused" ? (
          <InlineStack gap="200" blockAlign="start">
            <ActionButton fields={{ intent: "read-orders" }}>Read orders now</ActionButton>
            {channel.state === "connected" ? (
              <ActionButton fields={{ intent: "refresh" }}>Read listings again</ActionButton>
            ) : null}
          </InlineStack>
        ) : null}
        <Text as="p" tone="subdued">
          Disconnecting leaves the listings as they are: no quantity is changed any more, and no order is imported.
        </Text>
        <ActionButton
          tone="critical"
          fields={{ intent: "disconnect" }}
          confirm={{
            title: `Disconnect ${channel.name}?`,
            message: `The listings on ${channel.marketplace} stay as they are, with the quantities they show now. Orders sold there will no longer reach Shopify, so stock can be sold twice.`,
            action: "Disconnect",
          }}
        >
          Disconnect
        </ActionButton>
      </BlockStack>
    </Card>
  );
}

function ChannelPolicy({ channel: { policy, inherited } }: { channel: ChannelView }) {
  return (
    <PolicyForm
      id="channel-policy"
      intent="policy"
      title="Policy"
      about="How much of your stock this channel shows. A listing can have a policy of its own."
      policy={policy}
      inherited={inherited}
      inheritedFrom="the shop"
      subject="this channel"
    />
  );
}

/** Whose stock this channel may sell. */
function LocationsForm({ channel }: { channel: ChannelView }) {
  const isGated = useGate("routing") !== null;
  const saved = {
    some: channel.someLocations,
    gids: channel.locations.filter((location) => location.chosen).map((location) => location.gid),
  };
  const [draft, setDraft] = useState<typeof saved | null>(null);
  const now = draft ?? saved;
  const noneChosen = now.some && now.gids.length === 0;
  return (
    <SaveBarForm
      id="channel-locations"
      dirty={draft !== null && !noneChosen && JSON.stringify(draft) !== JSON.stringify(saved)}
      fields={() => [
        ["intent", "locations"],
        ...(now.some ? now.gids.map((gid): [string, string] => ["locationGids[]", gid]) : []),
      ]}
      onDiscard={() => setDraft(null)}
      onErrors={() => undefined}
    >
      <Card>
        <BlockStack gap="400">
          <PlanGate feature="routing" />
          <ChoiceList
            disabled={isGated}
            title="Stock this channel may sell"
            choices={[
              { label: "Every active location", value: "all" },
              {
                label: "These locations",
                value: "some",
                renderChildren: (selected) =>
                  selected ? (
                    <ChoiceList
                      title="Locations"
                      titleHidden
                      allowMultiple
                      disabled={isGated}
                      choices={channel.locations.map(({ gid, name }) => ({ label: name, value: gid }))}
                      selected={now.gids}
                      onChange={(gids) => setDraft({ ...now, gids })}
                      {...(noneChosen ? { error: "Choose at least one; with none, every location counts." } : {})}
                    />
                  ) : null,
              },
            ]}
            selected={[now.some ? "some" : "all"]}
            onChange={([choice]) => setDraft({ ...now, some: choice === "some" })}
          />
        </BlockStack>
      </Card>
    </SaveBarForm>
  );
}

/** What becomes of an order here that loses to an earlier sale. */
function ConflictsForm({ channel }: { channel: ChannelView }) {
  const isGated = useGate("conflicts") !== null;
  const [draft, setDraft] = useState<ChannelView["conflictPolicy"] | null>(null);
  const now = draft ?? channel.conflictPolicy;
  return (
    <SaveBarForm
      id="channel-conflicts"
      dirty={now !== channel.conflictPolicy}
      fields={() => [
        ["intent", "conflicts"],
        ["conflictPolicy", now],
      ]}
      onDiscard={() => setDraft(null)}
      onErrors={() => undefined}
    >
      <Card>
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            When more is sold than there is
          </Text>
          <PlanGate feature="conflicts" />
          <ChoiceList
            disabled={isGated}
            title="The earliest sale wins. A later order here:"
            choices={[
              { label: "Waits for you", value: "hold", helpText: "You accept it as a backorder or cancel it." },
              {
                label: `Is cancelled on ${channel.marketplace}`,
                value: "cancel",
                disabled: !channel.marketplaceCancels,
                helpText: channel.marketplaceCancels
                  ? "The marketplace may count it as the seller's fault."
                  : `${channel.marketplace} does not let apps cancel orders.`,
              },
              { label: "Is accepted", value: "backorder", helpText: "Shopify's stock goes below zero." },
            ]}
            selected={[now]}
            onChange={([choice]) => setDraft((choice as ChannelView["conflictPolicy"]) ?? null)}
          />
        </BlockStack>
      </Card>
    </SaveBarForm>
  );
}

/** What becomes of a quantity that somebody edits over there. */
function EditsForm({ channel }: { channel: ChannelView }) {
  const [draft, setDraft] = useState<ChannelView["editPolicy"] | null>(null);
  const { marketplace, sharesStockWith } = channel;
  const isAsked = sharesStockWith.length > 0;
  const now = draft ?? (isAsked ? "ask" : channel.editPolicy);
  return (
    <SaveBarForm
      id="channel-edits"
      dirty={draft !== null && draft !== channel.editPolicy}
      fields={() => [
        ["intent", "edits"],
        ["editPolicy", now],
      ]}
      onDiscard={() => setDraft(null)}
      onErrors={() => undefined}
    >
      <Card>
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            When a quantity is edited on {marketplace}
          </Text>
          <ChoiceList
            title="A listing that then shows fewer than it should:"
            choices={[
              {
                label: "Is set right",
                value: "repair",
                helpText: isAsked
                  ? `Not here: it may have been sold on ${sharesStockWith.join(", ")}, whose orders Lockstep does not read.`
                  : "As soon as no order explains the difference.",
                disabled: isAsked,
              },
              {
                label: "Waits for you",
                value: "ask",
                helpText: "It is under Listings that need you. You set it right, or keep its lower quantity.",
              },
            ]}
            selected={[now]}
            onChange={([choice]) => setDraft((choice as ChannelView["editPolicy"]) ?? null)}
          />
          <Text as="p" tone="subdued">
            A listing that shows more than it should could be oversold. It is always set right, without asking, as soon
            as Lockstep sees it: whenever its quantity is about to change, and when listings are read, about every half
            hour.
          </Text>
        </BlockStack>
      </Card>
    </SaveBarForm>
  );
}

/** What the merchant must allow, because it costs money or can't be taken back. */
function OptionsForm({ channel }: { channel: ChannelView }) {
  const saved = channel.options.filter((option) => option.isOn).map((option) => option.name);
  const [draft, setDraft] = useState<string[] | null>(null);
  const now = draft ?? saved;
  const dirty = channel.options.some(({ name }) => now.includes(name) !== saved.includes(name));
  return (
    <SaveBarForm
      id="channel-options"
      dirty={dirty}
      fields={() => [["intent", "options"], ...now.map((name): [string, string] => ["options[]", name])]}
      onDiscard={() => setDraft(null)}
      onErrors={() => undefined}
    >
      <Card>
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            Options
          </Text>
          {channel.options.map(({ name, label, help }) => (
            <Checkbox
              key={name}
              id={`option-${name}`}
              label={label}
              helpText={help}
              checked={now.includes(name)}
              onChange={(checked) => setDraft(checked ? [...now, name] : now.filter((one) => one !== name))}
            />
          ))}
        </BlockStack>
      </Card>
    </SaveBarForm>
  );
}

export const ErrorBoundary = PageError;
