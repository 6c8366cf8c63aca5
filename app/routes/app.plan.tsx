/** What the shop's plan has, what the others have, and what becomes of the listings when stock sync ends. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Badge, Banner, BlockStack, Card, ChoiceList, InlineStack, Layout, List, Page, Text } from "@shopify/polaris";
import { useState } from "react";
import { z } from "zod";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { lookAtPlan } from "#app/flows/plan-gate.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { FactsList } from "#app/ui/facts-list.tsx";
import { formApproval, formId, readForm } from "#app/ui/form-data.ts";
import { PageError } from "#app/ui/page-error.tsx";
import { notFound } from "#app/ui/params.ts";
import { RecentChanges } from "#app/ui/recent-changes.tsx";
import { SaveBarForm } from "#app/ui/save-bar-form.tsx";
import { useShop } from "#app/ui/shop-context.tsx";
import { Ago } from "#app/ui/time.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { readChanges } from "#app/views/changes.ts";
import { type PlanView, readPlan } from "#app/views/plan.ts";
import { sayDay } from "#app/views/shop-time.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  // Anybody can write a handle into an address: it is a reason to ask Shopify, and no answer.
  const isWelcome = new URL(request.url).searchParams.has("plan_handle");
  const view = await readPlan(rt, shop);
  if (!view) throw notFound();
  await lookAtPlan(rt, { shopId: shop.id, isNews: isNews(view, isWelcome, rt.clock.now()) });
  const changes = await readChanges(rt, shop.id, { setting: "plan-end" }, userId);
  return { view, isWelcome, changes };
}

/** Whoever opens the page wants to know; whoever leaves it open is not a question every two seconds. */
const ASKED_LATELY_MS = 15_000;

function isNews({ askedAt }: PlanView, isWelcome: boolean, now: Date): boolean {
  const sinceMs = askedAt === null ? Number.POSITIVE_INFINITY : now.getTime() - Date.parse(askedAt);
  return sinceMs > (isWelcome ? ASKED_LATELY_MS / 5 : ASKED_LATELY_MS);
}

const form = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("plan-end"), whenStockEnds: z.enum(["leave", "zero"]), approved: formApproval }),
  z.object({ intent: z.literal("undo-change"), changeId: formId, approved: formApproval }),
]);

export async function action({ request }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  const by = { shopId: shop.id, actor: userId, approved: value.approved };
  if (value.intent === "undo-change") return said(await undoChange(rt, { ...by, changeId: value.changeId }), "Undone");
  const change = { setting: "plan-end" as const, after: value.whenStockEnds };
  return said(await changeSetting(rt, { ...by, change }), "Saved");
}

export default function Plan() {
  const { view, isWelcome, changes } = useLoaderData<typeof loader>();
  useLive(isWelcome || view.plan === null);
  return (
    <Page
      title="Plan"
      subtitle="What Lockstep does for this store"
      primaryAction={{ content: "Choose a plan in Shopify", url: view.pricingUrl, target: "_top" }}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <StateBanner view={view} />
            <GoesOnBanner view={view} />
            <Plans view={view} />
            <EndForm key={view.whenStockEnds} view={view} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <Now view={view} />
            <Card>
              <BlockStack gap="200">
                <Text as="h2" variant="headingMd">
                  Nothing is counted
                </Text>
                <Text as="p">
                  Listings, orders and channels are as many as you like, on every plan. An order that fails, is held or
                  is read again costs nothing.
                </Text>
              </BlockStack>
            </Card>
            <RecentChanges changes={changes} />
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}

function StateBanner({ view }: { view: PlanView }) {
  const { timezone } = useShop();
  const { stockEndsAt, hasStockEnded, whenStockEnds, unclear } = view;
  if (stockEndsAt) {
    const day = sayDay(new Date(stockEndsAt), timezone);
    return hasStockEnded ? (
      <Banner tone="critical" title="Stock sync has ended">
        <p>
          Since {day} no quantity is changed on your marketplaces, and no order is imported: what is sold there can be
          sold twice. Nothing that you set is lost. Choose a plan, and it goes on where it stopped; what would go up
          waits for your approval.
        </p>
      </Banner>
    ) : (
      <Banner tone="warning" title={`Stock sync ends on ${day}`}>
        <p>
          Your plan has none any more. Until then quantities go down, none goes up, and orders come in. Then the
          listings {whenStockEnds === "zero" ? "go to 0" : "stay as they are"}.
        </p>
      </Banner>
    );
  }
  if (!unclear) return null;
  return (
    <Banner tone="warning" title="Your plan could not be confirmed just now">
      <p>{unclear}. You keep what you had. Lockstep asks again by itself.</p>
    </Banner>
  );
}

/** What Shopify says of how the plan goes on. Where stock sync ends already, that is the news. */
function GoesOnBanner({ view }: { view: PlanView }) {
  const { timezone } = useShop();
  const { plan, goesOn, stockEndsAt, whenStockEnds, windDownDays } = view;
  const { next, trialEndsAt } = goesOn;
  if (stockEndsAt || !plan) return null;
  const dayOf = (at: string) => sayDay(new Date(at), timezone);
  if (next) {
    const when = next.at ? `on ${dayOf(next.at)}` : "with the time that is paid for";
    const after = next.hasStock
      ? "What is set above the new plan goes on working, and can be read but not changed."
      : `Then quantities go down and orders come in for ${windDownDays} days, but no quantity goes up. After that your listings ${whenStockEnds === "zero" ? "go to 0" : "stay as they are"}, and orders stay on their marketplaces.`;
    return (
      <Banner
        tone="warning"
        title={next.isCancelled ? `Your plan ends ${when}` : `Your plan changes to ${next.label} ${when}`}
      >
        <p>
          {next.isCancelled ? "You cancelled it in Shopify. " : ""}Until then you have all that {plan.label} has.{" "}
          {after} To keep {plan.label}, choose it in Shopify.
        </p>
      </Banner>
    );
  }
  if (!trialEndsAt) return null;
  return (
    <Banner tone="info" title={`Trial ends on ${dayOf(trialEndsAt)}`}>
      <p>
        Until then {plan.label} costs nothing. After that Shopify charges for it; if you don’t want that, cancel it in
        Shopify before.
      </p>
    </Banner>
  );
}

function Now({ view }: { view: PlanView }) {
  const { timezone } = useShop();
  const { trialEndsAt, paidUntil } = view.goesOn;
  const day = (name: string, at: string | null) => (at ? [{ name, value: sayDay(new Date(at), timezone) }] : []);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          Your plan
        </Text>
        <FactsList
          facts={[
            { name: "Plan", value: view.plan?.label ?? "Asking Shopify" },
            ...day("Trial ends", trialEndsAt),
            ...day("Paid until", trialEndsAt ? null : paidUntil),
            { name: "Confirmed", value: <Ago at={view.confirmedAt} /> },
            { name: "Asked", value: <Ago at={view.askedAt} /> },
          ]}
        />
        <Text as="p" tone="subdued">
          Plans are chosen, paid and cancelled in Shopify. Lockstep asks Shopify when you come here, and once a day.
        </Text>
      </BlockStack>
    </Card>
  );
}

