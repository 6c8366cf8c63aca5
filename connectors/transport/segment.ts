/**
 * Whether a text can be one segment of an address's path. "." and ".." cannot, in no spelling: "%2E%2E" is taken for ".." as
 * well, and a client walks up before it sends (URL Standard, "double-dot URL path segment"). Nothing is left of an empty one.
 */
export function canBeSegment(text: string): boolean {
  return text !== "" && text !== "." && text !== "..";
}

/** Whether no part of a path is walked up or left out on the way: parts of it may be a SKU or an id from outside. */
export function isExactPath(path: string): boolean {
  return path.split("/").every((part) => part === "" || canBeSegment(decodeURIComponent(part)));
}
