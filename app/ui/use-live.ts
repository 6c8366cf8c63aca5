import { useRevalidator } from "@remix-run/react";
import { useEffect } from "react";

const EVERY_MS = 2_000;
/** When nothing is known to be under way: marketplaces and Shopify change things by themselves. */
const IDLE_EVERY_MS = 20_000;

/** Loads the page's data again: soon while something is under way, now and then otherwise, never while nobody looks. */
export function useLive(active: boolean): void {
  const { revalidate, state } = useRevalidator();
  useEffect(() => {
    if (state !== "idle") return;
    const timer = setInterval(
      () => {
        if (document.visibilityState === "visible") revalidate();
      },
      active ? EVERY_MS : IDLE_EVERY_MS,
    );
    return () => clearInterval(timer);
  }, [active, state, revalidate]);
}
