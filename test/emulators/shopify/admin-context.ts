/** What every page of the admin is given. */
import type { Context } from "hono";
import type { Controls } from "./controls.ts";
import type { Store } from "./store.ts";
import { storeByHandle, type World } from "./world.ts";

export interface AdminContext {
  world: World;
  controls: Controls;
  apiKey: string;
  appName: string;
  appHomePath: string;
  /** Where the app answers now. */
  appUrl(): string;
  /** The shop that the address names; null when there is none. */
  storeOf(c: Context): Store | null;
}

export function createAdminContext(parts: Omit<AdminContext, "storeOf">): AdminContext {
  return { ...parts, storeOf: (c) => storeByHandle(parts.world, c.req.param("handle") ?? "") };
}
