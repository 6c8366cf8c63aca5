/** A buyer's name, as the marketplace told it with an order, or as the merchant corrected it. */
import { openBuyer } from "../orders/corrected-buyer.ts";
import type { Runtime } from "../runtime.ts";

/** Null when it was erased, or sealed with another key. */
export function buyerName(
  rt: Pick<Runtime, "secrets">,
  sealed: { buyerSealed: string | null; correctionSealed: string | null },
): string | null {
  try {
    const buyer = openBuyer(rt.secrets, sealed);
    return buyer?.name ?? buyer?.shippingAddress?.name ?? null;
  } catch {
    return null;
  }
}
