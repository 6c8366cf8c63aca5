/** A button that opens a list of what can be done. */
import { ActionList, Button, Popover } from "@shopify/polaris";
import { useState } from "react";

export function ActMenu({
  children,
  items,
  busy,
}: {
  children: string;
  items: { content: string; onAction(): void }[];
  busy: boolean;
}) {
  const [isOpen, setIsOpen] = useState(false);
  const close = (): void => setIsOpen(false);
  return (
    <Popover
      active={isOpen}
      onClose={close}
      autofocusTarget="first-node"
      activator={
        <Button disclosure loading={busy} onClick={() => setIsOpen(!isOpen)}>
          {children}
        </Button>
      }
    >
      <ActionList actionRole="menuitem" items={items} onActionAnyItem={close} />
    </Popover>
  );
}
