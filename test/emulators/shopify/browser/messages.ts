/** What the app's frame and the admin around it say to each other by postMessage. */

export interface NavItem {
  href: string;
  text: string;
  /** "home" is the link behind the app's name and no item of its own. */
  rel: string | null;
}

export interface BarButton {
  text: string;
  primary: boolean;
  disabled: boolean;
  loading: boolean;
}

export interface SaveBarState {
  saveDisabled: boolean;
  discardDisabled: boolean;
  saving: boolean;
  /** Discard asks first. */
  confirmsDiscard: boolean;
}

export type ToAdmin =
  | { type: "hello" }
  /** The document is going away: who navigates now has to load another. */
  | { type: "bye" }
  | { type: "location"; path: string; title: string }
  | { type: "navigation"; items: NavItem[] }
  | { type: "save-bar"; bar: SaveBarState | null }
  | { type: "title-bar"; bar: { title: string; buttons: BarButton[] } | null }
  | { type: "toast"; id: string; text: string; isError: boolean; action: string | null; durationMs: number }
  | { type: "toast-hide"; id: string }
  | { type: "loading"; on: boolean }
  /** Leave the frame for this address. */
  | { type: "open"; url: string }
  | { type: "ask-leave"; requestId: string }
  | { type: "ask-id-token"; requestId: string };

export type ToApp =
  | { type: "id-token"; requestId: string; idToken: string; lifetimeMs: number }
  | { type: "id-token-refused"; requestId: string; why: string }
  | { type: "navigate"; path: string }
  | { type: "save-bar-button"; button: "save" | "discard" }
  | { type: "title-bar-button"; index: number }
  | { type: "leave"; requestId: string }
  | { type: "toast-action"; id: string }
  | { type: "toast-gone"; id: string };

/** Query parameters that the admin gives to the frame and that have no place in its own address. */
export const FRAME_PARAMS: readonly string[] = [
  "embedded",
  "hmac",
  "host",
  "id_token",
  "locale",
  "protocol",
  "session",
  "shop",
  "shopify-reload",
  "timestamp",
];
