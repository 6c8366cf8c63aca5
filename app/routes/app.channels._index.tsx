/** Channels: what is connected, and what can be. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import {
  Banner,
  BlockStack,
  Box,
  Button,
  Card,
  Collapsible,
  InlineStack,
  Layout,
  Link,
  Page,
  Text,
} from "@shopify/polaris";
import { StoreIcon } from "@shopify/polaris-icons";
import { useState } from "react";
import { z } from "zod";
import { beginConnection, connectWithKeys } from "#app/flows/connect-channel.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { ActionButton } from "#app/ui/action-button.tsx";
import type { ActionReply } from "#app/ui/action-reply.ts";
import { Empty } from "#app/ui/empty.tsx";
import { formKeys, readForm } from "#app/ui/form-data.ts";
import { keyErrors } from "#app/ui/key-names.ts";
import { KeysForm } from "#app/ui/keys-form.tsx";
import { PageError } from "#app/ui/page-error.tsx";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { Ago } from "#app/ui/time.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { type ChannelRow, type Marketplace, readChannels } from "#app/views/channels.ts";
import { plainText } from "#connectors/contract/storable.ts";
import { PutOffs } from "../ui/put-offs.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop } = await authenticateShop(request);
  return readChannels(rt, shop.id);
}

const connector = plainText(40).min(1);
const form = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("connect"), connector }),
  z.object({ intent: z.literal("connect-with-keys"), connector, keys: formKeys }),
]);

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const wanted = { shopId: shop.id, userId, connectorKey: parsed.value.connector };
  if (parsed.value.intent === "connect") return beginConnection(rt, wanted);
  const tried = await connectWithKeys(rt, { ...wanted, keys: parsed.value.keys });
  if (!tried.ok) return { ok: false, message: tried.message, errors: keyErrors(tried.errors) };
  return { ok: true, path: `/app/connect/${tried.claim}` };
}

export default function Channels() {
  const { channels, marketplaces } = useLoaderData<typeof loader>();
  useLive(false);
  return (
    <Page title="Channels" subtitle="A channel is one of your accounts at a marketplace.">
      <Layout>
        {channels.length > 0 ? (
          <Layout.Section>
            <BlockStack gap="300">
              {channels.map((channel) => (
                <ChannelCard key={channel.id} channel={channel} />
              ))}
            </BlockStack>
          </Layout.Section>
        ) : null}
        <Layout.Section>
          <Card>
            <BlockStack gap="400">
              <Text as="h2" variant="headingMd">
                {channels.length === 0 ? "Connect your first marketplace" : "Connect another account"}
              </Text>
              {marketplaces.length === 0 ? (
                <Empty icon={StoreIcon} heading="No marketplace is set up here">
                  <p>
                    Whoever runs this installation of Lockstep must enter a marketplace's keys first. The README says
                    how.
                  </p>
                </Empty>
              ) : (
                marketplaces.map((marketplace) => <MarketplaceRow key={marketplace.key} marketplace={marketplace} />)
              )}
            </BlockStack>
          </Card>
        </Layout.Section>
      </Layout>
    </Page>
  );
}

function ChannelCard({ channel }: { channel: ChannelRow }) {
  const counted = channel.listings.total - channel.listings["left-alone"];
  return (
    <Card>
      <BlockStack gap="200">
        <InlineStack align="space-between" blockAlign="start" gap="200" wrap={false}>
          <InlineStack gap="200" blockAlign="center">
            <Text as="h2" variant="headingMd">
              <Link url={`/app/channels/${channel.id}`} removeUnderline>
                {channel.name}
              </Link>
            </Text>
            <StatusBadge said={channel.said} />
            {channel.waits ? <StatusBadge said={channel.waits} /> : null}
          </InlineStack>
          <Button url={`/app/channels/${channel.id}`} accessibilityLabel={`Open ${channel.name}`}>
            Open
          </Button>
        </InlineStack>
        {channel.stateReason && channel.state !== "connected" ? (
          <Text as="p" tone={channel.state === "reconnect" ? "critical" : "subdued"}>
            {channel.stateReason}
          </Text>
        ) : null}
        <PutOffs putOffs={channel.putOffs} />
        {channel.state === "disconnected" ? null : (
          <Text as="p" tone="subdued">
            {channel.listings["in-step"]} of {counted} listings in step
            {channel.listings["needs-you"] > 0 ? `, ${channel.listings["needs-you"]} need you` : ""} · orders read{" "}
            <Ago at={channel.ordersReadAt} />
          </Text>
        )}
      </BlockStack>
    </Card>
  );
}

function MarketplaceRow({ marketplace }: { marketplace: Marketplace }) {
  const [open, setOpen] = useState(false);
  const id = `permissions-${marketplace.key}`;
  const { byConsent, keys } = marketplace;
  return (
    <Box borderBlockStartWidth="025" borderColor="border" paddingBlockStart="400">
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h3" variant="headingSm">
            {marketplace.name}
          </Text>
          {byConsent ? (
            <ActionButton variant="primary" fields={{ intent: "connect", connector: marketplace.key }}>
              {`Connect ${marketplace.name}`}
            </ActionButton>
          ) : null}
        </InlineStack>
        <Text as="p" tone="subdued">
          {byConsent
            ? `${marketplace.name} asks you to agree on its own page. `
            : `${marketplace.name} gives you keys, which you enter here. They are tried at once, and kept encrypted. `}
          You then see which account it is, before it is joined to this shop. Your listings stay as they are until you
          approve the first push.
        </Text>
        {keys.length > 0 ? <WithKeys marketplace={marketplace} /> : null}
        {marketplace.permissions.length > 0 ? (
          <>
            <InlineStack>
              <Button
                variant="plain"
                disclosure={open ? "up" : "down"}
                ariaExpanded={open}
                ariaControls={id}
                onClick={() => setOpen(!open)}
              >
                What we ask permission for, and why
              </Button>
            </InlineStack>
            <Collapsible id={id} open={open}>
              <Banner tone="info">
                <BlockStack gap="200">
                  {marketplace.permissions.map(({ scope, why }) => (
                    <BlockStack key={scope}>
                      <Text as="p">{why}</Text>
                      <Text as="p" tone="subdued" variant="bodySm" breakWord>
                        {scope}
                      </Text>
                    </BlockStack>
                  ))}
                </BlockStack>
              </Banner>
            </Collapsible>
          </>
        ) : null}
      </BlockStack>
    </Box>
  );
}

/** The form; behind a button where there is another way in. */
function WithKeys({ marketplace }: { marketplace: Marketplace }) {
  const { key, name, byConsent, keys } = marketplace;
  const [open, setOpen] = useState(!byConsent);
  const id = `keys-${key}`;
  const form = (
    <KeysForm
      id={`${id}-form`}
      keys={keys}
      fields={{ intent: "connect-with-keys", connector: key }}
      submitLabel={`Connect ${name}${byConsent ? " with these" : ""}`}
    />
  );
  if (!byConsent) return form;
  return (
    <>
      <InlineStack>
        <Button
          variant="plain"
          disclosure={open ? "up" : "down"}
          ariaExpanded={open}
          ariaControls={id}
          onClick={() => setOpen(!open)}
        >
          Connect with keys instead
        </Button>
      </InlineStack>
      <Collapsible id={id} open={open}>
        {form}
      </Collapsible>
    </>
  );
}

export const ErrorBoundary = PageError;
