/** Depop's error shape {id, errors: [{code, message}]} (schema ErrorResponse), and the token endpoint's own. */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

const ERROR_ID = "a210923f-c1f3-4d84-a2bd-7f18c68553e2";

export function errorReply(c: Context, status: ContentfulStatusCode, code: string, message: string): Response {
  return c.json({ id: ERROR_ID, errors: [{ code, message }] }, status);
}

/** OAuthErrorResponse, as in the spec's examples. */
export function oauthErrorReply(c: Context, status: 400 | 401 | 503, error: string, detail: string): Response {
  const words = { detail, error_description: detail };
  const said = "Depop OAuth2 error";
  return c.json({ code: status, error, message: said, error_message: said, ...words, id: ERROR_ID }, status);
}

const FAULTS: Readonly<Record<number, readonly [code: string, message: string]>> = {
  401: ["unauthorized", "invalid api key"],
  429: ["too_many_requests", "Rate limit exceeded. Please retry later."],
  502: ["unexpected_response", "An upstream request at depop has failed to be processed."],
};

/** A fault on request, in Depop's words. */
export function faultReply(c: Context, status: number): Response {
  const [code, message] = FAULTS[status] ?? ["internal_error", "Something went wrong."];
  return errorReply(c, status as ContentfulStatusCode, code, message);
}
