import type { EffectShown } from "../changes/effect.ts";

/** What every action answers. Errors stay on the page until they are mended; only success is a toast. */
export type ActionReply =
  /** `url`: a page outside the admin to go to; `path`: one of the app's own. */
  | { ok: true; message?: string; url?: string; path?: string }
  | {
      ok: false;
      message: string;
      errors?: Record<string, string>;
      /** Nothing was done yet: what it would do, to be approved. */
      asks?: EffectShown;
    };

/** Done, in a word or two; or why it was not. */
export function said(result: ActionReply, message: string): ActionReply {
  return result.ok ? { ok: true, message } : result;
}

export function readReply(data: unknown): ActionReply | null {
  if (typeof data !== "object" || data === null || !("ok" in data)) return null;
  return data as ActionReply;
}
