/**
 * Saves what an address of ours answers. A link would do outside the admin; in its frame the request needs the session
 * token, which App Bridge adds to whatever is fetched.
 */
import { BlockStack, Button, InlineError } from "@shopify/polaris";
import { useId, useState } from "react";

const FAILED = "This could not be downloaded. Reload the page, then try again.";

export function DownloadButton({ children, from, as }: { children: string; from: string; as: string }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const errorId = useId();
  const download = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const response = await fetch(from);
      if (response.ok) save(await response.blob(), as);
      else setError(response.status === 410 ? await response.text() : FAILED);
    } catch {
      setError(FAILED);
    } finally {
      setBusy(false);
    }
  };
  return (
    <BlockStack gap="100" inlineAlign="start">
      <Button loading={busy} onClick={download}>
        {children}
      </Button>
      {error ? <InlineError message={error} fieldID={errorId} /> : null}
    </BlockStack>
  );
}

function save(blob: Blob, as: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = as;
  link.click();
  URL.revokeObjectURL(url);
}
