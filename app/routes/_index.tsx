import { type LoaderFunctionArgs, redirect } from "@remix-run/node";

export const loader = ({ request }: LoaderFunctionArgs) => redirect(`/app${new URL(request.url).search}`);
