/** What the pages of alerts send. */
import { z } from "zod";
import { formId } from "./form-data.ts";

export const alertIntents = [
  z.object({ intent: z.literal("acknowledge"), alertId: formId }),
  z.object({ intent: z.literal("close-alert"), alertId: formId }),
] as const;
