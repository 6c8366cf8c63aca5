/** What every action answers. Errors stay on the page until they are mended; only success is a toast. */
export type ActionReply =
  | { ok: true; message?: string; url?: string }
  | { ok: false; message: string; errors?: Record<string, string> };

export function readReply(data: unknown): ActionReply | null {
  if (typeof data !== "object" || data === null || !("ok" in data)) return null;
  return data as ActionReply;
}
