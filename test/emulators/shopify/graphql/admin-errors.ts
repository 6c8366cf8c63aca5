/** Top-level GraphQL errors with Shopify's codes, as opposed to the userErrors of a mutation. */
import { GraphQLError } from "graphql";

export type AdminErrorCode =
  | "ACCESS_DENIED"
  | "BAD_REQUEST"
  | "BAD_USER_INPUT"
  | "INTERNAL_SERVER_ERROR"
  | "INVALID_FIELD_ARGUMENTS"
  | "MAX_COST_EXCEEDED"
  | "THROTTLED";

export function adminError(code: AdminErrorCode, message: string, details: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...details } });
}
