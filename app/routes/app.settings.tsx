/** What holds for the whole shop: its policy, how long data is kept, what can be taken out; and what Lockstep is and may do. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Badge, BlockStack, Card, InlineStack, Layout, Link, Page, Text } from "@shopify/polaris";
import { z } from "zod";
import { APP_VERSION, env } from "#app/env.server.ts";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { NO_POLICY } from "#app/inventory/policy.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { retention } from "#app/shops/retention.ts";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { DownloadButton } from "#app/ui/download-button.tsx";
import { FactsList } from "#app/ui/facts-list.tsx";
import { formApproval, formId, readForm } from "#app/ui/form-data.ts";
import { PageError } from "#app/ui/page-error.tsx";
import { PolicyForm } from "#app/ui/policy-form.tsx";
import { RecentChanges } from "#app/ui/recent-changes.tsx";
import { RetentionForm } from "#app/ui/retention-form.tsx";
import { parsePolicyForm, policyFormSchema } from "#app/views/policy-form.ts";
import { readSettings } from "#app/views/settings.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  const view = await readSettings(rt, shop.id, userId);
  const { SUPPORT_URL, PRIVACY_URL } = env();
  return {
    ...view,
    version: APP_VERSION,
    links: { support: SUPPORT_URL ?? null, privacy: PRIVACY_URL ?? null },
  };
}

const days = z.enum(["", "7", "14", "30", "60", "90"]).transform((text) => (text === "" ? null : Number(text)));

const form = z.discriminatedUnion("intent", [
  policyFormSchema.extend({ intent: z.literal("save-shop-policy"), approved: formApproval }),
  z.object({ intent: z.literal("save-retention"), historyDays: days, buyerDays: days }),
  z.object({ intent: z.literal("undo-change"), changeId: formId, approved: formApproval }),
]);

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  const by = { shopId: shop.id, actor };
  switch (value.intent) {
    case "save-shop-policy": {
      const read = parsePolicyForm(value);
      if (!read.ok) return { ok: false, message: "Please correct the fields in red.", errors: read.errors };
      const change = { setting: "shop-policy" as const, after: read.policy };
      return said(await changeSetting(rt, { ...by, approved: value.approved, change }), "Saved");
    }
    case "save-retention": {
      const after = retention.safeParse({ historyDays: value.historyDays, buyerDays: value.buyerDays });
      if (!after.success) return { ok: false, message: "Choose one of the times in the list." };
      return said(await changeSetting(rt, { ...by, change: { setting: "retention", after: after.data } }), "Saved");
    }
    case "undo-change":
      return said(await undoChange(rt, { ...by, approved: value.approved, changeId: value.changeId }), "Undone");
  }
}

export default function Settings() {
  const { policy, changes, ...view } = useLoaderData<typeof loader>();
  return (
    <Page title="Settings" subtitle="What holds for the whole shop">
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <PolicyForm
              key={`policy ${JSON.stringify(policy)}`}
              id="shop-policy"
              intent="save-shop-policy"
              title="Policy of the shop"
              about="It holds for every listing, unless the listing, a rule or its channel says otherwise."
              policy={policy}
              inherited={NO_POLICY}
              inheritedFrom={null}
              subject="a listing"
            />
            <RetentionForm key={`kept ${JSON.stringify(view.retention)}`} {...view} />
            <Exports />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <Elsewhere hasPlans={view.plan !== null} />
            <Help links={view.links} />
            <RecentChanges changes={changes} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section>
          <About {...view} />
        </Layout.Section>
      </Layout>
    </Page>
  );
}

const EXPORTS = [
  {
    from: "/app/listings/export?which=all",
    as: "lockstep-matches.csv",
    what: "Listings",
    why: "Each listing, and the Shopify variant that it stands for.",
  },
  {
    from: "/app/history/export",
    as: "lockstep-history.csv",
    what: "History",
    why: "Everything that was tried, and what came of it.",
  },
  {
    from: "/app/customers/export",
    as: "customers.csv",
    what: "Customers",
    why: "Customers with what they bought, on every channel.",
  },
];

function Exports() {
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            Take your data out
          </Text>
          <Text as="p" tone="subdued">
            As CSV files, for a spreadsheet or another program.
          </Text>
        </BlockStack>
        {EXPORTS.map(({ from, as, what, why }) => (
          <InlineStack key={from} align="space-between" blockAlign="center" gap="300" wrap={false}>
            <BlockStack>
              <Text as="span" fontWeight="semibold">
                {what}
              </Text>
              <Text as="span" tone="subdued">
                {why}
              </Text>
            </BlockStack>
            <DownloadButton from={from} as={as}>{`Export ${what.toLowerCase()}`}</DownloadButton>
          </InlineStack>
        ))}
        <Text as="p" tone="subdued">
          What is held of one buyer is on the page of each of their orders. Where a buyer asks Shopify for it, an alert
          leads to it.
        </Text>
      </BlockStack>
    </Card>
  );
}

/** Settings that have a page of their own. */
function Elsewhere({ hasPlans }: { hasPlans: boolean }) {
  const pages = [
    { url: "/app/channels", name: "Channels", why: "policy, locations and what happens in a conflict, for each" },
    { url: "/app/rules", name: "Rules", why: "which listings are left alone, or have another policy" },
    { url: "/app/alerts/rules", name: "Alerts", why: "when you are told of low stock, late updates, orders to ship" },
    { url: "/app/notifications", name: "Notifications", why: "who gets mail, and when" },
    { url: "/app/customers/stages", name: "Customers", why: "when one is at risk or has lapsed, and tags in Shopify" },
    ...(hasPlans ? [{ url: "/app/plan", name: "Plan", why: "what you may use, and what happens when it ends" }] : []),
  ];
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          More settings
        </Text>
        {pages.map(({ url, name, why }) => (
          <BlockStack key={url}>
            <Link url={url}>{name}</Link>
            <Text as="span" tone="subdued">
              {why}
            </Text>
          </BlockStack>
        ))}
      </BlockStack>
    </Card>
  );
}

