/** What the pages of alerts send. */
import { z } from "zod";
import { formId } from "./form-data.ts";

export const alertForm = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("acknowledge"), alertId: formId }),
  z.object({ intent: z.literal("close-alert"), alertId: formId }),
]);
