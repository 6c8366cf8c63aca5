/** The block's conversation with the app. The admin adds the session token to requests that go to the app's address. */
import type { Act, ProductListings, Reply } from "./reply.ts";

export type Answer =
  | { state: "listings"; product: ProductListings }
  /** The app does not know the product, or nothing of it is listed. */
  | { state: "empty" }
  /** This person, or this store, may not ask. */
  | { state: "no-access" }
  | { state: "no-plan" }
  /** It would change what the listing shows: the merchant is asked. */
  | { state: "ask"; message: string }
  | { state: "error"; message: string | null };

const PATH = "/api/product-listings";

export function readListings(productGid: string): Promise<Answer> {
  return ask(`${PATH}?product=${encodeURIComponent(productGid)}`);
}

export function act(input: { product: string; listing: number; act: Act; approved: boolean }): Promise<Answer> {
  return ask(PATH, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  });
}

async function ask(path: string, init?: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(path, init);
    if (response.status === 401 || response.status === 403) return { state: "no-access" };
    if (response.status === 404) return { state: "empty" };
    const reply = (await response.json()) as Reply;
    if (reply.ok)
      return reply.product.listings === 0 ? { state: "empty" } : { state: "listings", product: reply.product };
    if (reply.reason === "no-plan") return { state: "no-plan" };
    return reply.ask ? { state: "ask", message: reply.message } : { state: "error", message: reply.message };
  } catch {
    // No network, or an answer that is no JSON: something between here and the app.
    return { state: "error", message: null };
  }
}
