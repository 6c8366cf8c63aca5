/** A page outside the admin, without Polaris: what happened and the way back. */
import type { ReactNode } from "react";

export function PlainPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main
      style={{
        fontFamily: "Inter, system-ui, sans-serif",
        lineHeight: 1.5,
        maxWidth: "34rem",
        margin: "4rem auto",
        padding: "0 1rem",
      }}
    >
      <h1 style={{ fontSize: "1.5rem" }}>{title}</h1>
      {children}
    </main>
  );
}