function Plans({ view }: { view: PlanView }) {
  return (
    <Card>
      <BlockStack gap="500">
        <Text as="h2" variant="headingMd">
          What each plan has
        </Text>
        {view.plans.map(({ name, label, before, features }) => (
          <div key={name} data-plan={name}>
            <BlockStack gap="200">
              <InlineStack gap="200" blockAlign="center">
                <Text as="h3" variant="headingSm">
                  {label}
                </Text>
                {view.plan?.name === name ? <Badge tone="success">Your plan</Badge> : null}
              </InlineStack>
              {before === null ? (
                <Text as="p">Connect marketplaces, read and match their listings, and see what Lockstep would do.</Text>
              ) : features.length === 0 ? (
                <Text as="p">All that {before} has, on terms of your own.</Text>
              ) : (
                <>
                  <Text as="p">{before === "Free" ? "All that Free has, and:" : `All that ${before} has, and:`}</Text>
                  <List>
                    {features.map((feature) => (
                      <List.Item key={feature.label}>
                        {feature.label}:<Text as="span" tone="subdued">{` ${feature.does}`}</Text>
                      </List.Item>
                    ))}
                  </List>
                </>
              )}
            </BlockStack>
          </div>
        ))}
      </BlockStack>
    </Card>
  );
}

/** Chosen while there is time: what happens then, nobody is at the screen for. */
function EndForm({ view }: { view: PlanView }) {
  const { timezone } = useShop();
  const [draft, setDraft] = useState<PlanView["whenStockEnds"] | null>(null);
  const now = draft ?? view.whenStockEnds;
  const day = sayDay(new Date(view.stockEndsAt ?? view.wouldEndAt), timezone);
  return (
    <SaveBarForm
      id="plan-end"
      dirty={now !== view.whenStockEnds}
      fields={() => [
        ["intent", "plan-end"],
        ["whenStockEnds", now],
      ]}
      onDiscard={() => setDraft(null)}
      onErrors={() => undefined}
    >
      <Card>
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            When a plan with stock sync ends
          </Text>
          <Text as="p">
            For {view.windDownDays} days quantities go down and orders come in, but no quantity goes up.{" "}
            {view.stockEndsAt
              ? `${view.hasStockEnded ? "That ended" : "That ends"} on ${day}.`
              : `Cancelled today, that would be until ${day}.`}{" "}
            What is set, matched and held is kept. With a plan again all goes on, and what would go up is shown to you
            first.
          </Text>
          <ChoiceList
            title="Then the listings:"
            disabled={view.hasStockEnded}
            choices={[
              {
                label: "Stay as they are",
                value: "leave",
                helpText:
                  "They go on selling. What sells there does not reach Shopify, so the same unit can be sold twice.",
              },
              {
                label: "Go to 0",
                value: "zero",
                helpText: "Nothing is sold there any more. You see which listings before it is saved.",
              },
            ]}
            selected={[now]}
            onChange={([choice]) => setDraft(choice === "zero" ? "zero" : "leave")}
          />
        </BlockStack>
      </Card>
    </SaveBarForm>
  );
}

export const ErrorBoundary = PageError;
