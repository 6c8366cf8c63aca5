/** Which marketplace account is about to be joined to which shop: the merchant reads both, and decides. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { type ShouldRevalidateFunction, useLoaderData } from "@remix-run/react";
import { Banner, BlockStack, Card, InlineStack, List, Page, Text } from "@shopify/polaris";
import { LinkIcon } from "@shopify/polaris-icons";
import { z } from "zod";
import { declineConnection, joinAccount } from "#app/flows/join-account.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { ActionButton } from "#app/ui/action-button.tsx";
import { type ActionReply, readReply } from "#app/ui/action-reply.ts";
import { Empty } from "#app/ui/empty.tsx";
import { FactsList } from "#app/ui/facts-list.tsx";
import { formFlag, readForm } from "#app/ui/form-data.ts";
import { PageError } from "#app/ui/page-error.tsx";
import { type PendingConnectionView, readPendingConnection } from "#app/views/pending-connection.ts";

/** Anything else was never given out. */
const CLAIM = /^[\w-]{43}$/;

function claimParam(value: string | undefined): string {
  return value && CLAIM.test(value) ? value : "";
}

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  const pending = await readPendingConnection(rt, { shopId: shop.id, userId, claim: claimParam(params.id) });
  return { pending };
}

const form = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("join"), transfer: formFlag }),
  z.object({ intent: z.literal("decline") }),
]);

export async function action({ request, params }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const claimant = { shopId: shop.id, userId, claim: claimParam(params.id) };
  if (parsed.value.intent === "decline") {
    await declineConnection(rt, claimant);
    return { ok: true, message: "Not connected", path: "/app/channels" };
  }
  const joined = await joinAccount(rt, claimant, { transfer: parsed.value.transfer });
  return joined.ok ? { ok: true, message: "Connected", path: `/app/channels/${joined.channelId}` } : joined;
}

/** Once it is decided there is nothing to ask any more: the question stays, until its button leads away. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionResult, defaultShouldRevalidate }) =>
  defaultShouldRevalidate && readReply(actionResult)?.ok !== true;

export default function Connect() {
  const { pending } = useLoaderData<typeof loader>();
  return (
    <Page title="Connect an account" backAction={{ content: "Channels", url: "/app/channels" }}>
      <Card>{pending ? <Question pending={pending} /> : <Over />}</Card>
    </Page>
  );
}

function Question({ pending }: { pending: PendingConnectionView }) {
  const { marketplace, accountName, shopName, shopDomain, channelName, isElsewhere, warnings } = pending;
  return (
    <BlockStack gap="400">
      <Text as="h2" variant="headingMd">
        Join these two?
      </Text>
      <FactsList
        facts={[
          { name: `Account at ${marketplace}`, value: accountName },
          { name: "Shopify shop", value: `${shopName} (${shopDomain})` },
        ]}
      />
      <Text as="p">
        {channelName
          ? `${channelName} goes on where it stopped: with this shop's stock, and with orders into this shop.`
          : "This shop's stock will decide what the account's listings show, and its orders will come into this shop. Listings stay as they are until you approve the first push."}
      </Text>
      {isElsewhere ? (
        <Banner tone="warning" title="This account is connected in another shop">
          <p>
            An account belongs to one shop at a time, because two shops would each send their own stock to its listings.
            If you connect it here, it is disconnected there, and whoever runs that shop is told.
          </p>
        </Banner>
      ) : null}
      {warnings.length > 0 ? (
        <Banner tone="info" title={`${marketplace} settings to look at afterwards`}>
          <List>
            {warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Banner>
      ) : null}
      <InlineStack gap="300">
        <ActionButton variant="primary" fields={{ intent: "join", transfer: String(isElsewhere) }}>
          {isElsewhere ? "Connect it here, disconnect it there" : "Yes, connect this account"}
        </ActionButton>
        <ActionButton fields={{ intent: "decline" }}>No, don't connect it</ActionButton>
      </InlineStack>
    </BlockStack>
  );
}

function Over() {
  return (
    <Empty
      icon={LinkIcon}
      heading="There is nothing to decide here any more"
      action={{ content: "Go to Channels", url: "/app/channels" }}
    >
      <p>
        This connection was finished already, was begun too long ago, or was begun by somebody else. Begin it again.
      </p>
    </Empty>
  );
}

export const ErrorBoundary = PageError;
