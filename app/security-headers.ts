/**
 * Headers of every answer, whoever made it. A page that says nothing of frames may be in none: only those inside the admin
 * name it.
 */
const YEAR_S = 365 * 24 * 60 * 60;

export function addSecurityHeaders(headers: Headers, { appUrl }: { appUrl: string }): void {
  headers.set("x-content-type-options", "nosniff");
  // Addresses hold session tokens, codes and claims, which no other site is to be told.
  headers.set("referrer-policy", "same-origin");
  if (new URL(appUrl).protocol === "https:") headers.set("strict-transport-security", `max-age=${YEAR_S}`);
  if (!headers.get("content-security-policy")?.includes("frame-ancestors")) {
    headers.set("content-security-policy", "frame-ancestors 'none'");
  }
}

/** Whether the address names another shop than the session token, which alone says whose data may be shown, and in whose admin. */
export function namesAnotherShop(url: URL, sessionToken: string | null): boolean {
  const shop = url.searchParams.get("shop");
  if (shop === null || sessionToken === null) return false;
  try {
    const claims: unknown = JSON.parse(Buffer.from(sessionToken.split(".")[1] ?? "", "base64url").toString("utf8"));
    const dest = typeof claims === "object" && claims !== null && "dest" in claims ? String(claims.dest) : "";
    return new URL(dest).hostname !== shop;
  } catch {
    return true;
  }
}
