/** How a page answers that took too long to make. */
export const TOO_SLOW = { status: 503, statusText: "Took too long" } as const;
