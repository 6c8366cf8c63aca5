/** eBay's error shape: {errors: [{errorId, domain, category, message, ...}]} (guide "Handling errors"; Error in each spec). */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

export interface EbayError {
  errorId: number;
  domain: string;
  subdomain?: string;
  category: "REQUEST" | "APPLICATION" | "BUSINESS";
  message: string;
  longMessage?: string;
  parameters?: { name: string; value: string }[];
}

export function errorReply(c: Context, status: ContentfulStatusCode, ...errors: EbayError[]): Response {
  return c.json({ errors }, status);
}

export function inventoryError(errorId: number, message: string, parameters?: Record<string, string>): EbayError {
  return withParameters(
    { errorId, domain: "API_INVENTORY", subdomain: "Selling", category: "REQUEST", message },
    parameters,
  );
}

export function fulfillmentError(errorId: number, message: string, parameters?: Record<string, string>): EbayError {
  return withParameters({ errorId, domain: "API_FULFILLMENT", category: "REQUEST", message }, parameters);
}

export function notificationError(errorId: number, message: string): EbayError {
  return { errorId, domain: "API_NOTIFICATION", category: "REQUEST", message };
}

function withParameters(error: EbayError, parameters?: Record<string, string>): EbayError {
  if (!parameters) return error;
  return { ...error, parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })) };
}

/** The gateway's own answers, before any API sees the call. Ids as eBay's "OAuth" and "ACCESS" domains send them. */
export const gatewayErrors = {
  missingToken: {
    errorId: 1002,
    domain: "OAuth",
    category: "REQUEST",
    message: "Missing access token",
    longMessage: "Access token is missing in the Authorization HTTP request header.",
  },
  invalidToken: {
    errorId: 1001,
    domain: "OAuth",
    category: "REQUEST",
    message: "Invalid access token",
    longMessage: "Invalid access token. Check the value of the Authorization HTTP request header.",
  },
  accessDenied: {
    errorId: 1100,
    domain: "ACCESS",
    category: "REQUEST",
    message: "Access denied",
    longMessage: "Insufficient permissions to fulfill the request.",
  },
  tooManyRequests: {
    errorId: 2001,
    domain: "ACCESS",
    category: "REQUEST",
    message: "Too many requests.",
    longMessage: "The request limit has been reached for the resource.",
  },
  invalidRequest: {
    errorId: 2004,
    domain: "ACCESS",
    category: "REQUEST",
    message: "Invalid request",
    longMessage: "The request has errors. For help, see the documentation for this API.",
  },
  internal: {
    errorId: 2003,
    domain: "ACCESS",
    category: "APPLICATION",
    message: "Internal error",
    longMessage:
      "There was a problem with an eBay internal system or process. Contact eBay developer support for assistance.",
  },
} satisfies Record<string, EbayError>;

/** A fault on request, in eBay's words. */
export function faultReply(c: Context, status: number): Response {
  const error =
    status === 429
      ? gatewayErrors.tooManyRequests
      : status === 401
        ? gatewayErrors.invalidToken
        : gatewayErrors.internal;
  return errorReply(c, status as ContentfulStatusCode, error);
}
