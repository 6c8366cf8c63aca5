/** The app's fetch: requests to its own origin carry a session token, as App Bridge does it. */

const RETRY_HEADER = "X-Shopify-Retry-Invalid-Session-Request";
const REAUTHORIZE_HEADER = "X-Shopify-API-Request-Failure-Reauthorize-Url";

export interface SessionFetchParts {
  /** The browser's own. */
  fetch: typeof fetch;
  appOrigin: string;
  /** What relative addresses are relative to, asked each time: in-app navigation moves it. */
  baseUrl(): string;
  idToken(fresh: boolean): Promise<string>;
  /** Leaves the frame. */
  openTop(url: string): void;
}

export function createSessionFetch(parts: SessionFetchParts): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input), parts.baseUrl());
    if (url.origin !== parts.appOrigin) return parts.fetch(input, init);
    const request = new Request(input instanceof Request ? input : url, init);
    if (request.headers.has("authorization")) return parts.fetch(request);

    const send = async (fresh: boolean): Promise<Response> => {
      const attempt = request.clone();
      attempt.headers.set("authorization", `Bearer ${await parts.idToken(fresh)}`);
      return parts.fetch(attempt);
    };
    let response = await send(false);
    // Once: a token that was minted just now and is refused again will not get better.
    if (response.status === 401 && response.headers.get(RETRY_HEADER) === "1") response = await send(true);
    const elsewhere = response.headers.get(REAUTHORIZE_HEADER);
    if (elsewhere) parts.openTop(new URL(elsewhere, parts.baseUrl()).href);
    return response;
  };
}
