/** The library's own pages: the bounce page that fetches a session token, and the way out of the frame. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { answerAuthRequest } from "#app/shopify.server.ts";

export const loader = ({ request }: LoaderFunctionArgs) => answerAuthRequest(request);
