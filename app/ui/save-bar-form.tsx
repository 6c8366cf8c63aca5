/** A form under the admin's contextual save bar. The parent keeps the values; this sends them and keeps the errors in view. */
import { SaveBar } from "@shopify/app-bridge-react";
import { BlockStack } from "@shopify/polaris";
import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { useAction } from "./action-button.tsx";
import { NotSaved } from "./not-saved.tsx";

export interface SaveBarFormProps {
  id: string;
  dirty: boolean;
  /** What is sent; repeated fields as name[]. */
  fields: () => [string, string][];
  onDiscard(): void;
  /** Called with the server's errors by field, empty when all is well. */
  onErrors(errors: Record<string, string>): void;
  children: ReactNode;
}

export function SaveBarForm({ id, dirty, fields, onDiscard, onErrors, children }: SaveBarFormProps) {
  const { submit, busy, reply, question } = useAction();
  const tell = useRef(onErrors);
  tell.current = onErrors;
  useEffect(() => {
    if (reply) tell.current(reply.ok ? {} : (reply.errors ?? {}));
  }, [reply]);

  const save = (event?: FormEvent): void => {
    event?.preventDefault();
    if (dirty && !busy) submit(fields());
  };
  return (
    <form id={id} onSubmit={save} noValidate>
      <SaveBar id={`${id}-bar`} open={dirty}>
        {/* App Bridge draws these itself: Save and Discard. */}
        <button type="button" variant="primary" onClick={() => save()} {...(busy ? { loading: "" } : {})} />
        <button type="button" onClick={onDiscard} disabled={busy} />
      </SaveBar>
      <BlockStack gap="400">
        {reply && !reply.ok && !busy ? <NotSaved why={reply.message} /> : null}
        {children}
      </BlockStack>
      {question}
      {/* Enter in a field saves, as in any form. */}
      <button type="submit" hidden />
    </form>
  );
}
