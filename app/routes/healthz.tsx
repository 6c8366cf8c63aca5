import { runtime } from "#app/runtime.server.ts";

/** 200 when the database answers. */
export async function loader(): Promise<Response> {
  try {
    const rt = await runtime();
    await rt.db.$queryRaw`SELECT 1`;
    return new Response("ok\n", { headers: { "content-type": "text/plain", "cache-control": "no-store" } });
  } catch {
    return new Response("the database does not answer\n", { status: 503, headers: { "content-type": "text/plain" } });
  }
}
