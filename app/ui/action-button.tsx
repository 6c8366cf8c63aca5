/** One button, one intent: says that it works, what went wrong and, in a toast, that it went well. */
import { useFetcher, useFetchers, useNavigate } from "@remix-run/react";
import { BlockStack, Button, type ButtonProps, InlineError, Modal, Text } from "@shopify/polaris";
import { useEffect, useId, useRef, useState } from "react";
import { type ActionReply, readReply } from "./action-reply.ts";
import { openTopLevel, toast } from "./app-bridge.ts";

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

/** A fetcher whose success is a toast (or a way out of the frame) and whose failure stays to be read. */
export function useAction(): {
  /** Pairs, where a name may come more than once. */
  submit(fields: Record<string, string> | [string, string][], to?: string): void;
  busy: boolean;
  reply: ActionReply | null;
} {
  const fetcher = useFetcher();
  const navigate = useNavigate();
  const told = useRef<unknown>(null);
  const reply = readReply(fetcher.data);
  useEffect(() => {
    if (fetcher.state !== "idle" || !fetcher.data || told.current === fetcher.data) return;
    told.current = fetcher.data;
    const latest = readReply(fetcher.data);
    if (latest?.ok && latest.url) openTopLevel(latest.url);
    if (latest?.ok && latest.path) navigate(latest.path);
  }, [fetcher.state, fetcher.data, navigate]);
  return {
    submit: (fields, to) => {
      const form = new FormData();
      for (const [name, value] of Array.isArray(fields) ? fields : Object.entries(fields)) form.append(name, value);
      fetcher.submit(form, { method: "post", ...(to ? { action: to } : {}) });
    },
    busy: fetcher.state !== "idle",
    reply,
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
  const { submit, busy, reply } = useAction();
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
