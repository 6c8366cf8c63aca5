import { Badge } from "@shopify/polaris";
import type { Severity } from "../alerts/kinds.ts";
import { SEVERITY_WORDS } from "../views/words.ts";

/** How pressing it is, in the same words and colour wherever it is said. */
export function SeverityBadge({ severity }: { severity: Severity }) {
  const { label, tone } = SEVERITY_WORDS[severity];
  return <Badge {...(tone === "neutral" ? {} : { tone })}>{label}</Badge>;
}
