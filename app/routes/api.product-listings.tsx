/** What the block on a product's page asks: its listings, and to pause, resume or push one. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import type { EffectShown } from "#app/changes/effect.ts";
import { type ChangeReply, changeSetting } from "#app/flows/change-setting.ts";
import { retryListing } from "#app/flows/manage-listing.ts";
import { answerExtension } from "#app/shopify.server.ts";
import { readProductListings } from "#app/views/product-listings.ts";

const productGid = z.string().regex(/^gid:\/\/shopify\/Product\/\d{1,20}$/);

const request = z.object({
  product: productGid,
  listing: z.number().int().positive().max(2_147_483_647),
  act: z.enum(["pause", "resume", "push"]),
  approved: z.boolean().default(false),
});

/** What a yes in the block may do: it names one listing, and where listings stand for one item each, a few change places. */
const YES = { zeroed: 1, lowered: 5, raised: 5 };

export function loader({ request: asked }: LoaderFunctionArgs): Promise<Response> {
  return answerExtension(asked, async ({ rt, shop }) => {
    const product = productGid.safeParse(new URL(asked.url).searchParams.get("product"));
    if (!product.success) return refuse("Name the product: ?product=gid://shopify/Product/1", 400);
    return tell(await readProductListings(rt, shop.id, product.data));
  });
}

export function action({ request: asked }: ActionFunctionArgs): Promise<Response> {
  return answerExtension(asked, async ({ rt, shop, userId }) => {
    if (asked.method !== "POST") return refuse("Send it with POST.", 405);
    const parsed = request.safeParse(await asked.json().catch(() => null));
    if (!parsed.success) return refuse("Name the product, the listing, and one of: pause, resume, push.", 400);
    const { product, listing: listingId, act, approved } = parsed.data;
    const by = { shopId: shop.id, actor: userId };
    const change = { setting: "excluded" as const, listingId, after: act === "pause" };
    const done: ChangeReply =
      act === "push"
        ? await retryListing(rt, { ...by, listingId })
        : await changeSetting(rt, { ...by, change, approved: approved ? YES : null });
    if (done.ok) return tell(await readProductListings(rt, shop.id, product));
    return done.asks ? ask(done.asks) : refuse(done.message, 409);
  });
}

/** Another shop's product is no more known here than one that nobody has. */
function tell(product: Awaited<ReturnType<typeof readProductListings>>): Response {
  return product ? Response.json({ ok: true, product }) : refuse("This store has no such product.", 404);
}

function ask({ first }: EffectShown): Response {
  const message = first.map(({ title, from, to }) => `${title} will show ${to} instead of ${from ?? "?"}.`).join(" ");
  // Nothing is wrong: a browser would write any other status into its console as an error.
  return Response.json({ ok: false, ask: true, message });
}

function refuse(message: string, status: number): Response {
  return Response.json({ ok: false, message }, { status });
}
