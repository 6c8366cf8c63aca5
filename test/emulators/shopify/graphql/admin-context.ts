import type { Store } from "../store.ts";
import type { World } from "../world.ts";

/** What each resolver gets. */
export interface AdminContext {
  world: World;
  store: Store;
  /** Where the caller reached the emulator: bulk results are served there. */
  origin: string;
  /** Inside a bulk operation connections give everything and ask for no page size. */
  unpaged: boolean;
  /** When this app's latest orderCreate calls on this shop came, in ms, for the limit of development stores. */
  orderCreatesAtMs: number[];
}
