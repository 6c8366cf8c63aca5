import type { ReactNode } from "react";

/** Links and buttons in a table row, of which a click does not also open the row. */
export function InRow({ children }: { children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps clicks from the row; what is inside has the roles
    <div role="presentation" onClick={(event) => event.stopPropagation()}>
      {children}
    </div>
  );
}
