import { Badge } from "@shopify/polaris";
import { SEVERITIES } from "../views/words.ts";

/** How pressing it is, in the same words and colour wherever it is said. */
export function SeverityBadge({ severity }: { severity: keyof typeof SEVERITIES }) {
  const { label, tone } = SEVERITIES[severity];
  return <Badge {...(tone === "neutral" ? {} : { tone })}>{label}</Badge>;
}