function Help({ links }: { links: { support: string | null; privacy: string | null } }) {
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          Help
        </Text>
        {links.support ? (
          <Link url={links.support} target="_blank">
            Ask for help
          </Link>
        ) : null}
        {links.privacy ? (
          <Link url={links.privacy} target="_blank">
            What becomes of your data
          </Link>
        ) : null}
        {links.support && links.privacy ? null : (
          <Text as="p" tone="subdued">
            {links.support || links.privacy
              ? "Whoever runs Lockstep for you has not named the other page."
              : "Whoever runs Lockstep for you has not named a page for help or privacy yet. Write to them."}
          </Text>
        )}
        <Link url="/app/trouble">Find out what is wrong with a SKU</Link>
      </BlockStack>
    </Card>
  );
}

function About({
  version,
  shop,
  plan,
  scopes,
}: {
  version: string;
  shop: { name: string; domain: string };
  plan: string | null;
  scopes: { name: string; why: string; isGranted: boolean }[] | null;
}) {
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          About
        </Text>
        <FactsList
          facts={[
            { name: "Lockstep", value: `version ${version}` },
            { name: "Shop", value: `${shop.name} (${shop.domain})` },
            ...(plan ? [{ name: "Plan", value: <Link url="/app/plan">{plan}</Link> }] : []),
          ]}
        />
        <Text as="h3" variant="headingSm">
          What it may do in Shopify
        </Text>
        {scopes ? (
          scopes.map(({ name, why, isGranted }) => (
            <InlineStack key={name} align="space-between" gap="200" blockAlign="center" wrap={false}>
              <BlockStack>
                <Text as="span">{name.charAt(0).toUpperCase() + name.slice(1)}</Text>
                <Text as="span" tone="subdued">{`Lockstep ${why}.`}</Text>
              </BlockStack>
              <Badge {...(isGranted ? { tone: "success" as const } : { tone: "critical" as const })}>
                {isGranted ? "Granted" : "Missing"}
              </Badge>
            </InlineStack>
          ))
        ) : (
          <Text as="p" tone="subdued">
            Shopify has not said yet.
          </Text>
        )}
      </BlockStack>
    </Card>
  );
}

export const ErrorBoundary = PageError;
