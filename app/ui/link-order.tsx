/** Which order in Shopify this one is, where the merchant entered it by hand: asked by its number, shown, then linked. */
import { useFetcher } from "@remix-run/react";
import { BlockStack, Box, Button, Form, InlineError, InlineStack, Modal, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import type { Found, OrderFound } from "#app/flows/link-order.ts";
import type { OrderView } from "../views/orders.ts";
import { readReply } from "./action-reply.ts";
import { FactsList } from "./facts-list.tsx";
import { Money } from "./money.tsx";
import { Time } from "./time.tsx";
import { WhatFollows } from "./what-follows.tsx";

export function LinkOrder({ order }: { order: OrderView }) {
  const [number, setNumber] = useState("");
  const search = useFetcher<Found>();
  const [closed, setClosed] = useState<unknown>(null);
  const reply = search.data;
  const found = reply?.ok && reply !== closed ? reply.found : null;
  const problem = search.state === "idle" && reply && !reply.ok ? reply.message : null;
  const look = (): void => {
    search.submit({ intent: "find-order", number }, { method: "post" });
  };
  return (
    <BlockStack gap="200">
      <Form onSubmit={look} preventDefault>
        <BlockStack gap="200" inlineAlign="start">
          <Box maxWidth="22rem">
            <TextField
              label="Shopify order number"
              helpText={`If you entered it in Shopify yourself: Lockstep then tells ${order.channel.marketplace} when it ships.`}
              placeholder="#1042"
              value={number}
              onChange={setNumber}
              autoComplete="off"
              maxLength={300}
              {...(problem ? { error: problem } : {})}
            />
          </Box>
          <Button submit loading={search.state !== "idle"} disabled={number.trim() === ""}>
            Look it up
          </Button>
        </BlockStack>
      </Form>
      {found ? <FoundOrder order={order} found={found} onClose={() => setClosed(reply)} /> : null}
    </BlockStack>
  );
}

function FoundOrder({ order, found, onClose }: { order: OrderView; found: OrderFound; onClose(): void }) {
  const { marketplace } = order.channel;
  const fetcher = useFetcher();
  const reply = readReply(fetcher.data);
  const busy = fetcher.state !== "idle";
  const link = (): void => {
    fetcher.submit({ intent: "link-order", orderGid: found.gid, shown: found.shown }, { method: "post" });
  };
  return (
    <Modal
      open
      onClose={onClose}
      title={`Is it ${found.name}?`}
      primaryAction={{ content: `Yes, link ${found.name}`, onAction: link, loading: busy }}
      secondaryActions={[{ content: "No, keep as it is", onAction: onClose, disabled: busy }]}
    >
      <Modal.Section>
        <BlockStack gap="400">
          {reply && !reply.ok && !busy ? <InlineError message={reply.message} fieldID="link-order" /> : null}
          <FactsList
            facts={[
              { name: "Made in Shopify", value: <Time at={found.createdAt} /> },
              { name: "Customer there", value: found.customerName ?? "none, or not shown to Lockstep" },
              { name: `Buyer on ${marketplace}`, value: order.customer.name ?? "not known" },
              { name: "Total there", value: <Money {...found.total} /> },
              { name: `Total on ${marketplace}`, value: <Money {...order.total} /> },
            ]}
          />
          <FoundLines found={found} marketplace={marketplace} />
          <WhatFollows title="What linking does" sentences={found.follows} />
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}

function FoundLines({ found, marketplace }: { found: OrderFound; marketplace: string }) {
  return (
    <BlockStack gap="300">
      <Text as="h3" variant="headingSm">
        {`Lines of the ${marketplace} order`}
      </Text>
      {found.lines.map((line, at) => (
        // Two lines may be alike in all that is shown.
        // biome-ignore lint/suspicious/noArrayIndexKey: they do not move
        <BlockStack key={at}>
          <Text as="span" breakWord fontWeight="semibold">
            {`${line.units} × ${line.title}`}
          </Text>
          <InlineStack gap="100">
            <Text as="span" breakWord tone={line.found < line.units ? "critical" : "subdued"}>
              {counterpart(line, found.name)}
            </Text>
          </InlineStack>
        </BlockStack>
      ))}
      {found.beside.map(({ title, units }) => (
        <Text as="p" breakWord tone="critical" key={title}>
          {`${units} × ${title} in ${found.name} was not sold on ${marketplace}.`}
        </Text>
      ))}
    </BlockStack>
  );
}

function counterpart({ units, found, as, isGuess }: OrderFound["lines"][number], name: string): string {
  if (as === null) return `Not in ${name}`;
  const what = found < units ? `${name} has ${found}, as ${as}` : `In ${name} as ${as}`;
  return isGuess ? `${what}: the only line left. Check that it is this one.` : what;
}
