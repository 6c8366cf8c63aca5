/** App Bridge, where there is one: it is not there while the server renders. */
export function toast(message: string): void {
  if (typeof shopify !== "undefined") shopify.toast.show(message);
}

export function showLoading(loading: boolean): void {
  if (typeof shopify !== "undefined") shopify.loading?.(loading);
}

/** Leaves the admin's frame, as a marketplace's consent page must. */
export function openTopLevel(url: string): void {
  window.open(url, "_top");
}
