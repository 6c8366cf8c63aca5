/** One button, one intent: says that it works, what went wrong and, in a toast, that it went well. */
import { useFetcher, useFetchers, useNavigate } from "@remix-run/react";
import { BlockStack, Button, type ButtonProps, InlineError, Modal, Text } from "@shopify/polaris";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { approvalText } from "#app/changes/effect.ts";
import { type ActionReply, readReply } from "./action-reply.ts";
import { openTopLevel, toast } from "./app-bridge.ts";
import { EffectQuestion } from "./effect-question.tsx";

/** Toasts of what went well. For the app's frame: the card of a button is often gone once it went well. */
export function useActionToasts(): void {
  const fetchers = useFetchers();
  const told = useRef(new WeakSet<object>());
  useEffect(() => {
    for (const { data } of fetchers) {
      const reply = readReply(data);
      if (!reply?.ok || !reply.message || told.current.has(reply)) continue;
      told.current.add(reply);
      toast(reply.message);
    }
  }, [fetchers]);
}

type Fields = Record<string, string> | [string, string][];

/**
 * A fetcher whose success is a toast (or a way out of the frame) and whose failure stays to be read. What moves numbers is
 * shown first, in `question`: approved, the same is sent again with what was approved.
 */
export function useAction(): {
  /** Pairs, where a name may come more than once. */
  submit(fields: Fields, to?: string): void;
  busy: boolean;
  reply: ActionReply | null;
  /** To be shown somewhere by whoever submits. */
  question: ReactNode;
} {
  const fetcher = useFetcher();
  const navigate = useNavigate();
  const told = useRef<unknown>(null);
  const reply = readReply(fetcher.data);
  const sent = useRef<{ fields: Fields; to: string | undefined } | null>(null);
  const [declined, setDeclined] = useState<ActionReply | null>(null);
  const asks = reply && !reply.ok && reply !== declined ? reply.asks : undefined;
  useEffect(() => {
    if (fetcher.state !== "idle" || !fetcher.data || told.current === fetcher.data) return;
    told.current = fetcher.data;
    const latest = readReply(fetcher.data);
    if (latest?.ok && latest.url) openTopLevel(latest.url);
    if (latest?.ok && latest.path) navigate(latest.path);
  }, [fetcher.state, fetcher.data, navigate]);
  const send = (fields: Fields, to: string | undefined, approved: [string, string][]): void => {
    sent.current = { fields, to };
    const form = new FormData();
    const all = [...(Array.isArray(fields) ? fields : Object.entries(fields)), ...approved];
    for (const [name, value] of all) form.append(name, value);
    fetcher.submit(form, { method: "post", ...(to ? { action: to } : {}) });
  };
  const busy = fetcher.state !== "idle";
  return {
    submit: (fields, to) => send(fields, to, []),
    busy,
    // Declined, nothing is wrong.
    reply: reply === declined || (reply && !reply.ok && reply.asks) ? null : reply,
    question: asks ? (
      <EffectQuestion
        effect={asks}
        busy={busy}
        onApprove={() => sent.current && send(sent.current.fields, sent.current.to, [["approved", approvalText(asks)]])}
        onDecline={() => setDeclined(reply)}
      />
    ) : null,
  };
}

export interface ActionButtonProps extends Pick<ButtonProps, "variant" | "tone" | "size" | "disabled" | "fullWidth"> {
  children: string;
  fields: Record<string, string>;
  /** Path of the action; the page's own when left out. */
  to?: string;
  /** Asked first, where something can't be undone by the same button. */
  confirm?: { title: string; message: string; action: string };
  accessibilityLabel?: string;
}

export function ActionButton({ children, fields, to, confirm, tone, ...look }: ActionButtonProps) {
  const { submit, busy, reply, question } = useAction();
  const [asking, setAsking] = useState(false);
  const errorId = useId();
  const run = (): void => {
    setAsking(false);
    submit(fields, to);
  };
  return (
    <BlockStack gap="100" inlineAlign="start">
      <Button {...look} {...(tone ? { tone } : {})} loading={busy} onClick={confirm ? () => setAsking(true) : run}>
        {children}
      </Button>
      {reply && !reply.ok && !busy ? <InlineError message={reply.message} fieldID={errorId} /> : null}
      {question}
      {confirm ? (
        <Modal
          open={asking}
          onClose={() => setAsking(false)}
          title={confirm.title}
          primaryAction={{ content: confirm.action, onAction: run, destructive: tone === "critical" }}
          secondaryActions={[{ content: "Keep as it is", onAction: () => setAsking(false) }]}
        >
          <Modal.Section>
            <Text as="p">{confirm.message}</Text>
          </Modal.Section>
        </Modal>
      ) : null}
    </BlockStack>
  );
}
