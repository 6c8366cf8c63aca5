import { Badge, type BadgeProps } from "@shopify/polaris";
import type { Tone } from "#app/views/listing-status.ts";
import type { Said } from "#app/views/words.ts";

const TONES: Record<Tone, { tone?: BadgeProps["tone"]; progress?: BadgeProps["progress"] }> = {
  success: { tone: "success", progress: "complete" },
  info: { tone: "info", progress: "partiallyComplete" },
  attention: { tone: "attention", progress: "incomplete" },
  warning: { tone: "warning", progress: "incomplete" },
  critical: { tone: "critical", progress: "incomplete" },
  neutral: {},
};

/** Always with its word: colour and shape only help. */
export function StatusBadge({ said }: { said: Said }) {
  return <Badge {...TONES[said.tone]}>{said.label}</Badge>;
}
