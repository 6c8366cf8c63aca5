/** Amazon's error shape: {errors: [{code, message, details}]} (ErrorList of every model). */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

export interface AmazonError {
  code: string;
  message: string;
  details?: string;
}

export function errorReply(c: Context, status: ContentfulStatusCode, error: AmazonError): Response {
  return c.json({ errors: [{ details: "", ...error }] }, status);
}

export function invalidInput(c: Context, message: string): Response {
  return errorReply(c, 400, { code: "InvalidInput", message });
}

export function notFound(c: Context, message: string): Response {
  return errorReply(c, 404, { code: "NotFound", message });
}

const DENIED = "Access to requested resource is denied.";

export const gatewayErrors = {
  missingToken: { code: "Unauthorized", message: DENIED, details: "Access token is missing in the request header." },
  expiredToken: {
    code: "Unauthorized",
    message: DENIED,
    details: "The access token you provided is revoked, malformed or invalid or has expired.",
  },
  accessDenied: { code: "Unauthorized", message: DENIED },
  quotaExceeded: { code: "QuotaExceeded", message: "You exceeded your quota for the requested resource." },
  internal: { code: "InternalFailure", message: "We encountered an internal error. Please try again." },
} satisfies Record<string, AmazonError>;

/** A fault on request, in Amazon's words. */
export function faultReply(c: Context, status: number): Response {
  const error =
    status === 429
      ? gatewayErrors.quotaExceeded
      : status === 401 || status === 403
        ? gatewayErrors.expiredToken
        : gatewayErrors.internal;
  return errorReply(c, status as ContentfulStatusCode, error);
}
