/** "Sync now": which channels, what can't be done there at the moment, and off it goes. */
import { BlockStack, Checkbox, InlineError, Modal, Text } from "@shopify/polaris";
import { useState } from "react";
import type { HomeChannel } from "../views/home.ts";
import { useAction } from "./action-button.tsx";
import { PutOffs } from "./put-offs.tsx";

/** The page's action takes the intent `sync` with `channelIds[]`. */
export function SyncModal({
  channels,
  open,
  onClose,
}: {
  channels: readonly HomeChannel[];
  open: boolean;
  onClose(): void;
}) {
  const { submit, busy, reply } = useAction();
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const chosen = channels.filter((channel) => channel.notRead === null && !left.has(channel.id));
  const toggle = (id: number, on: boolean): void =>
    setLeft((before) => new Set(on ? [...before].filter((one) => one !== id) : [...before, id]));
  const start = (): void => {
    submit([["intent", "sync"], ...chosen.map(({ id }): [string, string] => ["channelIds[]", String(id)])]);
    onClose();
  };
  return (
    <>
      {reply && !reply.ok && !busy ? <InlineError fieldID="sync" message={reply.message} /> : null}
      <Modal
        open={open}
        onClose={onClose}
        title="Sync now"
        primaryAction={{ content: "Sync", onAction: start, disabled: chosen.length === 0, loading: busy }}
        secondaryActions={[{ content: "Cancel", onAction: onClose }]}
      >
        <Modal.Section>
          <BlockStack gap="300">
            <Text as="p">
              Orders are read, listings compared with what they should show, and quantities updated. All of this happens
              by itself too; you need not wait for it.
            </Text>
            {channels.map((channel) => (
              <BlockStack gap="100" key={channel.id}>
                <Checkbox
                  label={channel.name}
                  checked={channel.notRead === null && !left.has(channel.id)}
                  disabled={channel.notRead !== null}
                  onChange={(on) => toggle(channel.id, on)}
                  helpText={channel.notRead === null ? (channel.notPushed ?? undefined) : undefined}
                />
                {/* Polaris makes the help of a disabled checkbox too faint to be read. */}
                {channel.notRead === null ? null : (
                  <Text as="p" tone="subdued">
                    {channel.notRead}
                  </Text>
                )}
                <PutOffs putOffs={channel.putOffs} />
              </BlockStack>
            ))}
          </BlockStack>
        </Modal.Section>
      </Modal>
    </>
  );
}
