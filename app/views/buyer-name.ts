/** A buyer's name, as the marketplace told it with an order. */
import { z } from "zod";
import type { Runtime } from "../runtime.ts";

const buyerSchema = z.object({
  name: z.string().nullish(),
  shippingAddress: z.object({ name: z.string().nullish() }).nullish(),
});

/** Null when it was erased, or sealed with another key. */
export function buyerName(rt: Pick<Runtime, "secrets">, sealed: string | null): string | null {
  if (!sealed) return null;
  try {
    const parsed = buyerSchema.safeParse(JSON.parse(rt.secrets.open(sealed)));
    return parsed.success ? (parsed.data.name ?? parsed.data.shippingAddress?.name ?? null) : null;
  } catch {
    return null;
  }
}
