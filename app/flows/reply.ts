/** What a merchant's action comes to: done, or words that say why not and what to do. */
export type Reply = { ok: true } | { ok: false; message: string };

export const DONE: Reply = { ok: true };

export function refuse(message: string): { ok: false; message: string } {
  return { ok: false, message };
}
