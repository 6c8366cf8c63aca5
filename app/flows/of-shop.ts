import type { Altered } from "./settings.ts";

type Given = "channelId" | "listingId" | "scopes" | "refusal";

/** A setting of the whole shop. Unless it says otherwise it decides no number, and can become what was asked for. */
export function ofShop(altered: Omit<Altered, Given> & Partial<Pick<Altered, "scopes" | "refusal">>): Altered {
  return { channelId: null, listingId: null, scopes: [], refusal: null, ...altered };
}
