/** Metafield definitions, and the unique ids that orderByIdentifier finds orders by. */
import type { Metafield, MetafieldDefinition, Order, Store } from "../store.ts";
import type { World } from "../world.ts";

export interface MetafieldInput {
  namespace?: string | null;
  key?: string | null;
  type?: string | null;
  value?: string | null;
}

export interface DefinitionInput {
  namespace?: string | null;
  key: string;
  name: string;
  type: string;
  ownerType: string;
  capabilities?: { uniqueValues?: { enabled: boolean } | null } | null;
  access?: { admin?: string | null } | null;
}

/** The app's reserved namespace: what "$app" and an absent namespace stand for. */
const APP_NAMESPACE = "app--290000001";

export function wholeNamespace(namespace: string | null): string {
  if (namespace === null || namespace === "" || namespace === "$app") return APP_NAMESPACE;
  return namespace.startsWith("$app:") ? `${APP_NAMESPACE}--${namespace.slice("$app:".length)}` : namespace;
}

export function definitionFor(
  store: Store,
  ownerType: string,
  namespace: string | null,
  key: string,
): MetafieldDefinition | null {
  const whole = wholeNamespace(namespace);
  const all = [...store.metafieldDefinitions.values()];
  return all.find((one) => one.ownerType === ownerType && one.namespace === whole && one.key === key) ?? null;
}

export function holderOf(store: Store, definition: MetafieldDefinition, value: string): Order | null {
  const holds = (one: Metafield): boolean =>
    one.namespace === definition.namespace && one.key === definition.key && one.value === value;
  return [...store.orders.values()].find((order) => order.metafields.some(holds)) ?? null;
}

export function metafieldsFromInput(store: Store, ownerType: string, inputs: readonly MetafieldInput[]): Metafield[] {
  return inputs.map((input) => {
    const key = input.key ?? "";
    const definition = definitionFor(store, ownerType, input.namespace ?? null, key);
    return {
      namespace: wholeNamespace(input.namespace ?? null),
      key,
      type: input.type ?? definition?.type ?? "single_line_text_field",
      value: input.value ?? "",
    };
  });
}

export function createDefinition(
  world: World,
  store: Store,
  input: DefinitionInput,
): {
  createdDefinition: MetafieldDefinition | null;
  userErrors: { code: string; field: string[] | null; message: string }[];
} {
  const refuse = (code: string, field: string[], message: string) => ({
    createdDefinition: null,
    userErrors: [{ code, field: ["definition", ...field], message }],
  });
  const uniqueValues = input.capabilities?.uniqueValues?.enabled ?? false;
  if (!/^[A-Za-z0-9_-]{2,64}$/.test(input.key)) {
    return refuse("INVALID_CHARACTER", ["key"], "Key must be 2 to 64 letters, digits, hyphens or underscores.");
  }
  if (definitionFor(store, input.ownerType, input.namespace ?? null, input.key)) {
    const message = `Key is in use for ${input.ownerType} metafields on the '${wholeNamespace(input.namespace ?? null)}' namespace.`;
    return refuse("TAKEN", ["key"], message);
  }
  if (input.type === "id" && !uniqueValues) {
    const message = "The uniqueValues capability is required for definitions of type 'id'.";
    return refuse("CAPABILITY_REQUIRED_BUT_DISABLED", ["capabilities", "uniqueValues"], message);
  }
  if (input.access?.admin && !wholeNamespace(input.namespace ?? null).startsWith("app--")) {
    const message = "Admin access can only be set for app-owned namespaces.";
    return refuse("ADMIN_ACCESS_INPUT_NOT_ALLOWED", ["access", "admin"], message);
  }
  const definition: MetafieldDefinition = {
    id: world.gids.next("MetafieldDefinition"),
    namespace: wholeNamespace(input.namespace ?? null),
    key: input.key,
    name: input.name,
    type: input.type,
    ownerType: input.ownerType,
    uniqueValues,
  };
  store.metafieldDefinitions.set(definition.id, definition);
  return { createdDefinition: definition, userErrors: [] };
}
