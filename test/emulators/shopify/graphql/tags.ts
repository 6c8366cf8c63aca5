/**
 * tagsAdd and tagsRemove, of customers alone. A text is parted at its commas, and case makes no tag another (reference of
 * tagsAdd; help.shopify.com, "Formats for tags"). Which words Shopify has for its refusals is not documented; that the argument is
 * named in `field` its examples show.
 */
import { type Gid, gidType } from "../gids.ts";
import { customerPayload } from "../webhook-payloads.ts";
import { act } from "../world.ts";
import type { AdminContext } from "./admin-context.ts";
import { adminError } from "./admin-errors.ts";

export interface TagArguments {
  id: Gid;
  tags: string[];
}

const TAG_MAX = 40;
const TAGS_MAX = 250;

export function changeTags({ world, store }: AdminContext, { id, tags }: TagArguments, how: "add" | "remove") {
  const field = how === "add" ? "tagsAdd" : "tagsRemove";
  if (!(store.installation?.scopes ?? "").split(",").includes("write_customers"))
    throw adminError(
      "ACCESS_DENIED",
      `Access denied for ${field} field. Required access: \`write_customers\` access scope.`,
    );
  if (gidType(id) === null) throw adminError("INVALID_FIELD_ARGUMENTS", `Invalid global id '${id}'`);
  const refuse = (of: string, message: string) => ({ node: null, userErrors: [{ field: [of], message }] });
  const customer = store.customers.get(id);
  if (!customer) return refuse("id", `${gidType(id)} does not exist`);
  const given = tags
    .flatMap((text) => text.split(","))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
  if (given.some((tag) => tag.length > TAG_MAX))
    return refuse("tags", `Tags is too long (maximum is ${TAG_MAX} characters)`);
  const named = (held: readonly string[], tag: string) => held.some((one) => one.toLowerCase() === tag.toLowerCase());
  const after = how === "remove" ? customer.tags.filter((tag) => !named(given, tag)) : [...customer.tags];
  if (how === "add") for (const tag of given) if (!named(after, tag)) after.push(tag);
  if (after.length > TAGS_MAX) return refuse("tags", `Tags cannot be more than ${TAGS_MAX}`);
  if (after.length !== customer.tags.length) {
    act(world, store, (action) => {
      customer.tags = after;
      customer.updatedAt = action.at;
      action.emit("customers/update", customerPayload(store, customer));
    });
  }
  return { node: customer, userErrors: [] };
}
