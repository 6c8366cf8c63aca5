/** One change of many listings: what it would do, how far it has come, what it did, and the way back. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Banner, BlockStack, Card, InlineStack, Layout, Link, Page, ProgressBar, Text } from "@shopify/polaris";
import { z } from "zod";
import { approvalText, countMoves } from "#app/changes/effect.ts";
import { approveSweep, leaveOut, resumeSweep, stopSweep, undoSweep } from "#app/flows/manage-sweeps.ts";
import { authenticateShop } from "#app/shopify.server.ts";
import { ActionButton } from "#app/ui/action-button.tsx";
import { type ActionReply, said } from "#app/ui/action-reply.ts";
import { EffectFigures } from "#app/ui/effect-question.tsx";
import { FactsList } from "#app/ui/facts-list.tsx";
import { formApproval, formFlag, formId, readForm } from "#app/ui/form-data.ts";
import { PageError } from "#app/ui/page-error.tsx";
import { idParam, notFound } from "#app/ui/params.ts";
import { StatusBadge } from "#app/ui/status-badge.tsx";
import { SweepMatches } from "#app/ui/sweep-matches.tsx";
import { Ago, Time } from "#app/ui/time.tsx";
import { useLive } from "#app/ui/use-live.ts";
import { PAGE_SIZE, readBeside } from "#app/views/paging.ts";
import { readSweepMatches } from "#app/views/sweep-matches.ts";
import { readSweep, type SweepView } from "#app/views/sweeps.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { rt, shop, userId } = await authenticateShop(request);
  const sweep = await readSweep(rt, shop.id, idParam(params.id), userId);
  if (!sweep) throw notFound();
  const query = new URL(request.url).searchParams;
  // Where nothing is clear, that is what there is to see.
  const clear = query.get("show") !== "unclear" && sweep.matches?.clear !== 0;
  const beside = readBeside(query);
  const matches = sweep.matches && { clear, ...(await readSweepMatches(rt, shop.id, sweep.id, { clear, beside })) };
  return { sweep, matches };
}

const form = z.discriminatedUnion("intent", [
  z.object({
    intent: z.literal("leave-out"),
    leftOut: formFlag,
    listingIds: z.array(formId).min(1).max(PAGE_SIZE),
  }),
  z.object({ intent: z.literal("approve-sweep"), approved: formApproval }),
  z.object({ intent: z.literal("stop-sweep") }),
  z.object({ intent: z.literal("resume-sweep") }),
  z.object({ intent: z.literal("undo-sweep") }),
]);

export async function action({ request, params }: ActionFunctionArgs): Promise<ActionReply> {
  const { rt, shop, userId: actor } = await authenticateShop(request);
  const parsed = await readForm(form, request);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  const of = { shopId: shop.id, actor, sweepId: idParam(params.id) };
  switch (value.intent) {
    case "approve-sweep":
      return said(await approveSweep(rt, { ...of, approved: value.approved }), "Begun");
    case "stop-sweep":
      return said(await stopSweep(rt, of), "Stopped");
    case "leave-out": {
      const { listingIds, leftOut } = value;
      return leaveOut(rt, { shopId: shop.id, sweepId: of.sweepId, listingIds, leftOut });
    }
    case "resume-sweep":
      return said(await resumeSweep(rt, of), "Going on");
    case "undo-sweep": {
      const begun = await undoSweep(rt, of);
      return begun.ok ? { ok: true, path: `/app/listings/changes/${begun.sweepId}` } : begun;
    }
  }
}

export default function ChangeOfMany() {
  const { sweep, matches } = useLoaderData<typeof loader>();
  useLive(sweep.live);
  return (
    <Page
      title={sweep.title}
      subtitle={sweep.about}
      titleMetadata={<StatusBadge said={sweep.said} />}
      backAction={{ content: "Changes of many listings", url: "/app/listings/changes" }}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            {sweep.problem ? (
              <Banner tone="warning" title="It asks again">
                <p>{sweep.problem}</p>
              </Banner>
            ) : null}
            {sweep.live && sweep.progress ? <UnderWay sweep={sweep} progress={sweep.progress} /> : null}
            {sweep.state === "asking" ? <Question sweep={sweep} /> : null}
            {sweep.finishedAt ? <Over sweep={sweep} /> : null}
            {sweep.matches && matches ? <SweepMatches counts={sweep.matches} {...matches} /> : null}
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <Facts sweep={sweep} />
        </Layout.Section>
      </Layout>
    </Page>
  );
}

const many = (count: number, one = "listing", more = "listings"): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : more}`;

function UnderWay({ sweep, progress }: { sweep: SweepView; progress: { done: number; total: number } }) {
  const { done, total } = progress;
  const isWeighing = sweep.state === "weighing";
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" gap="200">
          <Text as="h2" variant="headingMd" id="sweep-progress">
            {isWeighing ? "Working out what it does" : "Changing listings"}
          </Text>
          <Text as="span" tone="subdued" numeric>
            {`${done.toLocaleString("en")} of ${total.toLocaleString("en")} looked at`}
          </Text>
        </InlineStack>
        <ProgressBar
          progress={total === 0 ? 0 : Math.min(100, (100 * done) / total)}
          size="small"
          ariaLabelledBy="sweep-progress"
        />
        <Text as="p" tone="subdued">
          {isWeighing
            ? "Nothing is changed yet. You are asked first."
            : "You can leave this page: it goes on by itself. Each listing is changed if it matches when its turn comes."}
        </Text>
        {sweep.did && !isWeighing ? <Text as="p">{`So far: ${sweep.did}.`}</Text> : null}
        <InlineStack>
          <ActionButton fields={{ intent: "stop-sweep" }}>Stop</ActionButton>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}

/** What it would do, and the approval of just that. */
function Question({ sweep }: { sweep: SweepView }) {
  const { effect, found, alike, isOfSettings, matches } = sweep;
  const moves = countMoves(effect);
  const approve = moves === 0 ? `Approve: ${many(found)}` : `Approve: ${many(moves, "number moves", "numbers move")}`;
  const left = [
    ...(matches?.unclear ? [`${many(matches.unclear)} without a clear match`] : []),
    ...(matches?.leftOut ? [`${many(matches.leftOut)} that you left out`] : []),
  ];
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {matches
            ? `${many(found, "listing is matched", "listings are matched")}. Nothing is done yet.`
            : `${many(found, "listing changes", "listings change")}. Nothing is done yet.`}
        </Text>
        {left.length > 0 ? <Text as="p">{`Left alone: ${left.join(", ")}.`}</Text> : null}
        {alike > 0 ? (
          <Text as="p" tone="subdued">
            {`${many(alike, "listing is", "listings are")} so already, or changed since, and ${alike === 1 ? "stays as it is" : "stay as they are"}.`}
          </Text>
        ) : null}
        {moves > 0 ? (
          <EffectFigures effect={effect} named={matches === null} />
        ) : (
          <Text as="p">
            {isOfSettings ? "No number on a marketplace moves by it." : "Their numbers are worked out again and sent."}
          </Text>
        )}
        {isOfSettings && effect.final < Math.max(1, moves) ? (
          <Text as="p" tone="subdued">
            You can undo it afterwards, for seven days, on this page.
          </Text>
        ) : null}
        <InlineStack gap="200">
          <ActionButton
            variant="primary"
            {...(effect.zeroed > 0 ? { tone: "critical" as const } : {})}
            disabled={found === 0}
            fields={{ intent: "approve-sweep", approved: approvalText(effect) }}
          >
            {approve}
          </ActionButton>
          <ActionButton fields={{ intent: "stop-sweep" }}>Leave it</ActionButton>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}

