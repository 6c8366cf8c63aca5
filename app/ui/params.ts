/** The id of a path such as /app/orders/12; anything else is a page that does not exist. */
export function idParam(value: string | undefined): number {
  if (!value || !/^[1-9]\d{0,8}$/.test(value)) throw notFound();
  return Number(value);
}

export function notFound(): Response {
  return new Response(null, { status: 404, statusText: "Not found" });
}
