/**
 * The cookie that ties the way back from a consent page to the browser that went there. Pure.
 *
 * Set by a page of ours at top level, so no third-party cookie; SameSite=Lax, because the way back is a link from another
 * site. The prefix `__Host-` keeps other hosts of the domain from setting it, and browsers take it over https alone. Where
 * the app is on plain http, on one's own machine, it goes without.
 */

const AGE_S = 30 * 60;

function nameOf(appUrl: string): string {
  return isSecure(appUrl) ? "__Host-lockstep-connect" : "lockstep-connect";
}

const isSecure = (appUrl: string): boolean => new URL(appUrl).protocol === "https:";

function setCookie(appUrl: string, value: string, ageS: number): string {
  const secure = isSecure(appUrl) ? "; Secure" : "";
  return `${nameOf(appUrl)}=${value}; Path=/; Max-Age=${ageS}; HttpOnly; SameSite=Lax${secure}`;
}

/** Value of Set-Cookie. `browser`: base64url. */
export function rememberBrowser(appUrl: string, browser: string): string {
  return setCookie(appUrl, browser, AGE_S);
}

export function forgetBrowser(appUrl: string): string {
  return setCookie(appUrl, "", 0);
}

/** `header`: of the request, as it came. */
export function readBrowser(appUrl: string, header: string | null): string | null {
  const start = `${nameOf(appUrl)}=`;
  const pair = (header ?? "").split(";").find((one) => one.trimStart().startsWith(start));
  return pair?.trim().slice(start.length) || null;
}
