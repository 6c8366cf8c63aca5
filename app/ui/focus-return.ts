import { useEffect } from "react";

const RETRY_MS = 200;
const TRIES_MAX = 25;

/**
 * Once a dialog is gone, the focus is back where it was before it came. Polaris gives it back to an activator that it was
 * told of alone; a question about a change has no such one, and without this a keyboard begins at the top of the page again.
 */
export function useFocusReturn(): void {
  useEffect(() => {
    let before: HTMLElement | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const giveBack = (tries: number): void => {
      if (document.activeElement !== document.body || !before?.isConnected) return;
      before.focus();
      // A button that is at work takes no focus until it is done.
      if (tries > 1) timer = setTimeout(() => giveBack(tries - 1), RETRY_MS);
    };
    const remember = ({ target }: FocusEvent): void => {
      if (target instanceof HTMLElement && !target.closest("[role='dialog']")) before = target;
    };
    const watch = new MutationObserver((changes) => {
      const gone = changes.flatMap(({ removedNodes }) => [...removedNodes]);
      if (gone.some((node) => node instanceof Element && node.querySelector("[role='dialog']"))) giveBack(TRIES_MAX);
    });
    const portals = document.getElementById("PolarisPortalsContainer");
    if (portals) watch.observe(portals, { childList: true, subtree: true });
    document.addEventListener("focusin", remember);
    return () => {
      clearTimeout(timer);
      watch.disconnect();
      document.removeEventListener("focusin", remember);
    };
  }, []);
}