function Over({ sweep }: { sweep: SweepView }) {
  const { did, moves, undoUntil, undoneBy, canGoOn, state, alike, matches } = sweep;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {did ?? (state === "dropped" ? "Nothing was changed" : "Nothing was left to change")}
        </Text>
        {matches && matches.unclear > 0 && state !== "dropped" ? (
          <Text as="p">{`Left alone, for no match is clear: ${many(matches.unclear)}. Match them by hand, or by CSV.`}</Text>
        ) : null}
        {did === null && alike > 0 && state === "done" ? (
          <Text
            as="p"
            tone="subdued"
          >{`${many(alike, "listing is", "listings are")} so already, or changed since.`}</Text>
        ) : null}
        {moves ? <Text as="p">{`${moves}. Pushes follow by themselves.`}</Text> : null}
        {undoneBy ? <Link url={`/app/listings/changes/${undoneBy}`}>See what undoes it</Link> : null}
        {undoUntil ? (
          <Text as="p" tone="subdued">
            You can undo it until <Time at={undoUntil} inSentence />. A listing that was changed again since stays as it
            is.
          </Text>
        ) : null}
        {undoUntil || canGoOn ? (
          <InlineStack gap="200">
            {canGoOn ? <ActionButton fields={{ intent: "resume-sweep" }}>Go on with the rest</ActionButton> : null}
            {undoUntil ? <ActionButton fields={{ intent: "undo-sweep" }}>Undo</ActionButton> : null}
          </InlineStack>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function Facts({ sweep }: { sweep: SweepView }) {
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          About
        </Text>
        <FactsList
          facts={[
            { name: "Asked for by", value: sweep.who },
            { name: "Begun", value: <Ago at={sweep.at} /> },
            ...(sweep.finishedAt ? [{ name: "Ended", value: <Ago at={sweep.finishedAt} /> }] : []),
            ...(sweep.undoes
              ? [{ name: "Undoes", value: <Link url={`/app/listings/changes/${sweep.undoes}`}>This change</Link> }]
              : []),
          ]}
        />
      </BlockStack>
    </Card>
  );
}

export const ErrorBoundary = PageError;
